import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../../base/clock.js'
import { purgeBefore } from '../../journal/stream/purge.js'
import { connectNats } from '../../nats/connect.js'
import type { LeaseMark } from '../../nats/lease-mark.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import { type CheckpointStatus, Checkpoints } from './checkpoints.js'
import { type FetchedState, takeOverState } from './fetch.js'
import { openStateStore } from './open.js'

export interface KeptStateDeps {
  readonly owned: Omit<OwnedPartition, 'lease'>
  readonly lease: Pick<LeaseMark, 'isHeld'>
  readonly dataDir: string
  /** `cluster.checkpoint_s` and `cluster.state_dir`. */
  readonly cluster: { readonly checkpoint_s: number; readonly state_dir?: string | undefined }
  readonly clock: Clock
  log(level: 'error' | 'warn', text: string): void
}

/** Part of a partition's gateway that its state needs. */
interface Kept {
  prepareBackup(): Promise<void>
  close(): Promise<void>
}

/**
 * The state of a partition from its take-over to its end: opened before the gateway starts, begun when it serves, and ended around
 * its end. `keep` is for the gateway's start.
 */
export class KeptState {
  readonly fetched: FetchedState
  readonly #connection: NatsConnection
  readonly #checkpoints: Checkpoints
  readonly #ending = new AbortController()
  #gateway: Kept | null = null

  private constructor(connection: NatsConnection, fetched: FetchedState, checkpoints: (of: KeptState) => Checkpoints) {
    this.#connection = connection
    this.fetched = fetched
    this.#checkpoints = checkpoints(this)
  }

  /** Makes the data directory that of the partition. Throws `Fenced`, a `StateFault`, or what the servers do not answer. */
  static async takeOver({ owned, lease, dataDir, cluster, clock, log: say }: KeptStateDeps): Promise<KeptState> {
    const { partition, replicas, epoch } = owned
    const connection = await connectNats(owned.nats, 'journal', `greengauge state of partition ${partition}`)
    try {
      const state = await openStateStore({ connection, clock, partition, replicas, stateDir: cluster.state_dir })
      const fetched = await takeOverState({ ...state, dataDir }, epoch)
      const manager = await jetstreamManager(connection, { checkAPI: false })
      const checkpoints = (kept: KeptState) =>
        new Checkpoints({
          ...state,
          dataDir,
          epoch,
          lease,
          everyMs: cluster.checkpoint_s * 1000,
          prepare: async () => kept.#gateway?.prepareBackup(),
          purge: (segment) => purgeBefore(manager, partition, segment),
          log: say,
        })
      return new KeptState(connection, fetched, checkpoints)
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  get status(): CheckpointStatus {
    return this.#checkpoints.status
  }

  /** Resolves when what there is at this moment is where the next owner finds it. */
  readonly keep = (): Promise<void> => this.#checkpoints.now()

  /** Takes checkpoints as they are due. Rejects with `Fenced` when another owner has come, resolves when it is ended. */
  run(gateway: Kept): Promise<void> {
    this.#gateway = gateway
    return this.#checkpoints.run(this.#ending.signal)
  }

  /** The last checkpoints, around the ordered end of the gateway, which is ended here. */
  async end(): Promise<void> {
    this.#ending.abort()
    await this.#checkpoints.end(async () => {
      await this.#gateway?.close()
      this.#gateway = null
    })
    await this.#connection.close()
  }
}
