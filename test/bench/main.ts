import { parseArgs } from 'node:util'
import { endAll } from './measure/processes.js'
import { keepResult, type Outcome, tableText } from './measure/results.js'
import { removeScratch } from './measure/scratch.js'
import { acknowledged } from './suites/acknowledged.js'
import { appends } from './suites/appends.js'
import { broker } from './suites/broker.js'
import { catchUp } from './suites/catch-up.js'
import { clients } from './suites/clients.js'
import { dashboards } from './suites/dashboards.js'
import { decoding } from './suites/decode.js'
import { devices } from './suites/devices.js'
import { edge } from './suites/edge.js'
import { feed } from './suites/feed.js'
import { forecasts } from './suites/forecasts.js'
import { generator } from './suites/generator.js'
import { influx } from './suites/influx.js'
import { judge } from './suites/judge.js'
import { kpis } from './suites/kpis.js'
import { late } from './suites/late.js'
import { latency } from './suites/latency.js'
import { live } from './suites/live.js'
import { month } from './suites/month.js'
import { type BenchOptions, say } from './suites/options.js'
import { peer } from './suites/peer.js'
import { pipeline } from './suites/pipeline.js'
import { recovery } from './suites/recovery.js'
import { reports } from './suites/reports.js'
import { scale } from './suites/scale.js'
import { scaling } from './suites/scaling.js'
import { versions } from './suites/versions.js'
import { viewers } from './suites/viewers.js'

/** `npm run bench -- SUITE`: measures, prints a table, and keeps the figures in results.jsonl. See docs/understand/performance.md. */

interface Suite {
  readonly says: string
  readonly messages: number
  /** When the command line says nothing. */
  readonly rounds?: number
  run(options: BenchOptions): Promise<Outcome>
}

const SUITES: Readonly<Record<string, Suite>> = {
  broker: { says: 'the gateway beside a bare mosquitto, by load shape', messages: 0, rounds: 5, run: broker },
  acknowledged: { says: 'PUBACKs of the embedded journal beside nats-servers', messages: 0, run: acknowledged },
  versions: { says: 'MQTT 3.1.1, 5, and 5 with topic aliases, in one run', messages: 0, run: versions },
  appends: { says: 'what the journal takes in files alone and beside NATS', messages: 0, run: appends },
  live: {
    says: 'a plant whose devices send as time passes, by thread and by kind of memory',
    messages: 0,
    rounds: 1,
    run: live,
  },
  latency: { says: 'how long a PUBACK takes at half of what is kept up', messages: 0, run: latency },
  scale: { says: 'what a sample costs from ten to ten thousand devices', messages: 0, run: scale },
  scaling: { says: 'a backlog at NATS through one, two and three pipelines', messages: 60_000, run: scaling },
  clients: { says: 'what ten thousand quiet clients cost', messages: 0, rounds: 1, run: clients },
  feed: { says: 'what a thousand dashboards cost the devices, some of which never read', messages: 0, run: feed },
  devices: { says: 'what nats-servers acknowledge to MQTT devices, by copies and syncing', messages: 0, run: devices },
  generator: { says: 'that the load generator is not the limit', messages: 3_000_000, run: generator },
  pipeline: { says: 'the gateway with its embedded store alone', messages: 2_000_000, run: pipeline },
  decode: { says: 'what decoding alone costs, by objects and from the bytes', messages: 200_000, run: decoding },
  kpis: { says: 'what five KPIs and all of them cost, by stage', messages: 60_000, run: kpis },
  forecasts: {
    says: 'what forecasts cost in a week, and the memory of their thread',
    messages: 0,
    rounds: 2,
    run: forecasts,
  },
  month: { says: 'whether memory grows over a month', messages: 134_000, run: month },
  late: { says: 'a month of 200 devices that comes at once', messages: 86_400, run: late },
  recovery: { says: 'a start with a backlog after a kill', messages: 50_000, run: recovery },
  peer: { says: 'which flow is the fastest in Node-RED', messages: 500_000, run: peer },
  influx: { says: 'the gateway beside mosquitto + Node-RED', messages: 2_000_000, run: influx },
  dashboards: { says: 'what a page costs the one who looks at it', messages: 0, run: dashboards },
  viewers: { says: 'what a thousand open dashboards cost the gateway', messages: 0, run: viewers },
  reports: { says: 'a year of a plant, from its report to the verified bundle', messages: 3_700_000, run: reports },
  edge: { says: 'what a plant behind a thin line costs the line', messages: 0, rounds: 1, run: edge },
  'catch-up': { says: 'the gateway after an outage of InfluxDB', messages: 0, run: catchUp },
}

const ROUNDS = 3

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string' },
    rate: { type: 'string' },
    points: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '365' },
    rounds: { type: 'string' },
    seconds: { type: 'string', default: '30' },
    shape: { type: 'string', multiple: true, default: [] },
    tries: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    live: { type: 'boolean', default: false },
    unheld: { type: 'boolean', default: false },
    devices: { type: 'string', multiple: true, default: [] },
    hz: { type: 'string', default: '1' },
    burst: { type: 'string', default: '0' },
    late: { type: 'boolean', default: false },
    backfill: { type: 'boolean', default: false },
    viewers: { type: 'string', default: '0' },
    dry: { type: 'boolean', default: false },
    'node-red': { type: 'string' },
    profile: { type: 'string' },
  },
})

const [name = ''] = positionals
if (name === 'judge') process.exit(judge(Number(values.seed)) ? 1 : 0)
const suite = Object.hasOwn(SUITES, name) ? SUITES[name] : undefined
if (suite === undefined) {
  say(
    'npm run bench -- SUITE [--rounds N] [--seconds 30] [--shape ID …] [--tries 4] [--seed 1] [--live] [--messages N]',
  )
  say('                       [--rate N] [--points N] [--days N] [--node-red DIR] [--profile DIR] [--dry]')
  say(
    '                       [--unheld] [--devices N|demo|demo-past …] [--hz 1] [--burst SECONDS] [--late] [--backfill] [--viewers N]',
  )
  for (const [known, { says }] of Object.entries(SUITES)) say(`  ${known.padEnd(10)} ${says}`)
  say('  judge      whether the last run of a suite is slower than the five before it on the same machine')
  process.exit(64)
}

// Without its processes the suite fails, wherever it is, and what is below cleans up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void endAll())
// The same when nobody reads what is said any more.
process.stdout.on('error', () => void endAll())

try {
  const outcome = await suite.run({
    messages: values.messages === undefined ? suite.messages : Number(values.messages),
    messagesPerSecond: values.rate === undefined ? null : Number(values.rate),
    points: Number(values.points),
    days: Number(values.days),
    rounds: Number(values.rounds ?? suite.rounds ?? ROUNDS),
    seconds: Number(values.seconds),
    shapes: values.shape,
    tries: Number(values.tries),
    seed: Number(values.seed),
    isLive: values.live,
    isUnheld: values.unheld,
    nodeRedDir: values['node-red'],
    profileDir: values.profile,
    live: {
      sizes: values.devices,
      hertz: Number(values.hz),
      burstSeconds: Number(values.burst),
      isLate: values.late,
      hasBackfill: values.backfill,
      viewers: Number(values.viewers),
    },
  })
  if (!values.dry) keepResult(name, outcome)
  say(`\n${tableText(outcome.table)}`)
} finally {
  await endAll()
  removeScratch()
}
