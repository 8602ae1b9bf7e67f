import type { DuckDBConnection } from '@duckdb/node-api'
import { bound, type Database } from '../../archive/database.js'
import { appendRows } from '../../archive/rows.js'
import { beginKeys } from '../../archive/temporary-tables.js'
import type { Checkpoint, FoldStart } from '../series/fold.js'
import type { Range } from '../time/ranges.js'

/** As many as a fold over late samples goes back, and the one it begins at. */
const BEFORE_MAX = 5

/**
 * The places from which a fold over a series can be taken up, one a day with samples: derived from the readings, so
 * losing them costs time, not figures.
 */
export class CheckpointTable {
  readonly #database: Database
  /** Walked but not saved yet: at most what one cycle makes. */
  #unsaved = new Map<number, UnsavedCheckpoints>()
  /** Saved checkpoints of some series in a range, all of them; null while none are held. */
  #held: Held | null = null

  constructor(database: Database) {
    this.#database = database
  }

  /** Reads those of some series in [fromMs, toMs) at once; what is asked of them is answered from memory until `letGo`. */
  async hold(ids: readonly number[], range: Range): Promise<void> {
    this.#held = null
    if (ids.length < 2) return
    const where = `series IN (${ids.join(',')}) AND from_ms >= $1 AND from_ms < $2 ORDER BY day`
    this.#held = {
      ...range,
      bySeries: await this.#read(ids, where, [bound(range.fromMs), bound(range.toMs)]),
      before: null,
    }
  }

  letGo(): void {
    this.#held = null
  }

  /** The last checkpoint that starts at or before `ms`, or the `back`-th before that; null when there are not so many. */
  async before(seriesId: number, ms: number, back: number): Promise<FoldStart | null> {
    const found = (await this.between(seriesId, -(2 ** 52), ms + 1, back + 1)).at(-1 - back)
    return found ?? null
  }

  /** The checkpoints that start in [fromMs, toMs), the newest `limit` of them, in order of time. */
  async between(seriesId: number, fromMs: number, toMs: number, limit: number): Promise<Checkpoint[]> {
    const unsaved = this.#unsaved.get(seriesId)
    const saved =
      (await this.#heldBetween(seriesId, fromMs, toMs, limit)) ??
      (await this.#savedBetween(seriesId, fromMs, toMs, limit))
    const byDay = new Map<number, Checkpoint>()
    for (const checkpoint of saved) {
      if (unsaved === undefined || !isWithin(unsaved.removed, checkpoint.fromMs)) byDay.set(checkpoint.day, checkpoint)
    }
    for (const checkpoint of unsaved?.days.values() ?? []) {
      if (checkpoint.fromMs >= fromMs && checkpoint.fromMs < toMs) byDay.set(checkpoint.day, checkpoint)
    }
    return [...byDay.values()].sort((a, b) => a.day - b.day).slice(-limit)
  }

  /** Adds the checkpoints of days that had none. */
  add(seriesId: number, checkpoints: readonly Checkpoint[]): void {
    if (checkpoints.length === 0) return
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

  async #savedBetween(seriesId: number, fromMs: number, toMs: number, limit: number): Promise<Checkpoint[]> {
    const [days, froms, states] = await this.#database.columns(
      `SELECT day, from_ms::DOUBLE, state FROM checkpoint
       WHERE series = $1 AND from_ms >= $2 AND from_ms < $3 ORDER BY day DESC LIMIT $4`,
      [seriesId, BigInt(fromMs), BigInt(toMs), limit],
    )
    return (days ?? []).map((day, i) => {
      const { bytes } = (states ?? [])[i] as unknown as { bytes: Uint8Array }
      return { day: day as number, fromMs: froms?.[i] as number, state: numbersOf(bytes) }
    })
  }

  /** The same from memory; null when not all of it is there. */
  async #heldBetween(
    seriesId: number,
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<readonly Checkpoint[] | null> {
    const held = this.#held
    const all = held?.bySeries.get(seriesId)
    if (held === null || all === undefined || toMs > held.toMs) return null
    const isAsked = (checkpoint: Checkpoint) => checkpoint.fromMs >= fromMs && checkpoint.fromMs < toMs
    const found = all.filter(isAsked)
    if (fromMs >= held.fromMs || found.length >= limit) return found
    // Checkpoints of all series are read at once: where one series has been silent, mostly many have.
    held.before ??= await this.#newestBefore([...held.bySeries.keys()], held.fromMs)
    const before = held.before.get(seriesId)
    if (before === undefined) return null
    found.unshift(...before.filter(isAsked))
    return found.length >= limit || before.length < BEFORE_MAX ? found : null
  }

  /** The newest few of some series that start before an instant. */
  #newestBefore(ids: readonly number[], ms: number): Promise<Map<number, Checkpoint[]>> {
    const where = `series IN (${ids.join(',')}) AND from_ms < $1
      QUALIFY row_number() OVER (PARTITION BY series ORDER BY day DESC) <= ${BEFORE_MAX} ORDER BY day`
    return this.#read(ids, where, [bound(ms)])
  }

  async #read(ids: readonly number[], where: string, parameters: bigint[]): Promise<Map<number, Checkpoint[]>> {
    const [series, days, froms, states] = await this.#database.columns(
      `SELECT series, day, from_ms::DOUBLE, state FROM checkpoint WHERE ${where}`,
      parameters,
    )
    const bySeries = new Map(ids.map((id) => [id, [] as Checkpoint[]]))
    for (const [i, day] of (days ?? []).entries()) {
      const { bytes } = (states ?? [])[i] as unknown as { bytes: Uint8Array }
      const checkpoint = { day: day as number, fromMs: froms?.[i] as number, state: numbersOf(bytes) }
      bySeries.get(series?.[i] as number)?.push(checkpoint)
    }
    return bySeries
  }

  /** Takes what was added since it was asked last: to be saved in the transaction of the points that came with it. */
  takeUnsaved(): ReadonlyMap<number, UnsavedCheckpoints> {
    const unsaved = this.#unsaved
    this.#unsaved = new Map()
    for (const [series, { removed, days }] of unsaved) {
      const held = this.#held?.bySeries.get(series)
      if (held !== undefined) this.#held!.bySeries.set(series, merged(held, removed, days))
      // The checkpoints held of the time before may not be all any more: they are looked up.
      this.#held?.before?.delete(series)
    }
    return unsaved
  }

  async save(connection: DuckDBConnection, unsaved: ReadonlyMap<number, UnsavedCheckpoints>): Promise<void> {
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
    await beginKeys(connection, 'wanted')
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

  #unsavedOf(seriesId: number): UnsavedCheckpoints {
    const unsaved = this.#unsaved.get(seriesId) ?? { removed: [], days: new Map() }
    this.#unsaved.set(seriesId, unsaved)
    return unsaved
  }
}

interface Held extends Range {
  /** In order of time. */
  readonly bySeries: Map<number, Checkpoint[]>
  /** The newest `BEFORE_MAX` before the range, in order of time; null until they are asked for. */
  before: Map<number, Checkpoint[]> | null
}

export interface UnsavedCheckpoints {
  readonly removed: Range[]
  readonly days: Map<number, Checkpoint>
}

function merged(held: readonly Checkpoint[], removed: readonly Range[], days: ReadonlyMap<number, Checkpoint>) {
  const kept = held.filter(({ day, fromMs }) => !days.has(day) && !isWithin(removed, fromMs))
  return [...kept, ...days.values()].sort((a, b) => a.day - b.day)
}

function isWithin(ranges: readonly Range[], ms: number): boolean {
  return ranges.some((range) => ms >= range.fromMs && ms < range.toMs)
}

function numbersOf(bytes: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(bytes).buffer)
}
