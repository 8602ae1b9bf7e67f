import type { LoadOrder } from '../load/order.js'
import { median } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { type Kept, throughGateway } from './offered.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'
import { METRICS } from './shapes.js'

const DEVICES = [10, 100, 1_000, 10_000] as const
/** The same few for all, so that nothing but the number of devices differs; each sends for its share of them. */
const CONNECTIONS = 10
const WINDOW = 1_000
/** Ten devices then send what a device may at most: a sample a ms has no time of its own beyond 1,000 a second each. */
const MESSAGES_PER_SECOND = 5_000

/** Measures what a sample costs when the same number of them a second comes from more and more devices, at live times. */
export async function scale(options: BenchOptions): Promise<Outcome> {
  const { rounds, seconds, messagesPerSecond, seed } = options
  const rate = messagesPerSecond ?? MESSAGES_PER_SECOND
  const runs = new Map<number, Kept[]>(DEVICES.map((devices) => [devices, []]))
  for (let i = 0; i < rounds; i++) {
    for (const devices of DEVICES) {
      const run = await throughGateway(liveOrder(devices, seconds, rate))
      runs.get(devices)!.push(run)
      say(`${devices} devices, round ${i + 1}: ${JSON.stringify(run)}`)
    }
  }
  const medianOf = (devices: number, figure: (run: Kept) => number) => median(runs.get(devices)!.map(figure))
  return {
    settings: { seconds, rounds, seed, messagesPerSecond: rate, connections: CONNECTIONS, metrics: METRICS },
    versions: {},
    figures: { byDevices: Object.fromEntries(runs) },
    judged: Object.fromEntries(
      DEVICES.map((devices) => [
        `${devices} devices: samples a CPU second`,
        runs.get(devices)!.map(({ cpuUsPerSample }) => Math.round(1e6 / cpuUsPerSample)),
      ]),
    ),
    table: [
      ['devices', 'us CPU a sample', 'behind s', 'drain s', 'RSS MiB', 'PUBACK p99 ms'],
      ...DEVICES.map((devices) => [
        String(devices),
        medianOf(devices, (run) => run.cpuUsPerSample),
        medianOf(devices, (run) => run.behindSeconds),
        medianOf(devices, (run) => run.drainSeconds),
        medianOf(devices, (run) => run.cost.rssPeakMiB),
        medianOf(devices, (run) => run.ackMs.p99 ?? 0),
      ]),
    ],
  }
}

function liveOrder(devices: number, seconds: number, messagesPerSecond: number): LoadOrder {
  const order = loadOrder({
    port: 0,
    connections: CONNECTIONS,
    devices,
    window: WINDOW,
    metrics: METRICS,
    seconds,
    messagesPerSecond,
    total: seconds * messagesPerSecond + CONNECTIONS * WINDOW,
  })
  return { ...order, firstTs: null }
}
