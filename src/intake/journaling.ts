import type { Clock } from '../base/clock.js'
import type { Door } from '../base/doors.js'
import type { Backlog } from './backlog.js'
import { discardedOf } from './discarded.js'
import type { IntakeEntryMessage, JournalSink } from './journal-sink.js'
import type { IntakeStats } from './stats.js'

/** As much of a PUBLISH or a will as is written down. */
export interface Publication {
  readonly topic: string
  readonly payload: string | Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}

/** Brings messages to the journal and back: nothing is acknowledged before it is on the disk. */
export class Journaling {
  #isClosed = false

  constructor(
    private readonly sink: JournalSink,
    private readonly clock: Clock,
    private readonly stats: IntakeStats,
    private readonly backlog: Backlog,
    private readonly door: Door = 'mqtt',
  ) {}

  /** From now on nothing is taken any more: aedes publishes all wills and ends all sessions when it closes, and nobody died. */
  close(): void {
    this.#isClosed = true
  }

  /** `settled` is called with null when the message is durable, with an error when it will never be. */
  take(client: string, publication: Publication, settled: (error: Error | null) => void): void {
    if (this.#isClosed) {
      settled(new Error('the gateway is closing'))
      return
    }
    const entry = this.#entry(client, publication)
    const cameMs = performance.now()
    const sizeBytes = entry.topic.length + entry.payload.length
    this.stats.messageCame(sizeBytes, 1, this.door)
    this.backlog.add(sizeBytes)
    this.sink.append(entry, (error) => {
      this.backlog.remove(sizeBytes)
      if (error === null) this.stats.acknowledged((performance.now() - cameMs) / 1000)
      settled(error)
    })
  }

  session(client: string, what: 'begin' | 'end'): void {
    if (this.#isClosed) return
    this.sink.append({ kind: 'session', arrivedAt: this.clock.nowMs(), client, what })
  }

  #entry(client: string, { topic, payload, qos, retain }: Publication): IntakeEntryMessage {
    const arrivedAt = this.clock.nowMs()
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const discarded = discardedOf(bytes)
    if (discarded === null) {
      return {
        kind: 'message',
        arrivedAt,
        door: this.door,
        client,
        topic,
        payload: bytes,
        qos,
        retain,
        fullSizeBytes: null,
      }
    }
    return {
      kind: 'message',
      arrivedAt,
      door: this.door,
      client,
      topic,
      payload: discarded.sample,
      qos,
      retain: discarded.retain,
      fullSizeBytes: discarded.fullSizeBytes,
    }
  }
}
