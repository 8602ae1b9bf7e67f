import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type PastOrder, samplesOf } from '../../bench/load/order.js'
import { readingOf } from '../../bench/load/packets.js'
import type { Embedded } from '../../support/embedded.js'

/** A sum of millions of doubles, in any order. */
const TOLERANCE = 1e-9

/** Readings of each device of a load, in each metric. */
export function readingsEach({ messages, samples }: PastOrder): number {
  return messages * samples
}

/** Sum of all readings of one device, in one metric. */
export function sumEach(order: PastOrder): number {
  const count = readingsEach(order)
  return ((readingOf(0) + readingOf(count - 1)) / 2) * count
}

export function isSum(found: number, wanted: number): boolean {
  return Math.abs(found - wanted) <= TOLERANCE * Math.abs(wanted)
}

/** In what the database does not hold a load, each reading once and with the bits that were sent; one sentence each. */
export async function loadDifferences({ database }: Pick<Embedded, 'database'>, order: PastOrder): Promise<string[]> {
  const { firstTs, stepMs } = order
  const found: string[] = []
  for (const metric of order.metrics) {
    const [devices, counts, distinct, wrong] = await database.columns(
      `SELECT s.device, count(*)::DOUBLE, count(DISTINCT r.ts)::DOUBLE,
         count(*) FILTER (r.value <> (${readingOf(0) * 100} + (r.ts - ${firstTs}) // ${stepMs}) / 100.0)::DOUBLE
       FROM reading r JOIN series s ON s.id = r.series WHERE s.metric = $1 AND r.ts >= ${firstTs} AND r.ts <
         ${firstTs + readingsEach(order) * stepMs} GROUP BY s.device ORDER BY s.device`,
      [metric],
    )
    const total = (counts ?? []).reduce<number>((sum, count) => sum + Number(count), 0)
    if (total !== samplesOf(order)) found.push(`the database holds ${total} of ${samplesOf(order)} readings`)
    for (const [i, device] of (devices ?? []).entries()) {
      if (distinct![i] !== counts![i]) found.push(`${device} ${metric}: ${counts![i]} rows, ${distinct![i]} times`)
      if (Number(wrong![i]) > 0) found.push(`${device} ${metric}: ${wrong![i]} readings are not what was sent`)
    }
  }
  return found
}

/** Readings that the database has of one metric, of all devices. */
export async function readingCount({ database }: Pick<Embedded, 'database'>, metric: string): Promise<number> {
  const [counts] = await database.columns(
    'SELECT count(*)::DOUBLE FROM reading r JOIN series s ON s.id = r.series WHERE s.metric = $1',
    [metric],
  )
  return Number(counts?.[0] ?? 0)
}

/** Size of a file, or of all that is in a folder, on the disk, MiB; 0 when there is none. */
export function diskMiB(path: string): number {
  const own = statSync(path, { throwIfNoEntry: false })
  if (own === undefined) return 0
  if (!own.isDirectory()) return own.size / 2 ** 20
  return readdirSync(path).reduce((sum, name) => sum + diskMiB(join(path, name)), 0)
}
