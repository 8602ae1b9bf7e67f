// @module-tag slow

/** Proves that the page of what is expected says what the API says, and in words why nothing is expected. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { DAY_MS, MINUTE_MS } from '../../src/base/durations.js'
import type { AnomaliesAnswer, AnomalyItem } from '../../src/views/wire/anomalies.js'
import type { ForecastsAnswer } from '../../src/views/wire/forecasts.js'
import type { PeakAnswer } from '../../src/views/wire/peak.js'
import type { ProjectionItem, ProjectionsAnswer } from '../../src/views/wire/projections.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { dayStartMs, forecastsOf, peakOf, textOf } from '../support/outlook-answers.js'
import { CLAIM } from '../unit/views/fake-claims.js'

const DESK = { locale: 'en-US', viewport: { width: 1440, height: 900 } }
const plant = (id: string, more: object = {}) => ({
  id,
  name: { en: `The works ${id}`, zh: `工厂 ${id}` },
  timezone: 'Asia/Shanghai',
  lines: [{ id: 'hall', name: { en: 'Hall', zh: '车间' } }],
  devices: [
    { id: `main-${id}`, line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
    { id: `oven-${id}`, line: 'hall', role: 'sub', metrics: { elec_submeter_kwh: { period_s: 60 } } },
    { id: `fan-${id}`, line: 'hall', role: 'sub', metrics: { elec_submeter_kwh: { period_s: 60 } } },
  ],
  ...more,
})
const config = {
  insight: { issue_after_s: 1 },
  plants: [plant('bare'), plant('bound', { targets: [{ kpi: 'peak_demand_15', window: '1d', max: 300, warn: 0.9 }] })],
}
/** Each meter counts this much in a minute, kWh. */
const METERS = { main: 4, oven: 1.5, fan: 0.5 }
/** Start of the day of the plants, which have no summer time. */

