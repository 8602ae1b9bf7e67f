import { setTimeout as sleep } from 'node:timers/promises'
import mqtt from 'mqtt'
import { normal, randomStream } from '../../../simulators/random.js'
import { makeEdgeStream } from '../../support/edge-centre.js'
import { accounting, startGateway, type TestGateway, until } from '../../support/gateway.js'
import { type Line, openLine } from '../../support/line.js'
import { startNats } from '../../support/nats.js'
import { findServer } from '../../support/servers.js'
import { meter, round } from '../measure/cost.js'
import { end } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { removeScratch } from '../measure/scratch.js'
import { type BenchOptions, say } from './options.js'

const DEVICES = 100
const RATE_HZ = 0.1
const FROM_MS = Date.UTC(2026, 10, 20, 8)
const IN_FLIGHT_MAX = 200
/** The backlog that goes through the thin line is of so much event time; what three days take follows from it. */
const BACKLOG_S = 3600
const DAYS_S = 3 * 86_400
const THIN = { bytesPerS: 1e6 / 8, latencyMs: 150 }

interface Run {
  readonly name: string
  /** As if the plant were at its own pace; null: what has come together while the line was cut. */
  readonly batchS: number | null
  /** So many times as fast as in a plant: batches are the same, and are filled in a part of the time. */
  readonly speed: number
}

const RUNS: readonly Run[] = [
  { name: 'batch_s 1', batchS: 1, speed: 1 },
  { name: 'batch_s 10', batchS: 10, speed: 10 },
  { name: 'batch_s 60', batchS: 60, speed: 10 },
  { name: 'backlog', batchS: null, speed: Infinity },
]

/**
 * Measures what 100 devices at 0.1 Hz cost on a line, byte by byte with all protocols above TCP: as plain MQTT publishes with
 * QoS 1, and forwarded. The backlog goes through a line of 1 Mbit/s with 300 ms from question to answer.
 */
export async function edge({ seconds }: BenchOptions): Promise<Outcome> {
  const path = findServer('nats-server')
  if (path === null) throw new Error('nats-server is missing')
  const figures: Record<string, Awaited<ReturnType<typeof edgeRun>>> = {}
  for (const run of RUNS) {
    figures[run.name] = await edgeRun(path, run, seconds)
    say(`edge, ${run.name}: ${JSON.stringify(figures[run.name])}`)
  }
  const plain = figures.backlog!.mqttBytes
  return {
    settings: { devices: DEVICES, rateHz: RATE_HZ, backlogS: BACKLOG_S, ...THIN },
    versions: {},
    figures,
    table: [
      ['bytes per 1,000 readings', 'on the line', 'entries', 'messages a batch', 'x less than MQTT'],
      ['MQTT, QoS 1', plain, '', 1, 1],
      ...RUNS.map(({ name }) => {
        const { lineBytes, entryBytes, batchMessages } = figures[name]!
        return [name, lineBytes, entryBytes, batchMessages, round(plain / lineBytes)]
      }),
    ],
  }
}

async function edgeRun(path: string, { batchS, speed }: Run, seconds: number) {
  const nats = await startNats(path)
  const { url } = nats.servers[0]!
  await makeEdgeStream(url)
  const wan = await openLine(Number(new URL(url).port))
  if (batchS === null) wan.cut()
  const forward = {
    servers: [`nats://127.0.0.1:${wan.port}`],
    ...(batchS === null ? {} : { batch_s: batchS / speed }),
  }
  const gateway = await startGateway({ config: { log: { level: 'warn' }, forward } })
  const devices = await openLine(Number(new URL(gateway.mqttUrl).port))
  const costs = meter({ edge: gateway.process.pid! })
  const eventS = batchS === null ? BACKLOG_S : seconds * speed
  await send(devices, eventS * DEVICES * RATE_HZ, batchS === null ? null : 1000 / (speed * DEVICES * RATE_HZ))
  Object.assign(wan, batchS === null ? THIN : {})
  wan.mend()
  const startMs = performance.now()
  await until(async () => (await metric(gateway, 'greengauge_forward_pending')) === 0, 600_000, 100)
  const throughS = round((performance.now() - startMs) / 1000)
  const { readings, messages } = await accounting(gateway)
  const per1000 = (bytes: number) => Math.round((bytes * 1000) / readings.decoded)
  const batches = await metric(gateway, 'greengauge_forward_batches_total')
  const result = {
    readings: readings.decoded,
    messages: messages.received,
    lineBytes: per1000(wan.bytes.there + wan.bytes.back),
    entryBytes: per1000(await metric(gateway, 'greengauge_forward_bytes_total{of="journal"}')),
    mqttBytes: per1000(devices.bytes.there + devices.bytes.back),
    batchMessages: Math.round(messages.received / batches),
    cpuSeconds: round(costs.read().cpuSeconds),
    throughS,
    ...(batchS === null ? { threeDaysS: Math.round((throughS * DAYS_S) / BACKLOG_S) } : {}),
  }
  await end(gateway.process)
  removeScratch(gateway.dir)
  await Promise.all([wan.close(), devices.close(), nats.remove()])
  return result
}

/** Meters in turn, a sample a message: registers that grow and a load that wanders. One every `everyMs`; null: as they are acknowledged. */
async function send({ port }: Line, messages: number, everyMs: number | null): Promise<void> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'logger' })
  const random = randomStream('edge')
  const meters = Array.from({ length: DEVICES }, () => ({
    kwh: 1e6 * random(),
    kvarh: 1e5 * random(),
    kw: 20 + 80 * random(),
  }))
  const under = new Set<Promise<unknown>>()
  const startMs = performance.now()
  for (let i = 0; i < messages; i++) {
    const device = i % DEVICES
    const meter = meters[device]!
    meter.kw = Math.max(0, meter.kw + normal(random))
    meter.kwh += meter.kw / 360
    meter.kvarh += meter.kw / 1200
    const metrics = {
      elec_import_kwh: Number(meter.kwh.toFixed(3)),
      elec_import_kw: Number(meter.kw.toFixed(2)),
      elec_reactive_kvarh: Number(meter.kvarh.toFixed(3)),
    }
    const seq = Math.floor(i / DEVICES)
    const ts = FROM_MS + Math.round((1000 * i) / (DEVICES * RATE_HZ))
    const topic = `plants/suzhou-1/hall-${1 + (device % 4)}/meter-${device}/energy`
    const sent = client.publishAsync(topic, JSON.stringify({ ts, metrics, seq }), { qos: 1 })
    under.add(sent)
    void sent.then(() => under.delete(sent))
    const waitMs = everyMs === null ? 0 : startMs + i * everyMs - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    if (under.size >= IN_FLIGHT_MAX) await Promise.race(under)
  }
  await Promise.all(under)
  await client.endAsync()
}

async function metric(gateway: TestGateway, name: string): Promise<number> {
  const page = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const line = page.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length) ?? Number.NaN)
}
