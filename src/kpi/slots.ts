import { type FlagBits, flagBit } from '../base/flags.js'

export const MINUTE_MS = 60_000
export const QUARTER_MS = 900_000

/** What one series contributes to one window: the smallest thing that can be added up over time. */
export interface Part {
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
  /** Of these, the ones of quality good. */
  good: number
  /** Of these, the ones that arrived within ten seconds. It depends on the arrival. */
  timely: number
  /** What is counted beside the sum, see `accounts.ts`; empty where nothing is. */
  readonly accounts: Float64Array
}

/** @param accounts how many columns are counted beside the sum */
export function emptyPart(accounts = 0): Part {
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

/** Adds `b` to `a`. Called in order of time, or of member id: the order of additions is part of the result. */
export function addPart(a: Part, b: Part): void {
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

/**
 * Consecutive windows of one size of one series, as columns of numbers: a year of quarters is 1.7 MB, and adding to one
 * makes no object. Indexes are `floor(ms / stepMs)`; a slot outside the range reads as empty.
 */
export class Slots {
  readonly stepMs: number
  #base = 0
  #length = 0
  #sum = new Float64Array(0)
  #covered = new Float64Array(0)
  #estimated = new Float64Array(0)
  #longest = new Float64Array(0)
  #flags = new Int32Array(0)
  #count = new Int32Array(0)
  #good = new Int32Array(0)
  #timely = new Int32Array(0)
  readonly #accounts: Float64Array[]

  /** @param accounts how many columns are counted beside the sum */
  constructor(stepMs: number, accounts = 0) {
    this.stepMs = stepMs
    this.#accounts = Array.from({ length: accounts }, () => new Float64Array(0))
  }

  get fromMs(): number {
    return this.#base * this.stepMs
  }

  get toMs(): number {
    return (this.#base + this.#length) * this.stepMs
  }

  /** Empties every slot and starts the range again at `fromMs`. */
  restart(fromMs: number): void {
    this.#base = Math.floor(fromMs / this.stepMs)
    this.truncate(fromMs)
  }

  /** Empties the slots from `fromMs` on. */
  truncate(fromMs: number): void {
    const keep = Math.min(this.#length, Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base))
    for (const column of this.#columns()) column.fill(0, keep, this.#length)
    this.#length = keep
  }

  /** Forgets the slots before `fromMs`. */
  dropBefore(fromMs: number): void {
    const drop = Math.min(this.#length, Math.floor(fromMs / this.stepMs) - this.#base)
    if (drop <= 0) return
    for (const column of this.#columns()) {
      column.copyWithin(0, drop, this.#length)
      column.fill(0, this.#length - drop, this.#length)
    }
    this.#base += drop
    this.#length -= drop
  }

  /** Adds measured time to a slot; slots are added to in order of time. */
  add(index: number, sum: number, coveredMs: number, estimatedMs: number, longestMs: number, flags: FlagBits): void {
    const i = this.#at(index)
    this.#sum[i]! += sum
    this.#covered[i]! += coveredMs
    this.#estimated[i]! += estimatedMs
    if (longestMs > this.#longest[i]!) this.#longest[i] = longestMs
    this.#flags[i]! |= flags
  }

  /** Adds to one of the columns beside the sum. */
  account(index: number, column: number, amount: number): void {
    const i = this.#at(index)
    this.#accounts[column]![i]! += amount
  }

  /** Counts a sample that lies in a slot, with what it wants to say. */
  mark(index: number, count: number, good: number, timely: number, flags: FlagBits): void {
    const i = this.#at(index)
    this.#count[i]! += count
    this.#good[i]! += good
    this.#timely[i]! += timely
    this.#flags[i]! |= flags
  }

  /** Adds up the slots of [fromMs, toMs) into `part`, in order of time. */
  addTo(part: Part, fromMs: number, toMs: number): void {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) {
      part.sum += this.#sum[i]!
      part.coveredMs += this.#covered[i]!
      part.estimatedMs += this.#estimated[i]!
      if (this.#longest[i]! > part.longestMs) part.longestMs = this.#longest[i]!
      part.flags |= this.#flags[i]!
      part.count += this.#count[i]!
      part.good += this.#good[i]!
      part.timely += this.#timely[i]!
      for (let k = 0; k < this.#accounts.length; k++) part.accounts[k]! += this.#accounts[k]![i]!
    }
  }

  /** True when some time of [fromMs, toMs) is covered. */
  isCovered(fromMs: number, toMs: number): boolean {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#covered[i]! > 0) return true
    return false
  }

  /** Start of the last slot before `ms` that holds a sample, at most `backMs` back; null when there is none. */
  lastSampledBefore(ms: number, backMs: number): number | null {
    const to = Math.min(this.#length, Math.floor(ms / this.stepMs) - this.#base)
    const from = Math.max(0, Math.floor((ms - backMs) / this.stepMs) - this.#base)
    for (let i = to - 1; i >= from; i--) if (this.#count[i]! > 0) return (this.#base + i) * this.stepMs
    return null
  }

  /** Start of the first slot from `ms` on that holds a sample, at most `aheadMs` ahead; null when there is none. */
  firstSampledFrom(ms: number, aheadMs: number): number | null {
    const from = Math.max(0, Math.floor(ms / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil((ms + aheadMs) / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#count[i]! > 0) return (this.#base + i) * this.stepMs
    return null
  }

  /** True when a sample lies in one of the slots of [fromMs, toMs). */
  isSampled(fromMs: number, toMs: number): boolean {
    const from = Math.max(0, Math.floor(fromMs / this.stepMs) - this.#base)
    const to = Math.min(this.#length, Math.ceil(toMs / this.stepMs) - this.#base)
    for (let i = from; i < to; i++) if (this.#count[i]! > 0) return true
    return false
  }

  #columns(): (Float64Array | Int32Array)[] {
    const measured = [this.#sum, this.#covered, this.#estimated, this.#longest]
    return [...measured, this.#flags, this.#count, this.#good, this.#timely, ...this.#accounts]
  }

  #at(index: number): number {
    const i = index - this.#base
    if (i < 0) throw new Error(`slot ${index} lies before the range, which starts at ${this.#base}`)
    if (i >= this.#length) {
      if (i >= this.#sum.length) this.#grow(i + 1)
      this.#length = i + 1
    }
    return i
  }

  #grow(atLeast: number): void {
    const size = Math.max(64, atLeast, this.#sum.length * 2)
    this.#sum = copyOf(this.#sum, new Float64Array(size))
    this.#covered = copyOf(this.#covered, new Float64Array(size))
    this.#estimated = copyOf(this.#estimated, new Float64Array(size))
    this.#longest = copyOf(this.#longest, new Float64Array(size))
    this.#flags = copyOf(this.#flags, new Int32Array(size))
    this.#count = copyOf(this.#count, new Int32Array(size))
    this.#good = copyOf(this.#good, new Int32Array(size))
    this.#timely = copyOf(this.#timely, new Int32Array(size))
    for (const [k, column] of this.#accounts.entries()) {
      this.#accounts[k] = copyOf(column, new Float64Array(size))
    }
  }
}

export const ESTIMATED = flagBit('estimated')

function copyOf<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
