/** Most partitions of a node while so many nodes are alive: all of them together have room for all partitions. */
export function shareOf(partitions: number, nodes: number): number {
  return Math.ceil(partitions / Math.max(1, nodes))
}

/**
 * All partitions in the order in which a node reaches for them: each begins elsewhere, so that nodes that start together
 * seldom reach for the same one.
 */
export function reachOrder(partitions: number, nodeNames: readonly string[], self: string): number[] {
  const place = Math.max(0, [...nodeNames].sort().indexOf(self))
  const first = Math.floor((place * partitions) / Math.max(1, nodeNames.length))
  return Array.from({ length: partitions }, (_, i) => (first + i) % partitions)
}
