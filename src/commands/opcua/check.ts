import { type OpcuaItem, type OpcuaPlan, type OpcuaValue, opcuaItemKey, opcuaTopic } from '../../base/opcua.js'
import type { LoadedConfig } from '../../config/config.js'
import { NodeIds } from '../../intake/opcua/node-ids.js'
import type { OpcuaSession } from '../../intake/opcua/session.js'
import { opcuaValueOf } from '../../intake/opcua/values.js'
import { explain } from '../explain/explain.js'

/** Nodes of one request. */
const NODES_MAX = 100

/** Finding on one node of the settings. */
export interface CheckedNode {
  readonly server: string
  readonly node: string
  readonly device: string
  readonly metric: string
  readonly type: string
  /** The reading that it would be now, with unit and quality; null when there is none. */
  readonly reading: { readonly value: number | string; readonly unit: string; readonly quality: string } | null
  /** Reason for there being none; '' when there is one. */
  readonly problem: string
}

/** Reads every node of a server once, and says what the gateway would make of it. Rejects with an `OpcuaFault`. */
export async function checkedNodes(
  loaded: LoadedConfig,
  plan: OpcuaPlan,
  at: OpcuaSession,
  nowMs: number,
): Promise<readonly CheckedNode[]> {
  const nodeIds = new NodeIds(at)
  const checked: CheckedNode[] = []
  for (let from = 0; from < plan.items.length; from += NODES_MAX) {
    for (const [item, read] of await valuesOf(at, nodeIds, plan.items.slice(from, from + NODES_MAX))) {
      checked.push(checkedNode(loaded, plan, item, read, nowMs))
    }
  }
  return checked
}

async function valuesOf(
  at: OpcuaSession,
  nodeIds: NodeIds,
  items: readonly OpcuaItem[],
): Promise<readonly (readonly [OpcuaItem, OpcuaValue | string])[]> {
  const { library, session } = at
  const wanted = await Promise.all(items.map(async (item) => [item, await nodeIds.of(item.node)] as const))
  const known = wanted.flatMap(([item, found]) => ('why' in found ? [] : [{ item, nodeId: found.nodeId }]))
  const request = known.map(({ item, nodeId }) => ({
    nodeId,
    attributeId: library.AttributeIds.Value,
    ...(item.element === null ? {} : { indexRange: new library.NumericRange(String(item.element)) }),
  }))
  try {
    const values = request.length === 0 ? [] : await session.read(request)
    const byKey = new Map(known.map(({ item }, i) => [item.key, values[i]]))
    return wanted.map(([item, found]) => {
      if ('why' in found) return [item, found.why]
      const value = byKey.get(item.key)
      return [
        item,
        value === undefined
          ? 'the server did not answer'
          : opcuaValueOf(library, item.key, value, item.element !== null),
      ]
    })
  } catch (error) {
    throw at.faultOf(error)
  }
}

function checkedNode(
  loaded: LoadedConfig,
  { id }: OpcuaPlan,
  item: OpcuaItem,
  read: OpcuaValue | string,
  nowMs: number,
): CheckedNode {
  const { device, metric } = placeOf(loaded, id, item)
  const about = { server: id, node: item.key, device, metric }
  if (typeof read === 'string') return { ...about, type: '', reading: null, problem: read }
  const payload = Buffer.from(JSON.stringify({ read_at: nowMs, values: [read] }))
  const [explained] = explain(loaded, [{ topic: opcuaTopic(id), payload }], { door: 'opcua', arrivedAt: nowMs })
  const [reading] = explained?.readings ?? []
  if (reading !== undefined) {
    const { value, unit, quality } = reading
    return { ...about, type: read.type, reading: { value, unit, quality }, problem: '' }
  }
  const status = `0x${read.status.toString(16).padStart(8, '0')}`
  const problem = explained?.rejections[0]?.detail ?? `it has no value (StatusCode ${status})`
  return { ...about, type: read.type, reading: null, problem }
}

function placeOf({ config }: LoadedConfig, id: string, { key }: OpcuaItem): { device: string; metric: string } {
  const devices = config.opcua.servers.find((server) => server.id === id)?.devices ?? []
  for (const { plant, line, device, nodes } of devices) {
    const found = nodes.find(({ node, element }) => opcuaItemKey(node, element) === key)
    if (found !== undefined) return { device: `${plant}/${line}/${device}`, metric: found.metric }
  }
  return { device: '', metric: '' }
}
