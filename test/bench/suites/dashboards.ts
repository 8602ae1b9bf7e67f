import type { Browser, CDPSession } from 'playwright-core'
import { plantPlaceOf } from '../../../dashboards/src/plant/page.js'
import { FIRST_KEPT, hrefOf } from '../../../dashboards/src/route.js'
import type { KpiPoint, Window } from '../../../src/base/kpi.js'
import { chromiumPath, launchBrowser } from '../../support/browser.js'
import { settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { median, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { fillYear, yearConfig } from '../sides/year.js'
import { type BenchOptions, say } from './options.js'

const PLANT = 'works'
/** As many charts as an overview of five plants has. */
const CHARTS_MIN = 30
const LIVE_HZ = 4
const LOOK_MS = 20_000
/** A day of the live page in the minutes of its feed. */
const DAY_MINUTES = 1_440

/** Measures what a dashboard costs the one who looks at it: the first paint, a year of a figure, live charts, and its memory. */
export async function dashboards({ rounds }: BenchOptions): Promise<Outcome> {
  if (chromiumPath === null) throw new Error('this suite needs chromium')
  const gateway = await startGateway({ config: yearConfig(PLANT) })
  const browser = await launchBrowser()
  try {
    await fillYear(gateway, PLANT)
    await settled(gateway)
    const paint = await firstPaint(browser, gateway, rounds)
    say(`first paint: ${JSON.stringify(paint)}`)
    const year = await yearRange(browser, gateway, rounds)
    say(`a year of a figure: ${JSON.stringify(year)}`)
    const live = await liveCharts(browser, gateway)
    say(`live charts: ${JSON.stringify(live)}`)
    return {
      settings: { rounds, liveHz: LIVE_HZ, charts: live.charts, dayMinutes: DAY_MINUTES },
      versions: { chromium: browser.version() },
      figures: { paint, year, live },
      table: [
        ['figure', 'measured', 'bar'],
        ['first meaningful paint, ms', paint.meaningfulMs, 1_000],
        ['JavaScript, kB gzip', paint.scriptKb, 120],
        ['a year, click to paint, ms', year.clickToPaintMs, 500],
        [`${live.charts} charts at ${LIVE_HZ} Hz, % of a core`, round(live.coreShare * 100), 10],
        ['heap at the start of a day, MB', live.heapStartMb, ''],
        ['heap at its end, MB', live.heapEndMb, ''],
      ],
    }
  } finally {
    await browser.close()
  }
}

/** A browser that has never been here, until the first figure of a tile can be read. */
async function firstPaint(browser: Browser, gateway: TestGateway, rounds: number) {
  const meaningful: number[] = []
  let scriptBytes = 0
  for (let i = 0; i < rounds; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('.js'))
        sizes.push(
          response
            .request()
            .sizes()
            .then((s) => s.responseBodySize),
        )
    })
    await page.goto(gateway.httpUrl)
    meaningful.push(await page.evaluate<number>(UNTIL_FIRST_VALUE))
    scriptBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    await context.close()
  }
  return { meaningfulMs: Math.round(median(meaningful)), scriptKb: round(scriptBytes / 1000) }
}

/** Milliseconds from the start of the navigation to the frame that shows a value. */
const UNTIL_FIRST_VALUE = `new Promise((resolve) => {
  const look = () => {
    const value = document.querySelector('[data-kpi] [data-value]:not([data-value=""])')
    if (value) requestAnimationFrame(() => resolve(performance.now()))
    else requestAnimationFrame(look)
  }
  look()
})`

