import type { Clock } from '../base/clock.js'
import type { IntakeRate } from '../base/wire.js'
import type { Histogram, IntakeMeasures } from './sources/measures.js'

const EVERY_MS = 10_000
const RATES_MAX = 90
/** Means are those of the last minute, … */
const MEAN_MS = 60_000
/** … quantiles those of the last five: most of it is made of few messages. */
const QUANTILE_MS = 300_000
/** Shortest span of time that a mean is made of. */
const SPAN_MIN_MS = 1_000

interface Beat extends IntakeMeasures {
  readonly atMs: number
  /** Time that all threads together have spent on a core, since the start. */
  readonly cpuMs: number
}

/** Measures how fast the gateway takes in what comes: by its counters every ten seconds, for a quarter of an hour. */
export class Pulse {
  readonly #clock: Clock
  readonly #measure: () => IntakeMeasures
  readonly #cpuMs: () => number
  readonly #beats: Beat[]
  readonly #stopping = new AbortController()
  readonly #beating: Promise<void>

  constructor(clock: Clock, measure: () => IntakeMeasures, cpuMs: () => number) {
    this.#clock = clock
    this.#measure = measure
    this.#cpuMs = cpuMs
    this.#beats = [this.#take()]
    this.#beating = this.#beat()
  }

  /** One for each ten seconds, oldest first. */
  rates(): IntakeRate[] {
    return this.#beats.slice(1).map((beat, i) => {
      const before = this.#beats[i]!
      const p99 = quantileS(between(before.ack, beat.ack), 0.99)
      return {
        at: new Date(beat.atMs).toISOString(),
        messages_per_s: perSecond(beat.messagesReceived - before.messagesReceived, beat.atMs - before.atMs),
        ack_p99_ms: p99 === null ? null : p99 * 1000,
      }
    })
  }

  /** Means of the last minute (null where too little time has passed) and quantiles of the last five (null where nothing was counted). */
  now() {
    const now = this.#take()
    const minute = this.#since(now.atMs - MEAN_MS)
    const ms = now.atMs - minute.atMs
    const mean = (amount: number) => (ms < SPAN_MIN_MS ? null : perSecond(amount, ms))
    const ack = between(this.#since(now.atMs - QUANTILE_MS).ack, now.ack)
    const [p50, p99] = [quantileS(ack, 0.5), quantileS(ack, 0.99)]
    return {
      messagesPerS: mean(now.messagesReceived - minute.messagesReceived),
      recordsPerS: mean(now.journalRecords - minute.journalRecords),
      cpuShare: mean((now.cpuMs - minute.cpuMs) / 1000),
      ackMs: p50 === null || p99 === null ? null : { p50: p50 * 1000, p99: p99 * 1000 },
    }
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await this.#beating
  }

  async #beat(): Promise<void> {
    const { signal } = this.#stopping
    for (;;) {
      await this.#clock.sleep(EVERY_MS, signal)
      if (signal.aborted) return
      const beat = this.#take()
      // The machine's clock was set back: nothing that was counted before has a length in time.
      if (beat.atMs <= this.#beats.at(-1)!.atMs) this.#beats.length = 0
      this.#beats.push(beat)
      if (this.#beats.length > RATES_MAX + 1) this.#beats.shift()
    }
  }

  #take(): Beat {
    return { ...this.#measure(), cpuMs: this.#cpuMs(), atMs: this.#clock.nowMs() }
  }

  /** The first beat from an instant on. */
  #since(ms: number): Beat {
    return this.#beats.find(({ atMs }) => atMs >= ms) ?? this.#beats.at(-1)!
  }
}

function perSecond(amount: number, ms: number): number {
  return (amount * 1000) / ms
}

/** Durations that were counted between two looks at one histogram. */
function between(before: Histogram, after: Histogram): Histogram {
  return {
    bucketsSeconds: after.bucketsSeconds,
    counts: after.counts.map((count, i) => count - before.counts[i]!),
    sum: after.sum - before.sum,
    count: after.count - before.count,
  }
}

/**
 * Below what a part of all lies, as if those of a bucket were spread evenly over it; what is above the last bound counts as
 * that. null when there is none.
 */
function quantileS({ bucketsSeconds, counts, count }: Histogram, part: number): number | null {
  if (count <= 0) return null
  let left = part * count
  for (const [i, inBucket] of counts.entries()) {
    const [from, to] = [bucketsSeconds[i - 1] ?? 0, bucketsSeconds[i]!]
    if (left <= inBucket) return inBucket === 0 ? to : from + ((to - from) * left) / inBucket
    left -= inBucket
  }
  return bucketsSeconds.at(-1)!
}
