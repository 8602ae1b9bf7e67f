import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { ConfigVersion } from '../base/plant.js'
import { QUALITIES } from '../base/quality.js'
import type { DeviceEvent, LinkChange, Reading } from '../base/reading.js'
import type { ReadingPoint } from '../base/wire.js'
import type { Database } from './database.js'
import { appendRows, type Columns } from './rows.js'
import type { Sender, Senders } from './senders.js'
import { type Series, SeriesTable } from './series.js'
import { compareContenders, isRepeat } from './winner.js'

/** A reading with its series and the journal record it came from. */
interface Row {
  readonly series: Series
  readonly ts: number
  readonly value: number | string
  readonly quality: number
  readonly seq: number | null
  readonly receivedAt: number
  readonly assumed: boolean
  readonly position: number
}

/** What one commit takes over: it is archived whole, together with how far the journal has been read. */
export interface Batch {
  readonly readings: readonly { readonly reading: Reading; readonly position: number }[]
  readonly events: readonly { readonly event: DeviceEvent; readonly position: number }[]
  readonly links?: readonly { readonly link: LinkChange; readonly position: number }[]
  readonly configs?: readonly { readonly version: ConfigVersion; readonly position: number }[]
  /** How far the pipeline has come once this batch is archived, as JSON; kept under the name `journal`. */
  progress(outcome: Outcome): unknown
}

export interface Outcome {
  readonly archived: number
  readonly duplicate: number
  readonly conflict: number
}

/** A reading that is new in the archive, or has replaced another one. */
export interface Change {
  readonly series: Series
  readonly ts: number
  readonly value: number | string
  readonly quality: number
  readonly assumed: boolean
  readonly position: number
}

const READING_COLUMNS: Columns<Row> = [
  ['integer', (r) => r.series.id],
  ['bigint', (r) => r.ts],
  ['double', (r) => (typeof r.value === 'number' ? r.value : null)],
  ['text', (r) => (typeof r.value === 'string' ? r.value : null)],
  ['quality', (r) => r.quality],
  ['double', (r) => r.seq],
  ['bigint', (r) => r.receivedAt],
  ['boolean', (r) => r.assumed],
  ['bigint', (r) => r.position],
]

/** A reading that lost, and the record that brought the other one or itself, whichever came later. */
interface Loser {
  readonly row: Row
  readonly decided: number
}

const CONFLICT_COLUMNS: Columns<Loser> = [
  ...READING_COLUMNS.map(([kind, of]) => [kind, ({ row }: Loser) => of(row)] as const),
  ['bigint', ({ decided }) => decided],
]

const SERIES_COLUMNS: Columns<Series> = [
  ['integer', (s) => s.id],
  ['text', (s) => s.plant],
  ['text', (s) => s.line],
  ['text', (s) => s.device],
  ['text', (s) => s.class],
  ['text', (s) => s.metric],
  ['text', (s) => s.unit],
]

const SENDER_COLUMNS: Columns<Sender> = [
  ['text', (s) => s.plant],
  ['text', (s) => s.line],
  ['text', (s) => s.device],
  ['double', (s) => s.messages],
  ['double', (s) => s.readings],
  ['double', (s) => s.elementsRejected],
  ['bigint', (s) => finiteOrNull(s.lastArrivalMs)],
  ['bigint', (s) => finiteOrNull(s.lastTs)],
  ['bigint', (s) => finiteOrNull(s.newestTs)],
  ['text', (s) => s.status],
  ['text', (s) => s.client],
  ['text', (s) => s.session],
]

const LINK_COLUMNS: Columns<NonNullable<Batch['links']>[number]> = [
  ['text', ({ link }) => link.plant],
  ['text', ({ link }) => link.device],
  ['bigint', ({ link }) => link.at],
  ['boolean', ({ link }) => link.isUp],
  ['bigint', ({ position }) => position],
]

const CONFIG_COLUMNS: Columns<NonNullable<Batch['configs']>[number]> = [
  ['bigint', ({ version }) => version.fromMs],
  ['text', ({ version }) => version.hash],
  ['text', ({ version }) => version.content],
  ['bigint', ({ position }) => position],
]

const SELECT_READING = `r.series, r.ts::DOUBLE, r.value, r.word, r.quality, r.seq, r.received_at::DOUBLE, r.assumed, r.position::DOUBLE`

/**
 * Every reading that was ever taken, once. A batch and the place in the journal up to which it was read are one
 * transaction: after a kill the two are never apart, and what comes again from the journal is found to be there already.
 */
export class Archive {
  readonly series = new SeriesTable()
  readonly #database: Database
  readonly #senders: Senders

  private constructor(database: Database, senders: Senders) {
    this.#database = database
    this.#senders = senders
  }

  /** Reads the series and senders of an open database. */
  static async open(database: Database, senders: Senders): Promise<Archive> {
    const archive = new Archive(database, senders)
    await archive.#load()
    return archive
  }

