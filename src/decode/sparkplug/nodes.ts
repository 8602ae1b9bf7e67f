import type { Speaker } from '../../access/speakers.js'
import type { DialectState } from '../dialect.js'
import { type Fault, fault } from '../fault.js'
import { Birth, type BornMetric } from './birth.js'
import { evictedFor } from './eviction.js'
import { EdgeNode, type NodeContent } from './node.js'
import type { NodeTopic } from './topic.js'

/** With one more a node is forgotten, by the policy in `eviction.ts`; when it sends again it is asked for its births. */
const NODES_MAX = 2000
const DEVICES_MAX = 1000
/** Metrics of all births together, each birth for one more, with the same policy. */
const METRICS_MAX = 500_000

/** Keys of what is remembered begin with these: `sparkplug/node/{group}/{node}`, `sparkplug/birth/{group}/{node}[/{device}]`. */
const NODE = 'sparkplug/node/'
const BIRTH = 'sparkplug/birth/'

/** A birth as it is saved: numbers and names in short, for there are many. */
interface SavedBirth {
  readonly sentAt: number
  readonly arrivedAt: number
  /** Absent for that of its own arrival. */
  readonly knownSince?: number
  /** Session of the node in which a device was born, -1 when it has died since; absent in the birth of a node. */
  readonly session?: number
  readonly metrics: readonly (readonly [name: string, alias: number | null, type: number, unit: string | null])[]
}

/** The edge nodes that have been born, by group and node, and what of them has changed since it was last saved. */
export class Nodes {
  /** In the order of their births. */
  readonly #nodes = new Map<string, EdgeNode>()
  #metrics = 0
  readonly #changed = new Set<string>()
  /** Each message changes its node: a name for each of them would cost more than what is read of it. */
  readonly #changedNodes = new Set<EdgeNode>()

  get({ nodeKey }: Pick<NodeTopic, 'nodeKey'>): EdgeNode | undefined {
    return this.#nodes.get(nodeKey)
  }

  all(): IterableIterator<EdgeNode> {
    return this.#nodes.values()
  }

  /** Births in the order in which their nodes and devices came to be known. */
  births(): readonly Birth[] {
    const births: Birth[] = []
    for (const { birth, devices } of this.#nodes.values()) {
      births.push(birth)
      for (const device of devices.values()) births.push(device.birth)
    }
    return births.sort((a, b) => a.knownSince - b.knownSince)
  }

  /** A client has sent the birth of a node: the node, with what is known of its devices; or why there is no room for it. */
  born(birth: Birth, speaker: Speaker): EdgeNode | Fault {
    const key = keyOf(birth)
    const known = this.#nodes.get(key)
    const node = known ?? new EdgeNode(birth)
    const more = sizeOf(birth) - (known === undefined ? 0 : sizeOf(known.birth))
    const full = this.#makeRoom(node, { more, speaker })
    if (full !== null) return full
    node.birth = birth
    this.#nodes.delete(key)
    this.#nodes.set(key, node)
    this.#changed.add(NODE + key).add(BIRTH + key)
    return node
  }

  /** A device of a node has been born; null, or why there is no room for it. */
  deviceBorn(node: EdgeNode, birth: Birth): Fault | null {
    const device = birth.device!
    const known = node.devices.get(device)
    if (known === undefined && node.devices.size >= DEVICES_MAX) {
      return fault('bad_sparkplug', `the node has more than ${DEVICES_MAX} devices; give it fewer`)
    }
    const more = sizeOf(birth) - (known === undefined ? 0 : sizeOf(known.birth))
    const full = this.#makeRoom(node, { more, speaker: node.bearer })
    if (full !== null) return full
    // In the order of their births, as they are restored.
    node.devices.delete(device)
    node.devices.set(device, { birth, session: node.session })
    this.#changed.add(`${BIRTH}${keyOf(birth)}/${device}`)
    return null
  }

  /** Something of a node itself is another than it was. */
  noteChange(node: EdgeNode): void {
    this.#changedNodes.add(node)
  }

  noteDeviceChange({ birth }: EdgeNode, device: string): void {
    this.#changed.add(`${BIRTH}${keyOf(birth)}/${device}`)
  }

