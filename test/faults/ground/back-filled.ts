import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomStream } from '../../../simulators/random.js'
import { removeScratch, scratchDir } from '../../bench/measure/scratch.js'
import { type Embedded, openEmbedded } from '../../support/embedded.js'
import { freePort, removeData, settled, startGateway, untilLag } from '../../support/gateway.js'
import { recomputedDifferences } from '../../support/offline.js'
import { type Booked, Ledger } from '../ledger/ledger.js'
import type { MeterOrder } from '../ledger/order.js'
import { readingDifferences } from '../ledger/truth.js'
import { portOf } from '../storms/storm.js'
import { type LiveFigures, LiveWatch } from './live-watch.js'
import { type Held, MemoryWatch } from './memory-watch.js'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const MINUTES_A_DAY = 1440
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']
const WINDOW = 300
const LOOK_MS = 50
const KILL_MS_MAX = 2500
/** Live samples wait so long for their cycle where nothing else is to be done, s. */
const CYCLE_S_MAX = 2
/** Twelve seconds of them. */
const LOOKS_CAUGHT_UP = 60
/** The first day, the middle, and the last: days that are computed again from the readings alone. */
const COMPARED_DAYS = 3
const MARGIN_DAYS = 180

export interface BackFill {
  readonly meters: number
  readonly days: number
  /** Metrics of each reading; three when nothing is said. */
  readonly metrics?: readonly string[]
  /** Times that the gateway is killed while it computes what has been acknowledged. */
  readonly kills: number
  /** A live meter is watched meanwhile; not together with kills. */
  readonly isWatched: boolean
  readonly seed: number
  readonly settledMsMax: number
  /** Variables of the gateway's environment beside the test's own. */
  readonly env?: Readonly<Record<string, string>>
}

export interface BackFilled {
  readonly readings: number
  /** From the first message to the last acknowledgement, and to the last figure. */
  readonly acknowledgedS: number
  readonly settledS: number
  readonly live: LiveFigures | null
  /** Memory until all was computed; null where nothing was watched. */
  readonly held: Held | null
  /** Windows whose figures were compared with those of the readings alone. */
  readonly compared: number
  /** One sentence each; none when every promise was kept. */
  readonly broken: readonly string[]
}

/** Meters send their past, a reading a minute, as fast as they are taken; then all that is stored is compared with it. */
export async function backFilled(order: BackFill, say: (line: string) => void = () => undefined): Promise<BackFilled> {
  const dir = scratchDir('back-fill')
  const livezPort = await freePort()
  // Without a bound all is acknowledged at once, and the kills meet a gateway that is far behind.
  const limits = order.kills > 0 ? { figures_late_s: 0 } : {}
  const config = { http: { livez_port: livezPort }, mqtt: { limits } }
  let gateway = await startGateway({ config, env: order.env ?? {} })
  const meters = metersOf(order)
  const { metrics = METRICS } = order
  const watch = order.isWatched ? await LiveWatch.start(gateway, livezPort) : null
  const memory = order.isWatched ? new MemoryWatch(gateway) : null
  const books = new Ledger({ port: portOf(gateway), file: join(dir, 'ledger'), meters })
  const broken: string[] = []
  try {
    const startMs = performance.now()
    const wanted = order.meters * order.days * MINUTES_A_DAY
    for (let said = 0; ; ) {
      const { acknowledged } = await books.burst()
      if (acknowledged >= wanted) break
      if (acknowledged - said >= wanted / 10) {
        said = acknowledged
        say(`${acknowledged} of ${wanted} messages after ${secondsSince(startMs)} s`)
      }
      await sleep(LOOK_MS)
    }
    await books.stop()
    const acknowledgedS = secondsSince(startMs)
    const random = randomStream('back-fill', order.seed)
    for (let kill = 0; kill < order.kills; kill++) {
      await sleep(random() * KILL_MS_MAX)
      await gateway.stop('SIGKILL')
      gateway = await gateway.restart()
    }
    // Some of what is live always waits for its next cycle; sums of the past are made every five seconds.
    if (watch !== null)
      await untilLag(gateway, { maxS: CYCLE_S_MAX, looks: LOOKS_CAUGHT_UP, timeoutMs: order.settledMsMax })
    const live = (await watch?.end()) ?? null
    const accounts = await settled(gateway, order.settledMsMax)
    const settledS = secondsSince(startMs)
    if (!accounts.closes) broken.push('the accounting does not close')
    const held = memory?.end() ?? null
    await gateway.stop('SIGKILL')
    const booked = books.booked()
    const embedded = await openEmbedded(join(gateway.dataDir, 'archive.duckdb'))
    try {
      broken.push(...(await readingDifferences(embedded, meters, booked)))
      const { differences, compared } = await differencesOf(embedded, meters, wholeDays(booked))
      broken.push(...differences)
      const acknowledged = [...booked.values()].reduce((sum, one) => sum + one.acknowledged, 0)
      const readings = acknowledged * metrics.length
      return { readings, acknowledgedS, settledS, live, held, compared, broken }
    } finally {
      await embedded.close()
    }
  } finally {
    memory?.end()
    books.kill()
    await gateway.stop('SIGKILL')
    removeData(gateway)
    removeScratch(dir)
  }
}

