import { type FlagBits, flagBit } from '../../base/flags.js'

/** Sums of one series within one window, the smallest unit that can be added up over time. */
export interface PartialSum {
  /** Counter: increase. Gauge: integral over time, value · ms. */
  sum: number
  /** Time for which the series is known, ms. */
  coveredMs: number
  /** The part of it in intervals longer than the allowed gap, or manual, ms. */
  estimatedMs: number
  /** Longest interval between two samples that reaches into the window, ms. */
  longestMs: number
  flags: FlagBits
  /** Samples with ts in [start, end), of any quality. */
  count: number
  /** Samples of `count` that have quality good. */
  good: number
  /** Samples of `count` that arrived within ten seconds of their event time. It depends on the arrival. */
  timely: number
  /** Columns counted beside the sum, see `accounts.ts`; empty where there are none. */
  readonly accounts: Float64Array
}

/** @param accounts how many columns are counted beside the sum */
export function emptySum(accounts = 0): PartialSum {
  return {
    sum: 0,
    coveredMs: 0,
    estimatedMs: 0,
    longestMs: 0,
    flags: 0,
    count: 0,
    good: 0,
    timely: 0,
    accounts: accounts === 0 ? NO_ACCOUNTS : new Float64Array(accounts),
  }
}

const NO_ACCOUNTS = new Float64Array(0)
const NO_MEASURES = new Float64Array(0)
const NO_COUNTS = new Int32Array(0)

/** Adds `b` to `a`. Called in order of time, or of member id: the order of additions is part of the result. */
export function addSum(a: PartialSum, b: PartialSum): void {
  a.sum += b.sum
  a.coveredMs += b.coveredMs
  a.estimatedMs += b.estimatedMs
  if (b.longestMs > a.longestMs) a.longestMs = b.longestMs
  a.flags |= b.flags
  a.count += b.count
  a.good += b.good
  a.timely += b.timely
  for (let k = 0; k < a.accounts.length; k++) a.accounts[k]! += b.accounts[k]!
}

/** Columns of a bucket that are numbers: what `PartialSum` has of the same names, then its accounts. */
const [SUM, COVERED, ESTIMATED_MS, LONGEST, MEASURES] = [0, 1, 2, 3, 4] as const
/** Columns that are counts. */
const [FLAGS, COUNT, GOOD, TIMELY, COUNTS] = [0, 1, 2, 3, 4] as const
const BUCKETS_AT_FIRST = 4
/** Up to so many the room doubles; then it grows by a quarter: thousands of series are live, each for good. */
const DOUBLING_MAX = 64

/** Copy of the buckets from one index on, see `Buckets.copyFrom`: plain lists, as a few numbers take less room so. */
export interface BucketRows {
  /** Index of the first. */
  readonly index: number
  readonly measures: readonly number[]
  readonly counts: readonly number[]
}

/** A plain list of the numbers [from, to) of a column, without room for more. */
export function listOf(column: Float64Array | Int32Array, from: number, to: number): number[] {
  const list = new Array<number>(to - from)
  for (let i = from; i < to; i++) list[i - from] = column[i]!
  return list
}

/**
 * Consecutive windows of one size of one series, as rows of numbers: a year of quarters is 1.7 MB, and adding to one
 * makes no object. Indexes are `floor(ms / stepMs)`; a bucket outside the range reads as empty.
 */
export class Buckets {
  readonly stepMs: number
  readonly #accounts: number
  /** Numbers a bucket. */
  readonly #width: number
  #base = 0
  #length = 0
  /** A row a bucket: all of one window lie together, as they are asked for together. Both lie in one piece of memory. */
  #measures = NO_MEASURES
  #counts = NO_COUNTS

  /** @param accounts how many columns are counted beside the sum */
  constructor(stepMs: number, accounts = 0) {
    this.stepMs = stepMs
    this.#accounts = accounts
    this.#width = MEASURES + accounts
  }

  get fromMs(): number {
    return this.#base * this.stepMs
  }