describe.runIf(chromiumPath !== null)('the page of what is expected', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  const open = (id: string) => page.goto(`${gateway.httpUrl}/#/plants/${id}/outlook`)
  const card = (name: string) => page.locator(`[data-card="outlook-${name}"]`)

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await fill(gateway)
    // A plant that is new is looked at with the next quarter of an hour, or with the next start.
    await gateway.stop()
    gateway = await gateway.restart()
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser, DESK))
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('says of a plant with hours of history that this is too short, and of one without a limit that it has none', async () => {
    const isTooShort = async () => {
      const { forecasts } = await getJson<ForecastsAnswer>(gateway, '/api/v1/plants/bare/forecasts')
      return forecasts.length > 0 && forecasts.every(({ reason }) => reason === 'too_short')
    }
    await until(isTooShort)
    await open('bare')
    await card('day').locator('[data-reason="too_short"]').waitFor()
    await card('day').locator('.spark-bar').first().waitFor()
    expect(await card('day').locator('.bands-line').getAttribute('d')).toBe('')
    await card('peak').locator('[data-reason="no_limit"]').waitFor()
    await card('peak').locator('[data-reason="too_short"]').waitFor()
    expect(await card('score').locator('.card-empty').textContent()).toMatch(/judged/)
  })

  test('lists submeters by their power, and links each to its page', async () => {
    const { could_wait } = await getJson<PeakAnswer>(gateway, '/api/v1/plants/bare/peak')
    expect(could_wait.meters.map(({ device, power_kw }) => [device, Math.round(power_kw)])).toEqual([
      ['oven-bare', 90],
      ['fan-bare', 30],
    ])
    const rows = card('waiting').locator('tr[data-device]')
    expect(await rows.evaluateAll((all) => all.map((row) => row.dataset.device))).toEqual(['oven-bare', 'fan-bare'])
    expect(await rows.first().textContent()).toMatch(/oven-bare.*Hall.*90.*38 %/)
  })

  test('draws a forecast that is shown with its bounds, tells its quarters by keys, and gives files', async () => {
    await page.route('**/api/v1/plants/bound/forecasts?as=power', (route) => route.fulfill({ json: forecastsOf('') }))
    await page.route('**/api/v1/plants/bound/peak', (route) => route.fulfill({ json: peakOf() }))
    await open('bound')
    const day = card('day')
    await day.locator('[data-quarters="96"]').waitFor()
    expect(await day.locator('[data-total]').getAttribute('data-total')).toBe('5760')
    expect(await day.locator('.outlook-ahead').getAttribute('d')).toMatch(/^M/)
    expect(await day.locator('.card-foot').textContent()).toMatch(/Next 8 hours, as expected at \d\d:00/)
    expect(await day.locator('.card-head').textContent()).toMatch(/demand of each quarter of an hour, kW/)
    // The main meter counts 240 kW.
    const bars = day.locator('.spark-bar')
    await bars.first().waitFor()
    const powers = await bars.evaluateAll((all) =>
      all.slice(1, -1).map((bar) => Number(bar.getAttribute('data-value'))),
    )
    for (const kw of powers) expect(kw).toBeCloseTo(240, 3)
    await day.locator('.outlook-picture').focus()
    await page.keyboard.press('Home')
    expect(await day.locator('.card-foot').textContent()).toMatch(
      /00:00.*Expected 60.*50 % 55.* to 65.*90 % 50.* to 70/,
    )
    await page.keyboard.press('Escape')
    await day.getByRole('button', { name: 'Show as a table' }).click()
    await expect.poll(() => day.locator('tbody tr').count()).toBe(96)
    for (const button of ['Save as CSV', 'Save as a picture']) {
      const saved = page.waitForEvent('download')
      await day.getByRole('button', { name: button }).click()
      expect((await saved).suggestedFilename()).toMatch(/^bound_outlook/)
    }
    expect(await card('score').locator('[data-horizon="day_ahead"]').textContent()).toMatch(
      /shown.*4.*15.*12.*11.*52 %.*91 %/,
    )
  })

  test('tells the chance to be above the limit, the lead time, and what a new highest demand costs', async () => {
    const text = (await card('peak').locator('.outlook-facts').textContent()) ?? ''
    expect(text).toMatch(/Limit300kW/)
    expect(text).toMatch(/Mean power so far288kW/)
    expect(text).toMatch(/Chance to be above the limit30 %/)
    expect(text).toMatch(/First block above the limit.*in 40 min/)
    expect(text).toMatch(/A new highest would cost1,234/)
    expect(await seriousFaults(page)).toEqual([])
  })

  test('says nothing of the highest of a day of which only the running block is known, and why', async () => {
    const alone = { later: [], later_reason: 'not_better_than_naive' as const, first_over: null }
    const answer: PeakAnswer = { ...peakOf(), ...alone, highest: peakOf().running.expected }
    await page.route('**/api/v1/plants/bound/peak', (route) => route.fulfill({ json: answer }))
    await page.reload()
    await card('peak').locator('[data-reason="not_better_than_naive"]').waitFor()
    const text = (await card('peak').locator('.outlook-facts').textContent()) ?? ''
    expect(text).toMatch(/Chance to be above the limit30 %.*Rest of the dayNot shown/)
    expect(text).not.toMatch(/Highest expected today|First block above|none expected|A new highest/)
  })

  test('says that the power of submeters is not known, or that none of them runs', async () => {
    const nothing = () => card('waiting').locator('.card-empty').textContent()
    expect(await nothing()).toMatch(/^Not known/)
    const { start, end } = peakOf().running
    const answer: PeakAnswer = { ...peakOf(), could_wait: { start, end, meters: [] } }
    await page.route('**/api/v1/plants/bound/peak', (route) => route.fulfill({ json: answer }))
    await page.reload()
    await expect.poll(nothing).toMatch(/^No submeter/)
  })

  test('says in words that a forecast is no better than a naive one, and shows its errors all the same', async () => {
    await page.route('**/api/v1/plants/bound/forecasts?as=power', (route) =>
      route.fulfill({ json: forecastsOf('not_better_than_naive') }),
    )
    await page.reload()
    await card('day').locator('[data-reason="not_better_than_naive"]').waitFor()
    expect(await card('day').locator('.bands-line').getAttribute('d')).toBe('')
    expect(await card('score').locator('[data-reason="not_better_than_naive"]').count()).toBe(3)
  })

  test('says how month and year will end beside their budgets, and in words why one cannot be projected', async () => {
    await page.route('**/api/v1/plants/bound/projections', (route) => route.fulfill({ json: projectionsOf() }))
    await page.reload()
    const budget = card('budget')
    const energy = budget.locator('[data-kpi="energy_elec_import"]')
    expect(await energy.locator('[data-period="month"]').textContent()).toMatch(
      /End of the month 31\.00MWh.*90 % 29\.00 to 33\.00.*measured so far 12\.00MWh · 12 days, 18 to come.*Budget 30\.00MWh · \+1\.00 · chance to end above it: 70 %/,
    )
    expect(await energy.locator('[data-period="year"]').textContent()).toMatch(/too few days are known/)
    expect(await budget.locator('[data-compared="baseline"]').textContent()).toMatch(
      /Nothing saved · chance to end below that: at most 5 %/,
    )
    expect(await seriousFaults(page)).toEqual([])
  })

  test('lists every open finding with its cost in the currency of the plant, and what a look did not see', async () => {
    const found = anomaliesOf(60)
    await page.route(/\/plants\/bound\/anomalies/, (route) => {
      const limit = Number(new URL(route.request().url()).searchParams.get('limit') ?? 50)
      return route.fulfill({ json: { ...found, anomalies: found.anomalies.slice(0, limit) } })
    })
    await page.reload()
    const anomalies = card('anomalies')
    await anomalies.locator('[data-anomaly]').first().waitFor()
    expect(await anomalies.locator('[data-state="open"]').count()).toBe(60)
    expect(await anomalies.locator('[data-anomaly]').first().textContent()).toMatch(/cost 1,200CHF/)
    expect(await anomalies.locator('[data-reason="failed"]').textContent()).toMatch(/tried again in an hour/)
    expect(await anomalies.locator('.card-foot').textContent()).toMatch(
      /Not looked at: 3 devices beyond the first 200. Without figures in that time: fan-1, fan-2\./,
    )
    expect(await seriousFaults(page)).toEqual([])
  })

  test('says what a measure has saved with its bounds, by which model, and what is no saving', async () => {
    const hint = page.locator('[data-hint="savings"]')
    expect(await hint.textContent()).toMatch(/No measure .* is described.*Describe a measure/)
    expect(await hint.locator('a').getAttribute('href')).toBe('#/configuration')
    expect(await card('savings').count()).toBe(0)
    const none = {
      ...CLAIM,
      id: 'lamps',
      measure: 'New lamps',
      reason: 'low_sample',
      baseline: null,
      saving: null,
      saved_cost: null,
      saved_kgco2e: null,
    }
    const unsure = {
      ...{ ...CLAIM, id: 'doors', measure: 'Fast doors' },
      saving: { ...CLAIM.saving!, saved_kwh: 400, lower90_kwh: -700, upper90_kwh: 1500, is_shown: false },
    }
    await page.route('**/api/v1/plants/bound/savings/claims', (route) =>
      route.fulfill({ json: { items: [CLAIM, { ...none, line: 'hall', left_out: [], events: [] }, unsure] } }),
    )
    await page.reload()
    const claim = card('savings').locator('[data-claim="compressor"]')
    const text = (await claim.textContent()) ?? ''
    expect(text).toMatch(/A saving is shown: 2,100 to 3,900 kWh, nine times of ten.*Saved3,000kWh/)
    expect(text).toMatch(/Cost of electricity saved2,400CNY/)
    expect(text).toMatch(/Good units, working days, degree days below 16 °C.*CV\(RMSE\) 6\.1 %.*R² 0\.940/)
    expect(text).toMatch(/from 2026-06-11 on · \+240 kWh\/day second hall Li Na/)
    expect(await claim.locator('.outlook-cusum').getAttribute('data-points')).toBe('3')
    expect(await claim.locator('[data-left-out="2026-06-12"]').textContent()).toMatch(/output not known/)
    expect(await card('savings').locator('[data-claim="lamps"]').textContent()).toMatch(
      /Hall.*fewer than 60 known days/,
    )
    const doors = (await card('savings').locator('[data-claim="doors"]').textContent()) ?? ''
    expect(doors).toMatch(/No saving is shown: it lies between −700 and 1,500 kWh/)
    // A difference that may be chance has no price.
    expect(doors).not.toMatch(/CNY|CO2e/)
    expect(await seriousFaults(page)).toEqual([])
    if (process.env.SHOTS !== undefined)
      await card('savings').screenshot({ path: `${process.env.SHOTS}/savings-en.png` })
  })

  test('fits a phone, in Chinese, and is found from the plant and by search', async () => {
    const other = await openPage(browser, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await other.page.route('**/api/v1/plants/bound/forecasts?as=power', (route) =>
      route.fulfill({ json: forecastsOf('') }),
    )
    await other.page.route('**/api/v1/plants/bound/peak', (route) => route.fulfill({ json: peakOf() }))
    await other.page.route('**/api/v1/plants/bound/projections', (route) => route.fulfill({ json: projectionsOf() }))
    await other.page.route('**/api/v1/plants/bound/savings/claims', (route) =>
      route.fulfill({ json: { items: [CLAIM] } }),
    )
    await other.page.goto(`${gateway.httpUrl}/#/plants/bound/outlook`)
    await other.page.locator('[data-card="outlook-day"] [data-quarters="96"]').waitFor()
    if (process.env.SHOTS !== undefined) {
      const saved = other.page.locator('[data-card="outlook-savings"]')
      await saved.locator('.outlook-cusum').waitFor()
      await saved.screenshot({ path: `${process.env.SHOTS}/savings-zh.png` })
    }
    const wide = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide).toBeLessThanOrEqual(0)
    expect(await seriousFaults(other.page)).toEqual([])
    await other.page.goto(`${gateway.httpUrl}/#/plants/bound`)
    await other.page.locator('.plant-pages').getByRole('link', { name: '展望' }).click()
    await other.page.waitForURL('**/#/plants/bound/outlook*')
    await other.page.context().close()
    await page.goto(`${gateway.httpUrl}/#/plants/bare`)
    await page.getByRole('link', { name: 'Outlook' }).click()
    await card('day').waitFor()
    await page.keyboard.press('/')
    await page.locator('.search input').fill('outlook')
    expect(await page.locator('.found [role="option"]').allTextContents()).toEqual([
      expect.stringContaining('The works bare'),
      expect.stringContaining('The works bound'),
    ])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/#/plants/bound/outlook*')
    expect(complaints).toEqual([])
  })
})

