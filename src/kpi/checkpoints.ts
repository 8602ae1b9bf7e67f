import type { DuckDBConnection } from '@duckdb/node-api'
import type { Database } from '../archive/database.js'
import { appendRows } from '../archive/rows.js'
import type { Range } from './ranges.js'
import type { Checkpoint, WalkStart } from './walk.js'

/** Checkpoints of one series that were walked anew. */
export interface NewCheckpoints {
  readonly seriesId: number
  readonly checkpoints: readonly Checkpoint[]
}

/**
 * The places from which a walk over a series can be taken up, one a day with samples: derived from the readings, so
 * losing them costs time, not figures.
 */
export class CheckpointTable {
  readonly #database: Database
  /** Walked but not saved yet: at most what one cycle makes. */
  #unsaved = new Map<number, Unsaved>()

  constructor(database: Database) {
    this.#database = database
  }

  /** The last checkpoint that starts at or before `ms`, or the `back`-th before that; null when there are not so many. */
  async before(seriesId: number, ms: number, back: number): Promise<WalkStart | null> {
    const found = (await this.between(seriesId, -(2 ** 52), ms + 1, back + 1)).at(-1 - back)
    return found ?? null
  }

  /** The checkpoints that start in [fromMs, toMs), the newest `limit` of them, in order of time. */
  async between(seriesId: number, fromMs: number, toMs: number, limit: number): Promise<Checkpoint[]> {
    const [days, froms, states] = await this.#database.columns(
      `SELECT day, from_ms::DOUBLE, state FROM checkpoint
       WHERE series = $1 AND from_ms >= $2 AND from_ms < $3 ORDER BY day DESC LIMIT $4`,
      [seriesId, BigInt(fromMs), BigInt(toMs), limit],
    )
    const unsaved = this.#unsaved.get(seriesId)
    const byDay = new Map<number, Checkpoint>()
    for (const [i, day] of (days ?? []).entries()) {
      if (unsaved !== undefined && isWithin(unsaved.removed, froms?.[i] as number)) continue
      const { bytes } = (states ?? [])[i] as unknown as { bytes: Uint8Array }
      byDay.set(day as number, { day: day as number, fromMs: froms?.[i] as number, state: numbersOf(bytes) })
    }
    for (const checkpoint of unsaved?.days.values() ?? []) {
      if (checkpoint.fromMs >= fromMs && checkpoint.fromMs < toMs) byDay.set(checkpoint.day, checkpoint)
    }
    return [...byDay.values()].sort((a, b) => a.day - b.day).slice(-limit)
  }

  /** Adds the checkpoints of days that had none. */
  add(seriesId: number, checkpoints: readonly Checkpoint[]): void {
    const { days } = this.#unsavedOf(seriesId)
    for (const checkpoint of checkpoints) days.set(checkpoint.day, checkpoint)
  }

  /** Puts checkpoints in the place of all that start in [fromMs, toMs). */
  replace(seriesId: number, range: Range, checkpoints: readonly Checkpoint[]): void {
    const unsaved = this.#unsavedOf(seriesId)
    unsaved.removed.push(range)
    for (const [day, checkpoint] of unsaved.days) {
      if (isWithin([range], checkpoint.fromMs)) unsaved.days.delete(day)
    }
    this.add(seriesId, checkpoints)
  }

  /** Saves what was added, in the transaction of the points that came with it. */
  async save(connection: DuckDBConnection): Promise<void> {
    const unsaved = this.#unsaved
    this.#unsaved = new Map()
    for (const [series, { removed }] of unsaved) {
      for (const { fromMs, toMs } of removed) {
        await connection.run('DELETE FROM checkpoint WHERE series = $1 AND from_ms >= $2 AND from_ms < $3', [
          series,
          BigInt(fromMs),
          BigInt(toMs),
        ])
      }
    }
    const rows = [...unsaved].flatMap(([series, { days }]) => [...days.values()].map((c) => ({ series, ...c })))
    if (rows.length === 0) return
    await connection.run('DELETE FROM wanted')
    await appendRows(
      connection,
      'wanted',
      [
        ['integer', (r) => r.series],
        ['bigint', (r) => r.day],
      ],
      rows,
    )
    await connection.run('DELETE FROM checkpoint c USING wanted w WHERE c.series = w.series AND c.day = w.ts')
    await appendRows(
      connection,
      'checkpoint',
      [
        ['integer', (r) => r.series],
        ['integer', (r) => r.day],
        ['bigint', (r) => r.fromMs],
        ['blob', (r) => new Uint8Array(r.state.buffer, r.state.byteOffset, r.state.byteLength)],
      ],
      rows,
    )
  }

  #unsavedOf(seriesId: number): Unsaved {
    const unsaved = this.#unsaved.get(seriesId) ?? { removed: [], days: new Map() }
    this.#unsaved.set(seriesId, unsaved)
    return unsaved
  }
}

interface Unsaved {
  readonly removed: Range[]
  readonly days: Map<number, Checkpoint>
}

function isWithin(ranges: readonly Range[], ms: number): boolean {
  return ranges.some((range) => ms >= range.fromMs && ms < range.toMs)
}

function numbersOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(bytes).buffer)
}
