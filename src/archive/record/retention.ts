import { utcDayOf, utcDayStartMs } from '../../base/utc-day.js'
import { saveProgress } from '../archive.js'
import type { Database } from '../database.js'
import type { Retention } from '../options.js'
import { keepFirstReadings } from './first-readings.js'
import { isReading } from './kinds.js'
import { EMPTY, type Expired, type RecordManifest } from './manifest.js'

/**
 * The oldest day of a plant that has had its time, null when there is none: all of it lies before the age that is kept,
 * or the files hold too much. A day of which a delta still holds a part is compacted first.
 */
export function nextExpiry(
  manifest: RecordManifest,
  retention: Retention,
  nowMs: number,
): { readonly plant: string; readonly day: number } | null {
  const files = manifest.days.filter((file) => isReading(file.kind))
  const waiting = manifest.deltas.flatMap((delta) => (isReading(delta.kind) ? delta.parts : []))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const isFull = retention.bytes !== null && bytes > retention.bytes
  const untilDay = retention.ageMs === null ? -Infinity : utcDayOf(nowMs - retention.ageMs)
  const due = files
    .filter(({ plant, day }) => !waiting.some((part) => part.plant === plant && part.day <= day))
    .sort((a, b) => a.day - b.day)[0]
  return due !== undefined && (due.day < untilDay || isFull) ? { plant: due.plant, day: due.day } : null
}

/**
 * Takes the readings of a plant up to a day out of the database, those that the record holds, and counts them: what the
 * record lets go of afterwards. The KPI points of the day stay, and since when there have been readings of each series.
 */
export function letGo(
  database: Database,
  { plant, day }: { readonly plant: string; readonly day: number },
  recordPosition: number,
): Promise<Expired> {
  return database.transaction(async (connection) => {
    // The database's own count, not the manifest's: a kill between the two leaves the manifest behind.
    const saved = await connection.runAndReadAll(`SELECT content FROM progress WHERE name = 'expired'`)
    const content = saved.getRows()[0]?.[0]
    const before = typeof content === 'string' ? (JSON.parse(content) as Expired) : EMPTY.expired
    const where = 'WHERE ts < $1 AND series IN (SELECT id FROM series WHERE plant = $2)'
    const of = [BigInt(utcDayStartMs(day + 1)), plant, BigInt(recordPosition)]
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM reading ${where} AND position < $3`,
      of,
    )
    await keepFirstReadings(connection, plant, day + 1)
    await connection.run(`DELETE FROM reading ${where} AND position < $3`, of)
    await connection.run(`DELETE FROM conflict ${where} AND decided < $3`, of)
    const expired: Expired = {
      readings: before.readings + Number(counted.getRows()[0]?.[0] ?? 0),
      keptFrom: { ...before.keptFrom, [plant]: Math.max(day + 1, before.keptFrom[plant] ?? -Infinity) },
    }
    await saveProgress(connection, 'expired', expired)
    return expired
  })
}