  get toMs(): number {
    return (this.#base + this.#length) * this.stepMs
  }

  /** Empties every bucket and starts the range again at `fromMs`. */
  restart(fromMs: number): void {
    this.#base = Math.floor(fromMs / this.stepMs)
    this.truncate(fromMs)
  }

  /** Empties the buckets from `fromMs` on. */
  truncate(fromMs: number): void {
    const keep = Math.min(this.#length, Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base))
    this.#measures.fill(0, keep * this.#width, this.#length * this.#width)
    this.#counts.fill(0, keep * COUNTS, this.#length * COUNTS)
    this.#length = keep
  }

  /** Empties the buckets from `toMs` on, and gives back the room that is not used. */
  cutTo(toMs: number): void {
    this.truncate(toMs)
    this.#resize(this.#length)
  }

  /** Memory that it takes, bytes. */
  get sizeBytes(): number {
    return this.#measures.byteLength + this.#counts.byteLength
  }

  /** Memory that buckets of so much time take, bytes. */
  static bytesOf(lengthMs: number, stepMs: number, accounts: number): number {
    return Math.ceil(lengthMs / stepMs) * bytesABucket(MEASURES + accounts)
  }

  /** Forgets the buckets before `fromMs`. */
  dropBefore(fromMs: number): void {
    const drop = Math.min(this.#length, Math.floor(fromMs / this.stepMs) - this.#base)
    if (drop <= 0) return
    for (const [column, width] of [
      [this.#measures, this.#width],
      [this.#counts, COUNTS],
    ] as const) {
      column.copyWithin(0, drop * width, this.#length * width)
      column.fill(0, (this.#length - drop) * width, this.#length * width)
    }
    this.#base += drop
    this.#length -= drop
  }

  /** The buckets from the one that holds `ms` on, as they are. */
  copyFrom(ms: number): BucketRows {
    const from = Math.min(this.#length, Math.max(0, Math.floor(ms / this.stepMs) - this.#base))
    return {
      index: this.#base + from,
      measures: listOf(this.#measures, from * this.#width, this.#length * this.#width),
      counts: listOf(this.#counts, from * COUNTS, this.#length * COUNTS),
    }
  }

  /** Makes the buckets from there on what they were. */
  pasteFrom({ index, measures, counts }: BucketRows): void {
    this.truncate(index * this.stepMs)
    if (counts.length === 0) return
    const at = this.#at(index)
    this.#at(index + counts.length / COUNTS - 1)
    this.#measures.set(measures, at * this.#width)
    this.#counts.set(counts, at * COUNTS)
  }

  /** Adds measured time to a bucket; buckets are added to in order of time. */
  add(index: number, sum: number, coveredMs: number, estimatedMs: number, longestMs: number, flags: FlagBits): void {
    const i = this.#at(index)
    const at = i * this.#width
    const measures = this.#measures
    measures[at + SUM]! += sum
    measures[at + COVERED]! += coveredMs
    measures[at + ESTIMATED_MS]! += estimatedMs
    if (longestMs > measures[at + LONGEST]!) measures[at + LONGEST] = longestMs
    this.#counts[i * COUNTS + FLAGS]! |= flags
  }

  /** Copies to `into`, from `place` on, the five numbers of a bucket that `add` changes, so that `write` can put them back. */
  read(index: number, into: number[], place: number): void {
    const i = this.#at(index)
    for (let k = 0; k < MEASURES; k++) into[place + k] = this.#measures[i * this.#width + k]!
    into[place + MEASURES] = this.#counts[i * COUNTS + FLAGS]!
  }

  /** Puts back what `read` has found. */
  write(index: number, from: readonly number[], place: number): void {
    const i = this.#at(index)
    for (let k = 0; k < MEASURES; k++) this.#measures[i * this.#width + k] = from[place + k]!
    this.#counts[i * COUNTS + FLAGS] = from[place + MEASURES]!
  }

  /** Adds to one of the columns beside the sum. */
  account(index: number, column: number, amount: number): void {
    // Found first: to find it may make the columns anew.
    const at = this.#at(index) * this.#width + MEASURES + column
    this.#measures[at]! += amount
  }

  /** Counts a sample that lies in a bucket, with what it wants to say. */
  mark(index: number, count: number, good: number, timely: number, flags: FlagBits): void {
    const at = this.#at(index) * COUNTS
    const counts = this.#counts
    counts[at + FLAGS]! |= flags
    counts[at + COUNT]! += count
    counts[at + GOOD]! += good
    counts[at + TIMELY]! += timely
  }

  /** Adds up the buckets of [fromMs, toMs) into `part`, in order of time. */
  addTo(part: PartialSum, fromMs: number, toMs: number): void {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    const measures = this.#measures
    const counts = this.#counts
    for (let i = from; i < to; i++) {
      const at = i * this.#width
      part.sum += measures[at + SUM]!
      part.coveredMs += measures[at + COVERED]!
      part.estimatedMs += measures[at + ESTIMATED_MS]!
      if (measures[at + LONGEST]! > part.longestMs) part.longestMs = measures[at + LONGEST]!
      part.flags |= counts[i * COUNTS + FLAGS]!
      part.count += counts[i * COUNTS + COUNT]!
      part.good += counts[i * COUNTS + GOOD]!
      part.timely += counts[i * COUNTS + TIMELY]!
      for (let k = 0; k < this.#accounts; k++) part.accounts[k]! += measures[at + MEASURES + k]!
    }
  }

  /** True when some time of [fromMs, toMs) is covered. */
  isCovered(fromMs: number, toMs: number): boolean {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#measures[i * this.#width + COVERED]! > 0) return true
    return false
  }

  /** Start of the last bucket before `ms` that holds a sample, at most `backMs` back; null when there is none. */
  lastSampledBefore(ms: number, backMs: number): number | null {
    const to = Math.min(this.#length, Math.floor(ms / this.stepMs) - this.#base)
    const from = Math.max(0, Math.floor((ms - backMs) / this.stepMs) - this.#base)
    for (let i = to - 1; i >= from; i--) if (this.#isSampledAt(i)) return (this.#base + i) * this.stepMs
    return null
  }

  /** Start of the first bucket from `ms` on that holds a sample, at most `aheadMs` ahead; null when there is none. */
  firstSampledFrom(ms: number, aheadMs: number): number | null {
    const from = Math.max(0, Math.floor(ms / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil((ms + aheadMs) / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#isSampledAt(i)) return (this.#base + i) * this.stepMs
    return null
  }

  /** True when a sample lies in one of the buckets of [fromMs, toMs). */
  isSampled(fromMs: number, toMs: number): boolean {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#isSampledAt(i)) return true
    return false
  }

  #isSampledAt(i: number): boolean {
    return this.#counts[i * COUNTS + COUNT]! > 0
  }

  #at(index: number): number {
    const i = index - this.#base
    if (i < 0) throw new Error(`slot ${index} lies before the range, which starts at ${this.#base}`)
    if (i >= this.#length) {
      if ((i + 1) * COUNTS > this.#counts.length) this.#grow(i + 1)
      this.#length = i + 1
    }
    return i
  }

  #grow(atLeast: number): void {
    const room = this.#counts.length / COUNTS
    this.#resize(Math.max(BUCKETS_AT_FIRST, atLeast, room < DOUBLING_MAX ? 2 * room : Math.ceil(1.25 * room)))
  }

  /** Makes room for so many buckets, not fewer than there are. */
  #resize(size: number): void {
    const memory = new ArrayBuffer(size * bytesABucket(this.#width))
    const measures = new Float64Array(memory, 0, size * this.#width)
    const counts = new Int32Array(memory, measures.byteLength, size * COUNTS)
    measures.set(this.#measures.subarray(0, measures.length))
    counts.set(this.#counts.subarray(0, counts.length))
    this.#measures = measures
    this.#counts = counts
  }
}

function bytesABucket(width: number): number {
  return width * Float64Array.BYTES_PER_ELEMENT + COUNTS * Int32Array.BYTES_PER_ELEMENT
}

export const ESTIMATED = flagBit('estimated')
