import { connect } from 'node:net'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { accounting, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { runLoad } from '../load/load.js'
import { deviceName, LINE, type PastOrder, PLANT, samplesOf } from '../load/order.js'
import { connectPacket, PacketRing } from '../load/packets.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import { end } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { removeScratch } from '../measure/scratch.js'
import { METRICS, metersConfig } from './late.js'
import { type BenchOptions, say } from './options.js'

const DEVICES = 50
const SAMPLES = 100
const WINDOW = 20
const STEP_MS = 1000
const MARGIN_MS = 60_000
const DAY_MS = 86_400_000
const RETRY_MS = 5
const START_MS = 60_000
const SETTLE_MS = 1_800_000

/** Measures how soon PUBLISH is accepted again after a kill, and how fast what waits then is consumed. */
export async function recovery({ messages, points, rounds }: BenchOptions): Promise<Outcome> {
  const runs: Awaited<ReturnType<typeof recoveryRound>>[] = []
  for (let i = 0; i < rounds; i++) {
    runs.push(await recoveryRound(messages, points))
    say(`recovery, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
  }
  const medianOf = (figure: (run: (typeof runs)[number]) => number) => median(runs.map(figure))
  const figures = {
    waiting: medianOf((run) => run.waiting),
    acceptedSeconds: medianOf((run) => run.acceptedSeconds),
    servesSeconds: medianOf((run) => run.servesSeconds),
    samplesPerSecond: medianOf((run) => run.samplesPerSecond),
    rssPeakMiB: medianOf((run) => run.cost.rssPeakMiB),
  }
  return {
    settings: { devices: DEVICES, messages, samples: SAMPLES, metrics: METRICS.length, archived: points },
    versions: {},
    figures: { ...figures, runs },
    table: [
      ['', 'samples waiting', 'first PUBACK s', 'HTTP s', 'samples/s', 'peak RSS MiB'],
      ['after kill -9', ...Object.values(figures)],
    ],
  }
}

async function recoveryRound(total: number, archived: number) {
  const config = metersConfig(DEVICES)
  let gateway = await startGateway({ config })
  const messages = Math.ceil(total / DEVICES)
  const order: PastOrder = {
    port: Number(new URL(gateway.mqttUrl).port),
    connections: DEVICES,
    devices: DEVICES,
    qos: 1,
    window: WINDOW,
    messages,
    seconds: null,
    messagesPerSecond: null,
    metrics: METRICS,
    samples: SAMPLES,
    firstTs: Math.floor((Date.now() - MARGIN_MS - messages * SAMPLES * STEP_MS) / 1000) * 1000,
    stepMs: STEP_MS,
  }
  if (archived > 0) {
    // Every series is there, and so are readings of it from before those that follow.
    await runLoad({ ...order, messages: 1, samples: 1, firstTs: order.firstTs - STEP_MS })
    await settled(gateway, SETTLE_MS)
    await gateway.stop()
    await fillArchive(gateway, archived, order.firstTs - DAY_MS)
    gateway = await gateway.restart()
    await settled(gateway, SETTLE_MS)
  }
  await runLoad(order)
  const before = (await accounting(gateway)).readings.archived / METRICS.length
  await gateway.stop('SIGKILL')
  const waiting = samplesOf(order) + (archived > 0 ? DEVICES : 0) - before

  const others = loadAverage()
  const startMs = Date.now()
  gateway = gateway.relaunch()
  const costs = meter({ greengauge: gateway.process.pid! })
  const acceptedMs = await firstAcknowledged(order)
  await gateway.up()
  const servesMs = Date.now()
  await settled(gateway, SETTLE_MS)
  const doneMs = Date.now()
  const cost = costs.read()
  await end(gateway.process)
  removeScratch(gateway.dir)
  return {
    waiting,
    acceptedSeconds: round((acceptedMs - startMs) / 1000),
    servesSeconds: round((servesMs - startMs) / 1000),
    settledSeconds: round((doneMs - startMs) / 1000),
    samplesPerSecond: Math.round((waiting / (doneMs - servesMs)) * 1000),
    usCpuASample: round((cost.cpuSeconds * 1e6) / waiting),
    cost,
    loadAverage: others,
  }
}

/** Puts readings of all series into the database of a gateway that does not run, a second apart, up to an instant. */
async function fillArchive({ dataDir }: TestGateway, count: number, toMs: number): Promise<void> {
  const instance = await DuckDBInstance.create(join(dataDir, 'archive.duckdb'), { threads: '1' })
  const connection = await instance.connect()
  const [row] = (await connection.runAndReadAll('SELECT count(*)::DOUBLE FROM series')).getRows()
  const series = Number(row?.[0])
  await connection.run(
    `INSERT INTO reading SELECT (i % ${series})::INTEGER, 0, ${toMs} + (i // ${series} - ${Math.ceil(count / series)}) * 1000,
       i // ${series} / 100.0, NULL, 0, NULL, ${toMs}, false, 0 FROM range(${count}) t(i)`,
  )
  await connection.run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
}

/** When the first PUBLISH is acknowledged, however often the connection is refused before; epoch ms. */
async function firstAcknowledged(order: PastOrder): Promise<number> {
  const deadlineMs = Date.now() + START_MS
  // The last sample of the first device once more.
  const ring = new PacketRing({ ...order, topics: [`plants/${PLANT}/${LINE}/${deviceName(0)}/energy`], samples: 2 }, 1)
  ring.patch(0, (order.messages * order.samples) / 2 - 1, Date.now())
  while (Date.now() < deadlineMs) {
    if (await isAcknowledged(order.port, ring.packets(0, 1))) return Date.now()
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
  throw new Error(`no PUBACK within ${START_MS} ms`)
}

/** CONNECT, and PUBLISH once that is accepted; false when the connection is refused. */
function isAcknowledged(port: number, publish: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let bytes = 0
    socket.once('error', () => resolve(false)).once('close', () => resolve(false))
    socket.once('connect', () => socket.write(connectPacket('first')))
    socket.on('data', (chunk: Buffer) => {
      if (bytes === 0) socket.write(publish)
      bytes += chunk.length
      // CONNACK and PUBACK.
      if (bytes < 8) return
      resolve(true)
      socket.destroy()
    })
  })
}
