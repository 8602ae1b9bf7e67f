// @module-tag slow

/** Proves that the list of anomalies says each finding in the reader's language, shows its evidence, and takes what a person decides. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import type { AnomaliesAnswer, AnomalyItem } from '../../src/views/wire/anomalies.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const START_MS = Date.parse('2026-06-11T00:00:00+08:00')
const LIST = /\/plants\/works\/anomalies(\?|$)/
const VERDICT = /\/plants\/works\/anomalies\/[^/]+\/(confirm|dismiss)$/
const config = {
  plants: [
    {
      ...{ id: 'works', name: { en: 'The works', zh: '工厂' }, timezone: 'Asia/Shanghai', lines: [{ id: 'hall' }] },
      devices: [{ id: 'oven', line: 'hall', role: 'main' }],
    },
  ],
}

describe.runIf(chromiumPath !== null)('the list of anomalies', () => {
  let gateway: TestGateway
  let browser: Browser
  const card = (on: Page) => on.locator('[data-card="outlook-anomalies"]')
  const finding = (on: Page) => card(on).locator('[data-anomaly="base_load.oven"]')
  /** Opens the page on a gateway that answers with these findings, until a person decides on one. */
  const show = async (on: Page) => {
    const decided: string[] = []
    await on.route(LIST, (route) => route.fulfill({ json: found(decided) }))
    await on.route(VERDICT, (route) => {
      expect(route.request().method()).toBe('POST')
      decided.push(new URL(route.request().url()).pathname.split('/').slice(-2).join(' '))
      return route.fulfill({ json: nightLoad(decided) })
    })
    await on.goto(`${gateway.httpUrl}/#/plants/works/outlook`)
    await finding(on).waitFor()
    return decided
  }
  const shot = async (on: Page, name: string) => {
    if (process.env.SHOTS !== undefined) await card(on).screenshot({ path: `${process.env.SHOTS}/${name}.png` })
  }

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'meter' })
    await client.publishAsync('plants/works/hall/oven/energy', '{"metrics":{"elec_import_kwh":100}}', { qos: 1 })
    await settled(gateway)
    await client.endAsync()
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('says what is wrong, since when and how much, draws its evidence, and lists it as decided once a person has', async () => {
    const { page, complaints } = await openPage(browser)
    const decided = await show(page)
    expect(await finding(page).textContent()).toMatch(
      /Oven uses more at night.*since.*2,000kWh.*cost 1,200CNY.*emissions not known: no factor.*90 % sure/,
    )
    // A gap is drawn as nothing, and no bar stands for it.
    await finding(page).getByRole('button', { name: 'Evidence' }).click()
    const bars = finding(page).locator('rect[data-value]')
    await expect.poll(() => bars.evaluateAll((all) => all.map((bar) => bar.dataset.value))).toEqual(['2', '3', '4'])
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'anomalies-en')
    await finding(page).getByRole('button', { name: 'Confirm' }).click()
    await expect.poll(() => finding(page).textContent()).toMatch(/confirmed by Li Na/)
    expect(await finding(page).getByRole('button', { name: 'Confirm' }).count()).toBe(0)
    await finding(page).getByRole('button', { name: 'Dismiss' }).click()
    await expect.poll(() => finding(page).getAttribute('data-state')).toBe('dismissed')
    expect(await finding(page).getByRole('button', { name: 'Dismiss' }).count()).toBe(0)
    expect(decided).toEqual(['base_load.oven confirm', 'base_load.oven dismiss'])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('says why a verdict was not taken, and leaves the finding as it is', async () => {
    const { page } = await openPage(browser)
    await show(page)
    const refusal = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail: 'records cannot be read' }
    await page.route(VERDICT, (route) => route.fulfill({ status: 503, json: refusal }))
    await finding(page).getByRole('button', { name: 'Dismiss' }).click()
    await finding(page).getByRole('alert').waitFor()
    expect(await finding(page).getAttribute('data-state')).toBe('open')
    await page.context().close()
  })

  test('fits a phone, in Chinese, and takes a verdict there', async () => {
    const { page, complaints } = await openPage(browser, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    const decided = await show(page)
    expect(await card(page).textContent()).toMatch(/与以往不同.*已查看至/)
    expect(await finding(page).textContent()).toMatch(
      /烘箱夜间用电增加.*自.*起.*2,000kWh.*成本 1,200.*排放未知：没有因子.*把握 90/,
    )
    await finding(page).getByRole('button', { name: '依据' }).click()
    await finding(page).locator('rect[data-value]').first().waitFor()
    expect(await finding(page).textContent()).toContain('柱：实测')
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'anomalies-zh-phone')
    await finding(page).getByRole('button', { name: '确认' }).click()
    await expect.poll(() => finding(page).textContent()).toMatch(/Li Na 已确认/)
    expect(decided).toEqual(['base_load.oven confirm'])
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

/** An oven whose night load has grown, and what was decided of it. */
function nightLoad(decided: readonly string[]): AnomalyItem {
  const last = decided.at(-1) ?? ''
  const verdict = last.endsWith('confirm') ? 'confirmed' : last.endsWith('dismiss') ? 'dismissed' : ''
  const evidence = {
    ...{ start: textOf(0), step_s: HOUR_MS / 1000, unit: 'kWh', threshold: 1, threshold_unit: '1' },
    ...{ measured: [2, null, 3, 4], expected: [1, 1, 1, null] },
  }
  return {
    ...{ id: 'base_load.oven', kind: 'idle_waste', device: 'oven', line: 'hall', other: null, evidence },
    text: { en: 'Oven uses more at night', zh: '烘箱夜间用电增加' },
    ...{ state: verdict === 'dismissed' ? 'dismissed' : 'open', needs_person: verdict === '' },
    ...{ since: textOf(0), until: null, ended: '', found_at: textOf(DAY_MS), factor: null, confidence: 0.9 },
    ...{ excess: 2000, unit: 'kWh', kwh: { value: 2000, reason: '' }, money: { value: 1200, reason: '' } },
    kgco2e: { value: null, reason: 'no_factor' },
    ...{ verdict, verdict_by: verdict === '' ? null : 'Li Na', verdict_at: verdict === '' ? null : textOf(DAY_MS) },
    verdict_note: '',
  }
}

function found(decided: readonly string[]): AnomaliesAnswer {
  const at = { at: textOf(DAY_MS), from: textOf(-60 * DAY_MS), to: textOf(DAY_MS) }
  const look = { ...at, known_days: 60, left_out: 0, silent: [] }
  return { anomalies: [nightLoad(decided)], next: null, currency: 'CNY', look, reason: '' }
}

function textOf(afterMs: number): string {
  return new Date(START_MS + afterMs).toISOString()
}
