import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { StoredReading } from '../base/reading.js'
import type { ReadingBlock } from '../base/reading-block.js'
import type { DialectState } from '../decode/dialect.js'
import type { ArchiveBatch, ArchivedChanges, ArchiveOutcome } from './batch.js'
import {
  ACTION_COLUMNS,
  CONFIG_COLUMNS,
  CONFLICT_COLUMNS,
  CONNECTION_COLUMNS,
  EVENT_COLUMNS,
  EVENT_KEY_COLUMNS,
  FACT_COLUMNS,
  LINE_COLUMNS,
  SENDER_COLUMNS,
  SERIES_COLUMNS,
  STATE_COLUMNS,
  STATE_KEY_COLUMNS,
} from './columns.js'
import { bound, type Database } from './database.js'
import { type EventQuery, queryEvents, type StoredEvent } from './events.js'
import { type Forgetting, type ForgottenSeries, forgetDay, forgetSeries } from './forget.js'
import { type LineName, LineNames } from './lines.js'
import { OccupiedTimes } from './occupied-times.js'
import { ReadingTableWriter } from './reading-table-writer.js'
import { keepEarlierFirstReadings } from './record/first-readings.js'
import type { DayOfKind } from './record/manifest.js'
import { appendRows } from './rows.js'
import { type DeviceSender, minutesFrom, type Senders } from './senders.js'
import { type Series, SeriesTable } from './series.js'
import { deleteReplaced, Sorter } from './sorting.js'
import { beginKeys } from './temporary-tables.js'

/**
 * Every reading that was ever taken, once. A batch and the place in the journal up to which it was read are one
 * transaction: after a kill the two are never apart, and what comes again from the journal is found to be there already.
 */
export class Archive {
  readonly series = new SeriesTable()
  readonly lines = new LineNames()
  readonly #occupied = new OccupiedTimes()
  readonly #database: Database
  readonly #senders: Senders
  readonly #sorter: Sorter
  readonly #readingRows = new ReadingTableWriter()

  private constructor(database: Database, senders: Senders) {
    this.#database = database
    this.#senders = senders
    this.#sorter = new Sorter(this.series, this.#occupied, database.arrivals)
  }

  /** Reads the series and senders of an open database. */
  static async open(database: Database, senders: Senders): Promise<Archive> {
    const archive = new Archive(database, senders)
    const expired = await archive.progress<{ keptFrom?: Readonly<Record<string, number>> }>('expired')
    if (expired?.keptFrom !== undefined) {
      const { keptFrom } = expired
      await database.transaction((connection) => keepEarlierFirstReadings(connection, keptFrom))
    }
    await archive.#load()
    return archive
  }

