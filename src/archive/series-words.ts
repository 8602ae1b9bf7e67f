import type { WordColumns } from '../base/samples.js'
import { bound, type Database } from './database.js'
import { MARKS } from './samples.js'

/** The readings of many series in a period as they are, numbers and words, from one query, for the reason that `SeriesReadings` has. */
export class SeriesWords {
  readonly #bySeries: ReadonlyMap<number, WordColumns>
  /** Readings it holds. */
  readonly rows: number

  private constructor(bySeries: ReadonlyMap<number, WordColumns>, rows: number) {
    this.#bySeries = bySeries
    this.rows = rows
  }

  /** Reads those of [fromMs, toMs), epoch ms. */
  static async read(database: Database, ids: readonly number[], fromMs: number, toMs: number): Promise<SeriesWords> {
    const [series = [], ts = [], values = [], words = [], quality = [], marks = []] = await database.columns(
      `SELECT series, ts::DOUBLE, value, word, quality, ${MARKS} FROM reading r
       WHERE series IN (${ids.join(',')}) AND ts >= $1 AND ts < $2 AND ${database.arrivals.condition(fromMs, toMs)}
       ORDER BY series, ts`,
      [bound(fromMs), bound(toMs)],
    )
    const bySeries = new Map<number, WordColumns>()
    for (let a = 0; a < series.length; ) {
      const id = series[a] as number
      let b = a + 1
      while (b < series.length && series[b] === id) b++
      const from = a
      const wordOf = (value: unknown, i: number) => (value ?? words[from + i]) as number | string
      bySeries.set(id, {
        ts: ts.slice(a, b) as number[],
        value: values.slice(a, b).map(wordOf),
        quality: quality.slice(a, b) as number[],
        marks: marks.slice(a, b) as number[],
      })
      a = b
    }
    return new SeriesWords(bySeries, series.length)
  }

  /** Readings of one series in [fromMs, toMs), in order of time. */
  between(id: number, fromMs: number, toMs: number): WordColumns {
    const all = this.#bySeries.get(id)
    if (all === undefined) return NONE
    const ts = all.ts as number[]
    const isIn = (ms: number) => ms >= fromMs && ms < toMs
    const [from, to] = [ts.findIndex(isIn), ts.findLastIndex(isIn) + 1]
    const part = <T>(column: ArrayLike<T>) => (from < 0 ? [] : (column as T[]).slice(from, to))
    return { ts: part(all.ts), value: part(all.value), quality: part(all.quality), marks: part(all.marks) }
  }
}

const NONE: WordColumns = { ts: [], value: [], quality: [], marks: [] }
