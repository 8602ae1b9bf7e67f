import { deviceName, lastTs, type PastOrder, samplesOf } from '../load/order.js'
import type { Influxd } from '../sides/influxd.js'

const POLL_MS = 100
/** So long without a new point, and the rest is lost; the first may wait for somebody's pause between two tries. */
const STALL_MS = 30_000
const FIRST_MS = 150_000

/** Points of a load that can be read back, and since when. */
export interface Visible {
  readonly points: number
  /** Epoch ms at which the first point was seen, if not earlier, and all of them. */
  readonly firstMs: number
  readonly atMs: number
}

/**
 * Waits until all points of a load can be read back, or no more come. Looks at the newest points until there is one, then at that
 * of one device, at those of all when it is the last, and counts only when all are: a count is as dear as the points are many, and what is
 * newest takes a copy of what InfluxDB has in memory of a device. Both would slow down what is measured.
 */
export async function whenVisible(influxd: Influxd, database: string, order: PastOrder): Promise<Visible> {
  const [field] = order.metrics
  const [last, expected] = [lastTs(order), samplesOf(order)]
  let firstMs: number | null = null
  let progress = { seen: 0, atMs: Date.now() }
  for (;;) {
    const ofOne = firstMs === null ? [] : await influxd.newest(database, 'energy', field!, deviceName(0))
    const isOneThere = firstMs === null || ofOne[0] === last
    const newest = isOneThere ? await influxd.newest(database, 'energy', field!) : ofOne
    const atMs = Date.now()
    if (newest.length > 0) firstMs ??= atMs
    const isAll = newest.length === order.connections && newest.every((time) => time === last)
    const points = isAll ? await influxd.count(database, 'energy', field!) : 0
    if (firstMs !== null && points === expected) return { points, firstMs, atMs }
    const seen = points + newest.reduce((sum, time) => sum + time - order.firstTs + order.stepMs, 0)
    if (seen !== progress.seen) progress = { seen, atMs }
    if (atMs - progress.atMs > (firstMs === null ? FIRST_MS : STALL_MS)) {
      const counted = await influxd.count(database, 'energy', field!)
      return { points: counted, firstMs: firstMs ?? atMs, atMs: progress.atMs }
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
