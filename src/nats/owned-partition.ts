import type { NatsOptions } from './options.js'

/** The partition that a gateway works for, as its threads are told. */
export interface OwnedPartition {
  readonly partition: number
  readonly partitions: number
  /** Grows from owner to owner: what one writes says which it is. */
  readonly epoch: number
  /** Copies of each stream. */
  readonly replicas: number
  readonly nats: NatsOptions
  /** Memory of a `LeaseMark`. */
  readonly lease: SharedArrayBuffer
}
