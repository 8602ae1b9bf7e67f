import type { DuckDBConnection } from '@duckdb/node-api'
import { isRemoved } from '../base/forget.js'
import type { ReadingBlock } from '../base/reading-block.js'
import { placeAssumed } from './assumed-times.js'
import type { ArchiveOutcome } from './batch.js'
import type { LostReading, ReadingRow } from './columns.js'
import type { Forgetting } from './forget.js'
import type { OccupiedTimes } from './occupied-times.js'
import type { RangesByDay } from './ranges-by-day.js'
import { appendRows } from './rows.js'
import type { SeriesTable } from './series.js'
import { beginKeys } from './temporary-tables.js'
import { compareContenders, isRepeat } from './winner.js'

/** Readings of a block by what becomes of them. */
export interface Sorted {
  /** Rows to be written: new readings and winners, in the order in which their keys came. Theirs is the memory of the next block. */
  readonly kept: Int32Array
  /** Rows to be written whose key is in the table already. */
  readonly replaced: readonly ReadingRow[]
  readonly losers: readonly LostReading[]
  readonly outcome: ArchiveOutcome
}

const SELECT_READING = `r.series, r.ts::DOUBLE, r.value, r.word, r.quality, r.seq, r.received_at::DOUBLE, r.assumed,
  r.position::DOUBLE, r.line`

/** State of a key that more than one reading has. */
interface Standing {
  /** The best so far; null before the first. */
  best: ReadingRow | null
  readonly isInTable: boolean
  /** Index among the rows to be written; -1 while none of them has won. */
  place: number
}

/** By series, by event time. */
type Standings = Map<number, Map<number, Standing>>

/** Readings of a block that cannot be told to be new by one comparison. */
export interface Contested {
  /** Rows that are not newer than all of their series before them. */
  readonly rows: readonly number[]
  /** Series with readings without a time that may have come in an instant that is taken. */
  readonly crowded: ReadonlySet<number>
}

/**
 * Decides for every reading of a block whether it is new, a repeat, or one side of a conflict. One that is newer than all
 * of its series before it is new: that takes a comparison. Only the others, and those they have their key in common
 * with, are compared one by one, with what the table holds too. One that came without a time is always new: where
 * another reading has the instant of its arrival it takes the next that is free.
 */
export class Sorter {
  readonly #series: SeriesTable
  readonly #occupied: Pick<OccupiedTimes, 'mayHold'>
  readonly #arrivals: Pick<RangesByDay, 'condition'>
  /** By series: no reading has come that is newer. */
  #newest = new Float64Array(0)
  #kept = new Int32Array(0)

  constructor(series: SeriesTable, occupied: Pick<OccupiedTimes, 'mayHold'>, arrivals: Pick<RangesByDay, 'condition'>) {
    this.#series = series
    this.#occupied = occupied
    this.#arrivals = arrivals
  }

  /**
   * Finds the readings that have to be compared. Every source has its series. Moves what came without a time in the newest
   * instant behind it.
   */
  contested(block: ReadingBlock): Contested {
    this.#grow()
    const newest = this.#newest
    const rows: number[] = []
    const crowded = new Set<number>()
    const { ts, sources, assumed, length } = block
    for (let row = 0; row < length; row++) {
      const id = sources[row]!.seriesId
      // Behind the newest every millisecond is free.
      if (assumed[row] === 1 && ts[row] === newest[id]) ts[row] = ts[row]! + 1
      if (ts[row]! > newest[id]!) newest[id] = ts[row]!
      else if (assumed[row] === 1) crowded.add(id)
      else rows.push(row)
    }
    return { rows, crowded }
  }

  /** @param orders to forget devices that are not done yet: what came up to their places loses against all behind them */
  async sort(
    connection: DuckDBConnection,
    block: ReadingBlock,
    { rows, crowded }: Contested,
    orders: readonly Forgetting[],
  ): Promise<Sorted> {
    if (this.#kept.length < block.length) this.#kept = new Int32Array(block.ts.length)
    const kept = this.#kept
    const contested = crowded.size === 0 ? rows : await this.#placed(connection, block, rows, crowded)
    if (contested.length === 0) {
      for (let row = 0; row < block.length; row++) kept[row] = row
      const outcome = { archived: block.length, duplicate: 0, conflict: 0 }
      return { kept: kept.subarray(0, block.length), replaced: [], losers: [], outcome }
    }
    return this.#compare(block, await this.#standings(connection, block, contested), orders)
  }

  /** Gives the readings of crowded series their times; all of these series are contested then. */
  async #placed(
    connection: DuckDBConnection,
    block: ReadingBlock,
    rows: readonly number[],
    crowded: ReadonlySet<number>,
  ): Promise<readonly number[]> {
    await placeAssumed(connection, block, crowded)
    const contested = rows.filter((row) => !crowded.has(block.sources[row]!.seriesId))
    for (let row = 0; row < block.length; row++) {
      const id = block.sources[row]!.seriesId
      if (!crowded.has(id)) continue
      contested.push(row)
      this.#newest[id] = Math.max(this.#newest[id]!, block.ts[row]!)
    }
    return contested.sort((a, b) => a - b)
  }

