import { setTimeout as sleep } from 'node:timers/promises'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { Accounting } from '../../../src/base/wire.js'
import { getJson, until, untilLag } from '../../support/gateway.js'
import { runLoad } from '../load/load.js'
import { KINDS, mixedPlant, seriesOf } from '../load/mix.js'
import type { LoadOrder, LoadReport } from '../load/order.js'
import { startProbe } from '../load/probe.js'
import { loadAverage, median } from '../measure/cost.js'
import type { Quantiles } from '../measure/histogram.js'
import { ProcessWatch, ThreadLog, type Watched } from '../measure/process-watch.js'
import { type Outcome, tableText } from '../measure/results.js'
import { startDemo } from '../sides/demo.js'
import { startGreengauge } from '../sides/greengauge.js'
import { openScreens } from '../sides/screens.js'
import { type BenchOptions, type LiveOptions, say } from './options.js'

/** Sizes when the command line names none. */
const SIZES = ['0', '200', '2000']
const DEMO = 'demo'
/** The demo with thirteen months behind its plants: it is measured when these are in. */
const DEMO_PAST = 'demo-past'
const DEMOS: readonly string[] = [DEMO, DEMO_PAST]
const PAST_SENT_MS = 3_600_000
const WARM_UP_S = 15
/** A page looks on behind the measured time, for so long: what it costs is not in the figures. */
const FEED_S = 10
/** Time in which a thousand overviews have their first figures. */
const OPENING_S = 30
const LAG_MS = 5000
/** Clients that the gateway takes by default. */
const CONNECTIONS_MAX = 10_000
/** Slots of a connection: what a device may have in flight. */
const WINDOW_MIN = 10
const BEGUN_MS = 120_000
const BACKFILLED_MS = 900_000
const DAY_MS = 86_400_000
/** The past that comes beside what is live: a sample a minute, in arrays. */
const PAST = { stepMs: 60_000, samples: 60, window: 4, marginMs: 3_600_000 }

interface LiveRun {
  readonly size: string
  readonly messagesPerSecond: number
  /** Null when nothing came. */
  readonly cpuUsAMessage: number | null
  readonly gateway: Watched
  /** The process that plays the demo's devices; null elsewhere. */
  readonly simulators: Watched | null
  readonly ackMs: Quantiles | null
  /** From PUBLISH until an update of the feed has the message in it. */
  readonly feedMs: Quantiles | null
  /** Worst look at `greengauge_pipeline_lag_seconds`, and the last. */
  readonly behindMaxSeconds: number | null
  readonly behindSeconds: number | null
  /** The worst look of each minute. */
  readonly behindMaxSecondsByMinute?: readonly number[]
  /** Samples of the past that were acknowledged a second; null without `--backfill`. */
  readonly pastPerSecond: number | null
  readonly loadAverage: number
  /** From the start of the process to the answer of its page, and to the first figure of now; of the demo alone. */
  readonly pageSeconds?: number
  readonly liveSeconds?: number
}

/** Measures what a plant costs whose devices send as time passes: by process, by thread, and by what memory is for. */
export async function live(options: BenchOptions): Promise<Outcome> {
  const { rounds, seconds } = options
  const sizes = options.live.sizes.length === 0 ? SIZES : options.live.sizes
  const runs: LiveRun[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const size of sizes) {
      const run = DEMOS.includes(size) ? await demoRun(size, options) : await sizedRun(Number(size), options)
      runs.push(run)
      say(`live, ${size}, round ${round} (load ${run.loadAverage})\n${threadTable(run)}`)
      say(`behind at most, s, by minute: ${run.behindMaxSecondsByMinute?.join(', ') ?? ''}\n`)
    }
  }
  return {
    settings: { seconds, rounds, ...options.live, sizes },
    versions: {},
    figures: { runs },
    table: summaryOf(sizes, runs),
  }
}

