import { runLoad } from '../../bench/load/load.js'
import type { LoadOrder, LoadReport, PastOrder } from '../../bench/load/order.js'
import { samplesOf } from '../../bench/load/order.js'
import { loadAverage } from '../../bench/measure/cost.js'
import { benchPlant } from '../../bench/sides/greengauge.js'
import { Influxd } from '../../bench/sides/influxd.js'
import {
  accounting,
  readiness,
  removeData,
  settled,
  startGateway,
  type TestGateway,
  until,
} from '../../support/gateway.js'
import { storeStatus } from '../../support/store-watch.js'
import { DATABASE, storeDifferences } from '../ground/away-store.js'
import { diskMiB } from '../ground/loaded-day.js'
import { growthMiB, type Held, MemoryWatch } from '../ground/memory-watch.js'
import { portOf } from '../storms/storm.js'
import { type Proof, say, verdictOf } from './proof.js'

/** A twentieth of a plant of a thousand devices that send once a second. */
const DEVICES = 50
const OF_DEVICES = 1000
const HOURS = 24
const HOUR_S = 3600
const SAMPLES = 100
const STEP_MS = 1000
const MARGIN_MS = 120_000
const DAY_METRIC = 'elec_import_kwh'
const LIVE_METRIC = 'elec_import_kw'
const PER_SECOND = 1000
const LIVE_S = 20
/** Most that waits without a backlog: what came in the last five seconds is none. */
const WAITING_MAX = 5 * PER_SECOND
const WAIT_MS_MAX = 900_000
const LOOK_MS = 500
const MIB_MAX = 768
const GROWTH_MIB_MAX = 64
const ACK_P99_MS_MAX = 50
/** On a machine that is busy with something else it is long with the store there too. */
const ACK_TIMES_MAX = 1.5

/** A store that is away for a day costs room on the disk, and nothing else. */
export const storeDown: Proof = {
  name: 'store-down',
  says: `InfluxDB is away for a day of ${PER_SECOND} readings a second, of which a twentieth is sent, as fast as it is taken; --rounds hours`,
  goal: `no reading or final point lost, readiness names the store all the while, at most ${MIB_MAX} MiB and ${GROWTH_MIB_MAX} MiB more in the last third than in the second, PUBACK p99 at ${PER_SECOND} a second at most ${ACK_P99_MS_MAX} ms or ${ACK_TIMES_MAX} times that before, and it catches up`,
  async run({ rounds }) {
    const hours = rounds ?? HOURS
    const load = loadAverage()
    const influxd = await Influxd.start()
    const gateway = await startGateway({
      config: {
        log: { level: 'warn' },
        store: [{ type: 'duckdb' }, { type: 'influxdb1', url: influxd.url, database: DATABASE }],
        plants: [benchPlant(DEVICES, [DAY_METRIC, LIVE_METRIC], STEP_MS / 1000)],
      },
    })
    try {
      return resultOf({ hours, load, ...(await outage(gateway, influxd, hours)) })
    } finally {
      await gateway.stop('SIGKILL')
      removeData(gateway)
      await influxd.close()
    }
  },
}

