import { runLoad } from '../load/load.js'
import type { LoadReport } from '../load/order.js'
import type { LoadVersion } from '../load/packets.js'
import { randomOf } from '../measure/bootstrap.js'
import { loadAverage, median, meter, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { startGreengauge } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'
import { sayProfile } from './profiling.js'
import { METRICS } from './shapes.js'

const CONNECTIONS = 50
const WINDOW = 1000
/** Each version, and the least that it is to acknowledge of what 3.1.1 is. */
const VERSIONS: readonly { readonly version: LoadVersion; readonly goal: number }[] = [
  { version: '3.1.1', goal: 1 },
  { version: '5', goal: 0.9 },
  { version: '5 with aliases', goal: 1 },
]

interface VersionRun {
  readonly version: LoadVersion
  readonly acknowledgedPerSecond: number
  readonly ackMs: LoadReport['ackMs']
  /** Processor time of the gateway for a message, whatever else the machine does. */
  readonly cpuUsAMessage: number
  readonly generatorBusy: number
  readonly loadAverage: number
}

/** The same messages by MQTT 3.1.1, 5, and 5 with topic aliases, through a fresh gateway each, in turn. */
export async function versions({ rounds, seconds, seed, profileDir }: BenchOptions): Promise<Outcome> {
  const random = randomOf(seed)
  const runs = new Map<LoadVersion, VersionRun[]>(VERSIONS.map(({ version }) => [version, []]))
  for (let i = 0; i < rounds; i++) {
    // None always has the machine as the same other one leaves it.
    for (const { version } of [...VERSIONS].sort(() => random() - 0.5)) {
      const run = await measured(version, seconds, profileDir)
      runs.get(version)!.push(run)
      say(`round ${i + 1}, MQTT ${version}: ${JSON.stringify(run)}`)
    }
  }
  const medianOf = (version: LoadVersion, figure: (run: VersionRun) => number) => median(runs.get(version)!.map(figure))
  const ratiosOf = (version: LoadVersion, figure: (run: VersionRun) => number) =>
    runs.get(version)!.map((run, i) => round(figure(run) / figure(runs.get('3.1.1')![i]!)))
  const rate = (run: VersionRun) => run.acknowledgedPerSecond
  const thrift = (run: VersionRun) => 1 / run.cpuUsAMessage
  return {
    settings: { seconds, rounds, seed, connections: CONNECTIONS, window: WINDOW, metrics: METRICS },
    versions: {},
    figures: { byVersion: Object.fromEntries(runs) },
    judged: Object.fromEntries(
      VERSIONS.slice(1).flatMap(({ version }) => [
        [`MQTT ${version}: acknowledged, ratio to 3.1.1`, ratiosOf(version, rate)],
        [`MQTT ${version}: messages a second of processor time, ratio to 3.1.1`, ratiosOf(version, thrift)],
      ]),
    ),
    table: [
      ['MQTT', 'PUBACK/s', 'of 3.1.1', 'goal', 'us CPU a message', 'messages a CPU second, of 3.1.1', 'p99 ms', 'load'],
      ...VERSIONS.map(({ version, goal }) => [
        version,
        medianOf(version, rate),
        median(ratiosOf(version, rate)),
        goal,
        medianOf(version, (run) => run.cpuUsAMessage),
        median(ratiosOf(version, thrift)),
        medianOf(version, (run) => run.ackMs.p99 ?? 0),
        medianOf(version, (run) => run.loadAverage),
      ]),
    ],
  }
}

async function measured(version: LoadVersion, seconds: number, profileDir: string | undefined): Promise<VersionRun> {
  const side = await startGreengauge({ devices: CONNECTIONS, metrics: METRICS, influxd: null, profileDir })
  const others = loadAverage()
  let run: VersionRun
  try {
    const wish = { port: side.mqttPort, connections: CONNECTIONS, window: WINDOW, metrics: METRICS, seconds, version }
    const costs = meter(side.pids)
    const report = await runLoad(loadOrder({ ...wish, total: 400_000 * seconds + CONNECTIONS * WINDOW }))
    const { cpuSeconds } = costs.read()
    const took = (report.endedMs - report.startedMs) / 1000
    run = {
      version,
      acknowledgedPerSecond: Math.round(report.messages / took),
      ackMs: report.ackMs,
      cpuUsAMessage: round((cpuSeconds * 1e6) / report.messages),
      generatorBusy: round(report.cpuSeconds / took),
      loadAverage: others,
    }
    if (profileDir !== undefined) say(`profile of MQTT ${version}:`)
    await side.close()
    sayProfile(profileDir, { samples: report.messages, cpuSeconds })
  } catch (error) {
    await side.close()
    throw error
  }
  return run
}
