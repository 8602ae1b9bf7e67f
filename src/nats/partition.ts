/** FNV-1a, 32 bit. */
const OFFSET_BASIS = 0x811c9dc5
const PRIME = 0x01000193

/**
 * The partition that nats-server's `partition(N,1)` gives a token: FNV-1a of its bytes, modulo N. A test compares it with
 * the server.
 */
export function partitionOf(token: string, partitions: number): number {
  let hash = OFFSET_BASIS
  for (const byte of Buffer.from(token)) hash = Math.imul(hash ^ byte, PRIME) >>> 0
  return hash % partitions
}
