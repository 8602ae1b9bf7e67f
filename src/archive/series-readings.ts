import { DAY_MS, HOUR_MS } from '../base/durations.js'
import { bound, type Database } from './database.js'
import { nearbyFirst } from './nearby-first.js'
import { MARKS } from './samples.js'

/** Readings of one series in order of time, as columns of numbers. `value` is NaN where the reading is a word. */
export interface ReadingColumns {
  readonly ts: Float64Array
  readonly value: Float64Array
  readonly quality: Uint8Array
  readonly marks: Uint8Array
}

/** Gives the range of time of which all readings of a series are there; epoch ms. */
type RangeOf = (all: ReadingColumns) => { readonly fromMs: number; readonly toMs: number }

/**
 * The readings of many series in a period, from one query: the table is in order of arrival, so a query for one
 * series looks at as many rows as one for all of them.
 */
export class SeriesReadings {
  readonly #bySeries: ReadonlyMap<number, ReadingColumns>
  readonly #rangeOf: RangeOf
  /** Readings it holds. */
  readonly rows: number

  private constructor(bySeries: ReadonlyMap<number, ReadingColumns>, rangeOf: RangeOf) {
    this.#bySeries = bySeries
    this.#rangeOf = rangeOf
    this.rows = [...bySeries.values()].reduce((sum, { ts }) => sum + ts.length, 0)
  }

  /** Reads those of [fromMs, toMs), epoch ms. */
  static async read(database: Database, ids: readonly number[], fromMs: number, toMs: number): Promise<SeriesReadings> {
    const isNear = database.arrivals.condition(fromMs, toMs)
    const where = `FROM reading r WHERE ${isOf(ids)} AND r.ts >= $1 AND r.ts < $2 AND ${isNear}`
    return new SeriesReadings(await queried(database, where, [fromMs, toMs]), () => ({ fromMs, toMs }))
  }

  /** Reads of each series what it has before an instant, on the last UTC day that has any. */
  static async readBefore(database: Database, ids: readonly number[], toMs: number): Promise<SeriesReadings> {
    const found = await nearbyFirst(ids, (some, reachMs) => {
      // The day in which it begins is looked at from its first instant, so that the last day of a series is whole.
      const fromMs = Math.floor((toMs - reachMs) / DAY_MS) * DAY_MS
      const isWithin = `${isOf(some)} AND r.ts >= $1 AND r.ts < $2 AND ${database.arrivals.condition(fromMs, toMs)}`
      const where = `FROM reading r JOIN (
          SELECT series AS id, max(ts) // ${DAY_MS} * ${DAY_MS} AS day FROM reading r WHERE ${isWithin} GROUP BY series
        ) last ON r.series = last.id AND r.ts >= last.day WHERE ${isWithin}`
      return queried(database, where, [fromMs, toMs])
    })
    return new SeriesReadings(found, ({ ts }) => {
      return { fromMs: ts.length === 0 ? -Infinity : Math.floor(ts.at(-1)! / DAY_MS) * DAY_MS, toMs }
    })
  }

  /** Reads of each series what it has from an instant on, in the hour that begins with the first of it. */
  static async readAfter(database: Database, ids: readonly number[], fromMs: number): Promise<SeriesReadings> {
    const found = await nearbyFirst(ids, (some, reachMs) => {
      const isNear = database.arrivals.condition(fromMs, fromMs + reachMs + HOUR_MS)
      const isWithin = `${isOf(some)} AND ${isNear} AND r.ts >= $1 AND r.ts <`
      const where = `FROM reading r JOIN (
          SELECT series AS id, min(ts) AS first_ts FROM reading r WHERE ${isWithin} $2 GROUP BY series
        ) next ON r.series = next.id AND r.ts < next.first_ts + ${HOUR_MS} WHERE ${isWithin} $2 + ${HOUR_MS}`
      return queried(database, where, [fromMs, fromMs + reachMs])
    })
    return new SeriesReadings(found, ({ ts }) => {
      return { fromMs, toMs: ts.length === 0 ? Infinity : ts[0]! + HOUR_MS }
    })
  }

  /** Readings of one series in [fromMs, toMs); null when some of that time is not in the period. */
  between(id: number, fromMs: number, toMs: number): ReadingColumns | null {
    const all = this.#bySeries.get(id) ?? NONE
    const range = this.#rangeOf(all)
    if (fromMs < range.fromMs || toMs > range.toMs) return null
    return sliced(all, placeOf(all.ts, fromMs), placeOf(all.ts, toMs))
  }

  /** All of one series. */
  of(id: number): ReadingColumns {
    return this.#bySeries.get(id) ?? NONE
  }
}

