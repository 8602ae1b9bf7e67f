import type { DuckDBValue } from '@duckdb/node-api'
import { bound, type Database } from './database.js'

/** An event as it is archived. */
export interface StoredEvent {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly id: string
  readonly type: string
  /** Event time, epoch ms. */
  readonly ts: number
  readonly receivedAt: number
  readonly fields: Readonly<Record<string, unknown>>
  /** Place of the journal record it came with. */
  readonly position: number
}

/** Selection of events: by default all of some types, in order of time; of one instant in order of device and id. */
export interface EventQuery {
  /** null for every type. */
  readonly types: readonly string[] | null
  readonly plant?: string
  readonly device?: string
  readonly id?: string
  /** Event times in [fromMs, toMs). */
  readonly fromMs?: number
  readonly toMs?: number
  /** Only those behind this place. */
  readonly after?: EventPlace
  readonly limit?: number
}

/** A place in a list by time, device and id. */
export interface EventPlace {
  readonly ts: number
  readonly device: string
  readonly id: string
}

/** True when one place comes behind another; texts are compared byte by byte, as the database does. */
export function isAfterPlace(a: EventPlace, b: EventPlace): boolean {
  if (a.ts !== b.ts) return a.ts > b.ts
  if (a.device !== b.device) return a.device > b.device
  return Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) > 0
}

export async function queryEvents(database: Database, query: EventQuery): Promise<readonly StoredEvent[]> {
  const {
    types,
    plant = null,
    device = null,
    id = null,
    fromMs = -Infinity,
    toMs = Infinity,
    after,
    limit = 2 ** 52,
  } = query
  if (types?.length === 0) return []
  const ofTypes = types === null ? '' : `AND type IN (${types.map(quoted).join(',')})`
  return storedEvents(
    database,
    `ts >= $1 AND ts < $2 AND ($3 IS NULL OR plant = $3) AND ($4 IS NULL OR device = $4) AND ($9 IS NULL OR id = $9)
       ${ofTypes}
       AND (ts > $5 OR (ts = $5 AND (device > $6 OR (device = $6 AND id > $7))))
     ORDER BY ts, device, id LIMIT $8`,
    [
      bound(fromMs),
      bound(toMs),
      plant,
      device,
      bound(after?.ts ?? -Infinity),
      after?.device ?? '',
      after?.id ?? '',
      BigInt(limit),
      id,
    ],
  )
}

/** The events that a condition of SQL, with its order, holds for. */
export async function storedEvents(
  database: Database,
  condition: string,
  parameters: DuckDBValue[],
): Promise<readonly StoredEvent[]> {
  const columns = await database.columns(
    `SELECT plant, line, device, id, type, ts::DOUBLE, received_at::DOUBLE, fields, position::DOUBLE FROM event
     WHERE ${condition}`,
    parameters,
  )
  return (columns[0] ?? []).map((of, i) => ({
    plant: of as string,
    line: columns[1]![i] as string,
    device: columns[2]![i] as string,
    id: columns[3]![i] as string,
    type: columns[4]![i] as string,
    ts: columns[5]![i] as number,
    receivedAt: columns[6]![i] as number,
    fields: JSON.parse(columns[7]![i] as string) as Record<string, unknown>,
    position: columns[8]![i] as number,
  }))
}

/** Span of time in which a device has sent events of a type. */
export interface EventReach {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly type: string
  readonly oldestTs: number
  readonly newestTs: number
  /** Range of event times that came with journal records from a position on, and the first of those records; null when none did. */
  readonly since: { readonly fromMs: number; readonly toMs: number; readonly position: number } | null
}

export async function eventReaches(database: Database, position: number): Promise<readonly EventReach[]> {
  const columns = await database.columns(
    `SELECT plant, arg_max(line, position), device, type, min(ts)::DOUBLE, max(ts)::DOUBLE,
       min(ts) FILTER (position >= $1)::DOUBLE, max(ts) FILTER (position >= $1)::DOUBLE,
       min(position) FILTER (position >= $1)::DOUBLE
     FROM event GROUP BY plant, device, type ORDER BY plant, device, type`,
    [BigInt(position)],
  )
  return (columns[0] ?? []).map((plant, i) => {
    const fromMs = columns[6]![i] as number | null
    return {
      plant: plant as string,
      line: columns[1]![i] as string,
      device: columns[2]![i] as string,
      type: columns[3]![i] as string,
      oldestTs: columns[4]![i] as number,
      newestTs: columns[5]![i] as number,
      since: fromMs === null ? null : { fromMs, toMs: columns[7]![i] as number, position: columns[8]![i] as number },
    }
  })
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
