import { runLoad } from '../load/load.js'
import { type PastOrder, samplesOf } from '../load/order.js'
import { type Cost, loadAverage, meter, round } from '../measure/cost.js'
import type { Influxd } from '../sides/influxd.js'
import type { Side } from '../sides/side.js'
import { whenVisible } from './visible.js'

/** One load through one side, from the first PUBLISH until its last point could be read back. */
export interface Round {
  readonly side: string
  readonly messages: number
  /** Counted in InfluxDB at the end. */
  readonly points: number
  readonly lost: number
  readonly acknowledgedPerSecond: number
  /** Points by the time from the first PUBLISH until all were visible. */
  readonly pointsPerSecond: number
  /** From the last PUBACK until all were visible. */
  readonly lagSeconds: number
  readonly pointsPerCpuSecond: number
  readonly cost: Cost
  readonly loadAverage: number
}

export async function runRound(side: Side, influxd: Influxd, database: string, order: PastOrder): Promise<Round> {
  try {
    return await measure(side, influxd, database, order)
  } catch (error) {
    throw new Error(`${side.name} broke down; it says:\n${side.log()}`, { cause: error })
  }
}

async function measure(side: Side, influxd: Influxd, database: string, order: PastOrder): Promise<Round> {
  const expected = samplesOf(order)
  const load = loadAverage()
  const costs = meter(side.pids)
  const report = await runLoad(order)
  const visible = await whenVisible(influxd, database, order)
  await side.settled()
  const cost = costs.read()
  const seconds = (visible.atMs - report.startedMs) / 1000
  return {
    side: side.name,
    messages: report.messages,
    points: visible.points,
    lost: expected - visible.points,
    acknowledgedPerSecond: Math.round((report.messages / (report.endedMs - report.startedMs)) * 1000),
    pointsPerSecond: Math.round(visible.points / seconds),
    lagSeconds: round((visible.atMs - report.endedMs) / 1000),
    pointsPerCpuSecond: Math.round(visible.points / cost.cpuSeconds),
    cost,
    loadAverage: load,
  }
}