/** Forecasts of a day in which every quarter has 60 kWh. */
function projectionsOf(): ProjectionsAnswer {
  const startMs = dayStartMs()
  const at = { issued_at: textOf(startMs + 60 * MINUTE_MS), known_until: textOf(startMs) }
  const of = (kpi: string, period: ProjectionItem['period'], more: Partial<ProjectionItem>): ProjectionItem => ({
    ...{ kpi, period, unit: 'kWh', data_up_to: textOf(startMs), start: textOf(startMs), end: textOf(startMs + DAY_MS) },
    ...{ measured: 12_000, days_known: 12, days_unknown: 0, days_left: 18, reason: '' },
    ...{ value: 31_000, low_50: 30_200, high_50: 31_800, low_90: 29_000, high_90: 33_000 },
    ...{ model: 'day_profile', block_days: 18, tried: 100, rmse: 900, naive_rmse: 1500, compared: [] },
    ...more,
  })
  const none = { value: null, low_50: null, high_50: null, low_90: null, high_90: null, model: '' }
  const projections = [
    of('energy_elec_import', 'month', {
      compared: [{ kind: 'budget', missed: 'above', amount: 30_000, difference: 1000, chance_missed: 0.7 }],
    }),
    of('energy_elec_import', 'year', { ...none, reason: 'too_short' }),
    of('energy_saving_kwh', 'month', {
      compared: [
        { kind: 'baseline', missed: 'below', amount: 0, difference: 31_000, chance_missed: 0.05 },
        { kind: 'target', missed: 'below', amount: 30_000, difference: 1000, chance_missed: 0.3 },
      ],
    }),
  ]
  return { ...at, version: '1', reason: '', projections }
}

