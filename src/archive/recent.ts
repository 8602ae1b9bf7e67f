import { DAY_MS } from '../base/durations.js'
import { entryOf } from '../base/entry-of.js'
import { bound, type Database } from './database.js'

/** Last readings of one series, oldest first: event times in epoch ms, and numbers or words. */
export interface LastReadings {
  readonly ts: readonly number[]
  readonly values: readonly (number | string)[]
}

/** Older readings say little of how a device sends now, and would cost a look at all of the table. */
const BACK_MS = 7 * DAY_MS

/**
 * The last readings of some series, at most `limit` of each, of the seven days before the newest of them all. A series without
 * any is absent.
 */
export async function readLast(
  database: Database,
  series: readonly { readonly id: number; readonly newestTs: number }[],
  limit: number,
): Promise<ReadonlyMap<number, LastReadings>> {
  const filled = series.filter(({ newestTs }) => Number.isFinite(newestTs))
  if (filled.length === 0) return new Map()
  const fromMs = Math.max(...filled.map(({ newestTs }) => newestTs)) - BACK_MS
  const [ids, ts, numbers, words] = await database.columns(
    `SELECT series, ts::DOUBLE, value, word FROM reading r
     WHERE series IN (${filled.map(({ id }) => id).join(',')}) AND ts >= $1 AND ${database.arrivals.condition(fromMs, Infinity)}
     QUALIFY row_number() OVER (PARTITION BY series ORDER BY ts DESC) <= $2 ORDER BY series, ts`,
    [bound(fromMs), limit],
  )
  const found = new Map<number, { ts: number[]; values: (number | string)[] }>()
  for (const [i, id] of (ids ?? []).entries()) {
    const value = numbers?.[i] ?? words?.[i]
    if (value === null || value === undefined) continue
    const own = entryOf(found, id as number, () => ({ ts: [], values: [] }))
    own.ts.push(ts?.[i] as number)
    own.values.push(value as number | string)
  }
  return found
}
