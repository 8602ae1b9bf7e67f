import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runLoad } from '../../bench/load/load.js'
import type { LoadReport } from '../../bench/load/order.js'
import { scratchDir } from '../../bench/measure/scratch.js'
import { benchPlant } from '../../bench/sides/greengauge.js'
import { removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { courses, processFigures, type SoakSample, threadSamples } from '../soak/samples.js'
import { portOf, StormClient } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

const MINUTES = 60
const SAMPLE_MS = 5000
const DEVICES = 200
const HZ = 5
/** Other sizes for a machine that others use too: `SOAK_DEVICES` and `SOAK_HZ`. What is less than the full load shows a part. */
const devices = Number(process.env.SOAK_DEVICES ?? DEVICES)
const hz = Number(process.env.SOAK_HZ ?? HZ)
const METRICS = ['elec_import_kwh']
/** Clients that come, send once and go, every `GUESTS_MS`: one for ten devices. */
const GUESTS = Math.ceil(devices / 10)
const GUESTS_MS = 1000
/**
 * DuckDB keeps what it has read and written until it holds this much, and lets go of the oldest from then on. At the 128 MB that it
 * is given otherwise that takes two thirds of an hour at this rate, in which the process grows by 3 MiB a minute.
 */
const DUCKDB_MEMORY = '96MB'
/** Share of the time that is left out: what is loaded, compiled and cached first is no leak. */
const WARM_UP = 1 / 2
const MIB_AN_HOUR_MAX = 30
const HEAP_MIB_AN_HOUR_MAX = 15
const DESCRIPTORS_AN_HOUR_MAX = 10
const SETTLE_MS = 120_000
const THREADS = new URL('../soak/threads.mjs', import.meta.url)

/** Devices send for an hour, others come and go, pages are asked for: what the gateway holds must stay level. */
export const soak: Proof = {
  name: 'soak',
  says: `${DEVICES} devices at ${HZ} Hz for --rounds minutes, others come and go; memory and descriptors are judged by their slope`,
  goal: `over ${MINUTES} minutes, the first half left out, at most ${MIB_AN_HOUR_MAX} MiB, ${HEAP_MIB_AN_HOUR_MAX} MiB in the heap of a thread and ${DESCRIPTORS_AN_HOUR_MAX} descriptors more an hour`,
  async run({ rounds }) {
    const minutes = rounds ?? MINUTES
    const dir = process.env.SOAK_DIR ?? scratchDir('soak')
    mkdirSync(dir, { recursive: true })
    const gateway = await startGateway({
      config: {
        log: { level: 'warn' },
        archive: { memory_limit: DUCKDB_MEMORY },
        plants: [benchPlant(devices, METRICS, 1 / hz)],
      },
      env: { NODE_OPTIONS: `--import=${THREADS.href}`, SOAK_DIR: dir, SOAK_EVERY_MS: String(SAMPLE_MS) },
    })
    try {
      const startMs = Date.now()
      const load = runLoad(order(portOf(gateway), minutes), (minutes + 5) * 60_000)
      const { samples, guests } = await watch(gateway, startMs, minutes, join(dir, 'process.jsonl'))
      const report = await load
      const { readings } = await settled(gateway, SETTLE_MS)
      const lost = report.messages + guests - readings.archived
      const all = [...samples, ...threadSamples(dir, startMs)]
      return resultOf({ minutes, report, lost, course: courses(all, minutes / 60, WARM_UP) })
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  },
}

function order(port: number, minutes: number) {
  return {
    port,
    connections: devices,
    devices,
    qos: 1,
    window: 10,
    messages: Number.MAX_SAFE_INTEGER,
    seconds: minutes * 60,
    messagesPerSecond: devices * hz,
    metrics: METRICS,
    samples: 1,
    firstTs: null,
    stepMs: 0,
  } as const
}

/** Looks at the gateway until the time is over; clients come and go and pages are asked for meanwhile. */
async function watch(gateway: TestGateway, startMs: number, minutes: number, file: string) {
  const samples: SoakSample[] = []
  const endMs = startMs + minutes * 60_000
  let guests = 0
  let sampledMs = 0
  while (Date.now() < endMs) {
    guests += await comeAndGo(portOf(gateway), guests)
    if (Date.now() - sampledMs >= SAMPLE_MS) {
      sampledMs = Date.now()
      for (const path of ['/metrics', '/api/v1/plants', '/api/v1/accounting']) {
        await (await fetch(gateway.httpUrl + path)).arrayBuffer()
      }
      const sample = { hours: (sampledMs - startMs) / 3_600_000, figures: processFigures(gateway) }
      samples.push(sample)
      appendFileSync(file.replace('.jsonl', '.log'), `${JSON.stringify(sample)}\n`)
      if (samples.length % 60 === 0) {
        const { rss, descriptors } = sample.figures
        say(`${Math.round(sample.hours * 60)} min: ${Math.round(rss ?? 0)} MiB, ${descriptors} descriptors`)
      }
    }
    await new Promise((resolve) => setTimeout(resolve, GUESTS_MS))
  }
  return { samples, guests }
}

/** Has `GUESTS` clients come, send one reading each and go; returns how many readings were acknowledged: all. */
async function comeAndGo(port: number, before: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: GUESTS }, (_, i) => StormClient.connected(port, `guest-${i}`)))
  const payload = JSON.stringify({ ts: Date.now(), metrics: { elec_import_kwh: before } })
  await Promise.all(clients.map((client, i) => client.publishes(`plants/guests/hall/guest-${i}/energy`, payload)))
  for (const { socket } of clients) socket.destroy()
  return clients.length
}

function resultOf(found: {
  readonly minutes: number
  readonly report: LoadReport
  readonly lost: number
  readonly course: ReturnType<typeof courses>
}) {
  const { minutes, report, lost, course } = found
  const [mib, descriptors] = [course.rss!.perHour, course.descriptors!.perHour]
  const heaps = Object.entries(course).filter(([figure]) => figure.endsWith(' heapUsed'))
  const [thread = '', { perHour: heapMib } = { perHour: 0 }] =
    heaps.sort(([, a], [, b]) => b.perHour - a.perHour)[0] ?? []
  const grows = mib > MIB_AN_HOUR_MAX || heapMib > HEAP_MIB_AN_HOUR_MAX || descriptors > DESCRIPTORS_AN_HOUR_MAX
  const isBroken = lost !== 0 || grows
  return {
    figure: `${report.messages} readings in ${minutes} minutes, ${lost} lost: ${mib.toFixed(1)} MiB, ${heapMib.toFixed(1)} MiB in ${thread.replace(' ', ', ')} and ${descriptors.toFixed(1)} descriptors more an hour, PUBACK p99 ${report.ackMs.p99?.toFixed(1)} ms`,
    verdict: verdictOf(isBroken, Math.min(minutes / MINUTES, (devices * hz) / (DEVICES * HZ)), 1),
    parameters: { minutes, devices, hz, guests: GUESTS, warmUp: WARM_UP },
    figures: { lost, ackMs: report.ackMs, course },
  }
}