function anomaliesOf(count: number): AnomaliesAnswer {
  const at = textOf(dayStartMs())
  const nothing = { other: null, line: null, factor: null, until: null, verdict_by: null, verdict_at: null }
  const evidence = {
    start: at,
    step_s: 3600,
    unit: 'kWh',
    measured: [2],
    expected: [1],
    threshold: 1,
    threshold_unit: '1',
  }
  const anomalies = Array.from(
    { length: count },
    (_, i): AnomalyItem => ({
      ...{ ...nothing, id: `base_load.oven-${i}`, kind: 'idle_waste', device: `oven-${i}`, evidence },
      ...{
        text: { en: `Oven ${i} uses more at night`, zh: `烘箱 ${i} 夜间用电增加` },
        state: 'open',
        needs_person: true,
      },
      ...{
        since: at,
        ended: '',
        found_at: at,
        excess: 2000,
        unit: 'kWh',
        confidence: 0.9,
        verdict: '',
        verdict_note: '',
      },
      kwh: { value: 2000, reason: '' },
      money: { value: 1200, reason: '' },
      kgco2e: { value: null, reason: 'no_factor' },
    }),
  )
  const look = { at, from: at, to: at, known_days: 60, left_out: 3, silent: ['fan-1', 'fan-2'] }
  return { anomalies, next: null, currency: 'CHF', look, reason: 'failed' }
}

async function fill(gateway: TestGateway): Promise<void> {
  const startMs = Math.floor((systemClock.nowMs() - 180 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'filler' })
  for (const id of ['bare', 'bound']) {
    for (const [meter, kwh] of Object.entries(METERS)) {
      const metric = meter === 'main' ? 'elec_import_kwh' : 'elec_submeter_kwh'
      const message = Array.from({ length: 181 }, (_, i) => ({
        ts: startMs + i * MINUTE_MS,
        metrics: { [metric]: 100 + kwh * i },
      }))
      await client.publishAsync(`plants/${id}/hall/${meter}-${id}/energy`, JSON.stringify(message), { qos: 1 })
    }
  }
  await settled(gateway)
  await client.endAsync()
}
