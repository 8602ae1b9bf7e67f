// @module-tag slow

/** Proves that pages show the figure of the range that is chosen, as the API gives it, and say of what time it is. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import type { RangeFigure } from '../../../src/base/range-figure.js'
import type { TotalsAnswer } from '../../../src/base/wire.js'
import { chromiumPath, launchBrowser, openPage } from '../../support/browser.js'
import { sendSamples } from '../../support/examples.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { awayFromMidnight } from '../../support/midnight.js'
import { register, send } from './gateway.js'

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** A day of long ago, and one after it on which little happened. */
const FROM_MS = Date.parse('2025-07-01T00:00:00Z')
await awayFromMidnight()
const NOW_MS = systemClock.nowMs()

const period = (s: number, ...metrics: string[]) => Object.fromEntries(metrics.map((one) => [one, { period_s: s }]))
const config = {
  plants: [
    {
      id: 'mill',
      name: { en: 'Mill' },
      timezone: 'UTC',
      lines: [{ id: 'l' }],
      devices: [
        { id: 'main-1', line: 'l', role: 'main', metrics: period(900, 'elec_import_kwh') },
        { id: 'count-1', line: 'l', counting_point: true, metrics: period(900, 'parts_good') },
        { id: 'boiler-1', line: 'l', role: 'stack', metrics: period(900, 'nox_mgm3', 'o2_pct') },
      ],
      tariffs: [
        {
          id: 'flat',
          valid_from: '2020-01-01',
          currency: 'CNY',
          periods: [{ name: 'flat', price_per_kwh: 0.7, from: '00:00', to: '24:00' }],
        },
      ],
      limits: [{ stack: 'boiler-1', pollutant: 'nox', standard: 'permit', limit: 200, o2_ref: 3.5 }],
    },
    {
      id: 'steady',
      name: { en: 'Steady' },
      timezone: 'UTC',
      lines: [{ id: 'main' }],
      devices: [{ id: 'steady-1', line: 'main', role: 'main', metrics: period(60, 'elec_import_kwh') }],
    },
    {
      id: 'tired',
      name: { en: 'Tired' },
      timezone: 'UTC',
      lines: [{ id: 'main' }],
      devices: [{ id: 'tired-1', line: 'main', role: 'main', metrics: period(60, 'elec_import_kwh') }],
      alarms: [{ id: 'peak', kpi: 'peak_demand_15', window: '1h', above: 50, hysteresis: 20 }],
    },
    {
      id: 'silent',
      name: { en: 'Silent' },
      timezone: 'UTC',
      lines: [{ id: 'main' }],
      devices: [{ id: 'silent-1', line: 'main', role: 'main', metrics: period(900, 'elec_import_kwh') }],
    },
  ],
}

/** kWh of each quarter: 16 h at 25 kW, 8 h at 46 kW with one quarter of each hour at twice that; a quiet day after it. */
const QUARTERS = [
  ...Array.from({ length: 64 }, () => 6.25),
  ...Array.from({ length: 8 }, () => [11.5, 11.5, 23, 0]).flat(),
  ...Array.from({ length: 96 }, () => 1),
]

