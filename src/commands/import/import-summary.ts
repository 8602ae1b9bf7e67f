import type { Reading } from '../../base/reading.js'
import type { MappedValue } from './mapping.js'

/** Series of one file; more of them are a mapping that takes the wrong column for a name. */
const SERIES_MAX = 100_000
/** Places that are told; of further ones only the number. */
const EXAMPLES_MAX = 20
/** Kinds of faults that are told apart. */
const KINDS_MAX = 100

/** Readings of one series that a file gives. */
export interface SeriesCount {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly metric: string
  readonly unit: string
  readings: number
  /** Readings that came at the first or the last time so far of the series: the gateway keeps one reading of an instant. */
  repeated: number
  firstMs: number
  lastMs: number
  /** Least and largest number, in the stored unit; null where there are only words. */
  least: number | null
  largest: number | null
}

/** One place of a file of which nothing, or not all, was taken. */
export interface RefusedPlace {
  readonly file: string
  readonly place: string
  /** Reason of the gateway's list; `unplaced` where there is nothing to send. */
  readonly reason: string
  readonly detail: string
}

/** More series than a gateway would take from a file; the message is a sentence for the person. */
export class TooManySeries extends Error {}

/** Everything that is known of an import so far; its size is bounded by the number of series. */
export class ImportSummary {
  rows = 0
  /** Rows that the mapping leaves out, or whose cells are all empty. */
  leftOut = 0
  readings = 0
  refused = 0
  /** Columns of the mapping of which the file has several: the first one counts. */
  twice: readonly string[] = []
  readonly #series = new Map<string, SeriesCount>()
  readonly #used = new Set<MappedValue>()
  readonly #examples: RefusedPlace[] = []
  readonly #reasons = new Map<string, number>()

  take(readings: readonly Reading[]): void {
    for (const reading of readings) this.#count(reading)
  }

  use(values: readonly MappedValue[]): void {
    for (const value of values) this.#used.add(value)
  }

  refuse(place: RefusedPlace): void {
    this.refused++
    const { reason } = place
    if (this.#reasons.has(reason) || this.#reasons.size < KINDS_MAX) {
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    }
    if (this.#examples.length < EXAMPLES_MAX) this.#examples.push(place)
  }

  /** Ordered by their names. */
  get series(): readonly SeriesCount[] {
    const nameOf = ({ plant, line, device, metric }: SeriesCount) => `${plant}/${line}/${device}/${metric}`
    return [...this.#series.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  }

  get examples(): readonly RefusedPlace[] {
    return this.#examples
  }

  get reasons(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#reasons].sort(([, a], [, b]) => b - a))
  }

  /** Values of a mapping that no row had anything for. */
  unused(values: readonly MappedValue[]): readonly MappedValue[] {
    return values.filter((value) => !this.#used.has(value))
  }

  /** First and last time of each plant, epoch ms. */
  get ranges(): ReadonlyMap<string, { readonly firstMs: number; readonly lastMs: number }> {
    const ranges = new Map<string, { firstMs: number; lastMs: number }>()
    for (const { plant, firstMs, lastMs } of this.#series.values()) {
      const range = ranges.get(plant)
      ranges.set(plant, {
        firstMs: Math.min(firstMs, range?.firstMs ?? firstMs),
        lastMs: Math.max(lastMs, range?.lastMs ?? lastMs),
      })
    }
    return ranges
  }

  #count({ plant, line, device, metric, unit, ts, value }: Reading): void {
    this.readings++
    const key = `${plant}/${line}/${device}/${metric}`
    let found = this.#series.get(key)
    if (found === undefined) {
      if (this.#series.size >= SERIES_MAX) {
        throw new TooManySeries(
          `there are more than ${SERIES_MAX} series: look at the columns that name plant, line, device and metric`,
        )
      }
      const names = { plant, line, device, metric, unit }
      found = { ...names, readings: 0, repeated: 0, firstMs: ts, lastMs: ts, least: null, largest: null }
      this.#series.set(key, found)
    }
    if (found.readings > 0 && (ts === found.firstMs || ts === found.lastMs)) found.repeated++
    found.readings++
    if (ts < found.firstMs) found.firstMs = ts
    if (ts > found.lastMs) found.lastMs = ts
    if (typeof value !== 'number') return
    if (found.least === null || value < found.least) found.least = value
    if (found.largest === null || value > found.largest) found.largest = value
  }
}
