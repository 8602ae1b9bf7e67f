import { until } from '../../support/gateway.js'
import { runLoad, runRawWriter } from '../load/load.js'
import { samplesOf } from '../load/order.js'
import { type Cost, loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { GREENGAUGE_DATABASE, startGreengauge } from '../sides/greengauge.js'
import { Influxd, influxdVersion } from '../sides/influxd.js'
import { type BenchOptions, say } from './options.js'
import { DEVICES, loadOrder } from './orders.js'
import { sayProfile } from './profiling.js'
import { whenVisible } from './visible.js'

/** A point is a line: one sample of one device. With one field each, and with three. */
const FIELDS = [['elec_import_kwh'], ['elec_import_kwh', 'elec_import_kw', 'elec_reactive_kvarh']] as const
/** Arrays, so that the outage is filled in no time. */
const SAMPLES = 100
const WINDOW = 10
const POLL_MS = 100
const ARCHIVED_MS = 900_000
/** The gateway's defaults for a store. */
const BODY_BYTES = 1024 * 1024
const IN_FLIGHT = 2

interface CatchUp {
  readonly fields: number
  readonly gatewayPointsPerSecond: number
  readonly rawPointsPerSecond: number
  /** Processor time that InfluxDB spent on what the raw writer wrote; the gateway's share is in `cost`. */
  readonly rawInfluxdCpuSeconds: number
  /** From InfluxDB's first answer until the gateway had written something: its pause between tries. */
  readonly noticedSeconds: number
  readonly cost: Cost
  readonly loadAverage: number
}

/** After an outage of InfluxDB: how fast the gateway catches up, beside a writer that does nothing but write the same. */
export async function catchUp({ points, rounds, profileDir }: BenchOptions): Promise<Outcome> {
  const runs: CatchUp[] = []
  for (let i = 0; i < rounds; i++) {
    for (const metrics of FIELDS) {
      const load = loadAverage()
      const ours = await gatewayCatchesUp(points, metrics, profileDir)
      sayProfile(profileDir)
      const raw = await rawRate(points, metrics)
      runs.push({ fields: metrics.length, ...ours, ...raw, loadAverage: load })
      say(`catch-up ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
  }
  const summary = FIELDS.map(({ length }) => {
    const mine = runs.filter(({ fields }) => fields === length)
    const gateway = median(mine.map((run) => run.gatewayPointsPerSecond))
    const raw = median(mine.map((run) => run.rawPointsPerSecond))
    return { fields: length, gateway, raw, ratio: round(gateway / raw) }
  })
  return {
    settings: { points, rounds, devices: DEVICES, bodyBytes: BODY_BYTES, inFlight: IN_FLIGHT, gzip: false },
    versions: { influxd: influxdVersion() },
    figures: { summary, runs },
    table: [
      ['fields a point', 'gateway points/s', 'raw writer points/s', 'ratio'],
      ...summary.map(({ fields, gateway, raw, ratio }) => [String(fields), gateway, raw, ratio]),
    ],
  }
}

async function gatewayCatchesUp(points: number, metrics: readonly string[], profileDir: string | undefined) {
  const influxd = await Influxd.start()
  const side = await startGreengauge({ devices: DEVICES, metrics, influxd, profileDir })
  // An outage is of a server that was there: its database is made before.
  await until(async () => (await influxd.databases()).includes(GREENGAUGE_DATABASE), 30_000)
  await influxd.pause()
  const order = loadOrder({ port: side.mqttPort, total: points / SAMPLES, samples: SAMPLES, metrics, window: WINDOW })
  await runLoad(order)
  const expected = samplesOf(order)
  await side.computed()
  const isWaiting = async () => (await side.influxBacklog()).readings.pending === expected * metrics.length
  await until(isWaiting, ARCHIVED_MS, POLL_MS)

  await influxd.resume()
  const costs = meter({ ...side.pids, influxd: influxd.pid })
  const upMs = Date.now()
  const visible = await whenVisible(influxd, GREENGAUGE_DATABASE, order)
  const cost = costs.read()
  for (const metric of metrics) {
    const counted = await influxd.count(GREENGAUGE_DATABASE, 'energy', metric)
    if (counted !== expected) throw new Error(`${counted} of ${expected} points of ${metric} are in InfluxDB`)
  }
  await side.close()
  await influxd.close()
  return {
    gatewayPointsPerSecond: Math.round((visible.points / (visible.atMs - visible.firstMs)) * 1000),
    noticedSeconds: round((visible.firstMs - upMs) / 1000),
    cost,
  }
}

async function rawRate(points: number, metrics: readonly string[]) {
  const influxd = await Influxd.start()
  const database = 'raw'
  await influxd.createDatabase(database)
  const load = loadOrder({ port: 0, total: points / SAMPLES, samples: SAMPLES, metrics })
  const order = { load, url: influxd.url, database, bodyBytes: BODY_BYTES, inFlight: IN_FLIGHT }
  const costs = meter({ influxd: influxd.pid })
  const report = await runRawWriter(order)
  const { cpuSeconds } = costs.read()
  const counted = await influxd.count(database, 'energy', metrics[0]!)
  if (counted !== report.points) throw new Error(`${counted} of ${report.points} raw points are in InfluxDB`)
  await influxd.close()
  return {
    rawPointsPerSecond: Math.round((report.points / (report.endedMs - report.startedMs)) * 1000),
    rawInfluxdCpuSeconds: cpuSeconds,
  }
}
