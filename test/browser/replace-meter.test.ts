// @module-tag slow

import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { SeriesAnswer } from '../../src/base/wire.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** Proves that a meter that was exchanged is said so on the page of its device, and that its jump counts no longer. */

const MIDNIGHT_MS = Date.parse('2026-10-05T00:00:00+08:00')
const NOON = 48
/** The new meter begins far above the old one. */
const JUMP_KWH = 50_000

describe.runIf(chromiumPath !== null)('a meter that was exchanged', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    const client = await mqtt.connectAsync(gateway.mqttUrl)
    const samples = Array.from({ length: 97 }, (_, i) => ({
      ts: MIDNIGHT_MS + i * QUARTER_HOUR_MS,
      metrics: { elec_import_kwh: 1000 + i + (i > NOON ? JUMP_KWH : 0) },
    }))
    await client.publishAsync('plants/works/hall/main-1/energy', JSON.stringify(samples), { qos: 1 })
    await client.endAsync()
    await settled(gateway)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const open = async (locale: string, width: number) => {
    ;({ page, complaints } = await openPage(browser, { locale, viewport: { width, height: 900 } }))
    await page.goto(`${gateway.httpUrl}/#/plants/works/devices/main-1`)
  }
  const dialog = () => page.locator('dialog[open]')
  const day = async () => {
    const span = 'from=2026-10-04T16:00:00Z&to=2026-10-05T16:00:00Z'
    const path = `/api/v1/plants/works/kpis/energy_elec_import/series?window=1d&${span}`
    return (await getJson<SeriesAnswer>(gateway, path)).points[0]?.value ?? 0
  }

  test('is put on record by its form, and its jump is consumption no more', async () => {
    expect(await day()).toBeGreaterThan(JUMP_KWH)
    await open('en-US', 1440)
    await page.getByRole('button', { name: 'Its meter was exchanged…' }).click()
    expect(await seriousFaults(page)).toEqual([])
    await dialog().getByLabel('When').fill('2099-01-01T00:00')
    await dialog().getByRole('button', { name: 'Put on record' }).click()
    await dialog().getByRole('alert').getByText('an instant not after').waitFor()
    await dialog().getByLabel('Register').selectOption('elec_import_kwh')
    await dialog().getByLabel('When').fill('2026-10-05T12:10')
    await dialog().getByLabel('In words').fill('A-17 gave way to B-2')
    await page.keyboard.press('Enter')
    await dialogsClosed(page)
    await until(async () => (await day()) < 100)
    expect(complaints.filter((one) => !one.includes('400'))).toEqual([])
    await page.context().close()
  })

  test('is asked for in Chinese on a phone', async () => {
    await open('zh-CN', 390)
    await page.getByRole('button', { name: '更换了仪表…' }).click()
    await dialog().getByText('main-1 更换了仪表').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
