// @module-tag slow

/** Proves that the card of tomorrow's plan says what the API says, in words why there is none, and nothing where nothing can be shifted. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { LoadPlanAnswer, PlacedLoadItem } from '../../src/views/wire/load-plan.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const START_MS = Date.parse('2026-06-12T00:00:00+08:00')
const plant = (id: string, more: object = {}) => ({
  ...{ id, name: { en: id, zh: id }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall' }] },
  ...{ devices: [{ id: `main-${id}`, line: 'hall', role: 'main' }], ...more },
})
const OVEN = { id: 'oven', power_kw: 40, duration_h: 2, earliest: '00:00', latest: '20:00', usual_start: '10:00' }
const config = { plants: [plant('bare'), plant('works', { shiftable_loads: [OVEN] })] }

describe.runIf(chromiumPath !== null)("the card of tomorrow's plan", () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: readonly string[]
  const card = (on: Page) => on.locator('[data-card="outlook-plan"]')
  const show = async (on: Page, answer: LoadPlanAnswer) => {
    await on.unroute('**/plants/works/load-plan')
    await on.route('**/plants/works/load-plan', (route) => route.fulfill({ json: answer }))
    await on.goto(`${gateway.httpUrl}/#/plants/works/outlook`)
    await on.reload()
    await card(on).waitFor()
  }
  const shot = async (on: Page, name: string) => {
    if (process.env.SHOTS !== undefined) await card(on).screenshot({ path: `${process.env.SHOTS}/${name}.png` })
  }

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'meters' })
    for (const { id } of config.plants) {
      const message = JSON.stringify({ metrics: { elec_import_kwh: 100 } })
      await client.publishAsync(`plants/${id}/hall/main-${id}/energy`, message, { qos: 1 })
    }
    await settled(gateway)
    await client.endAsync()
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser, { locale: 'en-US', viewport: { width: 1440, height: 900 } }))
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('is one line with a link to the form for a plant that has nothing to shift', async () => {
    await page.goto(`${gateway.httpUrl}/#/plants/bare/outlook`)
    const hint = page.locator('[data-hint="plan"]')
    expect(await hint.getByRole('link').getAttribute('href')).toMatch(/#\/configuration/)
    expect(await card(page).count()).toBe(0)
  })

  test('says in words that a part of tomorrow has no price, and has no file then', async () => {
    const reason = async () => (await getJson<LoadPlanAnswer>(gateway, '/api/v1/plants/works/load-plan')).reason
    await until(async () => (await reason()) === 'no_tariff')
    await page.goto(`${gateway.httpUrl}/#/plants/works/outlook`)
    expect(await card(page).locator('[data-reason="no_tariff"]').textContent()).toMatch(/has no price/)
    expect(await card(page).locator('.card-foot').textContent()).toBe('Advice only: nothing is sent to a device.')
    await shot(page, 'plan-no-tariff')
  })

  test('names the constraint and the load that stand in the way', async () => {
    const impossible = [
      { constraint: 'window', id: 'oven' },
      { constraint: 'demand_limit', id: '' },
    ] as const
    await show(page, { ...planned(), reason: 'infeasible', impossible, with_plan: null, placed: [], steps: [] })
    const rules = card(page).locator('[data-reason="infeasible"] li')
    expect(await rules.allTextContents()).toEqual([
      expect.stringMatching(/^oven: does not fit between/),
      expect.stringMatching(/^the plant: import would be above/),
    ])
    await shot(page, 'plan-infeasible')
  })

  test('draws the day, says what runs when, what that saves and on what it rests, and gives the file', async () => {
    await show(page, planned())
    expect(await card(page).locator('.outlook-plan-line').getAttribute('data-steps')).toBe('96')
    expect(await card(page).locator('g[data-price]').count()).toBe(2)
    expect(await card(page).locator('.demand-limit').getAttribute('data-limit')).toBe('150')
    const rows = await card(page).locator('tr[data-placed]').allTextContents()
    expect(rows).toEqual([
      expect.stringMatching(/^oven load02:00–04:0040\.080\.010:00–12:00$/),
      expect.stringMatching(/^battery storage01:00–02:00 charges20\.020\.0at rest$/),
      expect.stringMatching(/^battery storage23:00–24:00 discharges−17\.0−17\.0$/),
      expect.stringMatching(/^mill loaddoes not run.*——06:00–07:00$/),
    ])
    const facts = (await card(page).locator('.outlook-facts').textContent()) ?? ''
    expect(facts).toMatch(/Saved against the day as usual56\.00CNYEmissions saved1\.50kgCO2e/)
    expect(facts).toMatch(/Highest expected import140 → 100 kW/)
    expect(await card(page).locator('.outlook-plan-assumed').textContent()).toMatch(
      /12\.0 kW off.*38\.00 CNY a kW.*130 kW.*what import has above 140 kW/,
    )
    await card(page).locator('summary').focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => card(page).locator('details tbody tr').count()).toBe(96)
    await page.keyboard.press('Enter')
    expect(await card(page).getByRole('link', { name: /CSV/ }).getAttribute('href')).toBe(
      '/api/v1/plants/works/load-plan.csv',
    )
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'plan-en')
    expect(complaints).toEqual([])
  })

  test('says that it costs more for the energy that storages keep', async () => {
    await show(page, { ...planned(), saved: -3 })
    expect(await card(page).locator('.outlook-facts').textContent()).toContain('storages keep energy to hold demand')
  })

  test('fits a phone, in Chinese', async () => {
    const other = await openPage(browser, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await show(other.page, planned())
    await card(other.page).locator('.outlook-plan-line').waitFor()
    expect(await card(other.page).locator('.card-foot').textContent()).toContain('不向任何设备发送指令')
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(await seriousFaults(other.page)).toEqual([])
    await shot(other.page, 'plan-zh-phone')
    await other.page.context().close()
  })
})

