import { runLoad } from '../load/load.js'
import type { LoadOrder, LoadReport } from '../load/order.js'
import { startProbe } from '../load/probe.js'
import { type Cost, loadAverage, meter, round } from '../measure/cost.js'
import type { Quantiles } from '../measure/histogram.js'
import { type Greengauge, startGreengauge } from '../sides/greengauge.js'
import { startMosquitto } from '../sides/mosquitto.js'
import { METRICS } from './shapes.js'

/** At most so far behind at the end, and a rate is one that can be kept up. */
const BEHIND_SECONDS_MAX = 2
/** A broker that no longer takes the rate that is offered does not keep it up. */
const OFFER_TAKEN = 0.98
const WATCH_MS = 1000

/** Effort of the generator while it sent: at a whole core it is the limit, and not the broker. */
interface GeneratorEffort {
  /** Share of one core. */
  readonly busy: number
  readonly cpuSeconds: number
  readonly stallMsMax: number
}

/** One load through a broker. */
export interface Taken {
  /** Offered; null: as many as it acknowledges. */
  readonly offeredPerSecond: number | null
  readonly messages: number
  readonly acknowledgedPerSecond: number
  readonly samplesPerSecond: number
  readonly payloadBytes: number
  readonly ackMs: Quantiles
  readonly generator: GeneratorEffort
  readonly cost: Cost
  readonly cpuUsPerSample: number
  readonly loadAverage: number
}

/** One load through the gateway, with what it does besides. */
export interface Kept extends Taken {
  /** Age of the oldest thing that was not archived and computed yet, when the last message had been acknowledged. */
  readonly behindSeconds: number
  /** From then until all was archived and computed, and no store had anything left to take. */
  readonly drainSeconds: number
  /** From the first PUBLISH until then. */
  readonly samplesPerSecondToTheEnd: number
  /** From PUBLISH until an update of the feed has the message in it; null when nobody looked. */
  readonly feedMs: Quantiles | null
  /** Samples of QoS 0 that were read but are not in the archive; 0 with QoS 1. */
  readonly lostSamples: number
  /** True when the offered rate was taken, with the pipeline close behind and nothing left over. */
  readonly isSustained: boolean
}

/** The order's load through a fresh mosquitto that nobody has subscribed to. */
export async function throughMosquitto(order: Omit<LoadOrder, 'port'>): Promise<Taken> {
  const mosquitto = await startMosquitto()
  const others = loadAverage()
  const costs = meter({ mosquitto: mosquitto.process.pid! })
  const report = await runLoad({ ...order, port: mosquitto.port })
  const taken = takenOf(order, report, costs.read(), others)
  await mosquitto.close()
  return taken
}

interface GatewayRun {
  readonly profileDir?: string | undefined
  /** True when the past is let in however late its figures are. */
  readonly isUnheld?: boolean
  /** True when a dashboard measures how long a message takes to reach it. */
  readonly isProbed?: boolean
}

/** The same load through a fresh gateway with its embedded store. */
export async function throughGateway(order: Omit<LoadOrder, 'port'>, run: GatewayRun = {}): Promise<Kept> {
  const { profileDir, isProbed = false, isUnheld = false } = run
  const mqtt = isUnheld ? { limits: { figures_late_s: 0 } } : {}
  // The probe's device is the one behind those of the load.
  const devices = order.devices + (isProbed ? 1 : 0)
  const side = await startGreengauge({ devices, metrics: METRICS, mqtt, influxd: null, profileDir })
  try {
    return await keep(side, { ...order, port: side.mqttPort }, isProbed)
  } catch (error) {
    throw new Error(`the gateway broke down; it says:\n${side.log()}`, { cause: error })
  } finally {
    await side.close()
  }
}

async function keep(side: Greengauge, order: LoadOrder, isProbed: boolean): Promise<Kept> {
  const httpPort = Number(new URL(side.gateway.httpUrl).port)
  const probed = { mqttPort: order.port, httpPort, device: order.devices, metrics: order.metrics }
  const probe = isProbed ? await startProbe(probed) : null
  const others = loadAverage()
  const costs = meter(side.pids)
  const behind: number[] = []
  // A look that fails is no look: if the gateway is gone, the load says so.
  const look = () =>
    side.behindSeconds().then(
      (seconds) => behind.push(seconds),
      () => undefined,
    )
  const watching = setInterval(look, WATCH_MS)
  const report = await runLoad(order).finally(() => clearInterval(watching))
  const behindSeconds = round(Math.max(await side.behindSeconds(), behind.at(-1) ?? 0))
  const feedMs = (await probe?.stop()) ?? null
  const drainedMs = await side.drained()
  const taken = takenOf(order, report, costs.read(), others)
  await side.leaveProfile()
  const { archived, duplicate, conflict } = (await side.accounting()).readings
  const samples = report.messages * order.samples
  const lostSamples = samples + (probe?.sent ?? 0) - (archived + duplicate + conflict) / order.metrics.length
  if (lostSamples !== 0 && order.qos === 1)
    throw new Error(`${lostSamples} of ${samples} acknowledged samples are not in the archive`)
  const isTaken =
    order.messagesPerSecond === null || taken.acknowledgedPerSecond >= order.messagesPerSecond * OFFER_TAKEN
  return {
    ...taken,
    behindSeconds,
    drainSeconds: round((drainedMs - report.endedMs) / 1000),
    samplesPerSecondToTheEnd: Math.round((samples / (drainedMs - report.startedMs)) * 1000),
    feedMs,
    lostSamples,
    isSustained: isTaken && behindSeconds <= BEHIND_SECONDS_MAX,
  }
}

function takenOf(
  { samples, messagesPerSecond }: Pick<LoadOrder, 'samples' | 'messagesPerSecond'>,
  report: LoadReport,
  cost: Cost,
  others: number,
): Taken {
  const seconds = (report.endedMs - report.startedMs) / 1000
  return {
    offeredPerSecond: messagesPerSecond,
    messages: report.messages,
    acknowledgedPerSecond: Math.round(report.messages / seconds),
    samplesPerSecond: Math.round((report.messages * samples) / seconds),
    payloadBytes: report.payloadBytes,
    ackMs: report.ackMs,
    generator: {
      busy: round(report.cpuSeconds / seconds),
      cpuSeconds: round(report.cpuSeconds),
      stallMsMax: report.stallMsMax,
    },
    cost,
    cpuUsPerSample: round((cost.cpuSeconds * 1e6) / (report.messages * samples)),
    loadAverage: others,
  }
}
