import { opcuaItemKey } from '../base/opcua.js'
import { isFault } from '../decode/fault.js'
import { opcuaNodeOf } from '../decode/opcua/nodes.js'
import type { OpcuaServerOptions } from '../decode/opcua/options.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import { LOOPBACK } from './loopback.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'
import { givenTwice } from './twofold.js'

/** Contradictions of servers of OPC UA although every single setting is right. */
export function opcuaContradictions(config: Config): ConfigFinding[] {
  const { servers } = config.opcua
  const ids = servers.map(({ id }, s) => ({ key: id, path: ['opcua', 'servers', s, 'id'] }))
  return [
    ...takenTwice(config, ids, 'give each server an id of its own'),
    ...servers.flatMap((server, s) => usersOf(config, server, ['opcua', 'servers', s])),
    ...servers.flatMap(({ devices }, s) => {
      const nodes = devices.flatMap(({ nodes }, d) =>
        nodes.map(({ node, element }, n) => ({
          key: opcuaItemKey(node, element),
          path: ['opcua', 'servers', s, 'devices', d, 'nodes', n, 'node'],
        })),
      )
      return takenTwice(config, nodes, 'read a node once, or name another element of it')
    }),
    ...metricsOf(config),
  ]
}

/** Metrics that two nodes would be, and those that a node cannot be. */
function metricsOf(config: Config): ConfigFinding[] {
  const all = config.opcua.servers.flatMap(({ devices }, s) =>
    devices.flatMap(({ nodes, ...path }, d) =>
      nodes.map((options, n) => ({
        key: `${path.plant}/${path.device}/${options.metric}`,
        path: ['opcua', 'servers', s, 'devices', d, 'nodes', n, 'metric'],
        read: opcuaNodeOf(path, options),
      })),
    ),
  )
  return [
    ...takenTwice(config, all, 'give each node a metric of its own'),
    ...all.flatMap(({ path, read }) =>
      isFault(read)
        ? [
            findingAt(
              config,
              path,
              `cannot be: ${read.detail}`,
              'choose another metric, or another class or unit of it',
            ),
          ]
        : [],
    ),
  ]
}

function takenTwice(
  config: Config,
  all: readonly { readonly key: string; readonly path: SettingPath }[],
  remedy: string,
): ConfigFinding[] {
  const first = new Map<string, SettingPath>()
  return all.flatMap(({ key, path }) => {
    const earlier = first.get(key)
    if (earlier !== undefined) return [findingAt(config, path, `is already used at ${pathText(earlier)}`, remedy)]
    first.set(key, path)
    return []
  })
}

function usersOf(config: Config, server: OpcuaServerOptions, at: SettingPath): ConfigFinding[] {
  const { username, password, password_file, user_cert_file, user_key_file } = server
  const findings = givenTwice(server, at, 'password')
  if (username === undefined && (password !== undefined || password_file !== undefined)) {
    const problem = 'is missing, while there is a password'
    findings.push(findingAt(config, [...at, 'username'], problem, 'add it, or remove the password'))
  }
  if ((user_cert_file === undefined) !== (user_key_file === undefined)) {
    const problem = 'is one of two: a user who is known by a certificate has user_cert_file and user_key_file'
    const given = user_cert_file === undefined ? 'user_key_file' : 'user_cert_file'
    findings.push(findingAt(config, [...at, given], problem, 'give both, or none'))
  }
  if (username !== undefined && user_cert_file !== undefined) {
    const problem = 'is given beside a certificate of the user, and a session has one user'
    findings.push(findingAt(config, [...at, 'username'], problem, 'remove one of the two'))
  }
  return findings
}

/** A password that others may read on the way, and a server that anybody on the way could pretend to be. */
export function opcuaDoubts(config: Config): ConfigFinding[] {
  return config.opcua.servers.flatMap(({ endpoint, security_mode, trust_any, username }, s) => {
    const at: SettingPath = ['opcua', 'servers', s]
    if (LOOPBACK.test(hostOf(endpoint))) return []
    const findings: ConfigFinding[] = []
    if (username !== undefined && security_mode === 'none') {
      const problem = 'lets anybody on the way read the password, unless the server asks for it encrypted'
      findings.push(findingAt(config, [...at, 'security_mode'], problem, 'set it to sign_and_encrypt'))
    }
    if (trust_any) {
      const problem = 'lets anybody on the way pretend to be this server'
      const remedy =
        'remove it, and put the certificate of the server into opcua/pki/trusted/certs of the data directory'
      findings.push(findingAt(config, [...at, 'trust_any'], problem, remedy))
    }
    return findings
  })
}

function hostOf(endpoint: string): string {
  return /^opc\.tcp:\/\/(\[[^\]]*\]|[^:/]*)/.exec(endpoint)?.[1] ?? ''
}