async function outage(gateway: TestGateway, influxd: Influxd, hours: number) {
  const isUp = async (): Promise<boolean> => (await readiness(gateway)).status === 200
  await until(async () => (await isUp()) && (await influxd.databases()).includes(DATABASE), WAIT_MS_MAX)
  const order = dayOrder(portOf(gateway), hours)
  const before = await runLoad(liveOrder(order))
  await until(() => isWritten(gateway), WAIT_MS_MAX, LOOK_MS)
  const empty = partsMiB(gateway)

  await influxd.pause()
  const startMs = performance.now()
  const memory = new MemoryWatch(gateway)
  const dayLoad = runLoad(order)
  await until(async () => (await reasonOf(gateway)) !== '')
  const namedS = secondsSince(startMs)
  const named = new ReadinessWatch(gateway)
  const day = await dayLoad
  const accounts = await settled(gateway, WAIT_MS_MAX)
  const dayS = secondsSince(startMs)
  const during = await runLoad(liveOrder(order))
  const [held, silent] = [memory.end(), await named.end()]
  const reason = await reasonOf(gateway)
  const waiting = (await accounting(gateway)).stores.influxdb1!
  const disk = { empty, full: partsMiB(gateway) }
  say(`  a day in ${dayS} s: ${waiting.readings.pending} readings and ${waiting.kpis.pending} points wait, ${reason}`)

  const catching = new MemoryWatch(gateway)
  await influxd.resume()
  const back = performance.now()
  const sending = runLoad(liveOrder(order))
  await until(async () => (await reasonOf(gateway)) === '', WAIT_MS_MAX)
  const noticedS = secondsSince(back)
  await until(async () => waitingOf(await accounting(gateway)) <= WAITING_MAX, WAIT_MS_MAX, LOOK_MS)
  const caughtUpS = secondsSince(back)
  const after = await sending
  await settled(gateway, WAIT_MS_MAX)
  await until(() => isWritten(gateway), WAIT_MS_MAX, LOOK_MS)
  const heldCatching = catching.end()

  const end = await accounting(gateway)
  const live = { metric: LIVE_METRIC, readings: before.messages + during.messages + after.messages }
  await gateway.stop()
  const broken = await storeDifferences(gateway, influxd, { days: [order], live })
  if (!accounts.closes || !end.closes) broken.push('the accounting does not close')
  const wanted = samplesOf(order) + live.readings
  const { readings, kpis } = end.stores.influxdb1!
  const isEven = readings.stored === wanted && kpis.stored === kpis.final && readings.refused + kpis.refused === 0
  if (!isEven) broken.push(`of ${wanted} readings the store is said to hold ${JSON.stringify({ readings, kpis })}`)
  if (silent > 0) broken.push(`${silent} looks at the readiness did not name the store`)
  return {
    order,
    reports: { before, day, during, after },
    seconds: { namedS, dayS, noticedS, caughtUpS },
    held,
    heldCatching,
    disk,
    waiting,
    reason,
    broken,
  }
}

function dayOrder(port: number, hours: number): PastOrder {
  const messages = (hours * HOUR_S) / SAMPLES
  const firstTs = Math.floor((Date.now() - MARGIN_MS) / STEP_MS) * STEP_MS - messages * SAMPLES * STEP_MS
  const shape = { metrics: [DAY_METRIC], samples: SAMPLES, firstTs, stepMs: STEP_MS }
  return { ...liveOrder({ port }), ...shape, messages, seconds: null, messagesPerSecond: null }
}

function liveOrder({ port }: Pick<LoadOrder, 'port'>): LoadOrder {
  return {
    port,
    connections: DEVICES,
    devices: DEVICES,
    qos: 1,
    window: 10,
    messages: Number.MAX_SAFE_INTEGER,
    seconds: LIVE_S,
    messagesPerSecond: PER_SECOND,
    metrics: [LIVE_METRIC],
    samples: 1,
    firstTs: null,
    stepMs: 0,
  }
}

/** Reason that the gateway is not ready, as far as the store is the cause; '' when it is not. */
async function reasonOf(gateway: TestGateway): Promise<string> {
  const { status, checks } = await readiness(gateway)
  const check = checks.find(({ name }) => name === 'store influxdb1')
  return check === undefined || check.ok || status === 200 ? '' : check.reason
}

/** Looks again and again whether the readiness says that the store is away. */
class ReadinessWatch {
  #isEnded = false
  readonly #silent: Promise<number>

  constructor(gateway: TestGateway) {
    this.#silent = this.#look(gateway)
    this.#silent.catch(() => undefined)
  }

  /** Ends the looks; returns the number of those that did not find the readiness to say it. */
  end(): Promise<number> {
    this.#isEnded = true
    return this.#silent
  }

  async #look(gateway: TestGateway): Promise<number> {
    let silent = 0
    while (!this.#isEnded) {
      if ((await reasonOf(gateway)) === '') silent++
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    return silent
  }
}

function waitingOf({ stores }: Awaited<ReturnType<typeof accounting>>): number {
  const { readings, kpis } = stores.influxdb1!
  return readings.pending + kpis.pending
}

