import type { DuckDBConnection } from '@duckdb/node-api'
import { saveProgress, transpose } from '../../archive/archive.js'
import { bound, type Database } from '../../archive/database.js'
import { appendRows, type Columns } from '../../archive/rows.js'
import { beginKeys } from '../../archive/temporary-tables.js'
import type { Alarm } from './alarm.js'
import type { AlarmChange, UnsavedAlarms } from './register.js'

/** Place in the journal up to which the saved alarms hold what devices and people did. */
export interface AlarmProgress {
  /** Position of the journal record with the last fact. */
  readonly position: number
  /** "Now" of the journal then, epoch ms. */
  readonly nowMs: number
}

/** Name in the table `progress` under which it is kept. */
const PROGRESS = 'alarms'

const ALARM_COLUMNS: Columns<Alarm> = [
  ['text', ({ subject }) => subject.plant],
  ['text', ({ id }) => id],
  ['text', (alarm) => JSON.stringify(alarm)],
]

/** Columns of the temporary table of keys that are replaced. */
const KEY_COLUMNS: Columns<Alarm> = ALARM_COLUMNS.slice(0, 2)

const CHANGE_COLUMNS: Columns<AlarmChange & { readonly change: number }> = [
  ['text', ({ subject }) => subject.plant],
  ['text', ({ subject }) => subject.scopeId],
  ['text', ({ subject }) => subject.rule],
  ['bigint', ({ atMs }) => atMs],
  ['text', ({ state }) => state],
  ['text', ({ severity }) => severity],
  ['double', ({ value }) => value],
  ['double', ({ limit }) => limit],
  ['text', ({ note }) => note],
  ['bigint', (row: { readonly change: number }) => row.change],
]

/** Every saved alarm. */
export async function readAlarms(database: Database): Promise<readonly Alarm[]> {
  const [contents] = await database.columns('SELECT content FROM alarm')
  return (contents ?? []).map((content) => JSON.parse(content as string) as Alarm)
}

/** Plant, scope, id, KPI, window of each stream and the end of its last final window, epoch ms. */
export async function readJudgedTo(database: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await database.columns(`
    SELECT s.plant || '|' || s.scope || '|' || s.scope_id || '|' || s.kpi || '|' || s."window", max(p."end")::DOUBLE
    FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream WHERE NOT p.provisional GROUP BY ALL`)
  return new Map(transpose(rows).map(([key, endMs]) => [key as string, endMs as number]))
}

/** Reads up to where the alarms were saved; before everything when they never were. */
export async function readAlarmProgress(database: Database): Promise<AlarmProgress> {
  const [contents] = await database.columns('SELECT content FROM progress WHERE name = $1', [PROGRESS])
  const content = contents?.[0]
  return typeof content === 'string' ? (JSON.parse(content) as AlarmProgress) : { position: -1, nowMs: 0 }
}

/** Saves what has changed, in the transaction of the points it came from. Changes are numbered from `firstChange` on. */
export async function saveAlarms(
  connection: DuckDBConnection,
  { alarms, gone, changes }: UnsavedAlarms,
  progress: AlarmProgress,
  firstChange: number,
): Promise<void> {
  await beginKeys(connection, 'touched')
  await appendRows(connection, 'touched', KEY_COLUMNS, [...alarms, ...gone])
  await connection.run('DELETE FROM alarm a USING touched t WHERE a.plant = t.plant AND a.id = t.device')
  await appendRows(connection, 'alarm', ALARM_COLUMNS, alarms)
  const numbered = changes.map((change, i) => ({ ...change, change: firstChange + i }))
  await appendRows(connection, 'alarm_change', CHANGE_COLUMNS, numbered)
  await saveProgress(connection, PROGRESS, progress)
}

/** A change as it was saved, for a store: `id` is that of the plant, line or device. */
export interface StoredAlarmChange {
  readonly plant: string
  readonly id: string
  readonly rule: string
  readonly atMs: number
  readonly state: string
  readonly severity: string
  readonly value: number
  readonly limit: number
  readonly note: string
}

/** Changes with numbers, or with times, in [from, to), at most `limit`, in the order in which they were saved. */
export async function readAlarmChanges(
  database: Database,
  axis: 'change' | 'at_ms',
  range: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<readonly StoredAlarmChange[]> {
  const rows = await database.columns(
    `SELECT plant, id, rule, at_ms::DOUBLE, state, severity, value, limit_value, note FROM alarm_change
     WHERE ${axis} >= $1 AND ${axis} < $2 ORDER BY change LIMIT ${range.limit}`,
    [bound(range.from), bound(range.to)],
  )
  return transpose(rows).map((cells) => ({
    plant: cells[0] as string,
    id: cells[1] as string,
    rule: cells[2] as string,
    atMs: cells[3] as number,
    state: cells[4] as string,
    severity: cells[5] as string,
    value: cells[6] as number,
    limit: cells[7] as number,
    note: cells[8] as string,
  }))
}