/** A day of 100 kW whose oven moves from ten o'clock to two, before electricity is dear at eight. */
function planned(): LoadPlanAnswer {
  const steps = Array.from({ length: 96 }, (_, at) => ({
    ...{ start: textOf(at), end: textOf(at + 1), price: at < 32 ? 0.3 : 1, margin_kw: 5 },
    ...{
      expected_kw: at >= 40 && at < 48 ? 140 : at < 32 ? 60 : 100,
      plan_kw: at >= 8 && at < 16 ? 100 : at < 32 ? 60 : 98,
    },
  }))
  const cost = {
    energy: 1500,
    exported: 0,
    demand: 380,
    wear: 0,
    left_out: 0,
    carbon: 0,
    total: 1880,
    peak_kw: 140,
    kgco2e: 900,
  }
  const none = Array.from({ length: 96 }, () => 0)
  const placed = (
    id: string,
    kind: PlacedLoadItem['kind'],
    kwh: number,
    runs: PlacedLoadItem['runs'],
    usual = [] as PlacedLoadItem['runs'],
  ) =>
    ({
      id,
      kind,
      kwh,
      runs,
      usual_runs: usual,
      power_kw: none.map((_, at) => (at === 8 ? 40 : 0)),
      usual_kw: none,
    }) satisfies PlacedLoadItem
  return {
    ...{
      start: textOf(0),
      end: textOf(96),
      made_at: textOf(-40),
      version: '1',
      reason: '',
      impossible: [],
      currency: 'CNY',
    },
    ...{ usual: cost, with_plan: { ...cost, energy: 1444, total: 1824, peak_kw: 100, kgco2e: 898.5 } },
    ...{ usual_breaks: [], saved: 56, saved_kgco2e: 1.5, steps },
    placed: [
      placed('oven', 'load', 80, [runOf(8, 16, 40)], [runOf(40, 48, 40)]),
      placed('battery', 'storage', 20, [runOf(4, 8, 20), runOf(92, 96, -17)]),
      placed('mill', 'load', 0, [], [runOf(24, 28, 10)]),
    ],
    assumed: {
      ...{
        model: 'similar_days',
        rmse_kw: 12,
        naive_rmse_kw: 15,
        judged_days: 20,
        demand_reached_kw: 130,
        sliding_ratio: 1,
      },
      ...{ demand_price_per_kw: 38, limit_kw: 150, hold_kw: 140, kgco2e_per_kwh: 0.5568 },
    },
  }
}

function runOf(from: number, to: number, power_kw: number): PlacedLoadItem['runs'][number] {
  return { start: textOf(from), end: textOf(to), power_kw, kwh: (power_kw * (to - from)) / 4 }
}

function textOf(quarter: number): string {
  return new Date(START_MS + quarter * QUARTER_HOUR_MS).toISOString()
}
