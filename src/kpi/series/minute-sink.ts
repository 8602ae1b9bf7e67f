import { MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { FlagBits } from '../../base/flags.js'
import { BY_HAND, IDEAL_TIME, STOPPED, UNRATED } from './accounts.js'
import { type Buckets, ESTIMATED } from './buckets.js'
import type { CounterSink } from './counter.js'
import type { GaugeSink } from './gauge.js'
import type { StateSink } from './state.js'

/**
 * Cuts intervals at minute boundaries and adds them up, minutes first, then quarters: the first two steps of the fixed
 * reduction tree. Within a minute a run of intervals telescopes: its sum is the register at the end less the register at
 * the start, with one rounding however many samples lie between.
 */
export class MinuteSink implements CounterSink, GaugeSink, StateSink {
  readonly #quarterHours: Buckets
  readonly #minutes: Buckets | null
  readonly #fromMs: number
  readonly #toMs: number
  /** Pieces are not split: the whole step belongs to the minute that holds its end. */
  readonly #isSplit: boolean
  #minute = -1
  #sum = 0
  #covered = 0
  #estimated = 0
  #longest = 0
  #flags: FlagBits = 0
  #runFrom = 0
  #runTo = 0
  #runToMs = Number.NaN
  /** Minutes that were put into their buckets while they are still open; -1 for none. What these buckets held is in `#held`. */
  #put = -1
  readonly #held = new Array<number>(2 * READ_NUMBERS).fill(0)

  /** Only what lies in [fromMs, toMs), and in the range of the buckets, is added; `fromMs` is the start of a quarter. */
  constructor(quarterHours: Buckets, minutes: Buckets | null, fromMs: number, toMs: number, isSplit: boolean) {
    this.#quarterHours = quarterHours
    this.#minutes = minutes
    this.#fromMs = Math.max(fromMs, quarterHours.fromMs)
    this.#toMs = toMs
    this.#isSplit = isSplit
  }

  interval(t0: number, v0: number, t1: number, v1: number, isEstimated: boolean, flags: FlagBits): void {
    let a = Math.max(t0, this.#fromMs)
    const end = Math.min(t1, this.#toMs)
    if (a >= end) return
    // A register that stands at `v0` up to `t1` is a line without a slope.
    const slope = this.#isSplit ? (v1 - v0) / (t1 - t0) : 0
    let va = a === t0 ? v0 : v0 + slope * (a - t0)
    while (a < end) {
      const minute = Math.floor(a / MINUTE_MS)
      const b = Math.min((minute + 1) * MINUTE_MS, end)
      const vb = b === t1 ? v1 : v0 + slope * (b - t0)
      this.#open(minute)
      if (a !== this.#runToMs || va !== this.#runTo) {
        this.#closeRun()
        this.#runFrom = va
      }
      this.#runTo = vb
      this.#runToMs = b
      this.#cover(b - a, t1 - t0, isEstimated, flags)
      a = b
      va = vb
    }
  }

  level(t0: number, v0: number, t1: number, v1: number, isEstimated: boolean): void {
    let a = Math.max(t0, this.#fromMs)
    const end = Math.min(t1, this.#toMs)
    const slope = t1 > t0 ? (v1 - v0) / (t1 - t0) : 0
    while (a < end) {
      const b = Math.min((Math.floor(a / MINUTE_MS) + 1) * MINUTE_MS, end)
      this.#open(Math.floor(a / MINUTE_MS))
      this.#sum += (v0 + slope * ((a + b) / 2 - t0)) * (b - a)
      this.#cover(b - a, t1 - t0, isEstimated, 0)
      a = b
    }
  }

  pieces(ts: number, count: number, idealMs: number | null): void {
    // The step belongs to the minute that holds its end, which is not its own start.
    if (ts <= this.#fromMs || ts > this.#toMs) return
    this.#account(ts - 1, idealMs === null ? UNRATED : IDEAL_TIME, idealMs === null ? count : count * idealMs)
  }

  stopped(t0: number, t1: number): void {
    let a = Math.max(t0, this.#fromMs)
    const end = Math.min(t1, this.#toMs)
    while (a < end) {
      const b = Math.min((Math.floor(a / MINUTE_MS) + 1) * MINUTE_MS, end)
      this.#account(a, STOPPED, b - a)
      a = b
    }
  }

  byHand(t0: number, v0: number, t1: number, v1: number): void {
    let a = Math.max(t0, this.#fromMs)
    const end = Math.min(t1, this.#toMs)
    const slope = t1 > t0 ? (v1 - v0) / (t1 - t0) : 0
    while (a < end) {
      const b = Math.min((Math.floor(a / MINUTE_MS) + 1) * MINUTE_MS, end)
      this.#account(a, BY_HAND, (v0 + slope * ((a + b) / 2 - t0)) * (b - a))
      a = b
    }
  }

  state(t0: number, t1: number, state: number, accounts: readonly number[], isEstimated: boolean): void {
    let a = Math.max(t0, this.#fromMs)
    const end = Math.min(t1, this.#toMs)
    while (a < end) {
      const b = Math.min((Math.floor(a / MINUTE_MS) + 1) * MINUTE_MS, end)
      this.#open(Math.floor(a / MINUTE_MS))
      this.#cover(b - a, t1 - t0, isEstimated, 0)
      this.#account(a, state, b - a)
      for (const account of accounts) this.#account(a, account, b - a)
      a = b
    }
  }

  happened(ts: number, account: number, amount: number): void {
    if (ts >= this.#fromMs && ts < this.#toMs) this.#account(ts, account, amount)
  }

  mark(ts: number, flags: FlagBits): void {
    this.#tell(ts, 0, 0, 0, flags)
  }

  /** Counts a sample, of whatever quality. */
  count(ts: number, isGood: boolean, isTimely: boolean, flags: FlagBits): void {
    this.#tell(ts, 1, isGood ? 1 : 0, isTimely ? 1 : 0, flags)
  }

  /** Adds what is still open. More may follow only after `takeBack`. */
  flush(): void {
    const minute = this.#minute
    if (minute < 0 || this.#put >= 0) return
    this.#put = minute
    this.#quarterHours.read(quarterOf(minute), this.#held, 0)
    if (this.#isInMinutes(minute)) this.#minutes?.read(minute, this.#held, READ_NUMBERS)
    this.#add(this.#sum + (this.#runTo - this.#runFrom))
  }

  /** Makes the buckets what they were before `flush`, bit for bit: what is added to a sum cannot be taken off again. */
  takeBack(): void {
    const minute = this.#put
    if (minute < 0) return
    this.#put = -1
    this.#quarterHours.write(quarterOf(minute), this.#held, 0)
    if (this.#isInMinutes(minute)) this.#minutes?.write(minute, this.#held, READ_NUMBERS)
  }

  /** Nothing more comes for the time before `ms`: a minute of before it is done. */
  close(ms: number): void {
    if (this.#minute >= 0 && (this.#minute + 1) * MINUTE_MS <= ms) this.#open(-1)
  }

  /** Start of the minute that is still open, epoch ms; Infinity when there is none. */
  get openMs(): number {
    return this.#minute < 0 ? Infinity : this.#minute * MINUTE_MS
  }

  /** The open minute as numbers, to be taken up again in the same buckets. */
  save(): readonly number[] {
    const added = [this.#sum, this.#covered, this.#estimated, this.#longest, this.#flags]
    return [this.#minute, ...added, this.#runFrom, this.#runTo, this.#runToMs]
  }

  /** Goes back to what was saved; the buckets are put back by who has saved them. */
  restore(saved: readonly number[]): void {
    this.#put = -1
    this.#minute = saved[0]!
    this.#sum = saved[1]!
    this.#covered = saved[2]!
    this.#estimated = saved[3]!
    this.#longest = saved[4]!
    this.#flags = saved[5]!
    this.#runFrom = saved[6]!
    this.#runTo = saved[7]!
    this.#runToMs = saved[8]!
  }

  #tell(ts: number, count: number, good: number, timely: number, flags: FlagBits): void {
    if (ts < this.#fromMs || ts >= this.#toMs) return
    this.#quarterHours.mark(Math.floor(ts / QUARTER_HOUR_MS), count, good, timely, flags)
    if (this.#minutes !== null && ts >= this.#minutes.fromMs) {
      this.#minutes.mark(Math.floor(ts / MINUTE_MS), count, good, timely, flags)
    }
  }

  #account(ms: number, column: number, amount: number): void {
    this.#quarterHours.account(Math.floor(ms / QUARTER_HOUR_MS), column, amount)
    if (this.#minutes !== null && ms >= this.#minutes.fromMs) {
      this.#minutes.account(Math.floor(ms / MINUTE_MS), column, amount)
    }
  }

  #cover(ms: number, intervalMs: number, isEstimated: boolean, flags: FlagBits): void {
    this.#covered += ms
    if (isEstimated) this.#estimated += ms
    if (intervalMs > this.#longest) this.#longest = intervalMs
    this.#flags |= isEstimated ? flags | ESTIMATED : flags
  }

  #closeRun(): void {
    this.#sum += this.#runTo - this.#runFrom
    this.#runFrom = 0
    this.#runTo = 0
    this.#runToMs = Number.NaN
  }

  /** Makes `minute` the one that is added to; the one before it is done and goes into its buckets. */
  #open(minute: number): void {
    if (minute === this.#minute) return
    if (this.#minute >= 0) {
      this.#add(this.#sum + (this.#runTo - this.#runFrom))
      // The register stands at the boundary: a run that goes on starts there.
      this.#runFrom = this.#runTo
    }
    this.#minute = minute
    this.#sum = 0
    this.#covered = 0
    this.#estimated = 0
    this.#longest = 0
    this.#flags = 0
  }

  /** Puts the open minute into its buckets. */
  #add(sum: number): void {
    const minute = this.#minute
    this.#quarterHours.add(quarterOf(minute), sum, this.#covered, this.#estimated, this.#longest, this.#flags)
    if (!this.#isInMinutes(minute)) return
    this.#minutes?.add(minute, sum, this.#covered, this.#estimated, this.#longest, this.#flags)
  }

  #isInMinutes(minute: number): boolean {
    return this.#minutes !== null && minute * MINUTE_MS >= this.#minutes.fromMs
  }
}

/** Count of the numbers that `Buckets.read` gives of a bucket. */
const READ_NUMBERS = 5

function quarterOf(minute: number): number {
  return Math.floor((minute * MINUTE_MS) / QUARTER_HOUR_MS)
}
