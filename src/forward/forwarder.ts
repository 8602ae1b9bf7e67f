import type { Clock } from '../base/clock.js'
import type { ForwardStatus } from '../base/forward-status.js'
import { positionOf } from '../journal/cursor.js'
import type { DurableMark } from '../journal/durable-mark.js'
import type { JournalReader } from '../journal/reader.js'
import { Centre, reasonOf } from './centre.js'
import { type CollectedRange, Collector } from './collector.js'
import { fitting } from './fitting.js'
import type { ForwardOptions } from './options.js'
import type { ForwardPosition } from './position.js'

/** Pause between two looks at the journal. */
const LOOK_MS = 100
/** The place is written down this often while something is forwarded, … */
const SAVE_MS = 1000
/** … and while only time goes on. */
const IDLE_SAVE_MS = 30_000
/** Pause from one attempt to reach the centre to the next, growing from the one to the other. */
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 30_000

export interface ForwarderDeps {
  readonly clock: Clock
  readonly mark: DurableMark
  /** Stands at the place. */
  readonly reader: JournalReader
  readonly place: ForwardPosition
  readonly options: ForwardOptions
  readonly plantOf: (topic: string) => string
  log(level: 'info' | 'warn', text: string): void
}

/**
 * Passes on the messages of the journal to a centre, in order: a range is sent when the one before it has been
 * acknowledged by the centre's stream, and again until it is, for days if it must. The place follows the acknowledgement,
 * so a kill at any moment costs repeats and nothing else.
 */
export class Forwarder {
  readonly #deps: ForwarderDeps
  readonly #collector: Collector
  #centre: Centre | null = null
  #reason = 'the centre has not been reached since the start'
  #lostSinceMs: number | null
  /** The last attempt to send something has failed: a connection alone does not mean that it goes on. */
  #isRefused = false
  #trouble = ''
  /** Time of the last save, at first of the start, by `performance.now()`. */
  #savedAtMs = performance.now()
  /** Acknowledged, if perhaps not written down yet. */
  #done: { readonly to: CollectedRange['to']; readonly messages: number }
  #sending: CollectedRange | null = null
  #sendingOldestMs: number | null = null
  /** Parts of it that are acknowledged: a line that breaks all the time gets on all the same. */
  #partsSent = 0
  #retryMs = RETRY_MIN_MS
  readonly #counts = { batches: 0, entryBytes: 0, sentBytes: 0, cutShort: 0 }

  constructor(deps: ForwarderDeps) {
    const { clock, reader, plantOf, options } = deps
    this.#deps = deps
    this.#collector = new Collector(reader, plantOf, options.batch_bytes)
    this.#lostSinceMs = clock.nowMs()
    this.#done = { to: reader.cursor, messages: reader.messagesThrough }
  }

