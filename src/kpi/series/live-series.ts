import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { SampleColumns } from '../../base/samples.js'
import { utcDayOf, utcDayStartMs } from '../../base/utc-day.js'
import type { Range } from '../time/ranges.js'
import { markSampledQuarters, sumsFromMs } from './boundary-state.js'
import type { Buckets } from './buckets.js'
import type { ConnectionHistory } from './connection-history.js'
import {
  bucketsFrom,
  type Checkpoint,
  type FoldMark,
  type FoldStart,
  floorQuarterHour,
  orderOf,
  type Rulebook,
  SeriesFold,
  type Tail,
} from './fold.js'
import { OpenSamples } from './open-samples.js'

/** Quarters are kept in memory from the start of the UTC day this many days before the newest sample's. */
const LIVE_DAYS = 2
/**
 * A longer silence is folded from the archive, a stretch at a time: its sums need not be in memory together, and after an outage of a
 * plant no cycle has all of it for all meters. Samples of each day are not late.
 */
const LIVE_GAP_MAX_MS = 1.5 * DAY_MS
/** Events bridge nothing, and the silence of a device that sends on change was computed as long as it lasted. */
const TOLD_GAP_MAX_MS = 31 * DAY_MS

/** Bounds on the samples of a series that are kept, to be folded anew when one comes between them. */
export interface OpenLimits {
  /** With more of them the oldest are closed: a later sample before them is late, and folded from the archive. */
  readonly samplesMax: number
  /** The same as long as its samples come in order, as those of most series do; absent where it is the same number. */
  readonly inOrderMax?: number
  /** While a register's decision waits for the samples of 900 s none can be closed: with so many, new ones are late. */
  readonly inDoubtMax: number
}

const LIMITS: OpenLimits = { samplesMax: 512, inOrderMax: 64, inDoubtMax: 16_384 }
/** Samples come in order when none has come out of it for so long. */
const ORDER_MS = HOUR_MS
/** So many samples are folded at once, and marks lie so far apart, where samples come faster than cycles. */
const STRIDE = 512

/**
 * The part of a series that is held in memory: the sums of its last days, and the samples that may still change them. The fold goes on from
 * cycle to cycle, so that a sample is stepped once whatever the pace; one that comes out of order, a connection that came
 * or went, and a decision that turns make it go back to a place before.
 */
export class LiveSeries {
  readonly quarterHours: Buckets
  readonly minutes: Buckets
  readonly #rulebook: Rulebook
  readonly #minutesKeptMs: number
  readonly #limits: OpenLimits
  readonly #connections: ConnectionHistory | null
  #fold: SeriesFold
  #samples = new OpenSamples()
  /** So many of the samples are folded. */
  #folded = 0
  /** Places to go back to, oldest first, each with the number of samples before it, those forgotten included. */
  #marks: FoldMark[] = []
  /** Samples before the first mark are gone: there is no going back behind it. */
  #isCut = false
  #newestTs = -Infinity
  #isDirty = false
  /** The earliest sample out of order that is not folded yet, epoch ms. */
  #insertedMs = Infinity
  #dirtyFromMs = Infinity
  #openFromMs: number
  #linkChanges: number
  #checkpoints: Checkpoint[] = []
  #trimmedMs = -Infinity
  #disorderMs: number

