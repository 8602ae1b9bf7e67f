import { runLoad } from '../load/load.js'
import type { LoadOrder, LoadReport } from '../load/order.js'
import { randomOf } from '../measure/bootstrap.js'
import { type Cost, loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { startGreengauge } from '../sides/greengauge.js'
import { NATS_KINDS, type NatsKind, natsVersion, startNatsSide } from '../sides/nats.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'

const METRICS = ['elec_import_kwh']
/** nats-server keeps one message of a connection after the other, so it is given many connections. */
const CONNECTIONS = 200
const WINDOW = 20
const EMBEDDED = 'embedded journal'

interface Acknowledged {
  readonly side: string
  readonly acknowledgedPerSecond: number
  readonly ackMs: LoadReport['ackMs']
  readonly cpuUsAMessage: number
  readonly generatorBusy: number
  readonly cost: Cost
  readonly loadAverage: number
}

/** Measures the PUBACKs a second that devices get from the gateway's own broker and from nats-servers, in one run. */
export async function acknowledged({ rounds, seconds, seed }: BenchOptions): Promise<Outcome> {
  const random = randomOf(seed)
  const sides = [null, ...NATS_KINDS]
  const runs = new Map<string, Acknowledged[]>(sides.map((kind) => [nameOf(kind), []]))
  for (let i = 0; i < rounds; i++) {
    // None always has the machine as the same other one leaves it.
    for (const kind of [...sides].sort(() => random() - 0.5)) {
      const run = kind === null ? await throughGateway(seconds) : await throughNats(kind, seconds)
      runs.get(run.side)!.push(run)
      say(`round ${i + 1}, ${run.side}: ${JSON.stringify(run)}`)
    }
  }
  const medianOf = (side: string, figure: (run: Acknowledged) => number) => median(runs.get(side)!.map(figure))
  const embedded = medianOf(EMBEDDED, (run) => run.acknowledgedPerSecond)
  return {
    settings: { seconds, rounds, seed, connections: CONNECTIONS, window: WINDOW, metrics: METRICS },
    versions: { 'nats-server': natsVersion() },
    figures: { bySide: Object.fromEntries(runs) },
    judged: { [EMBEDDED]: runs.get(EMBEDDED)!.map((run) => run.acknowledgedPerSecond) },
    table: [
      ['', 'PUBACK/s', 'of embedded', 'p50 ms', 'p99 ms', 'us CPU a message', 'generator'],
      ...[...runs.keys()].map((side) => [
        side,
        medianOf(side, (run) => run.acknowledgedPerSecond),
        (medianOf(side, (run) => run.acknowledgedPerSecond) / embedded).toFixed(3),
        medianOf(side, (run) => run.ackMs.p50 ?? 0),
        medianOf(side, (run) => run.ackMs.p99 ?? 0),
        medianOf(side, (run) => run.cpuUsAMessage),
        medianOf(side, (run) => run.generatorBusy),
      ]),
    ],
  }
}

function nameOf(kind: NatsKind | null): string {
  return kind?.name ?? EMBEDDED
}

function orderOf(port: number, seconds: number): LoadOrder {
  return loadOrder({ port, connections: CONNECTIONS, window: WINDOW, metrics: METRICS, total: 100_000_000, seconds })
}

async function throughGateway(seconds: number): Promise<Acknowledged> {
  const side = await startGreengauge({ devices: CONNECTIONS, metrics: METRICS, influxd: null })
  try {
    return await measured(EMBEDDED, side.pids, orderOf(side.mqttPort, seconds))
  } finally {
    await side.close()
  }
}

async function throughNats(kind: NatsKind, seconds: number): Promise<Acknowledged> {
  const side = await startNatsSide(kind)
  try {
    const order = orderOf(side.mqttPorts[0]!, seconds)
    const run = await measured(kind.name, side.pids, order)
    const kept = await side.kept()
    if (kept < run.ackMs.count) throw new Error(`${kept} of ${run.ackMs.count} acknowledged messages are kept`)
    return run
  } finally {
    await side.close()
  }
}

async function measured(side: string, pids: Readonly<Record<string, number>>, order: LoadOrder): Promise<Acknowledged> {
  const others = loadAverage()
  const costs = meter(pids)
  const report = await runLoad(order)
  const cost = costs.read()
  const took = (report.endedMs - report.startedMs) / 1000
  return {
    side,
    acknowledgedPerSecond: Math.round(report.messages / took),
    ackMs: report.ackMs,
    cpuUsAMessage: round((cost.cpuSeconds * 1e6) / report.messages),
    generatorBusy: round(report.cpuSeconds / took),
    cost,
    loadAverage: others,
  }
}