  #compare(block: ReadingBlock, standings: Standings, orders: readonly Forgetting[]): Sorted {
    const kept = this.#kept
    const replaced: ReadingRow[] = []
    const losers: LostReading[] = []
    let length = 0
    let duplicate = 0
    let conflict = 0
    for (let row = 0; row < block.length; row++) {
      const standing = standings.get(block.sources[row]!.seriesId)?.get(block.ts[row]!)
      if (standing === undefined) {
        kept[length++] = row
        continue
      }
      const one = this.#row(block, row)
      const { best } = standing
      let wins = true
      if (best !== null) {
        const repeats = isRepeat(one, best)
        if (repeats) duplicate++
        else conflict++
        wins = isBetween(orders, best, one) || compareContenders(one, best) < 0
        if (!repeats) losers.push({ row: wins ? best : one, decided: one.position })
      }
      if (!wins) continue
      standing.best = one
      if (standing.place === -1) {
        standing.place = length++
        if (standing.isInTable) replaced.push(one)
      }
      kept[standing.place] = row
    }
    const outcome = { archived: length - replaced.length, duplicate, conflict }
    return { kept: kept.subarray(0, length), replaced, losers, outcome }
  }

  /** The keys of some rows, with the archived reading of each that has one. */
  async #standings(connection: DuckDBConnection, block: ReadingBlock, rows: readonly number[]): Promise<Standings> {
    const standings: Standings = new Map()
    const wanted: ReadingRow[] = []
    let [from, to] = [Infinity, -Infinity]
    for (const row of rows) {
      const one = this.#row(block, row)
      put(standings, one, { best: null, isInTable: false, place: -1 })
      if (!this.#occupied.mayHold(one.series, one.ts)) continue
      wanted.push(one)
      from = Math.min(from, one.ts)
      to = Math.max(to, one.ts)
    }
    if (wanted.length === 0) return standings
    await want(connection, wanted)
    const answer = await connection.runAndReadAll(
      `SELECT DISTINCT ${SELECT_READING} FROM reading r JOIN wanted w ON r.series = w.series AND r.ts = w.ts
       WHERE r.ts BETWEEN $1 AND $2 AND ${this.#arrivals.condition(from, to)}`,
      [BigInt(from), BigInt(to)],
    )
    for (const cells of answer.getRows()) {
      const best: ReadingRow = {
        series: this.#series.byId(cells[0] as number),
        ts: cells[1] as number,
        value: (cells[2] ?? cells[3]) as number | string,
        quality: cells[4] as number,
        seq: cells[5] as number | null,
        receivedAt: cells[6] as number,
        assumed: cells[7] as boolean,
        position: cells[8] as number,
        line: cells[9] as number,
      }
      put(standings, best, { best, isInTable: true, place: -1 })
    }
    return standings
  }

  #row(block: ReadingBlock, row: number): ReadingRow {
    const { seriesId, lineId } = block.sources[row]!
    const seq = block.seq[row]!
    return {
      series: this.#series.byId(seriesId),
      line: lineId,
      ts: block.ts[row]!,
      value: block.valueOf(row),
      quality: block.quality[row]!,
      seq: Number.isNaN(seq) ? null : seq,
      receivedAt: block.receivedAt[row]!,
      assumed: block.assumed[row] === 1,
      position: block.position[row]!,
    }
  }

  #grow(): void {
    const series = this.#series.slots
    const known = this.#newest.length
    if (series.length <= known) return
    const newest = new Float64Array(Math.max(series.length, 2 * known)).fill(-Infinity)
    newest.set(this.#newest)
    // Numbers in spare are series that are not there yet, or were forgotten before a start: they begin with nothing.
    for (let id = known; id < series.length; id++) newest[id] = series[id]?.newestTs ?? -Infinity
    this.#newest = newest
  }
}

/** True when an order to forget a series stands in the journal between two of its readings. */
function isBetween(orders: readonly Forgetting[], before: ReadingRow, behind: ReadingRow): boolean {
  const { series } = behind
  return orders.some(
    (order) =>
      before.position <= order.position &&
      behind.position > order.position &&
      order.plant === series.plant &&
      isRemoved(order, series),
  )
}

/** Deletes the archived readings that have the keys of these. */
export async function deleteReplaced(
  connection: DuckDBConnection,
  replaced: readonly ReadingRow[],
  arrivals: Pick<RangesByDay, 'condition'>,
): Promise<void> {
  if (replaced.length === 0) return
  await want(connection, replaced)
  let [from, to] = [Infinity, -Infinity]
  for (const { ts } of replaced) [from, to] = [Math.min(from, ts), Math.max(to, ts)]
  await connection.run(
    `DELETE FROM reading r USING wanted w WHERE r.series = w.series AND r.ts = w.ts AND ${arrivals.condition(from, to)}`,
  )
}

function put(standings: Standings, { series, ts }: ReadingRow, standing: Standing): void {
  const ofSeries = standings.get(series.id)
  if (ofSeries === undefined) standings.set(series.id, new Map([[ts, standing]]))
  else ofSeries.set(ts, standing)
}

/** Fills the temporary table of keys that the next statement joins with. */
async function want(connection: DuckDBConnection, rows: readonly ReadingRow[]): Promise<void> {
  await beginKeys(connection, 'wanted')
  await appendRows(
    connection,
    'wanted',
    [
      ['integer', (r: ReadingRow) => r.series.id],
      ['bigint', (r: ReadingRow) => r.ts],
    ],
    rows,
  )
}
