import { medianInterval, randomOf } from '../measure/bootstrap.js'
import { median } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { MOSQUITTO_SETTINGS, mosquittoVersion } from '../sides/mosquitto.js'
import { type Kept, type Taken, throughGateway, throughMosquitto } from './offered.js'
import { type BenchOptions, say } from './options.js'
import { sayProfile } from './profiling.js'
import { METRICS, SHAPES, type Shape, shapedOrder, shapeOf } from './shapes.js'

/** From one rate that is tried to the next: upwards as long as it is kept up, downwards until it is. */
const UP = 1.1
const DOWN = 0.9
/** A ratio counts only when the load lasted so long. */
const SECONDS_MIN = 30

interface ShapeResult {
  readonly shape: Shape
  readonly gateway: readonly Kept[]
  readonly mosquitto: readonly Taken[]
  /** Rates that were offered when the flood was not kept up; the last one kept up is the rate sustained. */
  readonly tries: readonly Kept[]
}

/** The gateway and a bare mosquitto in turn, shape by shape: flooded, and then at the rate that the gateway keeps up. */
export async function broker(options: BenchOptions): Promise<Outcome> {
  const { rounds, seconds, seed, shapes, isLive, isUnheld, profileDir } = options
  const random = randomOf(seed)
  const results: ShapeResult[] = []
  for (const shape of shapes.length === 0 ? SHAPES : shapes.map(shapeOf)) {
    const gateway: Kept[] = []
    const mosquitto: Taken[] = []
    for (let i = 0; i < rounds; i++) {
      const order = shapedOrder(shape, { port: 0, seconds, messagesPerSecond: null, isLive })
      const ours = async () => gateway.push(await throughGateway(order, { profileDir, isUnheld }))
      const theirs = async () => mosquitto.push(await throughMosquitto(order))
      // Neither always has the machine as the other leaves it.
      for (const side of random() < 0.5 ? [ours, theirs] : [theirs, ours]) await side()
      say(`${shape.id}, round ${i + 1}, gateway: ${JSON.stringify(gateway.at(-1))}`)
      say(`${shape.id}, round ${i + 1}, mosquitto: ${JSON.stringify(mosquitto.at(-1))}`)
      const { messages, cost } = gateway.at(-1)!
      sayProfile(profileDir, { samples: messages * shape.samples, cpuSeconds: cost.cpuSeconds })
    }
    const tries = isMostlySustained(gateway) ? [] : await search(shape, gateway, options)
    results.push({ shape, gateway, mosquitto, tries })
  }
  const summary = results.map((result) => summaryOf(result, seed))
  const counts = seconds >= SECONDS_MIN && profileDir === undefined
  return {
    settings: {
      seconds,
      rounds,
      seed,
      isLive,
      isUnheld,
      isProfiled: profileDir !== undefined,
      counts,
      metrics: METRICS,
      shapes: results.map(({ shape }) => shape),
      mosquitto: MOSQUITTO_SETTINGS,
      durability: { greengauge: 'fdatasync before PUBACK', mosquitto: 'none' },
    },
    versions: { mosquitto: mosquittoVersion() },
    figures: {
      summary,
      rounds: Object.fromEntries(results.map(({ shape, ...runs }) => [shape.id, runs])),
    },
    judged: counts ? judgedOf(results, { isLive, isUnheld }) : {},
    table: [HEADS, ...summary.map(cellsOf)],
  }
}

function isMostlySustained(gateway: readonly Kept[]): boolean {
  return gateway.filter(({ isSustained }) => isSustained).length * 2 > gateway.length
}

/** The greatest rate that was seen to be kept up, beginning with the one at which a flood came to its end. */
async function search(shape: Shape, floods: readonly Kept[], options: BenchOptions): Promise<readonly Kept[]> {
  const { seconds, tries: triesMax, isLive, isUnheld, profileDir } = options
  const tries: Kept[] = []
  let messagesPerSecond = Math.round(median(floods.map((run) => run.samplesPerSecondToTheEnd)) / shape.samples)
  while (tries.length < triesMax) {
    const run = await throughGateway(shapedOrder(shape, { port: 0, seconds, messagesPerSecond, isLive }), {
      profileDir,
      isUnheld,
    })
    say(`${shape.id} at ${messagesPerSecond}/s, ${run.isSustained ? 'kept up' : 'not kept up'}: ${JSON.stringify(run)}`)
    const before = tries.at(-1)
    tries.push(run)
    // The first answer tells the direction; the first other answer ends it.
    if (before !== undefined && before.isSustained !== run.isSustained) break
    messagesPerSecond = Math.round(messagesPerSecond * (run.isSustained ? UP : DOWN))
  }
  return tries
}

