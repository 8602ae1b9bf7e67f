import { bound, type Database } from './database.js'
import { MARKS } from './samples.js'

/** Readings of one series in order of time, as columns of numbers. `value` is NaN where the reading is a word. */
export interface StretchColumns {
  readonly ts: Float64Array
  readonly value: Float64Array
  readonly quality: Uint8Array
  readonly marks: Uint8Array
}

/**
 * The readings of many series in a stretch of time, from one query: the table is in order of arrival, so a query for one
 * series looks at as many rows as one for all of them.
 */
export class Stretch {
  readonly #bySeries: ReadonlyMap<number, StretchColumns>
  readonly #fromMs: number
  readonly #toMs: number
  /** Readings it holds. */
  readonly rows: number

  private constructor(bySeries: ReadonlyMap<number, StretchColumns>, fromMs: number, toMs: number, rows: number) {
    this.#bySeries = bySeries
    this.#fromMs = fromMs
    this.#toMs = toMs
    this.rows = rows
  }

  /** Reads those of [fromMs, toMs), epoch ms. */
  static async read(database: Database, ids: readonly number[], fromMs: number, toMs: number): Promise<Stretch> {
    const chunks = await database.chunks(
      `SELECT series, ts::DOUBLE, coalesce(value, 'nan'::DOUBLE), quality, (${MARKS})::UTINYINT FROM reading
       WHERE series BETWEEN $1 AND $2 AND series IN (${ids.join(',')}) AND ts >= $3 AND ts < $4`,
      [Math.min(...ids), Math.max(...ids), bound(fromMs), bound(toMs)],
    )
    const parts = chunks.map((chunk) => {
      const cells = (column: number) => (chunk.getColumnVector(column) as unknown as { items: unknown }).items
      return { ids: cells(0) as Int32Array, ts: cells(1), value: cells(2), quality: cells(3), marks: cells(4) } as Part
    })
    const counts = new Map<number, number>()
    for (const part of parts) for (const id of part.ids) counts.set(id, (counts.get(id) ?? 0) + 1)
    const filling = new Map([...counts].map(([id, count]) => [id, new Filling(count)]))
    let rows = 0
    for (const part of parts) {
      rows += part.ids.length
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
    const bySeries = new Map([...filling].map(([id, columns]) => [id, columns.inOrder()]))
    return new Stretch(bySeries, fromMs, toMs, rows)
  }

  /** Those of one series in [fromMs, toMs); null when some of that time is not in the stretch. */
  between(id: number, fromMs: number, toMs: number): StretchColumns | null {
    if (fromMs < this.#fromMs || toMs > this.#toMs) return null
    const all = this.#bySeries.get(id) ?? NONE
    const from = placeOf(all.ts, fromMs)
    const to = placeOf(all.ts, toMs)
    return {
      ts: all.ts.subarray(from, to),
      value: all.value.subarray(from, to),
      quality: all.quality.subarray(from, to),
      marks: all.marks.subarray(from, to),
    }
  }
}

interface Part extends StretchColumns {
  readonly ids: Int32Array
}

const NONE: StretchColumns = {
  ts: new Float64Array(0),
  value: new Float64Array(0),
  quality: new Uint8Array(0),
  marks: new Uint8Array(0),
}

/** Columns of one series that are being filled in the order of the table. */
class Filling {
  readonly #columns: StretchColumns
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

  add(from: StretchColumns, i: number): void {
    const { ts, value, quality, marks } = this.#columns
    const at = this.#count++
    const time = from.ts[i]!
    if (at > 0 && time < ts[at - 1]!) this.#isInOrder = false
    ts[at] = time
    value[at] = from.value[i]!
    quality[at] = from.quality[i]!
    marks[at] = from.marks[i]!
  }

  inOrder(): StretchColumns {
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

/** Where the first time at or after `ms` stands. */
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