async function sizedRun(devices: number, { seconds, live, profileDir }: BenchOptions): Promise<LiveRun> {
  if (devices % KINDS !== 0) throw new Error(`${devices} devices: a mixed plant has a multiple of ${KINDS}`)
  const log = new ThreadLog()
  // The device behind those of the load is the probe's.
  const plants = devices === 0 ? [] : [mixedPlant(devices + 1, 1 / live.hertz)]
  // The device that tells how late the feed is comes on top of those of the load.
  const mqtt = devices < CONNECTIONS_MAX ? {} : { limits: { connections: devices + 1 } }
  const side = await startGreengauge({ devices, metrics: [], plants, mqtt, env: log.env, influxd: null, profileDir })
  const { pid } = side.gateway.process
  const watch = new ProcessWatch(pid!, log)
  try {
    // The first messages of a burst are due when it is.
    const openingS = live.viewers > 0 ? OPENING_S : 0
    const order = liveOrder(side.mqttPort, devices, live.burstSeconds + WARM_UP_S + openingS + seconds + FEED_S, live)
    const load = devices === 0 ? null : runLoad(order)
    // Its failure is told to those who wait for it below.
    load?.catch(() => undefined)
    if (load !== null) await Promise.race([load, begun(side.gateway)])
    await Promise.race([load ?? sleep(WARM_UP_S * 1000), sleep(WARM_UP_S * 1000)])
    const past = devices > 0 && live.hasBackfill ? runLoad(pastOrder(side.mqttPort, devices)) : null
    past?.catch(() => undefined)
    // Beside the past a page looks on all the time: what it shows of what is live is the question then.
    const probe = past === null ? null : await probeOf(side.gateway, devices, order)
    const screens = live.viewers > 0 ? await openScreens(side.gateway, live.viewers) : null
    const others = loadAverage()
    const [lags, watching] = watchLag(devices > 0 ? side.behindSeconds : null)
    const measuring = measure(watch, side.gateway, seconds)
    // Told below, unless the load has failed before.
    measuring.catch(() => undefined)
    const measured = await Promise.race([measuring, failureOf(load)]).finally(() => clearInterval(watching))
    await screens?.close()
    await side.leaveProfile()
    const { ackMs, feedMs } = await watched(probe ?? (load && (await probeOf(side.gateway, devices, order))), load)
    const { messages = 0, startedMs = 0, endedMs = 1 } = (await past) ?? {}
    return {
      size: String(devices),
      ...measured,
      simulators: null,
      ackMs,
      feedMs,
      behindMaxSeconds: lags.length === 0 ? null : Math.max(...lags),
      behindSeconds: lags.at(-1) ?? null,
      behindMaxSecondsByMinute: byMinute(lags),
      pastPerSecond: past === null ? null : Math.round((messages * PAST.samples * 1000) / (endedMs - startedMs)),
      loadAverage: others,
    }
  } catch (error) {
    throw new Error(`the gateway broke down; it says:\n${side.log()}`, { cause: error })
  } finally {
    watch.stop()
    await side.close()
  }
}

async function demoRun(size: string, { seconds }: BenchOptions): Promise<LiveRun> {
  const log = new ThreadLog()
  const demo = await startDemo(log.env, size === DEMO_PAST)
  const watch = new ProcessWatch(demo.pid, log)
  try {
    await until(() => demo.simulators() !== null, BEGUN_MS)
    const simulators = new ProcessWatch(demo.simulators()!, log)
    try {
      await until(() => isLive(demo), BACKFILLED_MS, 200)
      const first = { pageSeconds: demo.pageSeconds, liveSeconds: demo.sinceStart() }
      await until(async () => demo.isPastSent(), PAST_SENT_MS, 1000)
      await untilLag(demo, { maxS: 2, looks: 25, timeoutMs: BACKFILLED_MS })
      await sleep(WARM_UP_S * 1000)
      const others = loadAverage()
      simulators.begin()
      const measured = await measure(watch, demo, seconds)
      const nothing = { ackMs: null, feedMs: null, behindMaxSeconds: null, behindSeconds: null, pastPerSecond: null }
      return { size, ...measured, ...nothing, ...first, simulators: simulators.report(), loadAverage: others }
    } finally {
      simulators.stop()
    }
  } finally {
    watch.stop()
    await demo.close()
  }
}