function mill() {
  let kwh = 1000
  const meter = [0, ...QUARTERS].map((taken, i) => {
    kwh += taken
    return { ts: FROM_MS + i * QUARTER_MS, metrics: { elec_import_kwh: kwh } as Record<string, number> }
  })
  const parts = meter.map(({ ts }, i) => ({ ts, metrics: { parts_good: 100 * Math.floor(i / 4) } }))
  const stack = meter.map(({ ts }, i) => ({ ts, metrics: { nox_mgm3: i === 42 ? 90 : 72, o2_pct: 5 } }))
  return { meter, parts, stack }
}

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startGateway({ config })
  const { meter, parts, stack } = mill()
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  await sendSamples(client, 'mill', { device: 'main-1', class: 'energy', samples: meter })
  await sendSamples(client, 'mill', { device: 'count-1', class: 'production', samples: parts })
  await sendSamples(client, 'mill', { device: 'boiler-1', class: 'emissions', samples: stack })
  await client.endAsync()
  const minuteMs = Math.floor(NOW_MS / MINUTE_MS) * MINUTE_MS
  await send(gateway, 'steady', {
    'steady-1': register('elec_import_kwh', minuteMs - 27 * HOUR_MS, minuteMs, MINUTE_MS, 100 / 60),
  })
  // High for four hours, then lower but not so low that the alarm clears.
  const high = register('elec_import_kwh', minuteMs - 8 * HOUR_MS, minuteMs - 4 * HOUR_MS, MINUTE_MS, 100 / 60)
  const low = register('elec_import_kwh', minuteMs - 4 * HOUR_MS, minuteMs, MINUTE_MS, 40 / 60)
  const lower = low.slice(1).map(({ ts, metrics }) => ({
    ts,
    metrics: { elec_import_kwh: Number(metrics?.elec_import_kwh) + 400 },
  }))
  await send(gateway, 'tired', { 'tired-1': [...high, ...lower] })
  const lastMs = minuteMs - 4 * DAY_MS
  await send(gateway, 'silent', {
    'silent-1': register('elec_import_kwh', lastMs - DAY_MS, lastMs, QUARTER_MS, 25),
  })
  await settled(gateway)
})

afterAll(async () => {
  await gateway?.stop()
  if (gateway !== undefined) removeData(gateway)
})