async function isWritten(gateway: TestGateway): Promise<boolean> {
  return (await storeStatus(gateway)).state === 'current' && waitingOf(await accounting(gateway)) === 0
}

function partsMiB({ dataDir }: TestGateway) {
  const of = (name: string) => Math.round(diskMiB(`${dataDir}/${name}`))
  return {
    journalMiB: of('journal'),
    archiveMiB: of('archive'),
    databaseMiB: of('archive.duckdb') + of('archive.duckdb.wal'),
  }
}

interface Found extends Awaited<ReturnType<typeof outage>> {
  readonly hours: number
  readonly load: number
}

function resultOf(found: Found) {
  const { hours, load, order, reports, seconds, held, heldCatching, disk, waiting, broken } = found
  const { before, during, after } = reports
  const [p99, p99During, p99After] = [before, during, after].map(({ ackMs }: LoadReport) => ackMs.p99 ?? Infinity)
  const ackMsMax = Math.max(ACK_P99_MS_MAX, ACK_TIMES_MAX * p99!)
  const isSlow = p99During! > ackMsMax || p99After! > ackMsMax
  const isHeavy = Math.max(held.maxMiB, heldCatching.maxMiB) > MIB_MAX || growthMiB(held) > GROWTH_MIB_MAX
  const whole = wholeDay(found)
  const ms = (figure: number | undefined) => `${figure?.toFixed(1)} ms`
  return {
    figure:
      `${samplesOf(order)} readings of ${hours} hours in ${seconds.dayS} s while the store was away (named on readiness after ${seconds.namedS} s), ` +
      `${waiting.readings.pending} readings and ${waiting.kpis.pending} final points waited; ${memorySentence(held)}, ${heldCatching.maxMiB} MiB at most while it caught up; ` +
      `PUBACK p99 at ${PER_SECOND} a second ${ms(p99)} before, ${ms(p99During)} with the store away, ${ms(p99After)} while it caught up; ` +
      `noticed after ${seconds.noticedS} s and caught up after ${seconds.caughtUpS} s (${whole.perSecond} a second); ${broken.length} differences in store, database and accounting; ` +
      `a whole day of ${PER_SECOND} a second: ${whole.diskGiB} GiB of disk, ${whole.catchUpMinutes} minutes to catch up`,
    verdict: verdictOf(broken.length > 0 || isSlow || isHeavy, hours, HOURS),
    parameters: {
      hours,
      devices: DEVICES,
      ofDevices: OF_DEVICES,
      samples: SAMPLES,
      perSecond: PER_SECOND,
      liveS: LIVE_S,
    },
    figures: {
      load,
      seconds,
      held,
      heldCatching,
      disk,
      waiting,
      whole,
      ackMs: { before: before.ackMs, during: during.ackMs, after: after.ackMs, day: reports.day.ackMs },
      reason: found.reason,
      broken: broken.slice(0, 20),
    },
  }
}

function memorySentence({ maxMiB, thirdsMiB }: Held): string {
  return `${maxMiB} MiB at most, by thirds ${thirdsMiB.join(', ')}`
}

/** Reckons the whole day of all devices from the hours that some of them sent. */
function wholeDay({ hours, disk, waiting, seconds }: Found) {
  const times = (OF_DEVICES / DEVICES) * (HOURS / hours)
  const things = waiting.readings.pending + waiting.kpis.pending
  const perSecond = Math.round(things / (seconds.caughtUpS - seconds.noticedS))
  // A thousand readings a second come meanwhile, and have to be taken as well.
  const catchUpMinutes = Math.round((things * times) / (perSecond - PER_SECOND) / 60)
  const keptMiB = ({ archiveMiB, databaseMiB }: ReturnType<typeof partsMiB>) => archiveMiB + databaseMiB
  // The journal is let go of as it is archived: it does not grow with the day.
  const diskMiBs = (keptMiB(disk.full) - keptMiB(disk.empty)) * times + disk.full.journalMiB
  return { perSecond, diskGiB: Math.round(diskMiBs / 102.4) / 10, catchUpMinutes }
}

function secondsSince(startMs: number): number {
  return Math.round((performance.now() - startMs) / 100) / 10
}
