import type { DuckDBConnection } from '@duckdb/node-api'
import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { MERGED_METRICS } from '../../base/merged-metrics.js'
import { utcDayStartMs } from '../../base/utc-day.js'
import { beginKeys } from '../temporary-tables.js'
import { quoted } from './kinds.js'

/** States of the others begin with what they are merged of, before a reading of their own. */
const OF_ONE_METRIC = `SELECT id FROM series WHERE metric NOT IN (${MERGED_METRICS.map(quoted).join(', ')})`

/**
 * Query for the first reading that there ever was of each series of a plant that has, or had, readings before a day: `series`
 * and `ts` in epoch ms. Where an older program has let go of it, the states from which computations go on tell the quarter.
 *
 * @param before in days since 1970, UTC
 */
export function firstReadings(plant: string, before: number): string {
  const ofPlant = `series IN (SELECT id FROM series WHERE plant = ${quoted(plant)})`
  const toMs = utcDayStartMs(before)
  return `SELECT series, min(ts) AS ts FROM (
      SELECT series, ts FROM first_reading
      UNION ALL SELECT series, ts FROM reading WHERE ts < ${toMs}
      UNION ALL SELECT series, from_ms + ${QUARTER_HOUR_MS - 1} FROM checkpoint WHERE from_ms < ${toMs} AND series IN (${OF_ONE_METRIC}))
    WHERE ${ofPlant} GROUP BY series`
}

/** Keeps the first readings of a plant as they go with the days before one. */
export async function keepFirstReadings(connection: DuckDBConnection, plant: string, before: number): Promise<void> {
  await beginKeys(connection, 'wanted')
  await connection.run(`INSERT INTO wanted ${firstReadings(plant, before)}`)
  await connection.run('DELETE FROM first_reading WHERE series IN (SELECT series FROM wanted)')
  await connection.run('INSERT INTO first_reading SELECT series, ts FROM wanted')
}

/**
 * Keeps them for plants of which a program that did not know first readings has let days go, so that they are the same from the first start of this one on.
 * @param keptFrom the day from which on each plant has readings, in days since 1970, UTC
 */
export async function keepEarlierFirstReadings(
  connection: DuckDBConnection,
  keptFrom: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [plant, day] of Object.entries(keptFrom)) {
    const ofPlant = `series IN (SELECT id FROM series WHERE plant = $1)`
    const known = await connection.runAndReadAll(`SELECT 1 FROM first_reading WHERE ${ofPlant} LIMIT 1`, [plant])
    if (known.currentRowCount === 0) await keepFirstReadings(connection, plant, day)
  }
}
