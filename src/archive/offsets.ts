import { HOUR_MS, MINUTE_MS } from '../base/durations.js'
import type { Database } from './database.js'

/** Offset of a device's clock in one minute of arrival. */
export interface MinuteOffset {
  /** Start of the minute, epoch ms. */
  readonly atMs: number
  /** Event time minus arrival, ms, of the reading that was closest to now or furthest ahead of it. */
  readonly offsetMs: number
}

/** Span of event time before the newest that is looked at. */
const RANGE_MS = 6 * HOUR_MS

/** The last `limit` minutes of arrival in which some series had readings with a time of their device, oldest first. */
export async function readOffsets(
  database: Database,
  ids: readonly number[],
  newestTs: number,
  limit: number,
): Promise<readonly MinuteOffset[]> {
  if (ids.length === 0 || !Number.isFinite(newestTs)) return []
  const [minutes, offsets] = await database.columns(
    `SELECT (received_at // ${MINUTE_MS})::DOUBLE AS minute, max(ts - received_at)::DOUBLE FROM reading
     WHERE series IN (${ids.join(',')}) AND ts > $1 AND NOT assumed GROUP BY minute ORDER BY minute DESC LIMIT $2`,
    [BigInt(newestTs - RANGE_MS), limit],
  )
  return (minutes ?? [])
    .map((minute, i) => ({ atMs: (minute as number) * MINUTE_MS, offsetMs: offsets![i] as number }))
    .reverse()
}
