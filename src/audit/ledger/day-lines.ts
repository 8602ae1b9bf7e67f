import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { quoted, type RecordKind, rowsOfDay } from '../../archive/record/kinds.js'
import type { SealedFile } from './entry.js'
import { MerkleTree } from './merkle.js'
import { COLUMNS, RowWriter, type TableCell } from './rows.js'

/** A sort of so many rows takes some ten MB of a reader: days are sealed in the middle of a flood too. */
const SORTED_ROWS_MAX = 50_000

/** All rows of a kind, plant and day (UTC), in immutable files. */
export interface DayState {
  readonly kind: RecordKind
  readonly plant: string
  /** Days since 1970. */
  readonly day: number
  /** In the order of their generations; names below `dir`. */
  readonly files: readonly Pick<SealedFile, 'name'>[]
  /** SQL for the rows that are meant, of those that stand; absent: all. */
  readonly only?: string
  /** The devices of these rows are wanted as well, which takes memory for all of their standing rows. */
  readonly withDevices?: boolean
}

/** In which order the lines of a day stand, texts byte by byte. What is in no order by itself stands as it came. */
const ORDERS: Readonly<Record<RecordKind, string>> = {
  reading: 'device, metric, ts',
  conflict: 'device, metric, ts, decided, position',
  event: 'ts, device, id, position',
  link: 'at_ms, device, position',
  config: 'position',
  device_fact: 'at_ms, device, what, position',
  act: 'position',
}

/** A database of its own for reading files of the record: nothing of it is the gateway's, so its thread is nobody's trouble. */
export async function openReader(memoryLimit = '256MB'): Promise<DuckDBInstance> {
  return DuckDBInstance.create(':memory:', { threads: '1', memory_limit: memoryLimit })
}

/**
 * The lines of a day as `rows.ts` writes them, in their order, some thousands at a time. Of several readings with one key
 * the one that came last stands, as everywhere. Several files are gone through a few devices at a time: no more rows are sorted
 * at once than those of one device, or `SORTED_ROWS_MAX`.
 */
export async function* dayLines(
  connection: DuckDBConnection,
  dir: string,
  state: DayState,
): AsyncGenerator<readonly string[]> {
  const { kind, files } = state
  if (files.length === 0) return
  const writer = new RowWriter(kind)
  const isSplit = files.length > 1 && ORDERS[kind].startsWith('device')
  const sources = sourceOf(dir, files)
  if (!isSplit) {
    // The one file of a day was written in this order.
    const isOrdered = kind === 'reading' && files.length === 1
    yield* written(connection, writer, queryOf(state, sources, files.length === 1, isOrdered))
    return
  }
  const devices = await connection.runAndReadAll(
    `SELECT device, count(*)::INTEGER FROM ${sources} GROUP BY device ORDER BY device`,
  )
  for (const { first, last } of deviceRuns(devices.getRows() as [string, number][])) {
    const own = `(SELECT * FROM ${sources} WHERE device BETWEEN ${quoted(first)} AND ${quoted(last)})`
    yield* written(connection, writer, queryOf(state, own, false, false))
  }
}

/** Neighbours in the order of devices that are gone through at once. */
function deviceRuns(devices: readonly (readonly [device: string, rows: number])[]): { first: string; last: string }[] {
  const runs: { first: string; last: string; rows: number }[] = []
  for (const [device, rows] of devices) {
    const before = runs.at(-1)
    if (before === undefined || before.rows + rows > SORTED_ROWS_MAX) runs.push({ first: device, last: device, rows })
    else Object.assign(before, { last: device, rows: before.rows + rows })
  }
  return runs
}

/** Number of rows of a day, and the root of the tree over their lines, hex. */
export interface DayRoot {
  readonly rows: number
  readonly root: string
  /** Devices of the rows, in order; absent where they are not wanted. */
  readonly devices?: readonly string[]
}

/** Computes both from the files. */
export async function rootOfDay(connection: DuckDBConnection, dir: string, state: DayState): Promise<DayRoot> {
  const tree = new MerkleTree()
  for await (const lines of dayLines(connection, dir, state)) for (const line of lines) tree.add(line)
  const devices = state.withDevices ? { devices: await devicesOf(connection, dir, state) } : {}
  return { rows: tree.size, root: tree.root(), ...devices }
}

async function devicesOf(connection: DuckDBConnection, dir: string, state: DayState): Promise<readonly string[]> {
  const { kind, files, only = 'true' } = state
  if (files.length === 0) return []
  const source = sourceOf(dir, files)
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT device FROM (${rowsOfDay(kind, source, state, files.length === 1)}) WHERE ${only} AND device IS NOT NULL ORDER BY device`,
  )
  return found.getRows().map(([device]) => String(device))
}

function sourceOf(dir: string, files: DayState['files']): string {
  const names = files.map(({ name }) => quoted(join(dir, name)))
  return `read_parquet([${names.join(', ')}], union_by_name = true, hive_partitioning = false)`
}

function queryOf(state: DayState, source: string, isOne: boolean, isOrdered: boolean): string {
  const { kind } = state
  const columns = COLUMNS[kind].map(({ source, form }) =>
    form === 'instant' || form === 'number' ? `${source}::DOUBLE` : source,
  )
  const order = isOrdered ? '' : ` ORDER BY ${ORDERS[kind]}`
  const only = state.only === undefined ? '' : ` WHERE ${state.only}`
  return `SELECT ${columns.join(', ')} FROM (${rowsOfDay(kind, source, state, isOne)})${only}${order}`
}

async function* written(connection: DuckDBConnection, writer: RowWriter, sql: string) {
  const result = await connection.stream(sql)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    const cells = chunk.getColumns() as unknown as readonly (readonly TableCell[])[]
    yield Array.from({ length: chunk.rowCount }, (_, i) => writer.line(cells, i))
  }
}
