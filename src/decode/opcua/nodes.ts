import { HOUR_MS } from '../../base/durations.js'
import { METRICS } from '../../base/metrics.js'
import { type OpcuaPlan, type OpcuaTime, type OpcuaUser, opcuaItemKey, opcuaTopic } from '../../base/opcua.js'
import type { DevicePath } from '../../base/topic.js'
import { type MetricTarget, metricTargetOf } from '../emitter.js'
import { type Fault, isFault } from '../fault.js'
import { scaleOf } from '../profile/scale.js'
import type { OpcuaNodeOptions, OpcuaOptions, OpcuaServerOptions } from './options.js'

/** A node whose values become readings. */
export interface OpcuaNode {
  readonly target: MetricTarget
  /** A value is moved by so many places, and multiplied by the factor. */
  readonly places: number
  readonly factor: number
  /** State words by what the node holds; null where it holds the value itself. */
  readonly words: ReadonlyMap<string, string> | null
}

/** Everything that is read from the messages of one server. */
export interface OpcuaServerNodes {
  readonly time: OpcuaTime
  readonly devices: readonly DevicePath[]
  /** By item; a fault where the settings cannot be. */
  readonly nodes: ReadonlyMap<string, { readonly path: DevicePath; readonly node: OpcuaNode | Fault }>
}

/** The servers of a configuration by the topics of their messages. */
export function opcuaNodesOf({ servers }: OpcuaOptions): ReadonlyMap<string, OpcuaServerNodes> {
  return new Map(servers.map((server) => [opcuaTopic(server.id), nodesOf(server)]))
}

function nodesOf({ time, devices }: OpcuaServerOptions): OpcuaServerNodes {
  const paths = devices.map(({ plant, line, device }): DevicePath => ({ plant, line, device }))
  const nodes = devices.flatMap(({ nodes }, d) =>
    nodes.map((one) => {
      const path = paths[d]!
      return [opcuaItemKey(one.node, one.element), { path, node: opcuaNodeOf(path, one) }] as const
    }),
  )
  return { time, devices: paths, nodes: new Map(nodes) }
}

/** A node by its settings, or why it cannot be read. */
export function opcuaNodeOf(path: DevicePath, options: OpcuaNodeOptions): OpcuaNode | Fault {
  const { metric, unit, factor, words } = options
  const under = options.class ?? METRICS.get(metric)?.classes[0] ?? 'production'
  const target = metricTargetOf(path, under, metric, unit)
  if (isFault(target)) return target
  const { places, factor: rest, meaning } = scaleOf(target, { factor, offset: 0 }, true)
  return {
    target: meaning === target.meaning ? target : { ...target, meaning },
    places,
    factor: rest,
    words: words === undefined ? null : new Map(Object.entries(words)),
  }
}

/** Plans of the client, one for each server. */
export function opcuaPlansOf({ application_uri, servers }: OpcuaOptions): OpcuaPlan[] {
  return servers.map((server) => ({
    id: server.id,
    endpoint: server.endpoint,
    mode: server.security_mode,
    policy: server.security_policy,
    applicationUri: application_uri,
    user: userOf(server),
    trustsAny: server.trust_any,
    samplingMs: server.sampling_ms,
    publishingMs: server.publishing_ms,
    queue: server.queue,
    timeoutMs: server.timeout_s * 1000,
    // A reading that has the time of its arrival has no place in the past.
    historyMs: server.time === 'arrival' ? 0 : server.history_h * HOUR_MS,
    items: server.devices.flatMap(({ nodes }) =>
      nodes.map(({ node, element, deadband }) => ({
        key: opcuaItemKey(node, element),
        node,
        element: element ?? null,
        deadband,
      })),
    ),
  }))
}

function userOf(server: OpcuaServerOptions): OpcuaUser | null {
  const { username, password, password_file, user_cert_file, user_key_file } = server
  if (username !== undefined) return { name: username, password: password ?? null, passwordFile: password_file ?? null }
  if (user_cert_file === undefined || user_key_file === undefined) return null
  return { certFile: user_cert_file, keyFile: user_key_file }
}