  /**
   * Archives a batch. A reading newer than all of its series is new; any other is looked up, in one query for the batch.
   * What goes with the readings is taken as it is now: it may change as soon as this has been called.
   * Rejects only when the disk or the database is lost; then nothing of the batch is archived.
   */
  async commit(
    batch: ArchiveBatch,
  ): Promise<{ outcome: ArchiveOutcome; changes: ArchivedChanges; events: ArchiveBatch['events'] }> {
    const { readings } = batch
    const { newSeries, newLines } = this.#register(readings)
    const contested = this.#sorter.contested(readings)
    const forgotten = this.#senders.takeForgotten()
    const senders = this.#senders.takeTouched()
    const result = await this.#database.transaction(async (connection) => {
      const sorted = await this.#sorter.sort(connection, readings, contested, batch.forgetting ?? [])
      await appendRows(connection, 'series', SERIES_COLUMNS, newSeries)
      await appendRows(connection, 'line_name', LINE_COLUMNS, newLines)
      await deleteReplaced(connection, sorted.replaced, this.#database.arrivals)
      this.#database.arrivals.note(readings.ts, readings.position, readings.length)
      await this.#readingRows.append(connection, readings, sorted.kept)
      await appendRows(connection, 'conflict', CONFLICT_COLUMNS, sorted.losers)
      const events = await appendEvents(connection, batch.events, batch.forgetting ?? [])
      await appendRows(connection, 'link', CONNECTION_COLUMNS, batch.connectionChanges ?? [])
      await appendRows(connection, 'config', CONFIG_COLUMNS, batch.configs ?? [])
      await appendRows(connection, 'device_fact', FACT_COLUMNS, batch.facts ?? [])
      await appendRows(connection, 'act', ACTION_COLUMNS, batch.actions ?? [])
      await replaceSenders(connection, senders, forgotten)
      await replaceStates(connection, batch.states ?? [])
      await saveProgress(connection, 'journal', batch.progress(sorted.outcome))
      return { ...sorted, events }
    })
    this.#note(readings, result.kept)
    return { outcome: result.outcome, changes: { block: readings, rows: result.kept }, events: result.events }
  }

  /** Takes out the rows of one kind and day that an order is about, as the files have lost them, in one transaction with `alongside`. */
  async forgetDay<T>(
    order: Forgetting,
    of: Pick<DayOfKind, 'kind' | 'day'>,
    alongside: (connection: DuckDBConnection, gone: Awaited<ReturnType<typeof forgetDay>>) => Promise<T>,
  ): Promise<T> {
    return this.#database.transaction(async (connection) =>
      alongside(connection, await forgetDay(connection, order, of)),
    )
  }

  /** Forgets the series of devices as far as no row of them is left, and what was computed of all, in one transaction with `alongside`. */
  async forgetSeries(
    order: Pick<Forgetting, 'plant' | 'devices' | 'metrics'>,
    alongside: (connection: DuckDBConnection, forgotten: ForgottenSeries) => Promise<void>,
    isPart = false,
  ): Promise<ForgottenSeries> {
    const forgotten = await this.#database.transaction(async (connection) => {
      const gone = await forgetSeries(connection, order, isPart)
      await alongside(connection, gone)
      return gone
    })
    for (const id of forgotten.goneSeries) this.series.forget(id)
    for (const { id, oldestTs, newestTs } of forgotten.keptSeries) {
      Object.assign(this.series.byId(id), { oldestTs, newestTs, ...(!isPart && { firstTs: oldestTs }) })
    }
    for (const id of [...forgotten.goneSeries, ...forgotten.keptSeries.map((one) => one.id)]) this.#occupied.forget(id)
    return forgotten
  }

  /** Progress that was saved under a name in the last transaction that saved it; null when none was. */
  async progress<T>(name: string): Promise<T | null> {
    const [contents] = await this.#database.columns('SELECT content FROM progress WHERE name = $1', [name])
    const content = contents?.[0]
    return typeof content === 'string' ? (JSON.parse(content) as T) : null
  }

  /** The same of every name that begins so. */
  async progressOf<T>(beginning: string): Promise<readonly T[]> {
    const [contents] = await this.#database.columns('SELECT content FROM progress WHERE starts_with(name, $1)', [
      beginning,
    ])
    return (contents ?? []).map((content) => JSON.parse(content as string) as T)
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

  /** Readings that came with journal records from this place on. */
  async readingCountSince(position: number): Promise<number> {
    const [counts] = await this.#database.columns('SELECT count(*)::DOUBLE FROM reading WHERE position >= $1', [
      BigInt(position),
    ])
    return Number(counts?.[0] ?? 0)
  }

  /** Readings of one series in [fromMs, toMs), oldest first; of them those that came from a place in the journal on. */
  async readings(
    series: Series,
    range: { fromMs: number; toMs: number; limit: number; sincePosition: number },
  ): Promise<StoredReading[]> {
    const [ts, values, words, qualities] = await this.#database.columns(
      `SELECT ts::DOUBLE, value, word, quality FROM reading r
       WHERE series = $1 AND ts >= $2 AND ts < $3 AND position >= $4
         AND ${this.#database.arrivals.condition(range.fromMs, range.toMs)} ORDER BY ts LIMIT $5`,
      [series.id, bound(range.fromMs), bound(range.toMs), BigInt(range.sincePosition), range.limit],
    )
    return (ts ?? []).map((t, i) => ({
      ts: Number(t),
      value: (values?.[i] ?? words?.[i]) as number | string,
      quality: Number(qualities?.[i]),
    }))
  }

  /** States of the decoder as they were when the last batch was archived. */
  async decoderStates(): Promise<readonly DialectState[]> {
    const states = transpose(await this.#database.columns('SELECT key, content FROM decoder_state'))
    return states.map(([key, content]) => ({ key: key as string, content: content as string }))
  }

  /** Events of devices, in order of time. */
  events(query: EventQuery): Promise<readonly StoredEvent[]> {
    return queryEvents(this.#database, query)
  }

  /** Gives every source of a block its series and its line; answers with those that are new. */
  #register({ sources, length }: ReadingBlock): { newSeries: Series[]; newLines: LineName[] } {
    const newSeries: Series[] = []
    const newLines: LineName[] = []
    const known = this.series.slots
    for (let row = 0; row < length; row++) {
      const source = sources[row]!
      if (source.seriesId < 0 || known[source.seriesId] === undefined) {
        const { series, isNew } = this.series.of(source)
        if (isNew) newSeries.push(series)
        source.seriesId = series.id
        const line = this.lines.of(source.line)
        if (line.isNew) newLines.push({ id: line.id, name: source.line })
        source.lineId = line.id
      }
      known[source.seriesId]!.line = source.line
    }
    return { newSeries, newLines }
  }

  /** Notes from when to when each series has readings. */
  #note({ sources, ts }: ReadingBlock, rows: Int32Array): void {
    const known = this.series.slots
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const series = known[sources[row]!.seriesId]!
      this.#occupied.took(series, ts[row]!)
      if (ts[row]! > series.newestTs) series.newestTs = ts[row]!
      if (ts[row]! < series.oldestTs) {
        series.oldestTs = ts[row]!
        series.firstTs = Math.min(series.firstTs, ts[row]!)
      }
    }
  }

  async #load(): Promise<void> {
    const series = await this.#database.columns(`
      SELECT s.id, s.plant, coalesce(l.name, s.line), s.device, s.class, s.metric, s.unit, r.oldest, r.newest,
        least(r.oldest, f.ts::DOUBLE)
      FROM series s LEFT JOIN first_reading f ON f.series = s.id
      LEFT JOIN (
        SELECT series, min(ts)::DOUBLE AS oldest, max(ts)::DOUBLE AS newest, arg_max(line, position) AS line
        FROM reading GROUP BY series
      ) r ON r.series = s.id
      LEFT JOIN line_name l ON l.id = r.line ORDER BY s.id`)
    for (const [id, plant, line, device, cls, metric, unit, oldest, newest, first] of transpose(series)) {
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
        firstTs: (first as number | null) ?? Infinity,
      })
    }
    await this.#database.arrivals.load(this.#database)
    const names = await this.#database.columns('SELECT id, name FROM line_name ORDER BY id')
    for (const [id, name] of transpose(names)) this.lines.add({ id: id as number, name: name as string })
    const senders = await this.#database.columns(`
      SELECT plant, line, device, messages, readings, elements_rejected, last_arrival::DOUBLE, last_ts::DOUBLE,
        newest_ts::DOUBLE, status, client, session, minutes, last_seq, seq_gaps, seq_missing FROM sender`)
    for (const row of transpose(senders)) {
      const lastArrivalMs = (row[6] as number | null) ?? -Infinity
      const minutes = minutesFrom(row[12] as string | null)
      this.#senders.add({
        plant: row[0] as string,
        line: row[1] as string,
        device: row[2] as string,
        messages: row[3] as number,
        readings: row[4] as number,
        elementsRejected: row[5] as number,
        lastArrivalMs,
        lastHeardMs: Math.max(lastArrivalMs, (minutes.at(-1)?.minute ?? -Infinity) * 60_000),
        lastTs: (row[7] as number | null) ?? -Infinity,
        newestTs: (row[8] as number | null) ?? -Infinity,
        status: row[9] as DeviceSender['status'],
        client: row[10] as DeviceSender['client'],
        session: row[11] as DeviceSender['session'],
        minutes,
        sequence: {
          last: row[13] as number | null,
          gaps: (row[14] as number | null) ?? 0,
          missing: (row[15] as number | null) ?? 0,
        },
        sessionFromMs: -Infinity,
        mqttLevel: null,
        lastMessage: null,
      })
    }
  }
}

/**
 * Appends the events that are not there yet, and gives them back: an id counts once a device, the first that came behind the last
 * order to forget the device.
 */
async function appendEvents(
  connection: DuckDBConnection,
  events: ArchiveBatch['events'],
  orders: readonly Forgetting[],
): Promise<ArchiveBatch['events']> {
  if (events.length === 0) return []
  const placeOf = (plant: string, device: string) =>
    orders.reduce(
      (last, order) =>
        order.plant === plant && order.metrics === undefined && order.devices.includes(device)
          ? Math.max(last, order.position)
          : last,
      -1,
    )
  const byId = new Map<string, ArchiveBatch['events'][number]>()
  for (const one of events) {
    const { plant, device, id } = one.event
    const key = eventKey(plant, device, id)
    const known = byId.get(key)
    const place = placeOf(plant, device)
    if (known === undefined || (known.position <= place && one.position > place)) byId.set(key, one)
  }
  await beginKeys(connection, 'happened')
  const all = [...byId.values()]
  await appendRows(connection, 'happened', EVENT_KEY_COLUMNS, all)
  const known = await connection.runAndReadAll(
    'SELECT e.plant, e.device, e.id, max(e.position)::DOUBLE FROM event e JOIN happened h ON e.plant = h.plant AND e.device = h.device AND e.id = h.id GROUP BY ALL',
  )
  for (const [plant, device, id, position] of known.getRows()) {
    const key = eventKey(String(plant), String(device), String(id))
    const place = placeOf(String(plant), String(device))
    const isOfOneBefore = Number(position) <= place && (byId.get(key)?.position ?? -1) > place
    if (!isOfOneBefore) byId.delete(key)
  }
  const fresh = [...byId.values()]
  await appendRows(connection, 'event', EVENT_COLUMNS, fresh)
  return fresh
}

function eventKey(plant: string, device: string, id: string): string {
  return `${plant}/${device}/${id}`
}

async function replaceSenders(
  connection: DuckDBConnection,
  senders: readonly DeviceSender[],
  forgotten: readonly DeviceSender[],
): Promise<void> {
  if (senders.length + forgotten.length === 0) return
  await beginKeys(connection, 'touched')
  await appendRows(
    connection,
    'touched',
    [
      ['text', (sender) => sender.plant],
      ['text', (sender) => sender.device],
    ],
    [...senders, ...forgotten],
  )
  await connection.run('DELETE FROM sender s USING touched t WHERE s.plant = t.plant AND s.device = t.device')
  await appendRows(connection, 'sender', SENDER_COLUMNS, senders)
}

async function replaceStates(connection: DuckDBConnection, states: readonly DialectState[]): Promise<void> {
  if (states.length === 0) return
  await beginKeys(connection, 'touched_state')
  await appendRows(connection, 'touched_state', STATE_KEY_COLUMNS, states)
  await connection.run('DELETE FROM decoder_state WHERE key IN (SELECT key FROM touched_state)')
  await appendRows(
    connection,
    'decoder_state',
    STATE_COLUMNS,
    states.filter(({ content }) => content !== null),
  )
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
