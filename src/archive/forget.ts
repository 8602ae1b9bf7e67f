import type { DuckDBConnection } from '@duckdb/node-api'
import { appendRows } from './rows.js'

/** Devices of a plant of which the database is to hold nothing that came up to a place in the journal. */
export interface Forgetting {
  readonly plant: string
  readonly devices: readonly string[]
  /** Position of the journal record with the order to forget them. */
  readonly position: number
}

/** Rows that `forgetRows` has taken away, and the series of the devices. */
export interface Forgotten {
  readonly readings: number
  /** Event times of these readings; null when there were none. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | null
  /** Series of the devices: those of which nothing has come since, and those that go on. */
  readonly goneSeries: readonly number[]
  readonly keptSeries: readonly { readonly id: number; readonly oldestTs: number; readonly newestTs: number }[]
}

const TOUCHED_SERIES = 'SELECT s.id FROM series s JOIN touched t ON s.plant = t.plant AND s.device = t.device'
const OF_SERIES = `series IN (${TOUCHED_SERIES})`
const KINDS_OF_DEVICES = ['event', 'link', 'device_fact'] as const

/** Takes the rows of devices out of the database. The files of the record keep them: they are evidence. */
export async function forgetRows(
  connection: DuckDBConnection,
  { plant, devices, position }: Forgetting,
): Promise<Forgotten> {
  await touch(connection, plant, devices)
  const upTo = `<= ${position}`
  const counted = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, min(ts)::DOUBLE, max(ts)::DOUBLE FROM reading WHERE ${OF_SERIES} AND position ${upTo}`,
  )
  const [readings, fromMs, toMs] = counted.getRows()[0] as [number, number | null, number | null]
  await connection.run(`DELETE FROM reading WHERE ${OF_SERIES} AND position ${upTo}`)
  await connection.run(`DELETE FROM conflict WHERE ${OF_SERIES} AND decided ${upTo}`)
  for (const kind of KINDS_OF_DEVICES) {
    await connection.run(
      `DELETE FROM ${kind} e USING touched t WHERE e.plant = t.plant AND e.device = t.device AND e.position ${upTo}`,
    )
  }
  for (const table of ['checkpoint', 'refusal', 'first_reading'])
    await connection.run(`DELETE FROM ${table} WHERE ${OF_SERIES}`)
  const left = await connection.runAndReadAll(
    `SELECT s.id, min(r.ts)::DOUBLE, max(r.ts)::DOUBLE FROM series s JOIN touched t ON s.plant = t.plant AND s.device = t.device
     LEFT JOIN (SELECT series, ts FROM reading UNION ALL SELECT series, ts FROM conflict) r ON r.series = s.id GROUP BY s.id`,
  )
  const all = left.getRows() as [number, number | null, number | null][]
  const goneSeries = all.flatMap(([id, oldest]) => (oldest === null ? [id] : []))
  await connection.run(
    `DELETE FROM series WHERE id IN (${TOUCHED_SERIES})
     AND id NOT IN (SELECT series FROM reading UNION ALL SELECT series FROM conflict)`,
  )
  return {
    readings,
    range: fromMs === null || toMs === null ? null : { fromMs, toMs },
    goneSeries,
    keptSeries: all.flatMap(([id, oldestTs, newestTs]) =>
      oldestTs === null || newestTs === null ? [] : [{ id, oldestTs, newestTs }],
    ),
  }
}

/**
 * After the database was filled from the record: takes out again what had been forgotten before. What is still waiting to be
 * forgotten is counted when that is done, and stays until then.
 */
export async function forgetAgain(connection: DuckDBConnection, waiting: readonly Forgetting[]): Promise<void> {
  for (const act of await actsBefore(connection, waiting)) await forgetRows(connection, act)
}

/** The same of figures that the files of the record still knew. */
export async function forgetFiguresAgain(connection: DuckDBConnection, waiting: readonly Forgetting[]): Promise<void> {
  const acts = await actsBefore(connection, waiting)
  for (const { plant, devices, atMs } of acts) {
    await touch(connection, plant, devices)
    await connection.run(`DELETE FROM checkpoint WHERE ${OF_SERIES} AND from_ms < ${atMs}`)
    await connection.run(`DELETE FROM first_reading WHERE ${OF_SERIES} AND ts < ${atMs}`)
    await connection.run(
      `DELETE FROM series WHERE id IN (${TOUCHED_SERIES}) AND id NOT IN (SELECT series FROM reading
         UNION ALL SELECT series FROM conflict UNION ALL SELECT series FROM checkpoint
         UNION ALL SELECT series FROM first_reading)`,
    )
    await connection.run(
      `DELETE FROM kpi_point WHERE start < ${atMs} AND stream IN (SELECT s.id FROM kpi_stream s
         JOIN touched t ON s.plant = t.plant AND s.scope_id = t.device WHERE s.scope = 'device')`,
    )
  }
  if (acts.length === 0) return
  await connection.run('DELETE FROM kpi_stream WHERE id NOT IN (SELECT stream FROM kpi_point)')
}

/** Fills the table of the devices that a statement is about. */
async function touch(connection: DuckDBConnection, plant: string, devices: readonly string[]): Promise<void> {
  await connection.run('DELETE FROM touched')
  await appendRows(
    connection,
    'touched',
    [
      ['text', () => plant],
      ['text', (device: string) => device],
    ],
    devices,
  )
}

async function actsBefore(connection: DuckDBConnection, waiting: readonly Forgetting[]) {
  const acts = await connection.runAndReadAll(
    `SELECT content, position::DOUBLE, at_ms::DOUBLE FROM act WHERE content LIKE '%"what":"forget"%' ORDER BY position, rowid`,
  )
  return (acts.getRows() as [string, number, number][]).flatMap(([content, position, atMs]) => {
    const { what, plant, devices } = JSON.parse(content) as { what: string; plant: string; devices: readonly string[] }
    const isDone = what === 'forget' && !waiting.some((one) => one.position === position)
    return isDone ? [{ plant, devices, position, atMs }] : []
  })
}