/** Columns of each series that a condition on table `r` selects, with times for its parameters, epoch ms. */
async function queried(
  database: Database,
  where: string,
  times: readonly number[],
): Promise<ReadonlyMap<number, ReadingColumns>> {
  const chunks = await database.chunks(
    `SELECT r.series, r.ts::DOUBLE, coalesce(r.value, 'nan'::DOUBLE), r.quality, (${MARKS})::UTINYINT ${where}`,
    times.map(bound),
  )
  const parts = chunks.map((chunk) => {
    const cells = (column: number) => (chunk.getColumnVector(column) as unknown as { items: unknown }).items
    return { ids: cells(0) as Int32Array, ts: cells(1), value: cells(2), quality: cells(3), marks: cells(4) } as Part
  })
  const counts = new Map<number, number>()
  for (const part of parts) for (const id of part.ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  const filling = new Map([...counts].map(([id, count]) => [id, new Filling(count)]))
  for (const part of parts) {
    let id = -1
    let into: Filling | undefined
    for (let i = 0; i < part.ids.length; i++) {
      if (part.ids[i] !== id) {
        id = part.ids[i]!
        into = filling.get(id)
      }
      into!.add(part, i)
    }
  }
  return new Map([...filling].map(([id, columns]) => [id, columns.inOrder()]))
}

/** The first readings of some, at most so many. */
export function firstOf(columns: ReadingColumns, count: number): ReadingColumns {
  return columns.ts.length <= count ? columns : sliced(columns, 0, count)
}

/** Readings of one series, and those after them. */
export function joinedReadings(a: ReadingColumns, b: ReadingColumns): ReadingColumns {
  if (a.ts.length === 0) return b
  if (b.ts.length === 0) return a
  const length = a.ts.length + b.ts.length
  const columns = {
    ts: new Float64Array(length),
    value: new Float64Array(length),
    quality: new Uint8Array(length),
    marks: new Uint8Array(length),
  }
  for (const [at, from] of [[0, a] as const, [a.ts.length, b] as const]) {
    columns.ts.set(from.ts, at)
    columns.value.set(from.value, at)
    columns.quality.set(from.quality, at)
    columns.marks.set(from.marks, at)
  }
  return columns
}

function sliced({ ts, value, quality, marks }: ReadingColumns, from: number, to: number): ReadingColumns {
  return {
    ts: ts.subarray(from, to),
    value: value.subarray(from, to),
    quality: quality.subarray(from, to),
    marks: marks.subarray(from, to),
  }
}

/** A condition on table `r`. */
function isOf(ids: readonly number[]): string {
  return `r.series BETWEEN ${Math.min(...ids)} AND ${Math.max(...ids)} AND r.series IN (${ids.join(',')})`
}

interface Part extends ReadingColumns {
  readonly ids: Int32Array
}

const NONE: ReadingColumns = {
  ts: new Float64Array(0),
  value: new Float64Array(0),
  quality: new Uint8Array(0),
  marks: new Uint8Array(0),
}

/** Columns of one series that are being filled in the order of the table. */
class Filling {
  readonly #columns: ReadingColumns
  #count = 0
  #isInOrder = true

  constructor(size: number) {
    this.#columns = {
      ts: new Float64Array(size),
      value: new Float64Array(size),
      quality: new Uint8Array(size),
      marks: new Uint8Array(size),
    }
  }

  add(from: ReadingColumns, i: number): void {
    const { ts, value, quality, marks } = this.#columns
    const at = this.#count++
    const time = from.ts[i]!
    if (at > 0 && time < ts[at - 1]!) this.#isInOrder = false
    ts[at] = time
    value[at] = from.value[i]!
    quality[at] = from.quality[i]!
    marks[at] = from.marks[i]!
  }

  inOrder(): ReadingColumns {
    if (this.#isInOrder) return this.#columns
    const { ts, value, quality, marks } = this.#columns
    const order = ascending(ts)
    return {
      ts: picked(ts, order, new Float64Array(ts.length)),
      value: picked(value, order, new Float64Array(ts.length)),
      quality: picked(quality, order, new Uint8Array(ts.length)),
      marks: picked(marks, order, new Uint8Array(ts.length)),
    }
  }
}

function picked<T extends Float64Array | Uint8Array>(from: T, order: Uint32Array, into: T): T {
  for (let i = 0; i < order.length; i++) into[i] = from[order[i]!]!
  return into
}

/**
 * The places of times in ascending order. What arrives is nearly in order: runs that ascend are merged, two neighbours at
 * a time.
 */
function ascending(ts: Float64Array): Uint32Array {
  let from = new Uint32Array(ts.length)
  let to = new Uint32Array(ts.length)
  let ends: number[] = []
  for (let i = 0; i < ts.length; i++) from[i] = i
  for (let i = 1; i <= ts.length; i++) if (i === ts.length || ts[i]! < ts[i - 1]!) ends.push(i)
  while (ends.length > 1) {
    const merged: number[] = []
    for (let k = 0; k < ends.length; k += 2) {
      const [start, middle] = [k === 0 ? 0 : ends[k - 1]!, ends[k]!]
      const end = ends[k + 1] ?? middle
      let [a, b] = [start, middle]
      for (let i = start; i < end; i++) {
        const isFirst = b >= end || (a < middle && ts[from[a]!]! <= ts[from[b]!]!)
        to[i] = from[isFirst ? a++ : b++]!
      }
      merged.push(end)
    }
    const spare = from
    from = to
    to = spare
    ends = merged
  }
  return from
}

/** Index of the first time at or after `ms`. */
function placeOf(ts: Float64Array, ms: number): number {
  let from = 0
  let to = ts.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (ts[middle]! < ms) from = middle + 1
    else to = middle
  }
  return from
}