  takeChanges(): readonly DialectState[] {
    for (const { birth } of this.#changedNodes) this.#changed.add(NODE + keyOf(birth))
    this.#changedNodes.clear()
    const states = [...this.#changed].map((key) => ({ key, content: this.#content(key) }))
    this.#changed.clear()
    return states
  }

  restore(states: readonly DialectState[]): void {
    const births = states.filter(({ key, content }) => key.startsWith(BIRTH) && content !== null)
    const contents = new Map(states.map(({ key, content }) => [key, content]))
    const saved = births.map(({ key, content }) => {
      const [group, node, device = null] = key.slice(BIRTH.length).split('/') as [string, string, string?]
      const { metrics, session, ...times } = JSON.parse(content!) as SavedBirth
      return { birth: new Birth({ group, node, device, ...times }, metrics.map(bornMetric)), session: session ?? -1 }
    })
    saved.sort((a, b) => a.birth.arrivedAt - b.birth.arrivedAt)
    for (const { birth } of saved) {
      const content = contents.get(NODE + keyOf(birth)) ?? null
      if (birth.device !== null || content === null) continue
      const node = new EdgeNode(birth)
      node.restore(JSON.parse(content) as NodeContent)
      this.#nodes.set(keyOf(birth), node)
      this.#grow(node, sizeOf(birth))
    }
    for (const { birth, session } of saved) {
      const node = this.#nodes.get(keyOf(birth))
      if (birth.device === null || node === undefined) continue
      node.devices.set(birth.device, { birth, session })
      this.#grow(node, sizeOf(birth))
    }
  }

  #content(key: string): string | null {
    if (key.startsWith(NODE)) {
      const node = this.#nodes.get(key.slice(NODE.length))
      return node === undefined ? null : JSON.stringify(node.content)
    }
    const [group, id, device] = key.slice(BIRTH.length).split('/') as [string, string, string?]
    const node = this.#nodes.get(`${group}/${id}`)
    if (node === undefined) return null
    if (device === undefined) return JSON.stringify(savedBirth(node.birth))
    const known = node.devices.get(device)
    return known === undefined ? null : JSON.stringify({ session: known.session, ...savedBirth(known.birth) })
  }

  /** Forgets other nodes until so many more metrics of a node fit, and it itself if it is a new one. */
  #makeRoom(
    node: EdgeNode,
    { more, speaker }: { readonly more: number; readonly speaker: Speaker | null },
  ): Fault | null {
    const comes = { node, metrics: node.metrics + more, speaker }
    const nodesMax = this.#nodes.has(keyOf(node.birth)) ? NODES_MAX : NODES_MAX - 1
    while (this.#metrics + more > METRICS_MAX || this.#nodes.size > nodesMax) {
      const victim = evictedFor(this.#nodes.values(), comes, this.#metrics + more > METRICS_MAX)
      if (victim === null) {
        const says = `births have room for ${METRICS_MAX} metrics and ${NODES_MAX} nodes in all, and nobody has more of it than this one's sender`
        return fault('bad_sparkplug', `${says}; give it fewer`)
      }
      this.#forget(victim)
    }
    this.#grow(node, more)
    return null
  }

  #grow(node: EdgeNode, metrics: number): void {
    node.metrics += metrics
    this.#metrics += metrics
  }

  #forget(node: EdgeNode): void {
    const key = keyOf(node.birth)
    this.#nodes.delete(key)
    this.#metrics -= node.metrics
    this.#changed.add(NODE + key).add(BIRTH + key)
    for (const device of node.devices.keys()) this.#changed.add(`${BIRTH}${key}/${device}`)
  }
}

function keyOf({ group, node }: Pick<Birth, 'group' | 'node'>): string {
  return `${group}/${node}`
}

function sizeOf(birth: Birth): number {
  return 1 + birth.metrics.length
}

function savedBirth({ sentAt, arrivedAt, knownSince, metrics }: Birth): SavedBirth {
  return {
    sentAt,
    arrivedAt,
    ...(knownSince === arrivedAt ? {} : { knownSince }),
    metrics: metrics.map(({ name, alias, type, unit }) => [name, alias, type, unit] as const),
  }
}

function bornMetric([name, alias, type, unit]: SavedBirth['metrics'][number]): BornMetric {
  return { name, alias, type, unit }
}
