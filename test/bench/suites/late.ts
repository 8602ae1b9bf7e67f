import mqtt from 'mqtt'
import { accounting, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { runLoad } from '../load/load.js'
import { deviceName, LINE, type PastOrder, PLANT, samplesOf } from '../load/order.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import { end } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { removeScratch } from '../measure/scratch.js'
import { benchPlant } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'

export const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']
const DEVICES = 200
const SAMPLES = 100
const WINDOW = 4
const PERIOD_S = 60
const MINUTE_MS = 60_000
/** Today's samples are of so long before now; the month ends an hour before them. */
const TODAY_MS = 3_600_000
/** One device after the other sends a sample of now so often while the month comes. */
const LIVE_MS = 20
const SETTLE_MS = 1_800_000

/** Meters that send each minute. */
export function metersConfig(devices: number) {
  return { log: { level: 'warn' }, plants: [benchPlant(devices, METRICS, PERIOD_S)] }
}

/**
 * Devices that were away for a month are back: they send what is now, and then all that they have kept besides. Measured
 * until all figures are there.
 */
export async function late({ messages, rounds }: BenchOptions): Promise<Outcome> {
  const runs: Awaited<ReturnType<typeof lateRound>>[] = []
  for (let i = 0; i < rounds; i++) {
    runs.push(await lateRound(messages))
    say(`late, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  const medianOf = (figure: (run: (typeof runs)[number]) => number) => median(runs.map(figure))
  const figures = {
    readingsPerSecond: medianOf((run) => run.readingsPerSecond),
    usCpuAReading: medianOf((run) => run.usCpuAReading),
    rssPeakMiB: medianOf((run) => run.cost.rssPeakMiB),
  }
  return {
    settings: { devices: DEVICES, messages, samples: SAMPLES, metrics: METRICS.length, periodS: PERIOD_S },
    versions: {},
    figures: { ...figures, runs },
    table: [
      ['', 'readings/s', 'us CPU a reading', 'peak RSS MiB'],
      ['a month at once', ...Object.values(figures)],
    ],
  }
}

async function lateRound(total: number) {
  const gateway = await startGateway({ config: metersConfig(DEVICES) })
  const port = Number(new URL(gateway.mqttUrl).port)
  const order: PastOrder = {
    port,
    connections: DEVICES,
    devices: DEVICES,
    qos: 1,
    window: WINDOW,
    messages: Math.ceil(total / DEVICES),
    seconds: null,
    messagesPerSecond: null,
    metrics: METRICS,
    samples: SAMPLES,
    firstTs: Math.floor((Date.now() - 2 * TODAY_MS) / MINUTE_MS - (total / DEVICES) * SAMPLES) * MINUTE_MS,
    stepMs: PERIOD_S * 1000,
  }
  const samples = TODAY_MS / MINUTE_MS
  const todayMs = Math.floor((Date.now() - TODAY_MS - MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const today: PastOrder = { ...order, messages: 1, samples, firstTs: todayMs }
  await runLoad(today)
  await settled(gateway, SETTLE_MS)

  const others = loadAverage()
  const costs = meter({ greengauge: gateway.process.pid! })
  const live = await sendLive(gateway)
  const report = await runLoad(order)
  const sent = await live.stop()
  await settled(gateway, SETTLE_MS)
  const doneMs = Date.now()
  const cost = costs.read()
  const { readings } = await accounting(gateway)
  const expected = (samplesOf(order) + samplesOf(today) + sent) * METRICS.length
  if (readings.archived !== expected) throw new Error(`${readings.archived} of ${expected} readings were archived`)
  await end(gateway.process)
  removeScratch(gateway.dir)
  const count = samplesOf(order) * METRICS.length
  return {
    readingsPerSecond: Math.round((count / (doneMs - report.startedMs)) * 1000),
    acknowledgedPerSecond: Math.round((count / (report.endedMs - report.startedMs)) * 1000),
    lagSeconds: round((doneMs - report.endedMs) / 1000),
    usCpuAReading: round((cost.cpuSeconds * 1e6) / count),
    cost,
    loadAverage: others,
  }
}

/** Sends a sample of now of one device after the other; `stop` resolves with how many were acknowledged. */
async function sendLive(gateway: TestGateway): Promise<{ stop(): Promise<number> }> {
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'live' })
  const sent: Promise<unknown>[] = []
  const timer = setInterval(() => {
    const n = sent.length
    const reading = 2_000_000 + n
    const metrics = Object.fromEntries(METRICS.map((metric) => [metric, reading]))
    const topic = `plants/${PLANT}/${LINE}/${deviceName(n % DEVICES)}/energy`
    sent.push(client.publishAsync(topic, JSON.stringify({ ts: Date.now(), metrics }), { qos: 1 }))
  }, LIVE_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await Promise.all(sent)
      await client.endAsync()
      return sent.length
    },
  }
}
