import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runLoad } from '../../bench/load/load.js'
import { type PastOrder, samplesOf } from '../../bench/load/order.js'
import { loadAverage, meter } from '../../bench/measure/cost.js'
import { benchPlant } from '../../bench/sides/greengauge.js'
import { openEmbedded } from '../../support/embedded.js'
import {
  accounting,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../../support/gateway.js'
import { LiveDevice } from '../ground/live-device.js'
import { diskMiB, loadDifferences, readingCount } from '../ground/loaded-day.js'
import { growthMiB, MemoryWatch } from '../ground/memory-watch.js'
import { portOf } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

const WAITING = 10_000_000
/** Some of it becomes figures while it comes. */
const SENT = 12_000_000
const DEVICES = 50
const SAMPLES = 100
const STEP_MS = 1000
const MARGIN_MS = 120_000
const METRIC = 'elec_import_kwh'
const LIVE_METRIC = 'elec_import_kw'
const LOOK_MS = 50
const WAIT_MS_MAX = 600_000
/** Longest wait for a gateway to catch up; one that has not by then is compared as far as it has come. */
const CATCH_UP_MS_MAX = 200_000
const FIRST_S_MAX = 2
const CAUGHT_UP_S_MAX = 100
const P99_MS_MAX = 50
/** On a machine that is busy with something else it is long without a backlog too. */
const P99_TIMES_MAX = 2
const QUIET_MS = 5000
const MIB_MAX = 768
const GROWTH_MIB_MAX = 64
/** In step with what comes. */
const LAG_S_MAX = 3

/**
 * The gateway is killed when far more is acknowledged than has become readings: the next life takes it all, and keeps its
 * devices served.
 */
export const backlog: Proof = {
  name: 'backlog',
  says: `a gateway is killed with ${WAITING} acknowledged readings that are only in its journal, and started again`,
  goal: `a PUBACK in ${FIRST_S_MAX} s, caught up in ${CAUGHT_UP_S_MAX} s, until then readiness says why not, PUBACK p99 of a live device meanwhile at most ${P99_MS_MAX} ms or ${P99_TIMES_MAX} times that afterwards, at most ${MIB_MAX} MiB and ${GROWTH_MIB_MAX} MiB more in the last third than in the second, every reading there once`,
  async run({ rounds }) {
    const sent = rounds === null ? SENT : rounds * 1_000_000
    // Without a bound all is acknowledged at once, and the kill meets a gateway that is far behind.
    const limits = { figures_late_s: 0 }
    const gateway = await startGateway({
      config: {
        log: { level: 'warn' },
        mqtt: { limits },
        plants: [benchPlant(DEVICES, [METRIC, LIVE_METRIC], STEP_MS / 1000)],
      },
    })
    let next: TestGateway = gateway
    try {
      const load = loadAverage()
      const order = orderOf(portOf(gateway), sent)
      const report = await runLoad(order)
      const before = await accounting(gateway)
      await gateway.stop('SIGKILL')
      const waiting = samplesOf(order) - before.readings.archived
      const journalMiB = Math.round(diskMiB(join(gateway.dataDir, 'journal')))
      say(
        `  ${waiting} of ${samplesOf(order)} readings wait in a journal of ${journalMiB} MiB, ${before.readings.archived} are archived`,
      )
      // As it is shipped: with a bound on who sends much while figures are late.
      next = gateway.relaunch({ mqtt: { port: portOf(gateway) } })
      const found = await caughtUp(next, order)
      const acknowledgedS = (report.endedMs - report.startedMs) / 1000
      return resultOf({ load, order, waiting, journalMiB, acknowledgedS, ...found })
    } finally {
      await next.stop('SIGKILL')
      removeData(gateway)
    }
  },
}

function orderOf(port: number, sent: number): PastOrder {
  const messages = Math.ceil(sent / SAMPLES / DEVICES)
  return {
    port,
    connections: DEVICES,
    devices: DEVICES,
    qos: 1,
    window: 20,
    messages,
    seconds: null,
    messagesPerSecond: null,
    metrics: [METRIC],
    samples: SAMPLES,
    firstTs: Math.floor((Date.now() - MARGIN_MS) / STEP_MS) * STEP_MS - messages * SAMPLES * STEP_MS,
    stepMs: STEP_MS,
  }
}

/** Watches the gateway from its launch until it has everything, and then compares what it has. */
async function caughtUp(gateway: TestGateway, order: PastOrder) {
  const startMs = performance.now()
  const secondsSince = (): number => Math.round((performance.now() - startMs) / 10) / 100
  const device = LiveDevice.start(portOf(gateway), 0, LIVE_METRIC)
  await gateway.up()
  const servesS = secondsSince()
  const costs = meter({ gateway: gateway.process.pid! })
  const memory = new MemoryWatch(gateway)
  const { checks } = await readiness(gateway)
  const isInTime = await until(() => isInStep(gateway, samplesOf(order)), CATCH_UP_MS_MAX, 4 * LOOK_MS).then(
    () => true,
    () => false,
  )
  const caughtUpS = secondsSince()
  const held = memory.end()
  const live = await device.end()
  const { rssPeakMiB, cpuSeconds } = costs.read()
  const { archived } = (await accounting(gateway)).readings
  const firstS = Math.round((live.firstAtMs - startMs) / 10) / 100
  const reasons = checks.filter(({ ok }) => !ok).map(({ name, reason }) => `${name}: ${reason}`)
  const seen = { firstS, servesS, caughtUpS, isInTime, archived, held, rssPeakMiB, cpuSeconds, live, reasons }
  if (!isInTime) return { ...seen, readyS: null, quiet: null, broken: [] }
  await until(async () => (await readiness(gateway)).status === 200, WAIT_MS_MAX, LOOK_MS)
  const readyS = secondsSince()
  const quiet = await quietly(portOf(gateway))
  const broken = await compared(gateway, order, live.acknowledged + quiet.acknowledged)
  if (reasons.length === 0) broken.push('readiness did not say that it had not caught up')
  return { ...seen, readyS, quiet, broken }
}

/** Waits for the figures, ends the gateway, and compares what it has with what was acknowledged; one sentence each. */
async function compared(gateway: TestGateway, order: PastOrder, live: number): Promise<string[]> {
  const end = await settled(gateway, WAIT_MS_MAX)
  await gateway.stop()
  const broken = await differences(gateway, order, live)
  if (!end.closes) broken.push('the accounting does not close')
  const { archived, duplicate, conflict } = end.readings
  if (archived !== samplesOf(order) + live || duplicate + conflict > 0) {
    broken.push(`the accounting has ${JSON.stringify(end.readings)}`)
  }
  return broken
}

/** The same device at the same gateway when nothing waits. */
async function quietly(port: number) {
  const device = LiveDevice.start(port, 0, LIVE_METRIC)
  await sleep(QUIET_MS)
  return device.end()
}

async function isInStep(gateway: TestGateway, wanted: number): Promise<boolean> {
  const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const lagS = Number(/^greengauge_pipeline_lag_seconds (\S+)/m.exec(metrics)?.[1])
  return lagS <= LAG_S_MAX && (await accounting(gateway)).readings.archived >= wanted
}

async function differences(gateway: TestGateway, order: PastOrder, live: number): Promise<string[]> {
  const embedded = await openEmbedded(join(gateway.dataDir, 'archive.duckdb'))
  try {
    const found = await loadDifferences(embedded, order)
    const ours = await readingCount(embedded, LIVE_METRIC)
    return ours === live ? found : [...found, `the database holds ${ours} of ${live} live readings`]
  } finally {
    await embedded.close()
  }
}

type Found = Awaited<ReturnType<typeof caughtUp>> & {
  readonly load: number
  readonly order: PastOrder
  readonly waiting: number
  readonly journalMiB: number
  readonly acknowledgedS: number
}

function resultOf({ order, waiting, ...found }: Found) {
  const { firstS, servesS, readyS, caughtUpS, isInTime, archived, held, rssPeakMiB, live, quiet, broken, journalMiB } =
    found
  const perSecond = Math.round((archived - (samplesOf(order) - waiting)) / caughtUpS)
  const p99MsMax = Math.max(P99_MS_MAX, P99_TIMES_MAX * (quiet?.p99Ms ?? 0))
  const isLate = firstS > FIRST_S_MAX || !isInTime || caughtUpS > CAUGHT_UP_S_MAX || live.p99Ms > p99MsMax
  const isHeavy = rssPeakMiB > MIB_MAX || growthMiB(held) > GROWTH_MIB_MAX
  const end = isInTime
    ? `caught up ${caughtUpS} s, ready ${readyS} s`
    : `not caught up after ${caughtUpS} s, with ${archived} of ${samplesOf(order)} archived`
  const comparison = isInTime ? `${broken.length} differences` : 'not compared'
  return {
    figure:
      `${waiting} readings in a journal of ${journalMiB} MiB at the start: first PUBACK after ${firstS} s, HTTP ${servesS} s, ` +
      `${end} (${perSecond} a second); ${rssPeakMiB} MiB at most, by thirds ${held.thirdsMiB.join(', ')}; ` +
      `a live device: ${live.acknowledged} acknowledged, PUBACK p50 ${live.p50Ms} ms, p99 ${live.p99Ms} ms, longest ${live.maxMs} ms` +
      `${quiet === null ? '' : ` (afterwards p99 ${quiet.p99Ms} ms)`}; ${comparison}`,
    verdict: verdictOf(broken.length > 0 || isLate || isHeavy, waiting, WAITING),
    parameters: { sent: samplesOf(order), devices: DEVICES, samples: SAMPLES },
    figures: { waiting, perSecond, ...found, broken: broken.slice(0, 20) },
  }
}