  get status(): ForwardStatus {
    return {
      isConnected: this.#lostSinceMs === null,
      reason: this.#lostSinceMs === null ? this.#trouble : this.#reason,
      lostSinceMs: this.#lostSinceMs,
      position: positionOf(this.#deps.place.cursor),
      messages: this.#done.messages,
      oldestWaitingMs: this.#sendingOldestMs ?? this.#collector.oldestMs,
      ...this.#counts,
    }
  }

  /** Runs until `signal` is aborted; what is under way then comes again after the next start. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => void this.#centre?.close(), { once: true })
    while (!signal.aborted) {
      if (this.#centre === null && !(await this.#reach(signal))) continue
      const range = await this.#next(signal)
      if (range === null) continue
      if (await this.#deliver(range, signal)) this.#advance(range)
    }
    this.#save()
    await this.#centre?.close()
  }

  /** Range to be sent: the one not acknowledged, or what has come since, once it is enough or has waited long enough. */
  async #next(signal: AbortSignal): Promise<CollectedRange | null> {
    if (this.#sending !== null) return this.#sending
    const { clock, mark, options } = this.#deps
    const collector = this.#collector
    let waitedMs = 0
    while (!signal.aborted) {
      collector.fill(mark.read().position)
      if (collector.isFull) break
      const isAny = collector.oldestMs !== null
      if (isAny ? waitedMs >= options.batch_s * 1000 : performance.now() - this.#savedAtMs >= IDLE_SAVE_MS) break
      await clock.sleep(LOOK_MS, signal)
      if (isAny) waitedMs += LOOK_MS
    }
    this.#sendingOldestMs = collector.oldestMs
    this.#sending = collector.take()
    return this.#sending
  }

  /** False when it has failed: it is tried again with another connection. */
  async #deliver(range: CollectedRange, signal: AbortSignal): Promise<boolean> {
    const centre = this.#centre!
    const { edge } = this.#deps.place
    const [from, to] = [range.from, positionOf(range.to)]
    try {
      while (this.#partsSent < range.parts.length) {
        const { plant, entries, count } = range.parts[this.#partsSent]!
        for (const [piece, batch] of fitting(entries, count, centre.batchBytesMax).entries()) {
          // The checksum tells two journals apart that have the same place: one of them was restored from a backup.
          const id = `${edge}:${plant}:${to}:${range.to.crc}:${this.#partsSent}.${piece}`
          await centre.publish(batch, { edge, plant, from, to, id })
          this.#counts.batches++
          this.#counts.entryBytes += batch.entryBytes
          this.#counts.sentBytes += batch.bytes.length
          if (batch.isCut) this.#cutShort(plant)
        }
        this.#partsSent++
        this.#retryMs = RETRY_MIN_MS
        this.#lostSinceMs = null
        this.#isRefused = false
      }
      return true
    } catch (error) {
      this.#isRefused = true
      if (!signal.aborted) await this.#loseAndWait(error, signal)
      return false
    }
  }

  #advance(range: CollectedRange): void {
    this.#sending = null
    this.#partsSent = 0
    this.#sendingOldestMs = null
    this.#done = { to: range.to, messages: range.messagesThrough }
    if (performance.now() - this.#savedAtMs >= SAVE_MS) this.#save()
  }

  #save(): void {
    if (positionOf(this.#done.to) > positionOf(this.#deps.place.cursor)) {
      const problem = this.#deps.place.keep(this.#done.to)
      this.#trouble =
        problem === '' ? '' : `the place up to which the centre has the journal cannot be saved: ${problem}`
    }
    this.#savedAtMs = performance.now()
  }

  async #reach(signal: AbortSignal): Promise<boolean> {
    const { options, place, log: say } = this.#deps
    try {
      this.#centre = await Centre.connect(options, place.edge)
    } catch (error) {
      await this.#loseAndWait(error, signal)
      return false
    }
    if (signal.aborted) return false
    say('info', `connected to the centre as edge ${place.edge}`)
    if (!this.#isRefused) this.#lostSinceMs = null
    return true
  }

  async #loseAndWait(error: unknown, signal: AbortSignal): Promise<void> {
    const { options, clock, log: say, mark } = this.#deps
    const reason = reasonOf(error, options.servers)
    if (this.#lostSinceMs === null || reason !== this.#reason) say('warn', `nothing is forwarded: ${reason}`)
    this.#reason = reason
    this.#lostSinceMs ??= clock.nowMs()
    const lost = this.#centre
    this.#centre = null
    await lost?.close()
    // So that it is known how long the oldest message waits.
    this.#collector.fill(mark.read().position)
    await clock.sleep(this.#nextWaitMs(), signal)
  }

  /** Gateways that have lost the same centre do not come back in the same instant: each has a part of its own. */
  #nextWaitMs(): number {
    const share = 0.75 + Number.parseInt(this.#deps.place.edge.slice(0, 4), 16) / 2 ** 17
    const waitMs = this.#retryMs * share
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MAX_MS)
    return waitMs
  }

  #cutShort(plant: string): void {
    this.#counts.cutShort++
    this.#deps.log(
      'warn',
      `a message of ${plant} is larger than the centre takes (max_payload): only its beginning went there`,
    )
  }
}
