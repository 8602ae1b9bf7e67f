import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { zoneOfNoon } from '../support/noon.js'

const MINUTE = 60_000

const plant = (id: string, budget?: number) => ({
  id,
  name: { en: id },
  timezone: zoneOfNoon(),
  lines: [{ id: 'hall' }],
  devices: [{ id: `main-${id}`, line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
  targets: budget === undefined ? [] : [{ kpi: 'energy_elec_import', window: '1d', budget }],
  alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
})

describe.runIf(chromiumPath !== null)('the overview in a real browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [plant('calm'), plant('busy', 1)] } })
    browser = await launchBrowser()
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(gateway.httpUrl)
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const plants = () =>
    page.locator('.plant-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-plant')))
  const tile = () => page.locator('[data-kpi="energy_elec_import"][data-plant="busy"]')

  test('says that nothing needs a person, with the plants as configured', async () => {
    await page.getByText('Nothing needs a person').waitFor()
    await expect.poll(plants).toEqual(['calm', 'busy'])
    // Text that is read aloud by itself has no figure in it that runs.
    const aloud = await page.locator('.well').locator('[role="status"], [aria-live]').allTextContents()
    expect(aloud).toEqual(['Nothing needs a person'])
  })

  test('a budget that is used up is the first row, and its plant the first of all', async () => {
    const meter = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-busy' })
    const startMs = systemClock.nowMs() - 3 * MINUTE
    for (const [i, kwh] of [1000, 1100, 1200, 1300].entries()) {
      const message = JSON.stringify({ ts: startMs + i * MINUTE, metrics: { elec_import_kwh: kwh } })
      await meter.publishAsync('plants/busy/hall/main-busy/energy', message, { qos: 1 })
    }
    await meter.endAsync()
    await page.locator('.needs-row').getByText('Budget used up').waitFor()
    await expect.poll(plants).toEqual(['busy', 'calm'])
    await expect.poll(() => tile().getAttribute('class')).toContain('is-alarm')
  })

  test('its text leads to what is known of it', async () => {
    await page.locator('.needs-what').click()
    await page.locator('.alarm-detail h2').getByText('Budget used up').waitFor()
    await page.goto(`${gateway.httpUrl}/#/`)
    await page.locator('.needs-row').waitFor()
  })

  test('a wall shows a minor alarm and does not stay for it, and Esc leaves it', async () => {
    await page.keyboard.press('w')
    await page.locator('[data-wall-plant]').waitFor()
    expect(await page.locator('.wall-head .severity-count').count()).toBe(1)
    expect(await page.getByText('stays while an alarm needs a person').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.locator('.needs-row').waitFor()
  })

  test('nobody acknowledges without a name: the button leads to where it is said', async () => {
    await page.locator('.needs-ack').press('Enter')
    await page.locator('.alarm-detail .alarm-who').waitFor()
    await page.evaluate(() => localStorage.setItem('greengauge.operator', 'Li Wei'))
    await page.goto(`${gateway.httpUrl}/#/`)
    await page.reload()
    await page.locator('button.needs-ack').waitFor()
  })

  test('it is acknowledged by keyboard: the row stays under the focus and goes with it', async () => {
    await page.locator('.needs-what').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('.needs-row.is-done').waitFor()
    expect(await page.locator('.needs-ack:focus').textContent()).toContain('Acknowledged')
    await expect.poll(() => tile().getAttribute('class')).toContain('is-acked')
    const { items } = await getJson<AlarmsAnswer>(gateway, '/api/v1/alarms')
    expect(items.map(({ acked_by }) => acked_by)).toEqual(['Li Wei'])
    await page.keyboard.press('Tab')
    await page.getByText('Nothing needs a person').waitFor()
    expect(complaints).toEqual([])
  })

  test('says that the simulated devices have ended, in a demo where they have', async () => {
    await page.route('**/api/v1/gateway', async (route) => {
      const answer = (await (await route.fetch()).json()) as object
      await route.fulfill({ json: { ...answer, simulated: ['calm'], simulators_ended: 1 } })
    })
    await page.reload()
    await page.locator('[data-card="simulators-ended"]').getByText('exit code 1').waitFor()
    await page.unroute('**/api/v1/gateway')
    await page.reload()
    await page.getByText('Nothing needs a person').waitFor()
    expect(await page.locator('[data-card="simulators-ended"]').count()).toBe(0)
  })
})
