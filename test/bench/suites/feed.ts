import { once } from 'node:events'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { getJson, type TestGateway, until } from '../../support/gateway.js'
import type { FeedReport } from '../load/feed-clients.js'
import { runLoad } from '../load/load.js'
import { deviceName, PLANT } from '../load/order.js'
import { randomOf } from '../measure/bootstrap.js'
import { median, meter } from '../measure/cost.js'
import { startScript } from '../measure/processes.js'
import type { Outcome } from '../measure/results.js'
import { startGreengauge } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'
import { DEVICES } from './orders.js'
import { METRICS, shapedOrder, shapeOf } from './shapes.js'

const CLIENTS = 1_000
/** Number of the clients that never read. */
const FROZEN = 50
const MESSAGES_PER_SECOND = 2_000
/** The sockets of the system hold some MB of what is not read; from then on it is 30 s. */
const SECONDS_MIN = 60
/** Longest wait for them to be cut off: where too little is sent for the limit of 30 s, the third ping does it. */
const CUT_OFF_MS = 90_000
const KPI = 'energy_elec_import'
/** Time for which the last update may be on its way: a client is told at most every second. */
const ARRIVE_MS = 3_000

interface FeedRun {
  readonly clients: number
  readonly ackMsP99: number | null
  readonly rssPeakMiB: number
  readonly cpuSeconds: number
  /** Clients that the gateway has given up. */
  readonly cutOff: number
  /** Final points in the API, to compare with what each client has got. */
  readonly finals: number
  readonly report: FeedReport | null
}

/** The same load without dashboards and with a thousand of them, some of which never read. */
export async function feed({ rounds, seconds, messagesPerSecond, seed }: BenchOptions): Promise<Outcome> {
  const random = randomOf(seed)
  const lasting = Math.max(seconds, SECONDS_MIN)
  const rate = messagesPerSecond ?? MESSAGES_PER_SECOND
  const runs: FeedRun[] = []
  for (let i = 0; i < rounds; i++) {
    for (const clients of random() < 0.5 ? [0, CLIENTS] : [CLIENTS, 0]) {
      runs.push(await feedRun(clients, lasting, rate))
      say(`feed, round ${i + 1}: ${JSON.stringify(runs.at(-1))}`)
    }
  }
  const medianOf = (clients: number, figure: (run: FeedRun) => number | null) =>
    median(runs.filter((run) => run.clients === clients).map((run) => figure(run) ?? 0))
  const rowOf = (clients: number) => [
    String(clients),
    medianOf(clients, (run) => run.ackMsP99),
    medianOf(clients, (run) => run.rssPeakMiB),
    medianOf(clients, (run) => run.cpuSeconds),
    medianOf(clients, (run) => run.finals),
    clients === 0 ? '' : medianOf(clients, (run) => run.report?.finalsMin ?? 0),
    clients === 0 ? '' : medianOf(clients, (run) => run.report?.readingClosed ?? 0),
    medianOf(clients, (run) => run.cutOff),
  ]
  return {
    settings: { seconds: lasting, rounds, seed, messagesPerSecond: rate, clients: CLIENTS, frozen: FROZEN, kpi: KPI },
    versions: {},
    figures: { runs },
    table: [
      ['clients', 'PUBACK p99 ms', 'RSS MiB', 'CPU s', 'final points', 'each got at least', 'closed', 'cut off'],
      rowOf(0),
      rowOf(CLIENTS),
    ],
  }
}

async function feedRun(clients: number, seconds: number, messagesPerSecond: number): Promise<FeedRun> {
  const side = await startGreengauge({ devices: DEVICES, metrics: METRICS, influxd: null })
  const costs = meter(side.pids)
  const wanted = { type: 'subscribe', plants: [PLANT], kpis: [KPI], scopes: ['device'], windows: ['1m'], maxHz: 1 }
  // Clients that do not read ask for all there is, so that much of it piles up.
  const everything = { type: 'subscribe', plants: [PLANT], scopes: ['device', 'line', 'plant'] }
  const port = new URL(side.gateway.httpUrl).port
  const args = [port, String(clients), String(FROZEN), JSON.stringify(wanted), JSON.stringify(everything)]
  const screens = clients === 0 ? null : startScript(new URL('../load/feed-clients.ts', import.meta.url), args)
  if (screens !== null) await once(screens, 'message')
  const order = shapedOrder(shapeOf('50x1000'), { port: side.mqttPort, seconds, messagesPerSecond, isLive: false })
  const load = await runLoad(order)
  await side.drained()
  await new Promise((resolve) => setTimeout(resolve, ARRIVE_MS))
  if (clients > 0) await until(async () => (await cutOffBy(side.gateway)) >= FROZEN, CUT_OFF_MS)
  const cutOff = await cutOffBy(side.gateway)
  let report: FeedReport | null = null
  if (screens !== null) {
    screens.send('count')
    ;[report] = (await once(screens, 'message')) as [FeedReport]
    screens.kill()
    await once(screens, 'exit')
  }
  const { cpuSeconds, rssPeakMiB } = costs.read()
  const finals = await finalsOf(side.gateway)
  await side.close()
  if (finals === 0) throw new Error('no window was final: the load must last longer')
  if (report !== null && report.finalsMin < finals) {
    throw new Error(`a client that reads got ${report.finalsMin} of ${finals} final points`)
  }
  return { clients, ackMsP99: load.ackMs.p99, rssPeakMiB, cpuSeconds, cutOff, finals, report }
}

/** Clients of the feed that the gateway has given up. */
async function cutOffBy({ httpUrl }: TestGateway): Promise<number> {
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
  const closed = [...metrics.matchAll(/^greengauge_ws_closed_total\{.*\} (\d+)/gm)]
  return closed.reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Final points of all devices in the API. */
async function finalsOf(gateway: TestGateway): Promise<number> {
  let finals = 0
  for (let device = 0; device < DEVICES; device++) {
    const of = `scope=device&id=${deviceName(device)}&window=1m&from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`
    const path = `/api/v1/plants/${PLANT}/kpis/${KPI}/series?${of}&limit=10000`
    const { points } = await getJson<{ points: readonly KpiPoint[] }>(gateway, path)
    finals += points.filter(({ provisional }) => !provisional).length
  }
  return finals
}
