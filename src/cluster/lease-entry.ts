import { z } from 'zod'

/** Entry under a lease, and under the presence of a node. */
export const leaseEntry = z.object({
  /** Name of the node. */
  node: z.string(),
  /** Another one at each start of a node: who has it is no other process of the same name. */
  instance: z.string(),
  /** Revision at which a lease was taken; 0 in the entry that takes it, which has that revision itself. */
  epoch: z.number(),
  /** RFC 3339, since when. */
  since: z.string(),
  /** A holder that has not been heard of for so long has lost it. */
  lease_ms: z.number(),
  /** Port of the node, or of the gateway of the partition on loopback of the node; null before it serves. */
  http_port: z.number().nullable(),
})
export type LeaseEntry = z.output<typeof leaseEntry>

export function leaseKey(partition: number): string {
  return `partition.${partition}`
}

export function presenceKey(node: string): string {
  return `node.${node}`
}

export function nodeOfKey(key: string): string | null {
  return key.startsWith('node.') ? key.slice('node.'.length) : null
}
