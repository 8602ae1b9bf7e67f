import type { MsgHdrs } from '@nats-io/transport-node'

/** Header with the epoch of the owner that a message is from: see `OwnedPartition.epoch`. */
export const EPOCH_HEADER = 'Greengauge-Epoch'

/** 0 for a message without one: older than any owner. */
export function epochOf(headers: MsgHdrs | undefined): number {
  return Number(headers?.get(EPOCH_HEADER) || 0)
}
