// @module-tag slow

import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { PlantsAnswer } from '../../src/base/wire.js'
import type { RemovalsAnswer } from '../../src/views/wire/removals.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

const PHONE = { viewport: { width: 390, height: 844 }, locale: 'zh-CN' }

describe.runIf(chromiumPath !== null)('a plant that should not be there', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    await send('works/hall/main-1', 'old/hall/meter-1', 'old/hall/meter-2', 'kept/hall/meter-1')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function send(...paths: readonly string[]): Promise<void> {
    const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'line' })
    for (const path of paths) {
      const message = { ts: systemClock.nowMs(), metrics: { elec_import_kwh: 1 } }
      await client.publishAsync(`plants/${path}/energy`, JSON.stringify(message), { qos: 1 })
    }
    await client.endAsync()
    const plants = new Set(paths.map((path) => path.split('/')[0]!))
    await until(async () => (await plantsOf()).filter((id) => plants.has(id)).length === plants.size)
    // A message is counted before its readings are in the archive.
    await settled(gateway)
  }
  async function plantsOf(): Promise<readonly string[]> {
    const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
    return plants
      .filter(({ lines }) => lines.some(({ devices }) => devices.some((d) => d.messages > 0)))
      .map((p) => p.id)
  }
  const open = (page: Page, place: string) => page.goto(`${gateway.httpUrl}/#${place}`)
  const dialog = (page: Page) => page.locator('dialog[open]')
  const remove = (page: Page) => page.getByRole('button', { name: 'Remove the plant with its data…' })
  const row = (page: Page, plant: string) => page.locator(`[data-plant="${plant}"]`)

  test('is left alone when somebody cancels, and goes from its line in the list by the keyboard, after its id was typed', async () => {
    const { page, complaints } = await openPage(browser)
    const missing: string[] = []
    page.on('response', (answer) => {
      if (answer.status() === 404) missing.push(new URL(answer.url()).pathname)
    })
    await open(page, '/')
    await row(page, 'old').getByRole('button', { name: 'Remove…: old' }).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByText('2 devices with 2 readings').waitFor()
    await dialog(page).getByText('The oldest reading is of').waitFor()
    await page.keyboard.press('Escape')
    await dialogsClosed(page)
    expect(await plantsOf()).toContain('old')
    expect(await row(page, 'works').getByRole('button', { name: 'Remove…' }).count()).toBe(0)
    await page.keyboard.press('Enter')
    await dialog(page).getByText('2 devices with 2 readings').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await dialog(page).getByLabel('Why').fill('demo plant')
    await dialog(page).getByLabel('Who takes it out').fill('wei')
    await dialog(page).getByLabel('Type old to confirm').fill('odl')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('alert').getByText('Type old: it says that you mean this plant.').waitFor()
    await dialog(page).getByLabel('Type old to confirm').fill('old')
    await page.keyboard.press('Enter')
    await page.getByText('Plant old is gone.').waitFor()
    expect(new URL(page.url()).hash).not.toContain('old')
    expect(await plantsOf()).not.toContain('old')
    expect(await getJson<RemovalsAnswer>(gateway, '/api/v1/plants/old/removals')).toEqual({ going: [], failed: [] })
    // The page may still ask for a figure of the plant when that has just gone.
    expect(missing.filter((path) => !path.startsWith('/api/v1/plants/old/'))).toEqual([])
    expect(complaints.filter((one) => !one.includes('404'))).toEqual([])
    await page.context().close()
  })

  test('says while it goes how far that is and what it waits for, and of one that is unknown that it is', async () => {
    const { page } = await openPage(browser)
    const going = { at: null, devices: 2, days: 3, readings: 4000, waits: 'a report is being frozen' }
    await page.route('**/plants/ghost/removals', (route) => route.fulfill({ json: { going: [going], failed: [] } }))
    await open(page, '/plants/ghost')
    await page.getByText('2 devices: 3 days of the archive done, 4,000 readings gone from it.').waitFor()
    await page.getByText('a report is being frozen').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await open(page, '/plants/nobody')
    await page.getByText('There is no such plant').waitFor()
    await page.context().close()
  })

  test('says device by device why something stays, and asks nothing where all of it does', async () => {
    const { page } = await openPage(browser, PHONE)
    const refused = [
      { device: 'meter-1', reason: 'reported', report: 'r1 v2' },
      { device: 'meter-2', reason: 'configured' },
    ]
    await page.route('**/plants/kept/devices/forget', (route) =>
      route.fulfill({ json: { devices: [], refused, dry_run: true } }),
    )
    await open(page, '/plants/kept')
    await page.getByRole('button', { name: '连同数据移除该工厂…' }).click()
    await dialog(page).locator('[data-stays="reported"]').getByText('已冻结的报告 r1 v2 以其读数为依据').waitFor()
    await dialog(page).locator('[data-stays="configured"]').getByText('meter-2').waitFor()
    expect(await dialog(page).locator('input, textarea').count()).toBe(0)
    const fits = () => document.documentElement.scrollWidth <= innerWidth
    expect(await page.evaluate(fits)).toBe(true)
    expect(await seriousFaults(page)).toEqual([])
    await dialog(page).getByRole('button', { name: '永久移除' }).click()
    await dialog(page).getByRole('alert').getByText('目前没有可以删除的内容').waitFor()
    expect(await plantsOf()).toContain('kept')
    await page.context().close()
  })

  test('tells whoever may not who can, and opens nothing', async () => {
    const { page } = await openPage(browser)
    const session = { required: true, name: 'olga', role: 'operator', rights: ['view', 'operate'] }
    await page.route('**/api/v1/session', (route) => route.fulfill({ json: session }))
    await open(page, '/plants/kept')
    await remove(page).waitFor()
    expect(await remove(page).getAttribute('aria-disabled')).toBe('true')
    await remove(page).click({ force: true })
    await page.locator('.notice:not([hidden])').waitFor()
    expect(await dialog(page).count()).toBe(0)
    await open(page, '/plants/works')
    await page.getByRole('heading', { name: 'The works' }).first().waitFor()
    expect(await page.getByText('This plant is in the configuration').count()).toBe(0)
    await page.context().close()
  })

  test('leaves the configuration first, with a preview, where it is in it; so does a device', async () => {
    const { page, complaints } = await openPage(browser)
    await open(page, '/plants/works/devices/main-1')
    await page.locator('[data-remove="configured"]').getByText('A device whose past is to stay').waitFor()
    await page.getByRole('link', { name: 'To the configuration' }).click()
    const ofDevice = page.getByRole('button', { name: 'Remove: main-1', exact: true })
    await expect.poll(() => ofDevice.evaluate((one) => one === document.activeElement)).toBe(true)
    await open(page, '/plants/works')
    await page.getByText('This plant is in the configuration').waitFor()
    expect(await remove(page).count()).toBe(0)
    await page.getByRole('link', { name: 'To the configuration' }).click()
    const ofPlant = page.getByRole('button', { name: 'Remove: works', exact: true })
    await expect.poll(() => ofPlant.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('button', { name: 'Take over' }).click()
    await ofPlant.waitFor({ state: 'detached' })
    await open(page, '/plants/works')
    await remove(page).click()
    await dialog(page).getByText('1 device with 1 reading and all figures').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
