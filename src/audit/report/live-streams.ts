import { bound, type Database } from '../../archive/database.js'
import type { Expired } from '../../archive/record/manifest.js'
import { DAY_MS } from '../../base/durations.js'
import type { PlantSpan, StreamQuality } from './sources.js'
import { DELAY_STEP_MS, GAP_MS, LATE_MS, streamQuality } from './stream-quality.js'

/** Length of a piece: at fifty series a second it is a second of work, and whoever else reads from the database waits no longer. */
const PIECE_MS = 7 * DAY_MS
/** Pieces that are remembered of all plants, the oldest go first: eight years of two plants. */
const PIECES_MAX = 1000
/** A piece with more different counts than that (readings that came hours late, one by one) is not remembered. */
const COUNTS_MAX = 20_000
/** So that steps of delay are above zero, whatever the clocks of devices say. */
const STEP_OFFSET = 2 ** 31

/** Counts and silences of all series of a plant in a piece of time. */
interface Piece {
  /** Columns: series, rank of quality, 1 for an assumed time, 1 for late ones, step of delay, how many. */
  readonly counts: readonly (readonly number[])[]
  /** Columns: series, last reading before a silence (null before its first of the piece), first behind it, last of the piece. */
  readonly silences: readonly (readonly (number | null)[])[]
}

/** Pieces that are remembered of a plant. */
interface Known {
  /** Readings that came before this place in the journal are in the pieces. */
  position: number
  /** First day (UTC, since 1970) that retention has left. */
  keptFrom: number
  /** By number since 1970. */
  readonly pieces: Map<number, Piece>
}

interface Counts {
  readonly byRank: Map<number, number>
  readonly delays: Map<number, number>
  readonly gaps: { readonly fromMs: number; readonly toMs: number }[]
  lastMs: number
  late: number
  assumed: number
}

/**
 * Tells how each series reported, out of the database. Every reading is looked at for it, a minute's work for a year of fifty
 * series a second, so the span is gone through piece by piece, and whole pieces are remembered until a reading comes that
 * lies in them, or retention takes one away.
 */
