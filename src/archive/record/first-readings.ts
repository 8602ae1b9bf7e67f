import type { DuckDBConnection } from '@duckdb/node-api'
import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { utcDayStartMs } from '../../base/utc-day.js'
import { quoted } from './kinds.js'

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
      UNION ALL SELECT series, from_ms + ${QUARTER_HOUR_MS - 1} FROM checkpoint WHERE from_ms < ${toMs})
    WHERE ${ofPlant} GROUP BY series`
}

/** Keeps the first readings of a plant as they go with the days before one. */
export async function keepFirstReadings(connection: DuckDBConnection, plant: string, before: number): Promise<void> {
  await connection.run('DELETE FROM wanted')
  await connection.run(`INSERT INTO wanted ${firstReadings(plant, before)}`)
  await connection.run('DELETE FROM first_reading WHERE series IN (SELECT series FROM wanted)')
  await connection.run('INSERT INTO first_reading SELECT series, ts FROM wanted')
}

/** False in a copy of a database that an older program has made. */
export async function hasFirstReadings(connection: DuckDBConnection): Promise<boolean> {
  const found = await connection.runAndReadAll(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND table_name = 'first_reading'`,
  )
  return found.currentRowCount > 0
}