  constructor(
    rulebook: Rulebook,
    start: FoldStart,
    samples: SampleColumns,
    minutesKeptMs: number,
    limits: OpenLimits = LIMITS,
    disorderMs = -Infinity,
  ) {
    this.#rulebook = rulebook
    this.#minutesKeptMs = minutesKeptMs
    this.#limits = limits
    this.#disorderMs = disorderMs
    this.#connections = linkOf(rulebook)
    this.#linkChanges = this.#connections?.changes ?? 0
    const newestTs = samples.ts.at(-1) ?? start.fromMs
    const buckets = bucketsFrom(rulebook, Math.max(sumsFromMs(start), quarterHoursFromMs(newestTs)), true)
    this.quarterHours = buckets.quarterHours
    this.minutes = buckets.minutes!
    this.minutes.restart(Math.max(start.fromMs, this.#minutesFromMs(newestTs)))
    this.quarterHours.truncate(start.fromMs)
    this.minutes.truncate(start.fromMs)
    markSampledQuarters(start, this.quarterHours)
    this.#fold = new SeriesFold(rulebook, start, Infinity, { quarterHours: this.quarterHours, minutes: this.minutes })
    for (const [i, ts] of samples.ts.entries()) {
      this.#append(ts, samples.value[i]!, samples.quality[i]!, samples.marks[i]!)
    }
    this.#foldOn()
    this.#openFromMs = this.#fold.openFromMs
  }

  /** Level, state or register that holds on after the last sample folded, see `Tail`. */
  get tail(): Tail {
    return this.#fold.tail
  }

  /** Newest sample when one came out of order last, epoch ms; -Infinity when none has. */
  get disorderMs(): number {
    return this.#disorderMs
  }

  /** See `SeriesState.offer`. */
  offer(ts: number, value: number, quality: number, marks: number): boolean {
    const newest = this.#newestTs
    if (ts < newest) this.#disorderMs = newest
    const { settled } = this.#fold
    if (ts < settled.fromMs || ts <= settled.closedMs || ts - newest > this.#gapMaxMs) return false
    if (this.#isCut && ts <= this.#marks[0]!.closedMs) return false
    if (this.#samples.size >= this.#roomMax) {
      this.#foldOn()
      if (this.#samples.size >= this.#limits.inDoubtMax) return false
      return this.offer(ts, value, quality, marks)
    }
    this.#isDirty = true
    if (ts > newest) this.#append(ts, value, quality, marks)
    else this.#insert(ts, value, quality, marks)
    return true
  }

  /** The range whose sums what was offered may change when it is folded; null when all is folded. */
  get changing(): Range | null {
    if (!this.#isDirty) return null
    return { fromMs: Math.min(this.#dirtyFromMs, this.#openFromMs), toMs: this.#newestTs + 1 }
  }

  /** Folds what was offered; returns where that may have changed the sums. */
  advance(): Range | null {
    const range = this.changing
    if (range === null) return null
    this.#isDirty = false
    this.#dirtyFromMs = Infinity
    this.#foldOn()
    this.#openFromMs = this.#fold.openFromMs
    return range
  }

  takeCheckpoints(): readonly Checkpoint[] {
    const taken = this.#checkpoints
    if (taken.length > 0) this.#checkpoints = []
    return taken
  }

  /** Forgets sums of long ago, once a quarter. */
  trim(newestTs: number): void {
    const quarterMs = floorQuarterHour(newestTs)
    if (quarterMs === this.#trimmedMs) return
    this.#trimmedMs = quarterMs
    const { fromMs } = this.#fold.settled
    this.quarterHours.dropBefore(Math.min(fromMs, quarterHoursFromMs(newestTs)))
    this.minutes.dropBefore(Math.min(fromMs, this.#minutesFromMs(newestTs)))
  }

  #append(ts: number, value: number, quality: number, marks: number): void {
    this.#newestTs = ts
    this.#samples.put(this.#samples.size, 0, ts, value, quality, marks)
  }

  #insert(ts: number, value: number, quality: number, marks: number): void {
    const { index, drop } = this.#placeOf(ts, value)
    const isBehindAll = index === this.#samples.size
    this.#samples.put(index, drop, ts, value, quality, marks)
    // An input that makes a word clear comes with it, at the same instant: that is in order.
    if (isBehindAll) return
    this.#insertedMs = Math.min(this.#insertedMs, ts)
    this.#dirtyFromMs = this.#fold.settled.fromMs
  }

  /** Index at which a sample is to be put; `drop` is 1 when it takes the place of the one there, of the same instant and input. */
  #placeOf(ts: number, value: number): { readonly index: number; readonly drop: 0 | 1 } {
    const { rules } = this.#rulebook[0]!
    const samples = this.#samples
    let index = samples.indexOf(ts)
    const isHere = () => index < samples.size && samples.ts[index] === ts
    // Two events at one instant both stay: none takes the place of the other.
    if (rules.kind === 'event') return { index, drop: 0 }
    const order = orderOf(rules, value)
    while (isHere() && orderOf(rules, samples.value[index]!) < order) index++
    return { index, drop: isHere() && orderOf(rules, samples.value[index]!) === order ? 1 : 0 }
  }

  /** Folds the samples that are not folded yet, from before the earliest of them. */
  #foldOn(): void {
    const samples = this.#samples
    if (!this.#isInOrder()) this.#goBack()
    const fine = Math.max(1, this.#samplesMax >>> 1)
    while (this.#folded < samples.size) {
      // Only the last of many samples are kept: what lies before them needs few places to go back to.
      const markEvery = samples.size - this.#folded > 2 * STRIDE ? Math.max(fine, STRIDE >>> 1) : fine
      const marked = this.#marks.at(-1)?.samples ?? samples.dropped
      const to = Math.min(samples.size, Math.max(this.#folded, marked - samples.dropped) + markEvery)
      this.#fold.go(samples, this.#folded, to)
      this.#folded = to
      if (samples.dropped + to - marked < markEvery) continue
      const mark = this.#fold.mark(samples.dropped + to)
      if (mark !== null) this.#marks.push(mark)
    }
    this.#fold.flush()
    if (this.#fold.checkpoints.length > 0) this.#checkpoints.push(...this.#fold.checkpoints.splice(0))
    this.#forget()
  }

  /** The samples that are not folded yet come behind those that are, and change nothing of what was decided. */
  #isInOrder(): boolean {
    const linkChanges = this.#connections?.changes ?? 0
    if (linkChanges !== this.#linkChanges) {
      this.#linkChanges = linkChanges
      this.#insertedMs = -Infinity
    }
    return this.#insertedMs === Infinity && this.#fold.stands(this.#samples, this.#folded)
  }

  /** To the last place that what is new does not change. */
  #goBack(): void {
    const { settled } = this.#fold
    while (this.#marks.length > (this.#isCut ? 1 : 0) && this.#marks.at(-1)!.closedMs >= this.#insertedMs) {
      this.#marks.pop()
    }
    this.#insertedMs = Infinity
    const mark = this.#marks.at(-1)
    if (mark !== undefined) {
      this.#fold.returnTo(mark)
      this.#folded = mark.samples - this.#samples.dropped
      return
    }
    this.quarterHours.truncate(settled.fromMs)
    this.minutes.truncate(settled.fromMs)
    const buckets = { quarterHours: this.quarterHours, minutes: this.minutes }
    this.#fold = new SeriesFold(this.#rulebook, settled, Infinity, buckets)
    this.#folded = 0
  }

  /** Forgets the samples that nobody goes back to: those before the settled start, and the oldest of too many. */
  #forget(): void {
    const samples = this.#samples
    const first = samples.indexOf(this.#fold.settled.fromMs)
    if (first > 0) {
      this.#drop(first)
      const kept = this.#marks.findIndex((mark) => mark.samples > samples.dropped)
      if (kept !== 0 && this.#marks.length > 0) {
        this.#marks.splice(0, kept < 0 ? this.#marks.length : kept)
        this.#isCut = false
      }
    }
    while (samples.size > this.#samplesMax) {
      // The first mark is where a cut stretch begins.
      const next = this.#marks[this.#isCut ? 1 : 0]
      if (next === undefined) return
      if (this.#isCut) this.#marks.shift()
      this.#isCut = true
      this.#drop(next.samples - samples.dropped)
    }
  }

  #drop(count: number): void {
    this.#samples.drop(count)
    this.#folded -= count
  }

  /** With so many samples those not folded yet are folded without waiting for the cycle. */
  get #roomMax(): number {
    return Math.min(this.#limits.inDoubtMax, Math.max(2 * this.#limits.samplesMax, 2 * this.#folded))
  }

  get #gapMaxMs(): number {
    const isTold = this.#connections !== null || this.#rulebook[0]!.rules.kind === 'event'
    return isTold ? TOLD_GAP_MAX_MS : LIVE_GAP_MAX_MS
  }

  get #samplesMax(): number {
    const { samplesMax, inOrderMax = samplesMax } = this.#limits
    return this.#newestTs - this.#disorderMs > ORDER_MS ? inOrderMax : samplesMax
  }

  #minutesFromMs(newestTs: number): number {
    return floorQuarterHour(newestTs - this.#minutesKeptMs)
  }
}

/** The connection behind a series, whatever its versions make of it. */
function linkOf(rulebook: Rulebook): ConnectionHistory | null {
  for (const { rules } of rulebook) {
    const connections = rules.connections ?? rules.holdLink ?? rules.states?.connections ?? null
    if (connections !== null) return connections
  }
  return null
}

export function quarterHoursFromMs(newestTs: number): number {
  return utcDayStartMs(utcDayOf(newestTs) - LIVE_DAYS)
}