/** Some plant of the demo has a figure of the hour that goes on: what it draws, as the overview shows it. */
async function isLive(gateway: { readonly httpUrl: string }): Promise<boolean> {
  const path = '/api/v1/plants/suzhou-1/kpis/latest?scope=plant&window=1h'
  const { points } = await getJson<{ readonly points: readonly KpiPoint[] }>(gateway, path)
  const found = points.find(({ kpi }) => kpi === 'energy_elec_import')
  return found !== undefined && found.value !== null && Date.parse(found.end) > Date.now()
}

/** The cost of so many seconds, and of a message in them. */
async function measure(watch: ProcessWatch, gateway: { readonly httpUrl: string }, seconds: number) {
  const before = await receivedBy(gateway)
  watch.begin()
  await sleep(seconds * 1000)
  const report = watch.report()
  const messages = (await receivedBy(gateway)) - before
  return {
    gateway: report,
    messagesPerSecond: Math.round((messages / report.seconds) * 10) / 10,
    cpuUsAMessage: messages === 0 ? null : Math.round((report.cpuSeconds * 1e6) / messages),
  }
}

/** A page, and a device whose messages it waits for. */
function probeOf({ httpUrl }: { readonly httpUrl: string }, devices: number, order: LoadOrder) {
  const metrics = Object.keys(mixedPlant(1, 1).devices[0]!.metrics)
  return startProbe({ mqttPort: order.port, httpPort: Number(new URL(httpUrl).port), device: devices, metrics })
}

/** A page looks on until the load ends. */
async function watched(
  probe: Awaited<ReturnType<typeof startProbe>> | null,
  load: Promise<LoadReport> | null,
): Promise<Pick<LiveRun, 'ackMs' | 'feedMs'>> {
  if (load === null || probe === null) return { ackMs: null, feedMs: null }
  const { ackMs } = await load
  return { ackMs, feedMs: await probe.stop() }
}

function liveOrder(port: number, devices: number, seconds: number, live: LiveOptions): LoadOrder {
  const { hertz, burstSeconds, isLate } = live
  return {
    port,
    connections: devices,
    devices,
    qos: 1,
    window: Math.max(WINDOW_MIN, burstSeconds * hertz),
    messages: Number.MAX_SAFE_INTEGER,
    seconds,
    messagesPerSecond: devices * hertz,
    metrics: [],
    samples: 1,
    firstTs: null,
    stepMs: 1000 / hertz,
    mix: { clients: 'live', isLate, burstSeconds },
  }
}

function pastOrder(port: number, devices: number): LoadOrder {
  const { stepMs, samples, window, marginMs } = PAST
  return {
    port,
    connections: devices,
    devices,
    qos: 1,
    window,
    messages: DAY_MS / stepMs / samples,
    seconds: null,
    messagesPerSecond: null,
    metrics: [],
    samples,
    firstTs: Math.floor((Date.now() - marginMs - DAY_MS) / stepMs) * stepMs,
    stepMs,
    mix: { clients: 'past', isLate: false, burstSeconds: 0 },
  }
}

/** Looks every few seconds how far the gateway is behind; a look that fails is none. */
function watchLag(behindSeconds: (() => Promise<number>) | null) {
  const lags: number[] = []
  const look = () =>
    behindSeconds?.().then(
      (seconds) => lags.push(seconds),
      () => undefined,
    )
  return [lags, setInterval(look, LAG_MS)] as const
}

/** Rejects when a load fails; one that ends is none of it. */
async function failureOf(load: Promise<unknown> | null): Promise<never> {
  await load
  return new Promise(() => undefined)
}

function byMinute(lags: readonly number[]): number[] {
  const looks = 60_000 / LAG_MS
  return Array.from({ length: Math.ceil(lags.length / looks) }, (_, i) =>
    Math.max(...lags.slice(i * looks, (i + 1) * looks)),
  )
}

/** Resolves when the first messages have come. */
function begun(gateway: { readonly httpUrl: string }): Promise<void> {
  return until(async () => (await receivedBy(gateway)) > 0, BEGUN_MS, 200)
}

