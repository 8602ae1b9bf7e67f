import { median } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { GREENGAUGE_DATABASE, startGreengauge } from '../sides/greengauge.js'
import { Influxd, influxdVersion } from '../sides/influxd.js'
import { MOSQUITTO_SETTINGS, mosquittoVersion } from '../sides/mosquitto.js'
import type { FlowShape } from '../sides/node-red-flow.js'
import { installNodeRed, type NodeRed, PEER_DATABASE, startPeer } from '../sides/peer.js'
import type { Side } from '../sides/side.js'
import { type BenchOptions, say } from './options.js'
import { DEVICES, loadOrder } from './orders.js'
import { sayProfile } from './profiling.js'
import { type Round, runRound } from './round.js'

/** As such a flow is usually drawn, and the fastest of those that suite `peer` tries. */
const USUAL: FlowShape = { json: 'json node', batching: 'join node', batchPoints: 1000 }
const FASTEST: FlowShape = { json: 'mqtt node', batching: 'function node', batchPoints: 1000 }

/** At most so far behind, with nothing lost, and a rate is one that can be kept up. */
const LAG_SECONDS_MAX = 2
const SUSTAINED_SECONDS = 20
/** From one rate that is tried to the next: upwards as long as it is kept up, downwards until it is. */
const UP = 1.15
const DOWN = 0.9
const TRIES_MAX = 8
/** A broker that no longer takes the rate that is offered does not keep it up. */
const OFFER_TAKEN = 0.98

/** One of those that are compared; each round starts it anew, with an InfluxDB of its own. */
interface Contender {
  readonly name: string
  readonly database: string
  start(influxd: Influxd): Promise<Side>
}

/** The same load through all, in turn, into InfluxDB: flooded and drained, then at the rate each keeps up. */
export async function influx({ messages, rounds, nodeRedDir, profileDir }: BenchOptions): Promise<Outcome> {
  const nodeRed = await installNodeRed(nodeRedDir)
  const contenders = [
    greengauge(profileDir),
    peerOf(nodeRed, 'Node-RED as usually drawn', USUAL),
    peerOf(nodeRed, 'Node-RED at its fastest', FASTEST),
  ]
  const floods: Round[] = []
  for (let i = 0; i < rounds; i++) {
    for (const contender of contenders) {
      floods.push(await oneRound(contender, { total: messages, messagesPerSecond: null }))
      say(`flood ${i + 1}: ${JSON.stringify(floods.at(-1))}`)
    }
  }
  sayProfile(profileDir)
  const sustained: Round[] = []
  for (const contender of contenders) {
    const rates = floods.filter(({ side }) => side === contender.name).map((run) => run.pointsPerSecond)
    sustained.push(await sustainedRate(contender, median(rates)))
  }
  const summary = contenders.map(({ name }) => summaryOf(name, floods, sustained))
  const [ours, ...theirs] = summary
  return {
    settings: {
      ...loadOrder({ port: 0, total: messages }),
      port: undefined,
      rounds,
      mosquitto: MOSQUITTO_SETTINGS,
      nodeRed: { usual: USUAL, fastest: FASTEST },
      durability: {
        greengauge: 'fsync before PUBACK; InfluxDB with its defaults',
        peer: 'none before InfluxDB (mosquitto without persistence, queue in memory); InfluxDB with its defaults',
      },
    },
    versions: { mosquitto: mosquittoVersion(), influxd: influxdVersion(), ...nodeRed.versions },
    figures: { summary, floods, sustained },
    judged: {
      'flood: points/s': floods.filter(({ side }) => side === contenders[0]!.name).map((run) => run.pointsPerSecond),
    },
    table: [
      ['', ...HEADS],
      ...contenders.map(({ name }, i) => [name, ...cellsOf(summary[i]!)]),
      ...theirs.map((one) => [
        `ratio to ${one.side}`,
        ...cellsOf(ours!).map((cell, i) => ratio(cell, cellsOf(one)[i]!)),
      ]),
    ],
  }
}

function greengauge(profileDir: string | undefined): Contender {
  const options = { devices: DEVICES, metrics: ['elec_import_kwh'], profileDir }
  return {
    name: 'Greengauge',
    database: GREENGAUGE_DATABASE,
    start: (influxd) => startGreengauge({ ...options, influxd }),
  }
}

function peerOf(nodeRed: NodeRed, name: string, shape: FlowShape): Contender {
  return {
    name,
    database: PEER_DATABASE,
    start: (influxd) => startPeer(nodeRed, shape, influxd),
  }
}

async function oneRound(
  { name, database, start }: Contender,
  load: { readonly total: number; readonly messagesPerSecond: number | null },
): Promise<Round> {
  const influxd = await Influxd.start()
  const side = await start(influxd)
  const round = await runRound(side, influxd, database, loadOrder({ port: side.mqttPort, ...load }))
  await side.close()
  await influxd.close()
  return { ...round, side: name }
}

/** The greatest rate that it was seen to keep up, beginning with the one at which a flood was drained. */
async function sustainedRate(contender: Contender, floodRate: number): Promise<Round> {
  let kept: Round | null = null
  let messagesPerSecond = Math.round(floodRate)
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const round = await oneRound(contender, { total: messagesPerSecond * SUSTAINED_SECONDS, messagesPerSecond })
    const isTaken = round.acknowledgedPerSecond >= messagesPerSecond * OFFER_TAKEN
    const isKept = isTaken && round.lost === 0 && round.lagSeconds <= LAG_SECONDS_MAX
    say(`at ${messagesPerSecond}/s, ${isKept ? 'kept up' : 'not kept up'}: ${JSON.stringify(round)}`)
    // The first answer tells the direction; the first other answer ends it.
    if (kept !== null && !isKept) return kept
    if (isKept) {
      const isOnTheWayDown = tries > 0 && kept === null
      kept = round
      if (isOnTheWayDown) return kept
    }
    messagesPerSecond = Math.round(messagesPerSecond * (isKept ? UP : DOWN))
  }
  if (kept === null) throw new Error(`${contender.name} keeps up no rate that was tried`)
  return kept
}

const HEADS = [
  'flood: points/s',
  'points/CPU s',
  'RSS MiB',
  'lost',
  'sustained: points/s',
  'points/CPU s',
  'RSS MiB',
  'lag s',
]

function summaryOf(name: string, floods: readonly Round[], sustained: readonly Round[]) {
  const mine = floods.filter(({ side }) => side === name)
  const kept = sustained.find(({ side }) => side === name)!
  return {
    side: name,
    flood: {
      pointsPerSecond: median(mine.map((run) => run.pointsPerSecond)),
      pointsPerCpuSecond: median(mine.map((run) => run.pointsPerCpuSecond)),
      rssPeakMiB: median(mine.map((run) => run.cost.rssPeakMiB)),
      lost: mine.reduce((sum, run) => sum + run.lost, 0),
    },
    sustained: {
      pointsPerSecond: kept.acknowledgedPerSecond,
      pointsPerCpuSecond: kept.pointsPerCpuSecond,
      rssPeakMiB: kept.cost.rssPeakMiB,
      lagSeconds: kept.lagSeconds,
    },
  }
}

function cellsOf({ flood, sustained }: ReturnType<typeof summaryOf>): number[] {
  return [...Object.values(flood), ...Object.values(sustained)]
}

function ratio(ours: number, theirs: number): string {
  return theirs === 0 ? '' : (ours / theirs).toFixed(2)
}
