import { join } from 'node:path'
import type { Logger } from 'pino'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { Clock } from '../../base/clock.js'
import type { JournalBacklog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import { Journaling } from '../journaling.js'
import type { IntakeStats } from '../stats.js'
import { BrokerConnection } from './connection.js'
import { KeptSession } from './kept-session.js'
import type { BrokerOptions } from './options.js'
import { presenceOf } from './presence.js'

/** Longest wait of `close` for acknowledgements that are on their way. */
const CLOSE_MS = 2000

export interface BridgesDeps {
  /** Folder of the files that say what was left at the brokers, one for each (`KeptSession`). */
  readonly dir: string
  readonly payloadBytesMax: number
  /** As a Sparkplug host application; null when it is announced as none. */
  readonly sparkplugHostId: string | null
  readonly sink: JournalSink
  /** Backlog of all connections together; while it is full none of them is read. */
  readonly backlog: JournalBacklog
  /** An `arrivalClock`, shared with whoever else writes to `sink`. */
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Called for each broker at the start, and whenever it stands differently with it. */
  readonly tell: (status: BrokerStatus) => void
}

/** The ingress of messages from existing brokers: one connection for each. */
export class Bridges {
  readonly #journaling: Journaling
  readonly #connections: ReadonlyMap<string, BrokerConnection>

  constructor(brokers: readonly BrokerOptions[], { dir, sparkplugHostId, sink, ...parts }: BridgesDeps) {
    const journaling = new Journaling(sink, parts.clock, parts.stats, parts.backlog, 'broker')
    this.#journaling = journaling
    this.#connections = new Map(
      brokers.map((options) => {
        const kept = new KeptSession(join(dir, `${options.id}.json`), options)
        const presence = presenceOf(options, sparkplugHostId)
        return [options.id, new BrokerConnection({ ...parts, options, presence, journaling, kept })]
      }),
    )
  }

  /** Tells something on the gateway's own behalf at the broker of this id. */
  publishNotice(to: string, topic: string, payload: string | Buffer): void {
    this.#connections.get(to)?.publish(topic, payload)
  }

  /** Takes no more, lets acknowledgements go out that the journal gives within two seconds, and takes leave everywhere. */
  async close(): Promise<void> {
    const deadlineMs = performance.now() + CLOSE_MS
    await Promise.all([...this.#connections.values()].map((connection) => connection.close(deadlineMs)))
    this.#journaling.close()
  }
}
