import type { DuckDBConnection } from '@duckdb/node-api'
import type { RemovedSeries } from '../base/forget.js'
import type { ForgetAction } from '../base/records.js'
import type { Database } from './database.js'
import { quoted, sentOnDay } from './record/kinds.js'
import type { DayOfKind } from './record/manifest.js'
import { appendRows } from './rows.js'
import { beginKeys } from './temporary-tables.js'

/** Devices of a plant, or metrics of them, of which nothing is to be held that came up to a place in the journal. */
export interface Forgetting extends RemovedSeries {
  readonly plant: string
  /** Position of the journal record with the order to forget them: all that came up to there goes. */
  readonly position: number
  /** Id of the act, and its arrival (epoch ms); absent in what earlier programs saved. */
  readonly id?: string
  readonly atMs?: number
  /** Days that the database has followed of it; absent before its first day. */
  readonly done?: FollowedRemoval
}

/** Days of an order that the database has followed the files in. */
export interface FollowedRemoval {
  readonly steps: number
  /** Readings that stood in the files and are gone. */
  readonly readings: number
  /** Event times of the readings that went from the database; null without any. */
  readonly range: TimeSpan | null
}

/** Event times, epoch ms, both included. */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** Names an order to forget, the same after every start. */
export function forgettingKey({ id, plant, position }: Pick<Forgetting, 'id' | 'plant' | 'position'>): string {
  return id ?? `${plant}@${position}`
}

/** An order as it came out of the journal. */
export interface ActedOrder extends ForgetAction {
  readonly position: number
  /** Arrival, epoch ms. */
  readonly atMs: number
}

/** True for the order that an act has given; a program of before has saved orders without the id of their act. */
function isOfAct(order: Forgetting, { id, plant, devices, metrics, position }: Omit<ActedOrder, 'atMs'>): boolean {
  const isIts = order.position === position && order.plant === plant && isSameList(order.metrics, metrics)
  return isIts && (order.id ?? id) === id && order.devices.every((device) => devices.includes(device))
}

function isSameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.length === b.length && a.every((one, i) => one === b[i])
}

/** The act behind an order, out of what the journal brought; null when no act has given it as it is. */
export async function actOf(database: Pick<Database, 'columns'>, order: Forgetting): Promise<ActedOrder | null> {
  const [contents = [], times = []] = await database.columns(
    'SELECT content, at_ms::DOUBLE FROM act WHERE position = $1 ORDER BY rowid',
    [BigInt(order.position)],
  )
  const { position } = order
  for (const [i, content] of contents.entries()) {
    const act = { ...(JSON.parse(String(content)) as ForgetAction), position, atMs: Number(times[i]) }
    if (act.what === 'forget' && isOfAct(order, act)) return act
  }
  return null
}

/** Readings that went from the database, and series that are left of the devices. */
export interface ForgottenSeries {
  /** Series of which nothing is left, and those that go on. */
  readonly goneSeries: readonly number[]
  readonly keptSeries: readonly { readonly id: number; readonly oldestTs: number; readonly newestTs: number }[]
}

const WITHOUT_ROWS = 'NOT IN (SELECT series FROM reading UNION ALL SELECT series FROM conflict)'
const KINDS_OF_DEVICES = ['event', 'link', 'device_fact'] as const

/** SQL for the ids of the series that are to go; `touched` names their devices. */
function idsOf({ metrics }: RemovedSeries): string {
  const own = 'SELECT s.id FROM series s JOIN touched t ON s.plant = t.plant AND s.device = t.device'
  return metrics === undefined ? own : `${own} AND s.metric IN (${metrics.map(quoted).join(', ')})`
}

const isOf = (series: RemovedSeries): string => `series IN (${idsOf(series)})`