/** From the click on the last 365 days to the frame that has them. */
async function yearRange(browser: Browser, gateway: TestGateway, rounds: number) {
  const times: number[] = []
  let points = 0
  for (let i = 0; i < rounds; i++) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${gateway.httpUrl}/${hrefOf({ ...plantPlaceOf(PLANT), ...FIRST_KEPT })}`)
    const chart = page.locator('[data-chart="energy_elec_import"]')
    await chart.scrollIntoViewIfNeeded()
    await chart.locator('canvas').waitFor()
    await page.waitForTimeout(1_000)
    await page.locator('.range-shown').click()
    times.push(await page.evaluate<number>(CLICK_A_YEAR))
    await chart.getByRole('button', { name: 'Show as a table' }).click()
    points = await chart.locator('tbody tr').count()
    if (points < 360) throw new Error(`the chart shows ${points} days of a year`)
    await page.close()
  }
  return { clickToPaintMs: Math.round(median(times)), points }
}

const CLICK_A_YEAR = `new Promise((resolve, reject) => {
  const choices = [...document.querySelectorAll('.range-choices .menu-item')]
  const began = performance.now()
  choices.at(-1).click()
  const look = () => {
    const chart = document.querySelector('[data-chart="energy_elec_import"]')
    const isThere = chart.dataset.window === '1d' && chart.dataset.pending === 'false'
    // Drawn in the next frame, on the screen before the task after it.
    if (isThere) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
    else if (performance.now() - began > 10000) reject(new Error('no year within ten seconds'))
    else requestAnimationFrame(look)
  }
  look()
})`

/**
 * An overview of five plants whose feed is ours: the same page, the same messages, but a day passes as fast as we say.
 * First at 4 Hz for the processor, then a day in a hurry for the memory.
 */
async function liveCharts(browser: Browser, gateway: TestGateway) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1400 } })
  let send: (points: readonly KpiPoint[]) => void = () => undefined
  const nowMs = Date.now()
  const plants = Array.from({ length: 5 }, (_, i) => `plant-${i + 1}`)
  await page.route('**/api/v1/plants', async (route) => {
    const plant = ((await (await route.fetch()).json()) as { plants: Record<string, unknown>[] }).plants[0]!
    await route.fulfill({ json: { plants: plants.map((id) => ({ ...plant, id, name: { en: id } })) } })
  })
  await page.route('**/series?*', (route) => route.fulfill({ json: { points: [], next: null } }))
  await page.routeWebSocket(/\/ws\/v1/, (socket) => {
    let seq = 0
    const tell = (message: object) => socket.send(JSON.stringify({ seq: ++seq, ...message }))
    tell({ type: 'hello', server_time: new Date(nowMs).toISOString(), epoch: 'bench' })
    socket.onMessage(() => tell({ type: 'snapshot', points: pointsAt(plants, nowMs, 0) }))
    send = (points) => tell({ type: 'update', points })
  })
  await page.goto(gateway.httpUrl)
  await page
    .locator('[data-kpi] svg.spark')
    .nth(CHARTS_MIN - 1)
    .waitFor()
  const charts = await page.locator('[data-kpi] svg.spark').count()
  const cdp = await page.context().newCDPSession(page)

  let tick = 0
  const live = setInterval(() => send(pointsAt(plants, nowMs + tick * 250, ++tick)), 1_000 / LIVE_HZ)
  await page.waitForTimeout(2_000)
  const before = await busySeconds(cdp)
  await page.waitForTimeout(LOOK_MS)
  const coreShare = (await busySeconds(cdp)) - before
  clearInterval(live)

  const heapStart = await heapBytes(cdp)
  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    for (let quarter = 0; quarter < LIVE_HZ; quarter++) {
      send(pointsAt(plants, nowMs + minute * 60_000 + quarter * 15_000, ++tick))
    }
    await page.evaluate('new Promise(requestAnimationFrame)')
  }
  const heapEnd = await heapBytes(cdp)
  await page.close()
  return {
    charts,
    coreShare: round(coreShare / (LOOK_MS / 1000)),
    heapStartMb: round(heapStart / 1e6),
    heapEndMb: round(heapEnd / 1e6),
  }
}

/** Processor time of the page's main thread, in seconds: not the time in which others had the processor. */
async function busySeconds(cdp: CDPSession): Promise<number> {
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')!.value
}

async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  const { usedSize } = await cdp.send('Runtime.getHeapUsage')
  return usedSize
}

const FIGURES = [
  ['energy_elec_import', 'kWh'],
  ['peak_demand_15', 'kW'],
  ['carbon_per_unit', 'kgCO2e/unit'],
  ['pollutant_mean_nox', 'mg/Nm3'],
  ['oee', '1'],
  ['robot_util_calendar', '1'],
  ['fpy', '1'],
  ['cpk', '1'],
] as const

/** The running day and hour of each figure of each plant, a little different each time. */
function pointsAt(plants: readonly string[], nowMs: number, tick: number): KpiPoint[] {
  return plants.flatMap((plant) =>
    FIGURES.flatMap(([kpi, unit]) =>
      (['1h', '1d'] as const).map((window) => pointAt({ plant, kpi, unit, window, nowMs, tick })),
    ),
  )
}

interface PointOrder {
  readonly plant: string
  readonly kpi: string
  readonly unit: string
  readonly window: Window
  readonly nowMs: number
  readonly tick: number
}

function pointAt({ plant, kpi, unit, window, nowMs, tick }: PointOrder): KpiPoint {
  const lengthMs = window === '1h' ? 3_600_000 : 86_400_000
  const startMs = Math.floor(nowMs / lengthMs) * lengthMs
  const value = 0.5 + 0.4 * Math.sin(tick / 50)
  return {
    plant,
    scope: 'plant',
    id: plant,
    kpi,
    window,
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + lengthMs).toISOString(),
    value,
    unit,
    reason: '',
    numerator: value,
    denominator: 1,
    coverage: 1,
    estimated_share: 0,
    provisional: true,
    rev: 0,
    flags: [],
    factors: [],
  }
}
