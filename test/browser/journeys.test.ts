// @module-tag slow

import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { DAY_MS } from '../../src/base/durations.js'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { LatestAnswer, SeriesAnswer, TotalsAnswer } from '../../src/base/wire.js'
import { demoConfig } from '../../src/commands/demo.js'
import { type Simulators, startSimulators } from '../../src/commands/simulators.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const PLANT = 'suzhou-1'

describe.runIf(chromiumPath !== null)('a day of an operator, beside a real gateway with simulators', () => {
  let gateway: TestGateway
  let simulators: Simulators
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    const { plants } = parse(readFileSync(demoConfig, 'utf8')) as { plants: { id: string }[] }
    gateway = await startGateway({ config: { plants: plants.filter(({ id }) => id === PLANT) } })
    simulators = simulate(2)
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser))
    await page.goto(gateway.httpUrl)
    await tile('energy_elec_import').waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    simulators?.stop('SIGTERM')
    await simulators?.ended
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('with a slow network the page fills all the same', async () => {
    const slow = await openPage(browser)
    const network = await slow.page.context().newCDPSession(slow.page)
    await network.send('Network.enable')
    // A phone at the edge of its cell: 400 ms there and back, 60 kB a second.
    await network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 60_000,
      uploadThroughput: 30_000,
    })
    await slow.page.goto(gateway.httpUrl)
    await slow.page.locator(`[data-plant="${PLANT}"] [data-value]:not([data-value=""])`).first().waitFor()
    expect(slow.complaints).toEqual([])
    await slow.page.context().close()
  })

  test('language and theme are switched by a key, and stay chosen after a reload', async () => {
    const html = page.locator('html')
    await page.keyboard.press('l')
    await expect.poll(() => html.getAttribute('lang')).toBe('zh-CN')
    const before = await html.getAttribute('data-theme')
    await page.keyboard.press('t')
    const theme = await html.getAttribute('data-theme')
    expect(theme).not.toBe(before)
    await page.reload()
    await tile('energy_elec_import').waitFor()
    expect(await html.getAttribute('lang')).toBe('zh-CN')
    expect(await html.getAttribute('data-theme')).toBe(theme)
    await page.keyboard.press('l')
    await expect.poll(() => html.getAttribute('lang')).toBe('en')
  })

  test('drilling down from overview to plant, line and device keeps the range, and the way back leads up again', async () => {
    await page.goto(`${gateway.httpUrl}/#/?range=6h`)
    await page.locator(`.plant-row[data-plant="${PLANT}"] h2 a`).click()
    await page.locator('.side-lines a').first().click()
    await page.waitForURL(/#\/plants\/suzhou-1\/lines\/press\?range=6h$/)
    await page.goto(`${gateway.httpUrl}/#/devices?plant=${PLANT}&range=6h`)
    await page.locator('[data-device="main-1"] a').first().click()
    await page.waitForURL(/#\/plants\/suzhou-1\/devices\/main-1\?range=6h$/)
    for (const path of [/#\/devices/, /lines\/press\?range=6h$/, /#\/plants\/suzhou-1\?range=6h$/, /#\/\?range=6h$/]) {
      await page.goBack()
      await page.waitForURL(path)
    }
  })

  test('after a kill of the gateway the page goes on by itself, and its table has every window that the API has', async () => {
    await page.goto(`${gateway.httpUrl}/#/plants/${PLANT}?range=1h&window=1m`)
    // A chart that nobody sees is not painted.
    await page.locator('[data-chart="energy_elec_import"]').scrollIntoViewIfNeeded()
    await page.locator('[data-chart="energy_elec_import"] canvas').waitFor()
    const before = complaints.length
    await gateway.stop('SIGKILL')
    await page.locator('.side [data-link="lost"]').waitFor()
    gateway = await gateway.restart()
    await page.locator('.side [data-link="live"]').waitFor()
    // The browser itself says of each request that nobody answered it.
    complaints.splice(before)
    await page
      .locator('[data-chart="energy_elec_import"] .card-tools')
      .getByRole('button', { name: 'Show as a table' })
      .click()
    await expect.poll(() => missingRows(page, gateway)).toEqual([])
  })

  test('values on screen are those of the API', async () => {
    simulators.stop('SIGTERM')
    await simulators.ended
    await settled(gateway)
    await page.goto(`${gateway.httpUrl}/#/`)
    await tile('energy_elec_import').waitFor()
    const shown = page.locator(`.plant-row[data-plant="${PLANT}"] [data-kpi]`)
    await expect.poll(() => shown.count()).toBeGreaterThanOrEqual(7)
    await expect.poll(() => differences()).toEqual([])

    /** Tiles whose value is neither that of the last 24 hours nor that of the newest point of their day or hour. */
    async function differences(): Promise<readonly string[]> {
      const { points }: LatestAnswer = await getJson(gateway, `/api/v1/plants/${PLANT}/kpis/latest?scope=plant`)
      const values = new Map(points.map((p) => [`${p.kpi}|${p.window}`, p.value]))
      const now = Date.now()
      const span = `from=${new Date(now - DAY_MS).toISOString()}&to=${new Date(now).toISOString()}`
      const kpis = await shown.evaluateAll((elements) => elements.map((element) => element.getAttribute('data-kpi')))
      const { figures }: TotalsAnswer = await getJson(
        gateway,
        `/api/v1/plants/${PLANT}/kpis/totals?scope=plant&id=${PLANT}&kpi=${kpis.join()}&${span}`,
      )
      // A tile of which too little is known for a value shows what is known.
      for (const { kpi, value, known } of figures) values.set(`${kpi}|24h`, value ?? known)
      const tiles = await shown.evaluateAll((elements) =>
        elements.map((element) => ({
          kpi: element.getAttribute('data-kpi') ?? '',
          value: element.querySelector('[data-value]')?.getAttribute('data-value') ?? '',
        })),
      )
      return tiles.flatMap(({ kpi, value }) => {
        const expected = ['24h', '1d', '1h'].map((window) => String(values.get(`${kpi}|${window}`) ?? ''))
        return expected.includes(value) ? [] : [`${kpi}: ${value} on screen, ${expected.join(' or ')} in the API`]
      })
    }
  })

  test('nothing of all this made the browser complain, but that the gateway was away', () => {
    expect(complaints).toEqual([])
  })

  const tile = (kpi: string) =>
    page.locator(`.plant-row[data-plant="${PLANT}"] [data-kpi="${kpi}"] [data-value]:not([data-value=""])`)

  function simulate(backfillHours: number): Simulators {
    const url = gateway.mqttUrl
    return startSimulators([
      'simulate',
      '--plants',
      '1',
      '--backfill',
      String(backfillHours),
      '--rate',
      '1',
      '--url',
      url,
    ])
  }
})

/** Minutes of the last hour that the API has and the table on the page lacks, or has with another value. */
async function missingRows(page: Page, gateway: TestGateway): Promise<readonly string[]> {
  const rows = await page
    .locator('[data-chart] tbody tr')
    .evaluateAll((elements) =>
      elements.map((row) => [row.getAttribute('data-start'), row.getAttribute('data-value')] as const),
    )
  const shown = new Map(rows)
  const to = new Date(Math.max(...rows.map(([start]) => Date.parse(start ?? ''))) + 60_000).toISOString()
  const from = new Date(Date.parse(to) - 3_000_000).toISOString()
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=1m&from=${from}&to=${to}`
  const { points }: SeriesAnswer = await getJson(gateway, path)
  const isWrong = ({ start, value, provisional }: KpiPoint) =>
    shown.get(start) === undefined || (!provisional && shown.get(start) !== String(value ?? ''))
  return points.filter(isWrong).map(({ start }) => start)
}