async function totals(plant: string, kpis: string, fromMs: number, toMs: number, more = ''): Promise<RangeFigure[]> {
  const range = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`
  const path = `/api/v1/plants/${plant}/kpis/totals?kpi=${kpis}&${range}${more}`
  return [...(await getJson<TotalsAnswer>(gateway, path)).figures]
}

const LINE = '&scope=line&id=l'
/** 22 of the 24 hours of the first day: a range that no window is. */
const [RANGE_FROM_MS, RANGE_TO_MS] = [FROM_MS + HOUR_MS, FROM_MS + 23 * HOUR_MS]
const KWH = 15 * 25 + 7 * 46

describe('the API gives any figure over any range', () => {
  test('a load factor is energy over highest demand and hours, not the mean of hours', async () => {
    const [load] = await totals('mill', 'load_factor', RANGE_FROM_MS, RANGE_TO_MS, LINE)
    expect(load?.value).toBeCloseTo(KWH / (92 * 22), 12)
  })

  test('energy for a good part is that of all hours, not of the worst', async () => {
    const [sec] = await totals('mill', 'sec', RANGE_FROM_MS, RANGE_TO_MS, `${LINE}&highest=1h`)
    expect(sec?.value).toBeCloseTo(KWH / 2200, 12)
    expect(sec?.highest?.value).toBeCloseTo(0.46, 12)
  })

  test('the last 24 h are 24 h', async () => {
    const [energy] = await totals('steady', 'energy_elec_import', NOW_MS - DAY_MS, NOW_MS)
    expect(energy?.value).toBeCloseTo(2400, 6)
    expect(Date.parse(energy!.to) - Date.parse(energy!.from)).toBe(DAY_MS)
  })

  test('the highest demand of a year is that of its highest quarter, and says on which day', async () => {
    const year = [Date.parse('2025-01-01T00:00:00Z'), Date.parse('2026-01-01T00:00:00Z')] as const
    const [peak] = await totals('mill', 'peak_demand_15', ...year, '&highest=1d')
    expect(peak).toMatchObject({ known: 92, highest: { value: 92, start: '2025-07-01T00:00:00.000Z' } })
    expect(peak?.data_from).toBe('2025-07-01T00:00:00.000Z')
  })

  test('three silent days have no completeness of 100 %, and nothing is covered', async () => {
    const today = Math.floor(NOW_MS / DAY_MS) * DAY_MS
    const [completeness, energy] = await totals('silent', 'data_completeness,energy_elec_import', today, NOW_MS)
    expect(completeness).toMatchObject({ value: null, known: null })
    expect(energy).toMatchObject({ value: null, known: null, coverage: 0 })
  })
})

describe.runIf(chromiumPath !== null)('a page shows the range that is chosen', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    page = (await openPage(browser)).page
  })
  afterAll(() => browser?.close())

  const shown = (selector: string) => async () =>
    Number(await page.locator(selector).first().getAttribute('data-value'))
  const range = `range=${new Date(RANGE_FROM_MS).toISOString()}..${new Date(RANGE_TO_MS).toISOString()}`
  const open = (path: string) => page.goto(`${gateway.httpUrl}/#/${path}`)

  test('figures of a line are those of the API over the range', async () => {
    await open(`plants/mill/lines/l?${range}`)
    await expect.poll(shown('.line-figure[data-kpi="load_factor"]')).toBeCloseTo(KWH / (92 * 22), 9)
    await expect.poll(shown('.line-figure[data-kpi="sec"]')).toBeCloseTo(KWH / 2200, 9)
    await expect.poll(shown('.line-figure[data-kpi="peak_demand_15"]')).toBe(92)
  })

  test('demand is the highest of the range, beside the day on which it was', async () => {
    await open('plants/mill?range=2025')
    const card = page.locator('[data-card="demand"]')
    await card.getByText('92.0 kW').first().waitFor()
    await card.getByText('Tue 1 Jul 2025').waitFor()
    await card.getByText('day of the highest').waitFor()
  })

  test('the tile of the last 24 h has 24 h in it', async () => {
    await open('?range=24h')
    const tile = '[data-plant="steady"] [data-kpi="energy_elec_import"] .tile-value'
    await expect.poll(shown(tile)).toBeGreaterThan(2390)
    expect(await shown(tile)()).toBeLessThanOrEqual(2400 + 1e-6)
    await page.locator('[data-plant="steady"] [data-kpi="energy_elec_import"]').getByText('Last 24 h').first().waitFor()
  })

  test('stacks of a past day show its highest hour against the limit, and say which', async () => {
    await open('plants/mill?range=2025-07-01')
    const card = page.locator('[data-card="stacks"]')
    const [hour] = await totals('mill', 'pollutant_ref_mean_nox', FROM_MS, FROM_MS + DAY_MS, '&highest=1h')
    await expect.poll(shown('[data-card="stacks"] [data-pollutant="nox"]')).toBeCloseTo(hour!.highest!.value, 9)
    await card.getByText(/highest hour, .*10:00/).waitFor()
    await card.getByText('200').first().waitFor()
    expect(await card.getByText('this hour').count()).toBe(0)
  })

  test('the tile of a stack with a limit is at reference oxygen, as in its card', async () => {
    await open('plants/mill?range=2025-07-01')
    const tile = page.locator('.tile[data-kpi="pollutant_ref_mean_nox"]')
    await tile.getByText('limit 200').waitFor()
    expect(await tile.locator('.tile-label').textContent()).toContain('at ref. O2')
  })

  test('a tile in alarm says at what it was raised, and what is final since', async () => {
    await open('?range=24h')
    const tile = page.locator('[data-plant="tired"] [data-kpi="peak_demand_15"]')
    await tile.getByText('raised at 100, latest final 40').waitFor()
  })

  test('costs are in the currency of the plant', async () => {
    const [cost] = await totals('mill', 'energy_cost', FROM_MS, FROM_MS + DAY_MS)
    expect(cost?.unit).toBe('CNY')
    await open('plants/mill?range=2025-07-01&kpi=energy_cost')
    const chart = page.locator('[data-chart="energy_cost"]')
    await chart.getByText('CNY').first().waitFor()
    expect(await chart.getByText('currency', { exact: true }).count()).toBe(0)
  })

  test('a plant that has been silent for days has nothing covered', async () => {
    await open('?range=24h')
    await page.locator('[data-plant="silent"] .plant-head').getByText('0.0 %').waitFor()
    await open('plants/silent/devices/silent-1')
    await page.getByText('nothing came today').waitFor()
  })
})