/** Takes the rows of one kind and day out of the database that devices sent up to the place of the order; of readings it is told how many. */
export async function forgetDay(
  connection: DuckDBConnection,
  order: Forgetting,
  { kind, day }: Pick<DayOfKind, 'kind' | 'day'>,
): Promise<{ readonly readings: number; readonly range: TimeSpan | null }> {
  const where = sentOnDay(kind, order, day)
  let [readings, fromMs, toMs]: readonly (number | null)[] = [0, null, null]
  if (kind === 'reading') {
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE, min(ts)::DOUBLE, max(ts)::DOUBLE FROM reading WHERE ${where}`,
    )
    ;[readings, fromMs, toMs] = counted.getRows()[0] as [number, number | null, number | null]
  }
  await connection.run(`DELETE FROM ${kind} WHERE ${where}`)
  return { readings: readings ?? 0, range: fromMs == null || toMs == null ? null : { fromMs, toMs } }
}

/**
 * Takes out of the database what was computed of what is to go, and its series as far as no row of them is left.
 * @param isPart something stays that is as old as what went: then what is known of series with rows does too
 */
export async function forgetSeries(
  connection: DuckDBConnection,
  of: Pick<Forgetting, 'plant' | 'devices' | 'metrics'>,
  isPart = false,
): Promise<ForgottenSeries> {
  await nameTouched(connection, of)
  await connection.run(`DELETE FROM checkpoint WHERE ${isOf(of)}`)
  const gone = isPart ? `${isOf(of)} AND series ${WITHOUT_ROWS}` : isOf(of)
  for (const table of ['refusal', 'first_reading', 'boundary_state'])
    await connection.run(`DELETE FROM ${table} WHERE ${gone}`)
  const left = await connection.runAndReadAll(
    `SELECT s.id, min(r.ts)::DOUBLE, max(r.ts)::DOUBLE FROM (${idsOf(of)}) s
     LEFT JOIN (SELECT series, ts FROM reading UNION ALL SELECT series, ts FROM conflict) r ON r.series = s.id GROUP BY s.id`,
  )
  const all = left.getRows() as [number, number | null, number | null][]
  await connection.run(`DELETE FROM series WHERE id IN (${idsOf(of)}) AND id ${WITHOUT_ROWS}`)
  return {
    goneSeries: all.flatMap(([id, oldest]) => (oldest === null ? [id] : [])),
    keptSeries: all.flatMap(([id, oldestTs, newestTs]) =>
      oldestTs === null || newestTs === null ? [] : [{ id, oldestTs, newestTs }],
    ),
  }
}

async function nameTouched(
  connection: DuckDBConnection,
  { plant, devices }: Pick<Forgetting, 'plant' | 'devices'>,
): Promise<void> {
  await beginKeys(connection, 'touched')
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

/** Takes out all rows that are to go, as programs did that left them in the files. */
async function forgetRows(connection: DuckDBConnection, order: Forgetting): Promise<void> {
  await nameTouched(connection, order)
  const upTo = `<= ${order.position}`
  await connection.run(`DELETE FROM reading WHERE ${isOf(order)} AND position ${upTo}`)
  await connection.run(`DELETE FROM conflict WHERE ${isOf(order)} AND decided ${upTo}`)
  for (const kind of order.metrics === undefined ? KINDS_OF_DEVICES : []) {
    await connection.run(
      `DELETE FROM ${kind} e USING touched t WHERE e.plant = t.plant AND e.device = t.device AND e.position ${upTo}`,
    )
  }
  await forgetSeries(connection, order)
}

/** Orders that `forgetAgain` is to leave alone. */
export interface ForgettingsLeft {
  /** Orders that wait. */
  readonly waiting: readonly Forgetting[]
  /** Keys of those that the files have seen: what went is in no file. */
  readonly seen: ReadonlySet<string>
  /** Keys of those of them that have left something. */
  readonly failed: ReadonlySet<string>
}

/**
 * After the database was filled from the record: takes out again what programs of before had forgotten and left in the files. What is
 * still waiting to be forgotten is counted when that is done, and stays until then.
 */
export async function forgetAgain(connection: DuckDBConnection, left: ForgettingsLeft): Promise<void> {
  for (const act of await actsBefore(connection, left, left.seen)) await forgetRows(connection, act)
}

/** The same of figures that the files of the record still knew. */
export async function forgetFiguresAgain(connection: DuckDBConnection, left: ForgettingsLeft): Promise<void> {
  const acts = await actsBefore(connection, left, left.failed)
  for (const act of acts) {
    await nameTouched(connection, act)
    await connection.run(`DELETE FROM checkpoint WHERE ${isOf(act)} AND from_ms < ${act.atMs}`)
    await connection.run(`DELETE FROM first_reading WHERE ${isOf(act)} AND ts < ${act.atMs}`)
    await connection.run(`DELETE FROM boundary_state WHERE ${isOf(act)} AND newest_ts < ${act.atMs}`)
    await connection.run(
      `DELETE FROM series WHERE id IN (${idsOf(act)}) AND id NOT IN (SELECT series FROM reading
         UNION ALL SELECT series FROM conflict UNION ALL SELECT series FROM checkpoint
         UNION ALL SELECT series FROM first_reading UNION ALL SELECT series FROM boundary_state)`,
    )
    // Figures of a device that goes on are those that were computed without its metric.
    if (act.metrics !== undefined) continue
    await connection.run(
      `DELETE FROM kpi_point WHERE start < ${act.atMs} AND stream IN (SELECT s.id FROM kpi_stream s
         JOIN touched t ON s.plant = t.plant AND s.scope_id = t.device WHERE s.scope = 'device')`,
    )
  }
  if (acts.length === 0) return
  await connection.run('DELETE FROM kpi_stream WHERE id NOT IN (SELECT stream FROM kpi_point)')
}

async function actsBefore(
  connection: DuckDBConnection,
  { waiting }: ForgettingsLeft,
  others: ReadonlySet<string>,
): Promise<readonly ActedOrder[]> {
  const acts = await connection.runAndReadAll(
    `SELECT content, position::DOUBLE, at_ms::DOUBLE FROM act WHERE content LIKE '%"what":"forget"%' ORDER BY position, rowid`,
  )
  return (acts.getRows() as [string, number, number][]).flatMap(([content, position, atMs]) => {
    const act = { ...(JSON.parse(content) as ForgetAction), position, atMs }
    const isLeft = waiting.some((one) => isOfAct(one, act)) || others.has(forgettingKey(act))
    return act.what === 'forget' && !isLeft ? [act] : []
  })
}
