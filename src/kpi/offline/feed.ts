import { utcDayStartMs } from '../../base/utc-day.js'

import type { DaySource, PlantDay } from './day.js'
import type { RollingSeries } from './rolling.js'

/** Readings of days that were read ahead are kept up to so many; a day at hand always is. */
const CACHED_MAX = 4_000_000

/**
 * Feeds series with their readings, a day after the other. Where one is silent at the end of what is needed, the next
 * readings of that series are looked for further on.
 */
export class ReadingFeed {
  readonly #source: DaySource
  readonly #seriesList: readonly RollingSeries[]
  readonly #isWanted: (device: string, metric: string) => boolean
  /** Place of the next day in those of the source. */
  #next = 0
  /** Days that were read ahead. */
  readonly #cached = new Map<number, PlantDay>()
  /** Series that have readings on a day, by day; as far as days were read. */
  readonly #present = new Map<number, ReadonlySet<RollingSeries>>()

  constructor(
    source: DaySource,
    seriesList: readonly RollingSeries[],
    isWanted: (device: string, metric: string) => boolean,
  ) {
    this.#source = source
    this.#seriesList = seriesList
    this.#isWanted = isWanted
  }

  /** Folds all series up to `toMs` at least, and so far that what lies before `decidedMs` is decided. Epoch ms. */
  async through(decidedMs: number, toMs: number): Promise<void> {
    const { days } = this.#source
    for (; this.#next < days.length && utcDayStartMs(days[this.#next]!) < toMs; this.#next++) {
      const day = days[this.#next]!
      const behind = this.#seriesList.filter((series) => series.fedDay < day)
      if (behind.length === 0) continue
      const readings = await this.#read(day)
      this.#cached.delete(day)
      for (const series of behind) {
        series.feed(day, readings)
        series.fold()
      }
    }
    await this.#lookAhead(decidedMs)
  }

  async #lookAhead(decidedMs: number): Promise<void> {
    const { days } = this.#source
    let open = this.#seriesList.filter((series) => !series.isDecided(decidedMs))
    for (let i = this.#next; i < days.length && open.length > 0; i++) {
      const day = days[i]!
      const ahead = open.filter((series) => series.fedDay < day)
      const present = this.#present.get(day)
      const known = present === undefined ? ahead : ahead.filter((series) => present.has(series))
      if (known.length > 0) {
        const readings = await this.#read(day)
        for (const series of known) series.feed(day, readings)
      }
      for (const series of ahead) series.fedDay = day
      open = open.filter((series) => !series.isDecided(decidedMs))
    }
    for (const series of this.#seriesList) series.fold()
  }

  async #read(day: number): Promise<PlantDay> {
    const cached = this.#cached.get(day)
    if (cached !== undefined) return cached
    const readings = await this.#source.load(day, this.#isWanted)
    if (!this.#present.has(day))
      this.#present.set(day, new Set(this.#seriesList.filter((series) => series.isIn(readings))))
    this.#cached.set(day, readings)
    let size = 0
    for (const one of this.#cached.values()) size += one.size
    for (const [oldest, one] of this.#cached) {
      if (size <= CACHED_MAX || oldest === day) break
      this.#cached.delete(oldest)
      size -= one.size
    }
    return readings
  }
}
