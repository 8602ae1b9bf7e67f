import { join } from 'node:path'
import type { PastOrder } from '../../bench/load/order.js'
import type { Influxd } from '../../bench/sides/influxd.js'
import { openEmbedded } from '../../support/embedded.js'
import type { TestGateway } from '../../support/gateway.js'
import { isSum, loadDifferences, readingCount, readingsEach, sumEach } from './loaded-day.js'

export const DATABASE = 'greengauge'
const WINDOWS = ['1m', '15m', '1h', '1d', '1mo', 'shift']

/** Readings that a gateway acknowledged. */
export interface Taken {
  /** Readings whose times and values are known. */
  readonly days: readonly PastOrder[]
  /** Readings of another metric, of which only the number is known. */
  readonly live: { readonly metric: string; readonly readings: number }
}

/** In what the embedded database of a gateway that does not run, and the server, are not what was acknowledged; one sentence each. */
export async function storeDifferences(
  gateway: TestGateway,
  influxd: Influxd,
  { days, live }: Taken,
): Promise<string[]> {
  const found: string[] = []
  const embedded = await openEmbedded(join(gateway.dataDir, 'archive.duckdb'))
  try {
    for (const day of days) found.push(...(await loadDifferences(embedded, day)))
    const ours = await readingCount(embedded, live.metric)
    if (ours !== live.readings) found.push(`the database holds ${ours} of ${live.readings} live readings`)
    const [windows, kpis, counts, sums] = await embedded.database.columns(
      `SELECT s."window", s.kpi, count(*)::DOUBLE, sum(p.numerator) FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream
       WHERE NOT p.provisional GROUP BY s."window", s.kpi`,
    )
    const theirs = await finalsIn(influxd)
    for (const [i, window] of (windows ?? []).entries()) {
      const key = `${window} ${kpis![i]}`
      const there = theirs.get(key) ?? { count: 0, sum: 0 }
      theirs.delete(key)
      if (there.count !== Number(counts![i])) found.push(`${key}: ${there.count} of ${counts![i]} final points`)
      else if (!isSum(there.sum, Number(sums![i])))
        found.push(`${key}: the points come to ${there.sum}, not ${sums![i]}`)
    }
    for (const key of theirs.keys()) found.push(`${key} is only in the store`)
  } finally {
    await embedded.close()
  }
  return [...found, ...(await readingsMissing(influxd, { days, live }))]
}

/** Finds readings that the server does not hold. It has one value at most for a device, a metric and a time. */
async function readingsMissing(influxd: Influxd, { days, live }: Taken): Promise<string[]> {
  const found: string[] = []
  const count = await influxd.count(DATABASE, 'energy', live.metric)
  if (count !== live.readings) found.push(`the store holds ${count} of ${live.readings} live readings`)
  for (const day of days) {
    const field = day.metrics[0]!
    const { series = [] } = await influxd.query(
      `SELECT count("${field}"), sum("${field}") FROM energy WHERE time >= ${day.firstTs}ms
       AND time < ${day.firstTs + readingsEach(day) * day.stepMs}ms GROUP BY "device"`,
      DATABASE,
    )
    if (series.length !== day.devices) found.push(`the store holds ${series.length} of ${day.devices} devices`)
    for (const { tags, values } of series) {
      const [, there, sum] = (values[0] ?? []).map(Number)
      const isRight = there === readingsEach(day) && isSum(sum ?? 0, sumEach(day))
      if (!isRight) found.push(`${tags?.device}: the store holds ${there} of ${readingsEach(day)}, their sum is ${sum}`)
    }
  }
  return found
}

/** By window and KPI. */
async function finalsIn(influxd: Influxd): Promise<Map<string, { readonly count: number; readonly sum: number }>> {
  const found = new Map<string, { readonly count: number; readonly sum: number }>()
  for (const window of WINDOWS) {
    const { series = [] } = await influxd.query(
      `SELECT count(numerator), sum(numerator) FROM "kpi_${window}" WHERE provisional = false GROUP BY "kpi"`,
      DATABASE,
    )
    for (const { tags, values } of series) {
      found.set(`${window} ${tags?.kpi}`, { count: Number(values[0]?.[1]), sum: Number(values[0]?.[2]) })
    }
  }
  return found
}
