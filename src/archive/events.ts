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

/** Which events: by default all of some types, in order of time; of one instant in order of device and id. */
export interface EventQuery {
  readonly types: readonly string[]
  readonly plant?: string
  readonly device?: string
  /** Event times in [fromMs, toMs). */
  readonly fromMs?: number
  readonly toMs?: number
  readonly limit?: number
}

export async function readEvents(database: Database, query: EventQuery): Promise<readonly StoredEvent[]> {
  if (query.types.length === 0) return []
  const { plant = null, device = null, fromMs = -Infinity, toMs = Infinity, limit = 2 ** 52 } = query
  const columns = await database.columns(
    `SELECT plant, line, device, id, type, ts::DOUBLE, received_at::DOUBLE, fields, position::DOUBLE FROM event
     WHERE ts >= $1 AND ts < $2 AND ($3 IS NULL OR plant = $3) AND ($4 IS NULL OR device = $4)
       AND type IN (${query.types.map((type) => `'${type.replaceAll("'", "''")}'`).join(',')})
     ORDER BY ts, device, id LIMIT $5`,
    [bound(fromMs), bound(toMs), plant, device, BigInt(limit)],
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

/** From when to when a device has sent events of a type. */
export interface EventReach {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly type: string
  readonly oldestTs: number
  readonly newestTs: number
  /** What came with journal records after a position, and the first of those records; null when nothing did. */
  readonly since: { readonly fromMs: number; readonly toMs: number; readonly position: number } | null
}

export async function eventReaches(database: Database, position: number): Promise<readonly EventReach[]> {
  const columns = await database.columns(
    `SELECT plant, arg_max(line, position), device, type, min(ts)::DOUBLE, max(ts)::DOUBLE,
       min(ts) FILTER (position > $1)::DOUBLE, max(ts) FILTER (position > $1)::DOUBLE,
       min(position) FILTER (position > $1)::DOUBLE
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