function ratiosOf(
  gateway: readonly Kept[],
  mosquitto: readonly Taken[],
  figure: 'samplesPerSecond' | 'samplesPerSecondToTheEnd',
): number[] {
  return gateway.map((run, i) => round3(run[figure] / mosquitto[i]!.samplesPerSecond))
}

function judgedOf(
  results: readonly ShapeResult[],
  { isLive, isUnheld }: Pick<BenchOptions, 'isLive' | 'isUnheld'>,
): Record<string, readonly number[]> {
  return Object.fromEntries(
    results.flatMap(({ shape, gateway, mosquitto }) => {
      const load = `${shape.id}${isLive ? ' live' : ''}${isUnheld ? ' unheld' : ''}`
      return [
        [`${load}: acknowledged, ratio to mosquitto`, ratiosOf(gateway, mosquitto, 'samplesPerSecond')],
        [`${load}: stored and computed, ratio to mosquitto`, ratiosOf(gateway, mosquitto, 'samplesPerSecondToTheEnd')],
      ]
    }),
  )
}

function summaryOf({ shape, gateway, mosquitto, tries }: ShapeResult, seed: number) {
  const medianOf = <T>(runs: readonly T[], figure: (run: T) => number) => median(runs.map(figure))
  const ratios = ratiosOf(gateway, mosquitto, 'samplesPerSecond')
  const interval = medianInterval(ratios, seed)
  const peer = medianOf(mosquitto, (run) => run.samplesPerSecond)
  const isFloodSustained = isMostlySustained(gateway)
  const kept = isFloodSustained
    ? gateway.filter(({ isSustained }) => isSustained)
    : tries.filter(({ isSustained }) => isSustained).slice(-1)
  const best = kept.length === 0 ? null : medianOf(kept, (run) => run.samplesPerSecond)
  return {
    shape: shape.id,
    mosquitto: peer,
    flood: medianOf(gateway, (run) => run.samplesPerSecond),
    floodRatio: round3(median(ratios)),
    floodRatioInterval: { low: round3(interval.low), high: round3(interval.high) },
    floodBehindSeconds: medianOf(gateway, (run) => run.behindSeconds),
    floodDrainSeconds: medianOf(gateway, (run) => run.drainSeconds),
    isFloodSustained,
    sustained: best,
    sustainedRatio: best === null ? null : round3(best / peer),
    goal: shape.goal,
    cpuUsASample: medianOf(gateway, (run) => run.cpuUsPerSample),
    mosquittoCpuUsASample: medianOf(mosquitto, (run) => run.cpuUsPerSample),
    generatorBusy: medianOf(gateway, (run) => run.generator.busy),
    generatorBusyAtMosquitto: medianOf(mosquitto, (run) => run.generator.busy),
    rssPeakMiB: medianOf(gateway, (run) => run.cost.rssPeakMiB),
    lostSamples: gateway.reduce((sum, run) => sum + run.lostSamples, 0),
  }
}

const HEADS = [
  'samples/s',
  'mosquitto',
  'flood',
  'ratio',
  'behind s',
  'drain s',
  'sustained',
  'ratio',
  'goal',
  'us CPU a sample',
  'mosquitto',
  'RSS MiB',
  'generator',
  'at mosquitto',
]

function cellsOf(one: ReturnType<typeof summaryOf>): (string | number)[] {
  return [
    one.shape,
    one.mosquitto,
    one.flood,
    `${one.floodRatio.toFixed(2)}${one.isFloodSustained ? '' : ' (does not count)'}`,
    one.floodBehindSeconds,
    one.floodDrainSeconds,
    one.sustained ?? 'not found',
    one.sustainedRatio?.toFixed(2) ?? '',
    one.goal ?? '',
    one.cpuUsASample,
    one.mosquittoCpuUsASample,
    one.rssPeakMiB,
    one.generatorBusy,
    one.generatorBusyAtMosquitto,
  ]
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
