import type { Database } from '../archive/database.js'
import { Stretch, type StretchColumns } from '../archive/stretch.js'
import type { Range } from './ranges.js'
import type { Track } from './track.js'

/** Series that are read together at first, when nobody knows how many samples they have; then as many as come to … */
const FIRST_SERIES = 16
/** … so many samples, 18 bytes each. */
const SAMPLES_MAX = 1_000_000

/**
 * The samples of tracks that will be walked one after the other, read for as many at once as fit into memory. Good as
 * long as nothing is archived: between two blocks of the journal.
 */
export class Ahead {
  readonly #database: Database
  readonly #ids: readonly number[]
  readonly #places: ReadonlyMap<number, number>
  readonly #range: Range
  #stretch: Stretch | null = null
  /** Places of the series in the stretch at hand. */
  #from = 0
  #to = 0
  #size = FIRST_SERIES

  /** @param tracks in the order in which they will be walked */
  constructor(database: Database, tracks: Iterable<Track>, range: Range) {
    this.#database = database
    this.#range = range
    const ids = new Set<number>()
    for (const track of tracks) if (track.series !== null && !track.isEvent && !track.isState) ids.add(track.series.id)
    this.#ids = [...ids]
    this.#places = new Map(this.#ids.map((id, place) => [id, place]))
  }

  /** Series ids, in the order of their tracks. */
  get ids(): readonly number[] {
    return this.#ids
  }

  /** The samples of a series in [fromMs, toMs); null when that was not announced, or it is the only series. */
  async between(id: number, fromMs: number, toMs: number): Promise<StretchColumns | null> {
    const place = this.#places.get(id)
    if (place === undefined || this.#ids.length === 1) return null
    if (fromMs < this.#range.fromMs || toMs > this.#range.toMs) return null
    if (this.#stretch === null || place < this.#from || place >= this.#to) {
      this.#from = place
      this.#to = Math.min(this.#ids.length, place + this.#size)
      const some = this.#ids.slice(this.#from, this.#to)
      this.#stretch = await Stretch.read(this.#database, some, this.#range.fromMs, this.#range.toMs)
      this.#size = Math.max(1, Math.floor((SAMPLES_MAX * some.length) / Math.max(1, this.#stretch.rows)))
    }
    return this.#stretch.between(id, fromMs, toMs)
  }
}
