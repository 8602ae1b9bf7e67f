import { runLoad } from '../load/load.js'
import type { LoadVersion } from '../load/packets.js'
import { loadAverage, median, round } from '../measure/cost.js'
import { ProcessWatch, ThreadLog } from '../measure/process-watch.js'
import type { Outcome } from '../measure/results.js'
import { type Greengauge, startGreengauge } from '../sides/greengauge.js'
import { type BenchOptions, say } from './options.js'
import { loadOrder } from './orders.js'
import { METRICS } from './shapes.js'

const CONNECTIONS = 50
const WINDOW = 1000
/** Each version, and the least that it is to acknowledge of what 3.1.1 is. */
const VERSIONS: readonly { readonly version: LoadVersion; readonly goal: number }[] = [
  { version: '3.1.1', goal: 1 },
  { version: '5', goal: 0.9 },
  { version: '5 with aliases', goal: 1 },
]
/** A version has its turn for so short a time: what else the machine does changes more slowly. */
const TURN_S = 1
const PER_SECOND_MAX = 600_000
const STEP_MS = 1000

/** Figures of one version over its turns of one round. */
interface VersionRun {
  readonly version: LoadVersion
  readonly acknowledgedPerSecond: number
  /** Times of each turn until PUBACK, ms: the median, and what one in a hundred took longer than. */
  readonly ackMs: readonly { readonly p50: number | null; readonly p99: number | null }[]
  /** Processor time of the threads that a message goes through before its PUBACK, whatever else the machine does. */
  readonly takingUsAMessage: number
  /** Processor time of the generator. */
  readonly sendingUsAMessage: number
}

interface Turn {
  readonly messages: number
  readonly seconds: number
  readonly ackMs: VersionRun['ackMs'][number]
  readonly takingSeconds: number
  readonly sendingSeconds: number
}

/**
 * The same messages by MQTT 3.1.1, 5, and 5 with topic aliases through one gateway, in short turns there and back. Figures may
 * be as late as they like: otherwise messages of the past are let in as fast as figures follow, whatever their version.
 */
export async function versions({ rounds, seconds, seed }: BenchOptions): Promise<Outcome> {
  const runs: VersionRun[][] = []
  const loads: number[] = []
  for (let i = 0; i < rounds; i++) {
    loads.push(loadAverage())
    const ofRound = await roundOf(seconds, seed + i)
    runs.push(ofRound)
    for (const run of ofRound) say(`round ${i + 1}, load ${loads[i]}: ${JSON.stringify(run)}`)
  }
  const runsOf = (version: LoadVersion) => runs.map((all) => all.find((run) => run.version === version)!)
  const medianOf = (version: LoadVersion, figure: (run: VersionRun) => number) => median(runsOf(version).map(figure))
  const ratiosOf = (version: LoadVersion, figure: (run: VersionRun) => number) => {
    const first = runsOf('3.1.1')
    return runsOf(version).map((run, i) => round(figure(run) / figure(first[i]!)))
  }
  const rate = (run: VersionRun) => run.acknowledgedPerSecond
  const thrift = (run: VersionRun) => 1 / run.takingUsAMessage
  return {
    settings: {
      seconds,
      rounds,
      seed,
      connections: CONNECTIONS,
      window: WINDOW,
      metrics: METRICS,
      turnSeconds: TURN_S,
    },
    versions: {},
    figures: { rounds: runs, loadAverages: loads },
    judged: Object.fromEntries(
      VERSIONS.slice(1).flatMap(({ version }) => [
        [`MQTT ${version}: acknowledged, ratio to 3.1.1`, ratiosOf(version, rate)],
        [`MQTT ${version}: messages a second of processor time, ratio to 3.1.1`, ratiosOf(version, thrift)],
      ]),
    ),
    table: [
      [
        'MQTT',
        'PUBACK/s',
        'of 3.1.1',
        'goal',
        'us CPU to take one',
        'messages a CPU second, of 3.1.1',
        'us CPU to send one',
      ],
      ...VERSIONS.map(({ version, goal }) => [
        version,
        medianOf(version, rate),
        median(ratiosOf(version, rate)),
        goal,
        medianOf(version, (run) => run.takingUsAMessage),
        median(ratiosOf(version, thrift)),
        medianOf(version, (run) => run.sendingUsAMessage),
      ]),
    ],
  }
}

/** Turns of all versions, `seconds` for each in all, behind one of each that warms up the gateway. */
async function roundOf(seconds: number, first: number): Promise<VersionRun[]> {
  const log = new ThreadLog()
  const mqtt = { limits: { figures_late_s: 0 } }
  const side = await startGreengauge({ devices: CONNECTIONS, metrics: METRICS, mqtt, env: log.env, influxd: null })
  const watch = new ProcessWatch(side.gateway.process.pid!, log)
  try {
    const order = VERSIONS.map((_, i) => VERSIONS[(first + i) % VERSIONS.length]!.version)
    const pairs = Math.max(1, Math.round(seconds / (2 * TURN_S)))
    const thereAndBack = Array.from({ length: pairs }, () => [...order, ...[...order].reverse()]).flat()
    const turns = new Map<LoadVersion, Turn[]>(order.map((version) => [version, []]))
    const all = [...order, ...thereAndBack]
    const firstTs = Date.now() - all.length * spanMs()
    for (const [i, version] of all.entries()) {
      const turn = await turnOf(version, firstTs + i * spanMs(), side, watch)
      if (i >= order.length) turns.get(version)!.push(turn)
    }
    return VERSIONS.map(({ version }) => runOf(version, turns.get(version)!))
  } finally {
    watch.stop()
    await side.close()
  }
}

/** Event time of the most messages of one turn. */
function spanMs(): number {
  return Math.ceil((PER_SECOND_MAX * TURN_S) / CONNECTIONS + WINDOW) * STEP_MS
}

async function turnOf(version: LoadVersion, firstTs: number, side: Greengauge, watch: ProcessWatch): Promise<Turn> {
  const total = PER_SECOND_MAX * TURN_S + CONNECTIONS * WINDOW
  const wish = { port: side.mqttPort, connections: CONNECTIONS, window: WINDOW, metrics: METRICS, seconds: TURN_S }
  watch.begin()
  const report = await runLoad(loadOrder({ ...wish, version, firstTs, stepMs: STEP_MS, total }))
  const watched = watch.report()
  const coresOf = (thread: string) => watched.threads[thread]?.cores ?? 0
  return {
    messages: report.messages,
    seconds: (report.endedMs - report.startedMs) / 1000,
    ackMs: { p50: report.ackMs.p50, p99: report.ackMs.p99 },
    takingSeconds: (coresOf('intake-thread') + coresOf('journal-thread')) * watched.seconds,
    sendingSeconds: report.cpuSeconds,
  }
}

function runOf(version: LoadVersion, turns: readonly Turn[]): VersionRun {
  const sumOf = (figure: (turn: Turn) => number) => turns.reduce((sum, turn) => sum + figure(turn), 0)
  const messages = sumOf((turn) => turn.messages)
  const usAMessage = (seconds: number) => round((seconds * 1e6) / messages)
  return {
    version,
    acknowledgedPerSecond: Math.round(messages / sumOf((turn) => turn.seconds)),
    ackMs: turns.map(({ ackMs }) => ackMs),
    takingUsAMessage: usAMessage(sumOf((turn) => turn.takingSeconds)),
    sendingUsAMessage: usAMessage(sumOf((turn) => turn.sendingSeconds)),
  }
}
