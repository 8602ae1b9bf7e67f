import { marksOf } from '../../base/samples.js'
import type { Samples } from '../series/samples.js'

/** The readings of one series on one UTC day, as they are stored. */
export interface SeriesDay extends Samples {
  /** By place, where some of them are words; else null. */
  readonly words: readonly (string | undefined)[] | null
}

/** One UTC day of a plant's readings by series: 18 bytes a reading, and the words. */
export interface PlantDay {
  /** Readings in it. */
  readonly size: number
  /** Keyed by `seriesKey`; a series without any is absent. */
  readonly series: ReadonlyMap<string, SeriesDay>
}

/** Source of the readings of a plant: files, one a UTC day. */
export interface DaySource {
  /** Days with readings, counted since the epoch, ascending. Of a day between them nothing is known. */
  readonly days: readonly number[]
  /** Reads one of them; readings that are not wanted may be left out. A day may be asked for more than once. */
  load(day: number, isWanted: (device: string, metric: string) => boolean): Promise<PlantDay>
}

/** A reading as it stands in a file: `value` and `word` as in the archive, one of them null. Times in epoch ms. */
export interface DayRow {
  readonly device: string
  readonly metric: string
  readonly ts: number
  readonly value: number | null
  readonly word: string | null
  /** Rank, see `base/quality.ts`. */
  readonly quality: number
  readonly receivedAt: number
  readonly assumed: boolean
}

export function seriesKey(device: string, metric: string): string {
  return `${device}/${metric}`
}

/** Takes the rows of a day, in order of time in each series, and makes columns of them. */
export class DayColumns {
  readonly #series = new Map<string, Columns>()
  #device = ''
  #metric = ''
  #columns: Columns | null = null
  #size = 0

  add(row: DayRow): void {
    if (this.#columns === null || row.device !== this.#device || row.metric !== this.#metric) {
      this.#device = row.device
      this.#metric = row.metric
      const key = seriesKey(row.device, row.metric)
      this.#columns = this.#series.get(key) ?? new Columns()
      this.#series.set(key, this.#columns)
    }
    this.#columns.add(row)
    this.#size++
  }

  end(): PlantDay {
    return { size: this.#size, series: new Map([...this.#series].map(([key, columns]) => [key, columns.end()])) }
  }
}

const ROWS_AT_FIRST = 32

class Columns {
  #ts = new Float64Array(ROWS_AT_FIRST)
  #value = new Float64Array(ROWS_AT_FIRST)
  #quality = new Uint8Array(ROWS_AT_FIRST)
  #marks = new Uint8Array(ROWS_AT_FIRST)
  #words: (string | undefined)[] | null = null
  #size = 0

  add(row: DayRow): void {
    const i = this.#size++
    if (i === this.#ts.length) this.#grow()
    this.#ts[i] = row.ts
    this.#value[i] = row.value ?? Number.NaN
    this.#quality[i] = row.quality
    this.#marks[i] = marksOf(row)
    if (row.word !== null) {
      this.#words ??= []
      this.#words[i] = row.word
    }
  }

  end(): SeriesDay {
    const n = this.#size
    return {
      ts: this.#ts.slice(0, n),
      value: this.#value.slice(0, n),
      quality: this.#quality.slice(0, n),
      marks: this.#marks.slice(0, n),
      words: this.#words,
    }
  }

  #grow(): void {
    this.#ts = twice(this.#ts, new Float64Array(2 * this.#size))
    this.#value = twice(this.#value, new Float64Array(2 * this.#size))
    this.#quality = twice(this.#quality, new Uint8Array(2 * this.#size))
    this.#marks = twice(this.#marks, new Uint8Array(2 * this.#size))
  }
}

function twice<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
