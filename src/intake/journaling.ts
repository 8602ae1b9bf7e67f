import type { Clock } from '../base/clock.js'
import type { IngressKind } from '../base/ingress.js'
import { isMqttLevel } from '../base/mqtt-version.js'
import type { JournalBacklog } from './backlog.js'
import { discardedOf } from './discarded.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import type { IntakeEntryMessage, JournalSink } from './journal-sink.js'
import type { IntakeStats } from './stats.js'

/** Cost of going on with a message that is durable: its subscribers are looked for, its acknowledgement is written. */
const SETTLED_UNITS = 4

/** As much of a PUBLISH or a will as is written down. */
export interface Publication {
  readonly topic: string
  readonly payload: string | Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  /** Properties as an entry has them; empty or absent when there are none. */
  readonly properties?: Uint8Array
}

/** Brings messages to the journal and back: nothing is acknowledged before it is on the disk. */
export class Journaling {
  #isClosed = false
  /** Tasks due now that messages are durable, oldest first; looked at only while they are more than a turn allows. */
  #settled: (() => void)[] = []

  constructor(
    private readonly sink: JournalSink,
    private readonly clock: Clock,
    private readonly stats: IntakeStats,
    private readonly backlog: JournalBacklog,
    private readonly ingress: IngressKind = 'mqtt',
    /** One batch of the journal may settle thousands of messages; they go on in turns, in order. */
    private readonly budget: EventLoopBudget | null = null,
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
    const sizeBytes = entry.topic.length + entry.payload.length + (entry.properties?.length ?? 0)
    this.stats.messageCame(sizeBytes, 1, this.ingress)
    this.backlog.add(sizeBytes)
    this.sink.append(entry, (error) => {
      this.#inTurn(() => {
        this.backlog.remove(sizeBytes)
        if (error === null) this.stats.acknowledged((performance.now() - cameMs) / 1000)
        settled(error)
      })
    })
  }

  #inTurn(goOn: () => void): void {
    const { budget } = this
    if (budget === null || (this.#settled.length === 0 && !budget.isOver)) {
      budget?.spend(SETTLED_UNITS)
      goOn()
      return
    }
    this.#settled.push(goOn)
    if (this.#settled.length === 1) budget.next(() => this.#goOn(budget))
  }

  #goOn(budget: EventLoopBudget): void {
    const waiting = this.#settled
    let done = 0
    while (done < waiting.length && !budget.isOver) {
      budget.spend(SETTLED_UNITS)
      waiting[done++]!()
    }
    // Messages that were settled meanwhile stand behind in the same list.
    this.#settled = waiting.slice(done)
    if (this.#settled.length > 0) budget.next(() => this.#goOn(budget))
  }

  /** @param level of MQTT, where it is known */
  session(client: string, what: 'begin' | 'end', level = 0): void {
    if (this.#isClosed) return
    const spoken = isMqttLevel(level) ? { level } : {}
    this.sink.append({ kind: 'session', arrivedAt: this.clock.nowMs(), client, what, ...spoken })
  }

  #entry(client: string, { topic, payload, qos, retain, properties }: Publication): IntakeEntryMessage {
    const arrivedAt = this.clock.nowMs()
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const discarded = discardedOf(bytes)
    const kept = properties === undefined || properties.length === 0 ? {} : { properties }
    if (discarded === null) {
      return {
        kind: 'message',
        arrivedAt,
        ingress: this.ingress,
        client,
        topic,
        payload: bytes,
        qos,
        retain,
        fullSizeBytes: null,
        ...kept,
      }
    }
    return {
      kind: 'message',
      arrivedAt,
      ingress: this.ingress,
      client,
      topic,
      payload: discarded.sample,
      qos,
      retain: discarded.retain,
      fullSizeBytes: discarded.fullSizeBytes,
      ...kept,
    }
  }
}
