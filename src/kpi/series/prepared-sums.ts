import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { Range } from '../time/ranges.js'
import { Buckets } from './buckets.js'
import type { SeriesBuckets, SeriesState } from './series-state.js'

/**
 * Memory that is taken for the sums of all series, bytes: a day of 700 meters with demand that slides, as much as one step took
 * that read all of them. What does not fit is read where it is needed.
 */
const BYTES_MAX = 128 * 1024 * 1024
/** Quarters are kept so much further than minutes: days and shifts need their whole length, and a day around them. */
const QUARTERS_AROUND_MS = 4 * DAY_MS

/** Minutes that sums of a stretch hold: none, its own, or those of all days and shifts that it reaches into. */
type MinutesHeld = 'none' | 'own' | 'of_days'

/** Sums of a series that were read from the archive for a range. */
export interface ReadSums extends Range {
  /** Minutes are there from here, Infinity without any, … */
  readonly minutesFromMs: number
  /** … up to here. Epoch ms. */
  readonly minutesToMs: number
  readonly buckets: SeriesBuckets
}

/** True when sums that were read are all that is needed: quarters of a range, and minutes of another, which may be none. */
export function holdsSums(read: ReadSums, needed: Range, minutes: Range): boolean {
  const hasMinutes = read.minutesFromMs <= minutes.fromMs && minutes.toMs <= read.minutesToMs
  return read.fromMs <= needed.fromMs && needed.toMs <= read.toMs && (minutes.fromMs === Infinity || hasMinutes)
}

/**
 * Sums of series for a stretch of the past that is computed in several steps, each read once. What goes on is folded in
 * between: of a series that has changed they are good for windows that end before.
 */
export class PreparedSums {
  readonly #read = new Map<SeriesState, ReadSums>()
  /** Instant from which the sums of series have changed since they were read, epoch ms. */
  #sizeBytes = 0
  readonly #changedFromMs = new Map<SeriesState, number>()

  /** So many days a stretch can reach into where the sums of so many series are to have room. */
  static daysMax(series: number, minutes: MinutesHeld): number {
    const minutesOfDay = minutes === 'none' ? 0 : Buckets.bytesOf(DAY_MS, MINUTE_MS, 0)
    const around = Buckets.bytesOf(QUARTERS_AROUND_MS, QUARTER_HOUR_MS, 0) + (minutes === 'of_days' ? minutesOfDay : 0)
    const aDay = Buckets.bytesOf(DAY_MS, QUARTER_HOUR_MS, 0) + minutesOfDay
    return Math.max(0, Math.floor((BYTES_MAX / Math.max(1, series) - around) / aDay))
  }

  /** True when there is room for sums of these lengths. */
  hasRoomFor(sums: readonly { readonly needed: Range; readonly minutes: Range; readonly accounts: number }[]): boolean {
    let bytes = this.#sizeBytes
    for (const { needed, minutes, accounts } of sums) {
      bytes += Buckets.bytesOf(needed.toMs - needed.fromMs, QUARTER_HOUR_MS, accounts)
      if (minutes.fromMs < Infinity) bytes += Buckets.bytesOf(minutes.toMs - minutes.fromMs, MINUTE_MS, accounts)
    }
    return bytes <= BYTES_MAX
  }

  /** Keeps what was read of a series, without minutes and room that nobody asks for. */
  put(series: SeriesState, read: ReadSums): void {
    this.drop(series)
    const { quarterHours, minutes } = read.buckets
    quarterHours.cutTo(read.toMs)
    minutes?.cutTo(read.minutesToMs)
    this.#read.set(series, read)
    this.#sizeBytes += bytesOf(read)
  }

  /** Forgets the sums of a series: it is configured anew. */
  drop(series: SeriesState): void {
    const read = this.#read.get(series)
    if (read !== undefined) this.#sizeBytes -= bytesOf(read)
    this.#read.delete(series)
    this.#changedFromMs.delete(series)
  }

  /** Sums of a series for windows that end up to an instant; null when there are none, or other ones by now. */
  of(series: SeriesState, endMs: number): ReadSums | null {
    const read = this.#read.get(series)
    return read !== undefined && endMs <= (this.#changedFromMs.get(series) ?? Infinity) ? read : null
  }

  /** Sums of a series were read for these ranges, whatever has changed since. */
  holds(series: SeriesState, needed: Range, minutes: Range): boolean {
    const read = this.#read.get(series)
    return read !== undefined && holdsSums(read, needed, minutes)
  }

  /** The sums of a series have changed from an instant on. */
  changed(series: SeriesState, fromMs: number): void {
    if (!this.#read.has(series)) return
    this.#changedFromMs.set(series, Math.min(fromMs, this.#changedFromMs.get(series) ?? Infinity))
  }
}

function bytesOf({ buckets: { quarterHours, minutes } }: ReadSums): number {
  return quarterHours.sizeBytes + (minutes?.sizeBytes ?? 0)
}
