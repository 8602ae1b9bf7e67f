import type { Speaker } from '../../access/speakers.js'
import type { EdgeNode } from './node.js'

/** A node whose birth, or that of a device of it, wants to be kept. */
export interface BirthCandidate {
  readonly node: EdgeNode
  /** Metrics of all births of the node, with the new one. */
  readonly metrics: number
  /** Sender of the birth; null where that is not known. */
  readonly speaker: Speaker | null
}

interface Holding {
  metrics: number
  nodes: number
  largest: { readonly node: EdgeNode; readonly metrics: number } | null
}

/**
 * The node that is forgotten so that a birth has room: one that is dead, for it is born anew when it comes again; else
 * the largest node of the client that has the most. Null when that is the comer itself: then nobody makes way. Of equal
 * ones the first goes.
 *
 * @param known in the order of their births
 * @param isOfMetrics whether metrics are too many, not nodes
 */
export function evictedFor(known: Iterable<EdgeNode>, comer: BirthCandidate, isOfMetrics: boolean): EdgeNode | null {
  const holdings = new Map<string, Holding>()
  let dead: EdgeNode | null = null
  const note = (node: EdgeNode, metrics: number, speaker: Speaker | null) => {
    const key = holderOf(node, speaker)
    const holding = holdings.get(key) ?? { metrics: 0, nodes: 0, largest: null }
    holdings.set(key, holding)
    holding.metrics += metrics
    holding.nodes++
    if (metrics > (holding.largest?.metrics ?? -1)) holding.largest = { node, metrics }
  }
  for (const node of known) {
    if (node === comer.node) continue
    if (!node.isAlive && node.metrics > (dead?.metrics ?? -1)) dead = node
    note(node, node.metrics, node.bearer)
  }
  if (dead !== null) return dead
  note(comer.node, comer.metrics, comer.speaker)
  const sizeOf = ({ metrics, nodes }: Holding) => (isOfMetrics ? metrics : nodes)
  let most: Holding | null = null
  for (const holding of holdings.values()) if (most === null || sizeOf(holding) > sizeOf(most)) most = holding
  const victim = most?.largest?.node ?? null
  return victim === comer.node ? null : victim
}

/** Key of who has to answer for a node: the client that it was born by, or the node alone where that is not known. */
function holderOf({ birth }: EdgeNode, speaker: Speaker | null): string {
  return speaker === null ? `node ${birth.group}/${birth.node}` : `${speaker.ingress} ${speaker.client}`
}