/** Their past ends half a year ago: what the faster of them send beyond it is past too. */
function metersOf({ meters, days, metrics = METRICS }: BackFill): MeterOrder[] {
  const firstTs = Math.floor(Date.now() / DAY_MS) * DAY_MS - (days + MARGIN_DAYS) * DAY_MS
  return Array.from({ length: meters }, (_, i) => {
    const device = `meter-${String(i + 1).padStart(3, '0')}`
    const topic = `plants/p/hall/${device}/energy`
    return { device, topic, metrics, samples: 1, window: WINDOW, firstTs, stepMs: MINUTE_MS }
  })
}

/** Whole days of which the slowest meter has had all acknowledged: behind them a window is not final for all. */
function wholeDays(booked: ReadonlyMap<string, Booked>): number {
  const least = Math.min(...[...booked.values()].map(({ acknowledged }) => acknowledged))
  return Math.floor(least / MINUTES_A_DAY)
}

async function differencesOf(embedded: Embedded, meters: readonly MeterOrder[], days: number) {
  const { firstTs } = meters[0]!
  const differences = await sumDifferences(embedded, meters)
  let compared = 0
  const some = new Set(
    [0, Math.floor(days / 2), days - 2].filter((day) => day >= 0 && day < days - 1).slice(0, COMPARED_DAYS),
  )
  for (const day of some) {
    const fromMs = firstTs + day * DAY_MS
    const span = { fromMs, toMs: fromMs + DAY_MS, windows: ['1h', '1d'] as const }
    const found = await recomputedDifferences(embedded, span)
    compared += found.compared
    differences.push(...found.differences.slice(0, 5).map((one) => JSON.stringify(one)))
  }
  return { differences, compared }
}

/** Every final window of every meter, from a quarter of an hour to a day: the register grows by a hundredth a minute. */
async function sumDifferences({ database }: Embedded, meters: readonly MeterOrder[]): Promise<string[]> {
  const { firstTs } = meters[0]!
  const found: string[] = []
  for (const [window, ms] of [
    ['15m', 15 * MINUTE_MS],
    ['1h', 60 * MINUTE_MS],
    ['1d', DAY_MS],
  ] as const) {
    const [devices, counts, wrong] = await database.columns(
      `SELECT s.scope_id, count(*)::DOUBLE,
         count(*) FILTER (abs(p.numerator - (p."end" - p.start) / 6000000.0) > 1e-6 OR p.coverage <> 1)::DOUBLE
       FROM kpi_point p JOIN kpi_stream s ON s.id = p.stream
       JOIN (SELECT device, max(r.ts) AS newest FROM reading r JOIN series e ON e.id = r.series GROUP BY device) n
         ON n.device = s.scope_id
       WHERE s.plant = 'p' AND s.scope = 'device' AND s.kpi = 'energy_elec_import' AND s."window" = $1
         AND s.scope_id LIKE 'meter-%' AND NOT p.provisional AND p.start >= $2 AND p."end" < n.newest
       GROUP BY s.scope_id`,
      [window, BigInt(firstTs)],
    )
    const byDevice = new Map((devices ?? []).map((device, i) => [device as string, i]))
    for (const { device } of meters) {
      const i = byDevice.get(device)
      const [there, bad] = i === undefined ? [0, 0] : [Number(counts![i]), Number(wrong![i])]
      const [newest] = await database.columns(
        `SELECT max(r.ts)::DOUBLE FROM reading r JOIN series s ON s.id = r.series WHERE s.device = $1`,
        [device],
      )
      // The next reading, or a silence, decides what the newest one adds.
      const wanted = Math.ceil((Number(newest?.[0]) - firstTs) / ms) - 1
      if (there !== wanted) found.push(`${device}: ${there} final windows of ${window}, not ${wanted}`)
      if (bad > 0) found.push(`${device}: ${bad} windows of ${window} are wrong`)
    }
  }
  return found
}

function secondsSince(startMs: number): number {
  return Math.round((performance.now() - startMs) / 100) / 10
}