  /**
   * Archives a batch. A reading newer than all of its series is new; any other is looked up, in one query for the batch.
   * Rejects only when the disk or the database is lost; then nothing of the batch is archived.
   */
  async commit(batch: Batch): Promise<{ outcome: Outcome; changes: readonly Change[] }> {
    const newSeries: Series[] = []
    const rows: Row[] = []
    for (const { reading, position } of batch.readings) {
      const { series, isNew } = this.series.of(reading)
      if (isNew) newSeries.push(series)
      series.line = reading.line
      rows.push({
        series,
        ts: reading.ts,
        value: reading.value,
        quality: reading.quality,
        seq: reading.seq,
        receivedAt: reading.receivedAt,
        assumed: reading.tsAssumed,
        position,
      })
    }
    const senders = this.#senders.takeTouched()
    const result = await this.#database.transaction(async (connection) => {
      const sorted = await sortOut(connection, rows)
      await appendRows(connection, 'series', SERIES_COLUMNS, newSeries)
      await replaceReadings(connection, sorted.replaced)
      await appendRows(connection, 'reading', READING_COLUMNS, sorted.kept)
      await appendRows(connection, 'conflict', CONFLICT_COLUMNS, sorted.losers)
      await appendEvents(connection, batch.events)
      await appendRows(connection, 'link', LINK_COLUMNS, batch.links ?? [])
      await appendRows(connection, 'config', CONFIG_COLUMNS, batch.configs ?? [])
      await replaceSenders(connection, senders)
      await saveProgress(connection, 'journal', batch.progress(sorted.outcome))
      return sorted
    })
    for (const row of result.kept) {
      if (row.ts > row.series.newestTs) row.series.newestTs = row.ts
      if (row.ts < row.series.oldestTs) row.series.oldestTs = row.ts
    }
    return { outcome: result.outcome, changes: result.kept }
  }

  /** What was saved under a name in the last transaction that saved it; null when nothing was. */
  async progress<T>(name: string): Promise<T | null> {
    const [contents] = await this.#database.columns('SELECT content FROM progress WHERE name = $1', [name])
    const content = contents?.[0]
    return typeof content === 'string' ? (JSON.parse(content) as T) : null
  }

  /**
   * Rows of the reading table and those that retention has taken from it: equal to what was counted as archived, or
   * something is wrong.
   */
  async readingCount(): Promise<number> {
    const [counts] = await this.#database.columns('SELECT count(*)::DOUBLE FROM reading')
    const expired = await this.progress<{ readings: number }>('expired')
    return Number(counts?.[0] ?? 0) + (expired?.readings ?? 0)
  }

  /** Raw readings of one series in [fromMs, toMs) after `afterMs`, oldest first. */
  async readings(
    series: Series,
    range: { fromMs: number; toMs: number; afterMs: number | null; limit: number },
  ): Promise<ReadingPoint[]> {
    const [ts, values, words, qualities] = await this.#database.columns(
      `SELECT ts::DOUBLE, value, word, quality FROM reading
       WHERE series = $1 AND ts >= $2 AND ts < $3 ORDER BY ts LIMIT $4`,
      [series.id, BigInt(Math.max(range.fromMs, (range.afterMs ?? -Infinity) + 1)), BigInt(range.toMs), range.limit],
    )
    return (ts ?? []).map((t, i) => ({
      ts: new Date(Number(t)).toISOString(),
      value: (values?.[i] ?? words?.[i]) as number | string,
      unit: series.unit,
      quality: QUALITIES[Number(qualities?.[i])] ?? 'good',
    }))
  }

  async #load(): Promise<void> {
    const series = await this.#database.columns(`
      SELECT s.id, s.plant, s.line, s.device, s.class, s.metric, s.unit, min(r.ts)::DOUBLE, max(r.ts)::DOUBLE
      FROM series s LEFT JOIN reading r ON r.series = s.id GROUP BY ALL ORDER BY s.id`)
    for (const [id, plant, line, device, cls, metric, unit, oldest, newest] of transpose(series)) {
      this.series.add({
        id: id as number,
        plant: plant as string,
        line: line as string,
        device: device as string,
        class: cls as Series['class'],
        metric: metric as string,
        unit: unit as string,
        oldestTs: (oldest as number | null) ?? Infinity,
        newestTs: (newest as number | null) ?? -Infinity,
      })
    }
    const senders = await this.#database.columns(`
      SELECT plant, line, device, messages, readings, elements_rejected, last_arrival::DOUBLE, last_ts::DOUBLE,
        newest_ts::DOUBLE, status, client, session FROM sender`)
    for (const row of transpose(senders)) {
      this.#senders.add({
        plant: row[0] as string,
        line: row[1] as string,
        device: row[2] as string,
        messages: row[3] as number,
        readings: row[4] as number,
        elementsRejected: row[5] as number,
        lastArrivalMs: (row[6] as number | null) ?? -Infinity,
        lastTs: (row[7] as number | null) ?? -Infinity,
        newestTs: (row[8] as number | null) ?? -Infinity,
        status: row[9] as Sender['status'],
        client: row[10] as Sender['client'],
        session: row[11] as Sender['session'],
      })
    }
  }
}

interface Sorted {
  /** To be written: new readings and winners. */
  readonly kept: Row[]
  /** Those of them whose key is in the table already. */
  readonly replaced: Row[]
  readonly losers: Loser[]
  readonly outcome: Outcome
}

/** Decides for every row whether it is new, a repeat, or one side of a conflict. */
async function sortOut(connection: DuckDBConnection, rows: readonly Row[]): Promise<Sorted> {
  const standing = await lookUp(connection, rows)
  const inTable = new Set(standing.values())
  const kept = new Map<string, Row>()
  const losers: Loser[] = []
  let archived = 0
  let duplicate = 0
  let conflict = 0
  for (const row of rows) {
    const key = keyOf(row.series.id, row.ts)
    const other = standing.get(key)
    if (other === undefined) {
      standing.set(key, row)
      kept.set(key, row)
      archived++
      continue
    }
    const repeats = isRepeat(row, other)
    if (repeats) duplicate++
    else conflict++
    const wins = compareContenders(row, other) < 0
    if (!repeats) losers.push({ row: wins ? other : row, decided: row.position })
    if (wins) {
      standing.set(key, row)
      kept.set(key, row)
    }
  }
  const replacedKeys = new Set([...inTable].map((row) => keyOf(row.series.id, row.ts)))
  const replaced = [...kept].filter(([key]) => replacedKeys.has(key)).map(([, row]) => row)
  return { kept: [...kept.values()], replaced, losers, outcome: { archived, duplicate, conflict } }
}

/** The archived readings with the keys of those rows that are not newer than all of their series. */
async function lookUp(connection: DuckDBConnection, rows: readonly Row[]): Promise<Map<string, Row>> {
  const candidates = rows.filter((row) => row.ts <= row.series.newestTs)
  const found = new Map<string, Row>()
  if (candidates.length === 0) return found
  const seriesById = new Map(candidates.map((row) => [row.series.id, row.series]))
  const bounds = candidates.reduce((b, row) => ({ from: Math.min(b.from, row.ts), to: Math.max(b.to, row.ts) }), {
    from: Infinity,
    to: -Infinity,
  })
  await want(connection, candidates)
  const answer = await connection.runAndReadAll(
    `SELECT DISTINCT ${SELECT_READING} FROM reading r JOIN wanted w ON r.series = w.series AND r.ts = w.ts
     WHERE r.ts BETWEEN $1 AND $2`,
    [BigInt(bounds.from), BigInt(bounds.to)],
  )
  for (const cells of answer.getRows()) {
    const series = seriesById.get(cells[0] as number)
    if (series === undefined) continue
    const row: Row = {
      series,
      ts: cells[1] as number,
      value: (cells[2] ?? cells[3]) as number | string,
      quality: cells[4] as number,
      seq: cells[5] as number | null,
      receivedAt: cells[6] as number,
      assumed: cells[7] as boolean,
      position: cells[8] as number,
    }
    found.set(keyOf(series.id, row.ts), row)
  }
  return found
}

async function replaceReadings(connection: DuckDBConnection, replaced: readonly Row[]): Promise<void> {
  if (replaced.length === 0) return
  await want(connection, replaced)
  await connection.run('DELETE FROM reading r USING wanted w WHERE r.series = w.series AND r.ts = w.ts')
}

/** Fills the temporary table of keys that the next statement joins with. */
async function want(connection: DuckDBConnection, rows: readonly Row[]): Promise<void> {
  await connection.run('DELETE FROM wanted')
  await appendRows(
    connection,
    'wanted',
    [
      ['integer', (r: Row) => r.series.id],
      ['bigint', (r: Row) => r.ts],
    ],
    rows,
  )
}

async function appendEvents(connection: DuckDBConnection, events: Batch['events']): Promise<void> {
  for (const { event, position } of events) {
    await connection.run(
      `INSERT INTO event SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
       WHERE NOT EXISTS (SELECT 1 FROM event WHERE plant = $1 AND device = $3 AND id = $4)`,
      [
        event.plant,
        event.line,
        event.device,
        event.id,
        event.type,
        BigInt(event.ts),
        BigInt(event.receivedAt),
        JSON.stringify(event.fields),
        BigInt(position),
      ],
    )
  }
}

async function replaceSenders(connection: DuckDBConnection, senders: readonly Sender[]): Promise<void> {
  for (const sender of senders) {
    await connection.run('DELETE FROM sender WHERE plant = $1 AND device = $2', [sender.plant, sender.device])
  }
  await appendRows(connection, 'sender', SENDER_COLUMNS, senders)
}

/** Saves how far a consumer has come, in the transaction of what it produced. */
export async function saveProgress(connection: DuckDBConnection, name: string, content: unknown): Promise<void> {
  await connection.run('DELETE FROM progress WHERE name = $1', [name])
  await connection.run('INSERT INTO progress VALUES ($1, $2)', [name, JSON.stringify(content)])
}

export function transpose(columns: readonly (readonly DuckDBValue[])[]): DuckDBValue[][] {
  const first = columns[0] ?? []
  return first.map((_, i) => columns.map((column) => column[i] ?? null))
}

function keyOf(series: number, ts: number): string {
  return `${series}:${ts}`
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
