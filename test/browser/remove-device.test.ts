// @module-tag slow

import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { DeviceAnswer, PlantsAnswer } from '../../src/base/wire.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'

const PLANT = { id: 'works', name: {}, timezone: 'UTC', devices: [{ id: 'meter-1', line: 'hall' }] }

describe.runIf(chromiumPath !== null)('a device that should not be there', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [PLANT] } })
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'line' })
    for (const device of ['meter-1', 'metre-1']) {
      const message = { ts: systemClock.nowMs(), metrics: { elec_import_kwh: 1 } }
      await client.publishAsync(`plants/works/hall/${device}/energy`, JSON.stringify(message), { qos: 1 })
    }
    await client.endAsync()
    await until(async () => (await devicesOf()).includes('metre-1'))
    // A message is counted before its readings are in the archive.
    await settled(gateway)
    browser = await launchBrowser()
    ;({ page } = await openPage(browser))
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function devicesOf(): Promise<readonly string[]> {
    const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
    return plants.flatMap(({ lines }) => lines.flatMap(({ devices }) => devices.map(({ id }) => id)))
  }
  const open = (device: string) => page.goto(`${gateway.httpUrl}/#/plants/works/devices/${device}`)
  const dialog = () => page.locator('dialog[open]')

  test('is removed on its page with a reason, after what goes was said; a configured one is not offered', async () => {
    await open('metre-1')
    await page.getByRole('button', { name: 'Remove with its readings…' }).click()
    await dialog()
      .getByText(/^1 readings and all figures/)
      .waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('alert').getByText('Say why').waitFor()
    await dialog().getByLabel('Why').fill('mistyped topic')
    await dialog().getByLabel('Who takes it out').fill('wei')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialogsClosed(page)
    await until(async () => !(await devicesOf()).includes('metre-1'))
    await open('meter-1')
    await page.getByRole('heading', { name: 'meter-1', exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Remove with its readings…' }).count()).toBe(0)
  })

  test('of a configured device a mistyped metric alone is removed, after what goes was said, by the keyboard', async () => {
    const send = async (metrics: object) => {
      const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'line' })
      const message = JSON.stringify({ ts: systemClock.nowMs(), metrics })
      await client.publishAsync('plants/works/hall/meter-1/energy', message, { qos: 1 })
      await client.endAsync()
    }
    const metrics = async () => (await getJson<DeviceAnswer>(gateway, '/api/v1/plants/works/devices/meter-1')).metrics
    await send({ elec_imprt_kwh: 5, elec_export_kw: 1, elec_import_kw: 2 })
    await until(async () => (await metrics()).includes('elec_import_kw'))
    await settled(gateway)
    await open('meter-1')
    const button = page.getByRole('button', { name: 'Remove a metric with its readings…' })
    await button.focus()
    await page.keyboard.press('Enter')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('alert').getByText('Choose the metric.').waitFor()
    await dialog().getByLabel('Metric').selectOption('elec_export_kw')
    await dialog().getByText('Figures are made of it together with elec_import_kw: it stays.').waitFor()
    expect(await dialog().locator('textarea').count()).toBe(0)
    await dialog().getByLabel('Metric').selectOption('elec_imprt_kwh')
    await dialog()
      .getByText(/^1 readings since .* go, out of the record too/)
      .waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await dialog().getByLabel('Why').fill('mistyped')
    await dialog().getByLabel('Who takes it out').fill('wei')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialogsClosed(page)
    await until(async () => !(await metrics()).includes('elec_imprt_kwh'))
    expect(await metrics()).toContain('elec_import_kwh')
  })

  test('a metric is not offered to whoever may not, and says in Chinese why it stays', async () => {
    const other = await openPage(browser, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await other.page.route('**/metrics/forget', (route) =>
      route.fulfill({
        json: {
          metrics: [],
          refused: [{ metric: 'elec_import_kwh', reason: 'reported', report: 'r1 v2' }],
          dry_run: true,
        },
      }),
    )
    await other.page.goto(`${gateway.httpUrl}/#/plants/works/devices/meter-1`)
    await other.page.getByRole('button', { name: '连同读数移除一个测点…' }).click()
    await other.page.locator('dialog[open] select').selectOption('elec_import_kwh')
    await other.page.locator('dialog[open]').getByText('已冻结的报告 r1 v2 以其读数为依据').waitFor()
    expect(await other.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await other.page.context().close()
    const reader = await openPage(browser)
    await reader.page.route('**/api/v1/session', async (route) => {
      const answered = await route.fetch()
      const session = (await answered.json()) as object
      await route.fulfill({
        json: { ...session, name: 'olga', role: 'operator', rights: ['view', 'operate'], required: true },
      })
    })
    await reader.page.goto(`${gateway.httpUrl}/#/plants/works/devices/meter-1`)
    const button = reader.page.getByRole('button', { name: 'Remove a metric with its readings…' })
    expect(await button.getAttribute('data-needs')).toBe('administer')
    await button.dispatchEvent('click')
    expect(await reader.page.locator('dialog[open]').count()).toBe(0)
    await reader.page.context().close()
  })

  test('says in Chinese why it stays, where a frozen report rests on it', async () => {
    const other = await openPage(browser, { locale: 'zh-CN' })
    await other.page.route('**/devices/forget', (route) =>
      route.fulfill({
        json: { devices: [], refused: [{ device: 'stray', reason: 'reported', report: 'r1 v2' }], dry_run: true },
      }),
    )
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'line' })
    const message = { ts: systemClock.nowMs(), metrics: { elec_import_kwh: 1 } }
    await client.publishAsync('plants/works/hall/stray/energy', JSON.stringify(message), { qos: 1 })
    await client.endAsync()
    await until(async () => (await devicesOf()).includes('stray'))
    await other.page.goto(`${gateway.httpUrl}/#/plants/works/devices/stray`)
    await other.page.getByRole('button', { name: '连同读数一起移除…' }).click()
    await other.page.locator('dialog[open]').getByText('已冻结的报告 r1 v2 以其读数为依据').waitFor()
    expect(await other.page.locator('dialog[open] textarea').count()).toBe(0)
    await other.page.context().close()
  })
})