/** Behind an hour without a request the connection that is kept may just be going: then it is asked on another one. */
async function receivedBy(gateway: { readonly httpUrl: string }): Promise<number> {
  const ask = () => getJson<Accounting>(gateway, '/api/v1/accounting')
  return (await ask().catch(ask)).messages.received
}

function threadTable({ gateway, simulators }: LiveRun): string {
  const names = new Set([...Object.keys(gateway.threads), ...Object.keys(gateway.heaps)])
  const rows = [...names].map((name) => {
    const [cost, heap] = [gateway.threads[name], gateway.heaps[name]]
    return [
      name,
      cost?.cores ?? 0,
      cost?.wakeUpsPerSecond ?? 0,
      heap?.usedMin ?? '',
      heap?.usedMax ?? '',
      heap?.totalMax ?? '',
      heap?.externalMax ?? '',
    ]
  })
  const threads = tableText([
    ['thread', 'cores', 'wake-ups/s', 'heap used, least MiB', 'most', 'pages', 'outside'],
    ...rows,
  ])
  const kinds = Object.keys(gateway.mappedMiB) as (keyof typeof gateway.mappedMiB)[]
  const mapped = tableText([
    ['MiB', ...kinds, 'RSS', 'DuckDB says'],
    ['at the end', ...kinds.map((kind) => gateway.mappedMiB[kind]), gateway.rssMiB, gateway.duckdbMiB],
    ['at most', ...kinds.map((kind) => gateway.mappedMaxMiB[kind]), gateway.rssPeakMiB, ''],
  ])
  const played = simulators === null ? '' : `\nsimulators: ${simulators.cores} cores, ${simulators.rssPeakMiB} MiB`
  return `${threads}\n${mapped}${courseTable(gateway.course)}${played}`
}

/** Memory by five minutes; '' for a run that has no second five. */
function courseTable(course: LiveRun['gateway']['course']): string {
  if (course.length < 2) return ''
  const head = ['MiB, from minute', 'RSS', 'V8', 'arenas', 'heaps, least', 'outside', 'DuckDB']
  const rows = course.map((one) => [one.fromMin, one.rss, one.v8, one.arenas, one.heapLeast, one.outside, one.duckdb])
  return `\n${tableText([head, ...rows])}`
}

function summaryOf(sizes: readonly string[], runs: readonly LiveRun[]): Outcome['table'] {
  const figures: readonly (readonly [string, (run: LiveRun) => number | null])[] = [
    ['messages/s', (run) => run.messagesPerSecond],
    ['cores', (run) => run.gateway.cores],
    ['us CPU a message', (run) => run.cpuUsAMessage],
    ['wake-ups/s', (run) => run.gateway.wakeUpsPerSecond],
    ['RSS MiB', (run) => run.gateway.rssMiB],
    ['peak', (run) => run.gateway.rssPeakMiB],
    ['MiB/h', (run) => run.gateway.rssMiBAnHour],
    ['PUBACK p50 ms', (run) => run.ackMs?.p50 ?? null],
    ['p99', (run) => run.ackMs?.p99 ?? null],
    ['feed p50 ms', (run) => run.feedMs?.p50 ?? null],
    ['p99', (run) => run.feedMs?.p99 ?? null],
    ['behind s', (run) => run.behindMaxSeconds],
    ['page s', (run) => run.pageSeconds ?? null],
    ['live s', (run) => run.liveSeconds ?? null],
    ['load', (run) => run.loadAverage],
  ]
  const medianOf = (size: string, figure: (run: LiveRun) => number | null) => {
    const values = runs.filter((run) => run.size === size).flatMap((run) => figure(run) ?? [])
    return values.length === 0 ? '' : median(values)
  }
  return [
    ['devices', 'series', ...figures.map(([head]) => head)],
    ...sizes.map((size) => [
      size,
      DEMOS.includes(size) ? '' : seriesOf(Number(size)),
      ...figures.map(([, figure]) => medianOf(size, figure)),
    ]),
  ]
}