export class LiveStreams {
  readonly #database: Database
  readonly #known = new Map<string, Known>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
  }

  /** One call at a time. */
  of(span: PlantSpan): Promise<readonly StreamQuality[]> {
    const result = this.#last.then(() => this.#of(span))
    this.#last = result.catch(() => undefined)
    return result
  }

  async #of({ plant, fromMs, toMs }: PlantSpan): Promise<readonly StreamQuality[]> {
    const [ids, devices, metrics, units] = await this.#database.columns(
      'SELECT id, device, metric, unit FROM series WHERE plant = $1 ORDER BY device, metric',
      [plant],
    )
    if (ids === undefined || ids.length === 0) return []
    const isOfPlant = `series IN (${ids.join(',')})`
    const known = await this.#refreshed(plant, isOfPlant)
    const found = new Map<number, Counts>()
    for (let at = fromMs; at < toMs; ) {
      const number = Math.floor(at / PIECE_MS)
      const [startMs, endMs] = [number * PIECE_MS, (number + 1) * PIECE_MS]
      const to = Math.min(endMs, toMs)
      const isWhole = at === startMs && to === endMs
      const piece = (isWhole ? known.pieces.get(number) : undefined) ?? (await this.#piece(isOfPlant, at, to))
      if (isWhole) this.#remember(known, number, piece)
      add(found, piece, fromMs)
      at = to
    }
    return ids.flatMap((id, i) => {
      const of = found.get(id as number)
      if (of === undefined) return []
      if (toMs - of.lastMs > GAP_MS) of.gaps.push({ fromMs: of.lastMs, toMs })
      const { byRank, delays, gaps, late, assumed } = of
      const names = { device: devices![i] as string, metric: metrics![i] as string, unit: units![i] as string }
      return [streamQuality({ ...names, byRank, delays, gaps, late, assumed })]
    })
  }

  /** Forgets the pieces that have changed. The place is taken before anything is read: what comes after it is found next time. */
  async #refreshed(plant: string, isOfPlant: string): Promise<Known> {
    const known = this.#known.get(plant) ?? { position: -1, keptFrom: -Infinity, pieces: new Map<number, Piece>() }
    this.#known.set(plant, known)
    const since = [bound(known.position)]
    const newest = 'SELECT max(position)::DOUBLE FROM reading WHERE position >= $1'
    const [position] = await this.#database.columns(newest, since)
    if (known.pieces.size > 0) {
      const sql = `SELECT DISTINCT floor(ts / ${PIECE_MS}.0) FROM reading WHERE position >= $1 AND ${isOfPlant}`
      const [changed] = await this.#database.columns(sql, since)
      for (const number of changed ?? []) known.pieces.delete(Number(number))
    }
    const [said] = await this.#database.columns(`SELECT content FROM progress WHERE name = 'expired'`)
    const expired = typeof said?.[0] === 'string' ? (JSON.parse(said[0]) as Expired) : null
    const keptFrom = expired?.keptFrom[plant] ?? -Infinity
    if (keptFrom !== known.keptFrom) {
      for (const number of known.pieces.keys()) {
        if (number * PIECE_MS < keptFrom * DAY_MS) known.pieces.delete(number)
      }
    }
    known.position = Math.max(known.position, Number(position?.[0] ?? -1))
    known.keptFrom = keptFrom
    return known
  }

  #remember({ pieces }: Known, number: number, piece: Piece): void {
    if ((piece.counts[0]?.length ?? 0) > COUNTS_MAX) return
    pieces.delete(number)
    pieces.set(number, piece)
    let size = 0
    for (const { pieces: some } of this.#known.values()) size += some.size
    if (size <= PIECES_MAX) return
    for (const { pieces: some } of this.#known.values()) {
      const [oldest] = some.keys()
      if (oldest === undefined) continue
      some.delete(oldest)
      return
    }
  }

  /**
   * One number a reading is what grouping is cheap by. A silence of more than an hour lies between the last reading of one
   * clock hour and the first of a later one: so hours are looked at and not every pair of readings.
   */
  async #piece(isOfPlant: string, fromMs: number, toMs: number): Promise<Piece> {
    const where = `WHERE ${isOfPlant} AND ts >= $1 AND ts < $2`
    const range = [bound(fromMs), bound(toMs)]
    const counts = await this.#database.columns(
      `SELECT (key >> 38)::DOUBLE, ((key >> 34) & 15)::DOUBLE, ((key >> 33) & 1)::DOUBLE, ((key >> 32) & 1)::DOUBLE,
         (key & ${2 ** 32 - 1})::DOUBLE - ${STEP_OFFSET}, count::DOUBLE
       FROM (
         SELECT (series::BIGINT << 38) + (quality::BIGINT << 34) + (assumed::BIGINT << 33)
             + ((received_at - ts > ${LATE_MS})::BIGINT << 32)
             + (greatest(least(received_at - ts, ${LATE_MS}) + ${STEP_OFFSET * DELAY_STEP_MS}, 0)) // ${DELAY_STEP_MS} AS key,
           count(*) AS count
         FROM reading ${where} GROUP BY 1
       )`,
      range,
    )
    const silences = await this.#database.columns(
      `WITH hours AS (
         SELECT series, ts // ${GAP_MS} AS hour, min(ts) AS first, max(ts) AS last FROM reading ${where} GROUP BY ALL
       ), edges AS (
         SELECT series, lag(last) OVER (PARTITION BY series ORDER BY hour) AS before, first,
           max(last) OVER (PARTITION BY series) AS last
         FROM hours
       )
       SELECT series, before::DOUBLE, first::DOUBLE, last::DOUBLE FROM edges
       WHERE before IS NULL OR first - before > ${GAP_MS} ORDER BY series, first`,
      range,
    )
    return { counts: counts as number[][], silences: silences as (number | null)[][] }
  }
}

/** Pieces come in order of time. */
function add(found: Map<number, Counts>, { counts, silences }: Piece, fromMs: number): void {
  const [silent = [], before = [], first = [], last = []] = silences
  silent.forEach((id, i) => {
    const of: Counts = found.get(id!) ?? none(fromMs)
    found.set(id!, of)
    const sinceMs = before[i] ?? of.lastMs
    if (first[i]! - sinceMs > GAP_MS) of.gaps.push({ fromMs: sinceMs, toMs: first[i]! })
    of.lastMs = last[i]!
  })
  const [series = [], ranks = [], assumed = [], late = [], steps = [], many = []] = counts
  series.forEach((id, i) => {
    const of = found.get(id)!
    raise(of.byRank, ranks[i]!, many[i]!)
    if (assumed[i] === 1) of.assumed += many[i]!
    if (late[i] === 1) of.late += many[i]!
    else raise(of.delays, steps[i]!, many[i]!)
  })
}

function none(lastMs: number): Counts {
  return { byRank: new Map(), delays: new Map(), gaps: [], lastMs, late: 0, assumed: 0 }
}

function raise(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
