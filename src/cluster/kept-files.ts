import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../base/clock.js'
import type { Config } from '../config.js'
import { purgeBefore } from '../journal/stream/purge.js'
import { connectNats } from '../nats/connect.js'
import type { LeaseMark } from '../nats/lease-mark.js'
import type { OwnedPartition } from '../nats/owned-partition.js'
import { type CheckpointStatus, Checkpoints } from './state/checkpoints.js'
import { takeOverState } from './state/fetch.js'
import { type OpenState, openState } from './state/open.js'

/** The files of a partition, in its owner's folder and where the next owner finds them. */
export class KeptFiles {
  readonly #stopping = new AbortController()
  readonly #checkpoints: Checkpoints
  #prepare: () => Promise<void> = async () => {}
  #running: Promise<void> = Promise.resolve()

  private constructor(
    private readonly connection: NatsConnection,
    parts: Omit<ConstructorParameters<typeof Checkpoints>[0], 'prepare'>,
  ) {
    this.#checkpoints = new Checkpoints({ ...parts, prepare: () => this.#prepare() })
  }

  /** Makes `data_dir` what the owner before has left on record. Rejects with the code `EFENCED` when a later one is there already. */
  static async fetch(
    { partition, epoch, replicas, nats }: Omit<OwnedPartition, 'lease'>,
    { data_dir: dataDir, cluster }: Pick<Config, 'data_dir' | 'cluster'>,
    lease: LeaseMark,
    clock: Clock,
    say: (level: 'error' | 'warn', text: string) => void,
  ): Promise<KeptFiles> {
    const connection = await connectNats(nats, 'journal', `greengauge files of partition ${partition}`)
    const state: OpenState = await openState({ connection, clock, partition, replicas, stateDir: cluster.state_dir })
    await takeOverState({ ...state, dataDir }, epoch)
    return new KeptFiles(connection, {
      ...state,
      dataDir,
      epoch,
      lease,
      everyMs: cluster.checkpoint_s * 1000,
      purge: async (segment) => {
        const manager = await jetstreamManager(connection, { checkAPI: false })
        await purgeBefore(manager, partition, segment)
      },
      say,
    })
  }

  get status(): CheckpointStatus {
    return this.#checkpoints.status
  }

  /** Resolves when what is there at this moment is where another node finds it. */
  now(): Promise<void> {
    return this.#checkpoints.now()
  }

  /** Takes checkpoints when they are due, until `end`. Rejects with the code `EFENCED` when another owner has come. */
  run(prepare: () => Promise<void>): Promise<void> {
    this.#prepare = prepare
    this.#running = this.#checkpoints.run(this.#stopping.signal)
    return this.#running
  }

  /** The last ones of an ordered end: `close` ends the gateway. */
  async end(close: () => Promise<void>): Promise<void> {
    this.#stopping.abort()
    await this.#running.catch(() => {})
    await this.#checkpoints.end(close)
    await this.connection.close()
  }
}
