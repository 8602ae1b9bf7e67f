import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { certificateSubject } from '../access/certificates.js'
import { OPCUA_FAULTS, OPCUA_POLICIES } from '../base/opcua.js'
import { opcuaPlansOf } from '../decode/opcua/nodes.js'
import { type OpcuaOptions, opcuaOptions } from '../decode/opcua/options.js'
import { certificatePrint, keptCertificates, moveCertificate, ownCertificate } from '../intake/opcua/pki-folder.js'
import type { OpcuaStats } from '../intake/opcua/server-stats.js'
import { ProblemError } from '../views/problem.js'
import type { OpcuaSources } from '../views/routes/opcua.js'
import type { OpcuaBrowseAnswer, OpcuaCertificate, OpcuaEndpointsAnswer, OpcuaServerItem } from '../views/wire/opcua.js'
import { lookAtOpcua } from './opcua-look.js'
import type { OpcuaLook, OpcuaLookReply } from './opcua-look-messages.js'

/** No answer of a server takes longer: somebody waits for it. */
const TIMEOUT_MS = 15_000

export interface OpcuaDeskDeps {
  readonly configs: { readonly rules: { readonly settings?: Readonly<Record<string, unknown>> } }
  readonly opcua: Pick<OpcuaStats, 'read'>
  /** Folder of the client in the data directory. */
  readonly opcuaDir: string
}

/** Answers about servers of OPC UA; one server is asked at a time. */
export function opcuaSources({ configs, opcua, opcuaDir }: OpcuaDeskDeps): OpcuaSources {
  const pkiDir = join(opcuaDir, 'pki')
  const settings = () => opcuaOptions.safeParse(configs.rules.settings?.opcua ?? {}).data ?? opcuaOptions.parse({})
  let isBusy = false
  const look = async (asked: OpcuaLook): Promise<OpcuaLookReply> => {
    if (isBusy) {
      throw new ProblemError(503, 'A server of OPC UA is being asked: ask again when that has ended.')
    }
    isBusy = true
    try {
      return await lookAtOpcua(asked)
    } finally {
      isBusy = false
    }
  }
  return {
    opcua: () => {
      const { application_uri } = settings()
      const own = ownCertificate(pkiDir, application_uri)
      return {
        application_uri,
        own_certificate: own === null ? null : { ...shownCertificate(own), pem: own.toString() },
        certificates: keptCertificates(pkiDir).map(({ trust, certificate }) => ({
          ...shownCertificate(certificate),
          trust,
        })),
        servers: serversOf(settings(), opcua.read()),
      }
    },
    trustOpcua: ({ sha256, trust }) => {
      const moved = moveCertificate(pkiDir, sha256, trust)
      return moved === null ? null : { ...shownCertificate(moved.certificate), trust }
    },
    opcuaEndpoints: async ({ endpoint }) => {
      const applicationUri = settings().application_uri
      const reply = await look({ what: 'endpoints', endpoint, applicationUri, timeoutMs: TIMEOUT_MS, pkiDir })
      return endpointsOf(reply)
    },
    browseOpcua: async ({ endpoint, security_mode, security_policy, username, password, from, max }) => {
      const address = {
        ...{ id: 'browse', endpoint, mode: security_mode, policy: security_policy, trustsAny: false },
        applicationUri: settings().application_uri,
        user: username === undefined ? null : { name: username, password: password ?? null, passwordFile: null },
        timeoutMs: TIMEOUT_MS,
      }
      return variablesOf(await look({ what: 'browse', address, from, variablesMax: max, pkiDir }), max)
    },
  }
}

function serversOf(options: OpcuaOptions, figures: ReturnType<OpcuaStats['read']>): OpcuaServerItem[] {
  const byId = new Map(figures.map((one) => [one.id, one]))
  const plans = opcuaPlansOf(options)
  return options.servers.map(({ id, endpoint, security_mode, security_policy, trust_any }, at) => {
    const found = byId.get(id)
    const { user, items } = plans[at]!
    return {
      ...{ id, endpoint, security_mode, security_policy, trust_any },
      user: user === null ? 'anonymous' : 'name' in user ? 'username' : 'certificate',
      nodes: items.length,
      connected: found?.isConnected ?? false,
      monitored: found?.nodes.monitored ?? 0,
      unread: found?.nodes.unread ?? 0,
      values: (found?.values.sent ?? 0) + (found?.values.history ?? 0),
      failures: Object.fromEntries(
        OPCUA_FAULTS.map((fault) => [fault, found?.connections[fault] ?? 0]),
      ) as OpcuaServerItem['failures'],
      clock_difference_s: found?.clockDifferenceS ?? null,
    }
  })
}

function endpointsOf(reply: OpcuaLookReply): OpcuaEndpointsAnswer {
  if ('fault' in reply) return { fault: reply.fault, endpoints: [] }
  const endpoints = 'endpoints' in reply ? reply.endpoints : []
  return {
    fault: null,
    endpoints: endpoints.map(({ mode, policy, users, certificate, certificateStatus }) => ({
      security_mode: mode,
      security_policy: policy,
      supported: mode === 'none' || OPCUA_POLICIES.some((known) => known === policy),
      users: [...users],
      certificate: certificate === null ? null : sentCertificate(certificate),
      certificate_status: certificateStatus,
    })),
  }
}

function variablesOf(reply: OpcuaLookReply, max: number): OpcuaBrowseAnswer {
  if ('fault' in reply) return { fault: reply.fault, more: false, variables: [] }
  const { variables, proposed } = 'variables' in reply ? reply : { variables: [], proposed: [] }
  const byNode = new Map(proposed.map((one) => [one.node, one]))
  return {
    fault: null,
    more: variables.length === max,
    variables: variables.map(({ node, path, type, value, unit, status, hasHistory }) => {
      const found = byNode.get(node)
      const { guess, asks = null, reasons = [] } = found?.guessed ?? {}
      const proposal =
        found === undefined || guess === undefined
          ? null
          : {
              device: found.device,
              metric: guess.metric,
              class: guess.class,
              unit: guess.unit ?? null,
              asks: asks === null ? null : (reasons[0] ?? null),
            }
      return { node, path: [...path], type, value, unit, status, has_history: hasHistory, proposal }
    }),
  }
}

/** Null for what is no certificate: servers send what they like. */
function sentCertificate(der: Uint8Array): OpcuaCertificate | null {
  try {
    return shownCertificate(new X509Certificate(der))
  } catch {
    return null
  }
}

function shownCertificate(certificate: X509Certificate): OpcuaCertificate {
  const { fingerprint, issuer, validFrom, validTo } = certificate
  return {
    sha256: certificatePrint(certificate),
    sha1: fingerprint.replaceAll(':', '').toLowerCase(),
    subject: certificateSubject(certificate),
    issuer: certificateSubject({ subject: issuer }),
    valid_from: new Date(validFrom).toISOString(),
    valid_to: new Date(validTo).toISOString(),
  }
}
