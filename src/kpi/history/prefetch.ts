import type { Database } from '../../archive/database.js'
import { firstOf, joinedReadings, type ReadingColumns, SeriesReadings } from '../../archive/series-readings.js'
import { SeriesWords } from '../../archive/series-words.js'
import type { WordColumns } from '../../base/samples.js'
import type { SeriesState } from '../series/series-state.js'
import { MODE_METRIC } from '../settings/settings.js'
import type { Range } from '../time/ranges.js'

/** Series that are read together at first, when nobody knows how many samples they have; then as many as come to … */
const FIRST_SERIES = 1
/** … so many samples, 18 bytes each and twice as much while they are read; … */
const SAMPLES_MAX = 500_000
/** … of words fewer: each is several values of its own. */
const WORDS_MAX = 100_000

/**
 * The samples of series that will be folded one after the other, read for as many at once as fit into memory. Good as
 * long as nothing is archived: between two blocks of the journal. Of a series that is silent around the range, folds
 * begin at its last day before and look at its next samples after: those are there too.
 */
export class Prefetch {
  readonly #places: ReadonlyMap<number, number>
  readonly #placesOfWords: ReadonlyMap<number, number>
  readonly #range: Range
  readonly #within: Batches<SeriesReadings>
  readonly #before: Batches<SeriesReadings>
  readonly #after: Batches<SeriesReadings>
  readonly #words: Batches<SeriesWords>
  /** Ids under which the states of these series are kept, in the order of the series. */
  readonly ids: readonly number[]

  /** @param series in the order in which they will be folded */
  constructor(database: Database, seriesList: Iterable<SeriesState>, range: Range) {
    this.#range = range
    const [ids, numbers, words] = [new Set<number>(), new Set<number>(), new Set<number>()]
    for (const series of seriesList) {
      if (series.archived === null || series.isEvent) continue
      ids.add(series.archived.id)
      const areWords = series.isMerged || series.metric === MODE_METRIC
      for (const input of series.inputs) if (input !== null) (areWords ? words : numbers).add(input.id)
    }
    this.ids = [...ids]
    this.#places = placesOf(numbers)
    this.#placesOfWords = placesOf(words)
    const { fromMs, toMs } = range
    this.#within = new Batches([...numbers], (some) => SeriesReadings.read(database, some, fromMs, toMs))
    this.#before = new Batches([...numbers], (some) => SeriesReadings.readBefore(database, some, fromMs))
    this.#after = new Batches([...numbers], (some) => SeriesReadings.readAfter(database, some, toMs))
    this.#words = new Batches([...words], (some) => SeriesWords.read(database, some, fromMs, toMs), WORDS_MAX)
  }

  /** The readings of an input of a series that is made of words, in [fromMs, toMs); null as below. */
  async wordsBetween(id: number, fromMs: number, toMs: number): Promise<WordColumns | null> {
    const place = this.#placesOfWords.get(id)
    const isWithin = fromMs >= this.#range.fromMs && toMs <= this.#range.toMs
    if (place === undefined || !isWithin || this.#placesOfWords.size === 1) return null
    return (await this.#words.at(place)).between(id, fromMs, toMs)
  }

  /** The samples of a series in [fromMs, toMs); null when that was not announced, or it is the only series. */
  async between(id: number, fromMs: number, toMs: number): Promise<ReadingColumns | null> {
    const place = this.#placeOf(id)
    if (place === undefined || toMs > this.#range.toMs) return null
    if (fromMs >= this.#range.fromMs) return (await this.#within.at(place)).between(id, fromMs, toMs)
    const before = (await this.#before.at(place)).between(id, fromMs, Math.min(toMs, this.#range.fromMs))
    if (before === null || toMs <= this.#range.fromMs) return before
    const within = (await this.#within.at(place)).between(id, this.#range.fromMs, toMs)
    return within === null ? null : joinedReadings(before, within)
  }

  /** The first samples of a series from `fromMs` on, up to `limit`, none when there are none; null as above. */
  async next(id: number, fromMs: number, limit: number): Promise<ReadingColumns | null> {
    const place = this.#placeOf(id)
    const { toMs } = this.#range
    if (place === undefined || fromMs < this.#range.fromMs || fromMs > toMs) return null
    const within = (await this.#within.at(place)).between(id, fromMs, toMs)
    if (within === null || within.ts.length > 0 || toMs === Infinity) return within && firstOf(within, limit)
    return firstOf((await this.#after.at(place)).of(id), limit)
  }

  #placeOf(id: number): number | undefined {
    return this.ids.length === 1 ? undefined : this.#places.get(id)
  }
}

function placesOf(ids: Iterable<number>): ReadonlyMap<number, number> {
  return new Map([...ids].map((id, place) => [id, place]))
}

/** Reads series in their order, so many at once that their samples fit into memory. */
class Batches<Read extends { readonly rows: number }> {
  readonly #ids: readonly number[]
  readonly #read: (ids: readonly number[]) => Promise<Read>
  readonly #rowsMax: number
  #readings: Read | null = null
  /** Places of the series in the stretch at hand. */
  #from = 0
  #to = 0
  #size = FIRST_SERIES

  constructor(ids: readonly number[], read: (ids: readonly number[]) => Promise<Read>, rowsMax = SAMPLES_MAX) {
    this.#ids = ids
    this.#read = read
    this.#rowsMax = rowsMax
  }

  async at(place: number): Promise<Read> {
    if (this.#readings !== null && place >= this.#from && place < this.#to) return this.#readings
    const to = Math.min(this.#ids.length, place + this.#size)
    const some = this.#ids.slice(place, to)
    // The one before goes first: two of them would be twice the memory.
    this.#readings = null
    const readings = await this.#read(some)
    this.#size = Math.max(1, Math.floor((this.#rowsMax * some.length) / Math.max(1, readings.rows)))
    this.#readings = readings
    this.#from = place
    this.#to = to
    return readings
  }
}
