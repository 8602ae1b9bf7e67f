import type { Credential } from '../access/credentials.js'
import type { Account } from '../access/people.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { Config } from '../config/config.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import type { VersionInfo } from '../program/version.js'

/** Settings as the gateway of a partition has them. */
export interface PartitionSettings {
  readonly config: Config
  readonly hash: string
  readonly content: string
  readonly registry: readonly RegisteredDevice[]
  readonly people: readonly Account[]
  readonly credentials: readonly Credential[]
}

/** Messages from a node to the process of a partition. */
export type ToPartition =
  | {
      readonly type: 'start'
      readonly settings: PartitionSettings
      readonly owned: Omit<OwnedPartition, 'lease'>
      readonly untilNs: bigint
      readonly version: VersionInfo
    }
  /** The lease holds until then, by `process.hrtime.bigint()`, which all processes of a machine share. */
  | { readonly type: 'lease'; readonly untilNs: bigint }
  /** The lease has ended, and no server says whose it is: nothing is written, and the process stays. Told again and again. */
  | { readonly type: 'wait' }
  | { readonly type: 'settings'; readonly settings: PartitionSettings }
  /** Ends in good order, with all its files where the next owner finds them. */
  | { readonly type: 'stop' }

export type FromPartition =
  /** It serves, on this port of loopback. */
  | { readonly type: 'ready'; readonly httpPort: number }
  /** It ends because of this. `isFenced`: another owner writes. */
  | { readonly type: 'failed'; readonly reason: string; readonly isFenced: boolean }
