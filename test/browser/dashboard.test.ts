// @module-tag slow

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'csv-parse/sync'
import mqtt from 'mqtt'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

const LINE = 'plants/works/hall'

const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Shanghai',
      lines: [{ id: 'hall' }],
      devices: [
        { id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
        { id: 'boiler-1', line: 'hall', role: 'stack', metrics: { nox_mgm3: { period_s: 60 } } },
        { id: 'robot-1', line: 'hall', role: 'robot', on_change: true },
      ],
    },
  ],
}

describe.runIf(chromiumPath !== null)('the dashboard in a real browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let meter: mqtt.MqttClient
  let stack: mqtt.MqttClient
  let robot: mqtt.MqttClient
  const complaints: string[] = []

  beforeAll(async () => {
    gateway = await startGateway({ config })
    meter = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-1' })
    stack = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'boiler-1' })
    robot = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'robot-1' })
    browser = await launchBrowser()
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all([meter?.endAsync(), stack?.endAsync(), robot?.endAsync()])
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('shows the line that would fill it while nothing was sent', async () => {
    await page.goto(gateway.httpUrl)
    await page.getByText('mosquitto_pub').first().waitFor()
  })

  test('a value changes because a device published', async () => {
    // Ten minutes of the past, so that the day has a value whatever the time is now.
    const startMs = systemClock.nowMs() - 600_000
    await meterReads(startMs, 1000)
    await meterReads(startMs + 60_000, 1010)
    const value = tileOf('energy_elec_import')
    await expect.poll(() => dataValue(value)).toBeGreaterThan(0)
    const before = await dataValue(value)

    await meterReads(startMs + 120_000, 1030)
    await expect.poll(() => dataValue(value)).toBeGreaterThan(before)
  })

  test('a stack becomes live: the mean of the hour rises with what it measures', async () => {
    const value = tileOf('pollutant_mean_nox')
    // Minutes of the past without a hole: a mean of an hour needs three quarters of its time so far.
    const now = systemClock.nowMs()
    for (let minutes = 3; minutes > 0; minutes--) await stackReads(100, now - minutes * 60_000)
    await pollWhile(
      () => stackReads(100),
      () => dataValue(value),
    ).toBeCloseTo(100)
    await pollWhile(
      () => stackReads(300),
      () => dataValue(value),
    ).toBeGreaterThan(101)
  })

  test('a robot becomes live: it is used as long as it works', async () => {
    const value = tileOf('robot_util_calendar')
    await robotIs('Execute', systemClock.nowMs() - 600_000, 1)
    await pollWhile(
      () => robotIs('Execute', systemClock.nowMs(), 2),
      () => dataValue(value),
    ).toBeCloseTo(1)
    await pollWhile(
      () => robotIs('Aborted', systemClock.nowMs(), 2),
      () => dataValue(value),
    ).toBeLessThan(1)
  })

  test('the page of a plant shows where the time of a robot went and what a stack emits', async () => {
    await page.goto(`${gateway.httpUrl}/#/plants/works`)
    const ofRobot = page.locator('[data-card="robots"] [data-device="robot-1"]')
    await ofRobot.locator('[data-state="PRODUCING"]').waitFor()
    await ofRobot.locator('[data-state="DOWN_FAULT"]').waitFor()
    // Figures of devices are computed from the moment on at which this page asks for them.
    await expect.poll(() => dataValue(ofRobot.locator('[data-kpi="cycles"]'))).toBe(1)
    const ofStack = page.locator('[data-card="stacks"]')
    // An hour that has just begun has no mean without what is measured in it.
    await pollWhile(
      () => stackReads(300),
      () => dataValue(ofStack.locator('[data-pollutant="nox"]')),
    ).toBeGreaterThan(101)
    // No flow is sent, so there is no mass, and the page says why.
    await ofStack.getByText('mass: no data received').waitFor()
  })

  test('what flows into a plant is what the API says of it, and all of it goes somewhere', async () => {
    const flow = page.locator('[data-card="flow"]')
    const amounts = (part: string) => flow.locator(`[data-part="${part}"]`).getAttribute('data-amount').then(Number)
    await flow.locator('[data-part="import"]').waitFor()
    const path = '/api/v1/plants/works/kpis/energy_elec_import/series?window=1h'
    const { points } = (await (await fetch(`${gateway.httpUrl}${path}`)).json()) as { points: { value: number }[] }
    const imported = points.reduce((sum, { value }) => sum + value, 0)
    expect(imported).toBeGreaterThan(0)
    expect(await amounts('import')).toBeCloseTo(imported, 9)
    expect((await amounts('hall')) + (await amounts('unmetered'))).toBeCloseTo(imported, 9)
  })

  test('the page of a plant shows its chart and its devices, in Chinese too, without a complaint', async () => {
    await page.locator('[data-chart]').first().waitFor()
    await page.locator('tr[data-device="main-1"]').waitFor()
    const chinese = await browser.newPage({ locale: 'zh-CN' })
    chinese.on('pageerror', (error) => complaints.push(error.message))
    await chinese.goto(`${gateway.httpUrl}/#/plants/works`)
    await chinese.getByText('外购电量').first().waitFor()
    expect(await chinese.locator('html').getAttribute('lang')).toMatch(/^zh/)
    expect(complaints).toEqual([])
  })

  test('the CSV of a chart has the windows of its table, with the values behind the shown ones', async () => {
    const card = page.locator('[data-chart="energy_elec_import"]')
    await card.getByRole('button', { name: 'Show as a table' }).click()
    await card.locator('tbody tr').first().waitFor()
    const windows = () =>
      card.locator('tbody tr').evaluateAll((all) => all.map((row) => [row.dataset.start, row.dataset.value]))
    const { file, shown } = await savedAsShown(page, card.getByRole('button', { name: 'Save as CSV' }), windows)
    expect(file.suggestedFilename()).toMatch(/^works_energy_elec_import_15m_\d{8}T\d{4}_\d{8}T\d{4}\.csv$/)
    const rows = parse(readFileSync(await file.path()), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map(({ start, value }) => [new Date(start ?? '').toISOString(), value])).toEqual(shown.toReversed())
    await card.getByRole('button', { name: 'Show as a chart' }).click()
  })

  test('the CSV of a report has its figures in their order, with the values behind the shown ones', async () => {
    const report = await browser.newPage({ locale: 'en-US' })
    await report.goto(`${gateway.httpUrl}/#/figures?plant=works`)
    const figures = report.locator('tr[data-figure]')
    await figures.first().waitFor()
    const cells = () =>
      figures.evaluateAll((all) =>
        all.map((row) => [row.dataset.figure, row.querySelector<HTMLElement>('[data-value]')?.dataset.value]),
      )
    const { file, shown } = await savedAsShown(report, report.getByRole('button', { name: 'CSV' }), cells)
    expect(file.suggestedFilename()).toMatch(/^works_report_\d{6}01T0000_\d{6}01T0000\.csv$/)
    const rows = parse(readFileSync(await file.path()), { bom: true, columns: true }) as Record<string, string>[]
    expect(rows.map(({ figure, value }) => [figure, value])).toEqual(shown)
    await report.close()
  })

  test('a chart is zoomed by the keyboard, and the way out leads to the range before', async () => {
    const before = page.url()
    const chart = page.locator('[data-chart="energy_elec_import"] .chart')
    await chart.focus()
    await page.keyboard.press('End')
    await page.locator('[data-chart="energy_elec_import"] [data-reading]').waitFor()
    await page.keyboard.press('+')
    await page.waitForURL(/range=.+\.\./)
    // The address is there before the page has followed it.
    await page.locator('.range-shown').getByText('–').waitFor()
    await page.locator('[data-chart="energy_elec_import"][data-pending="false"]').waitFor()
    await page.keyboard.press('-')
    await page.waitForURL(before)
  })

  test('a device that goes is offline, in words', async () => {
    const row = page.locator('tr[data-device="robot-1"]')
    await row.getByText('online').waitFor()
    await robot.endAsync()
    await row.getByText('offline').waitFor()
  })

  test('a lost connection is said, and the page comes back by itself', async () => {
    await gateway.stop()
    await page.locator('.side [data-link="lost"]').waitFor()
    gateway = await gateway.restart()
    await page.locator('.side [data-link="live"]').waitFor()
  })

  test('after an upgrade an open page still opens the others, though their files have other names', async () => {
    const open = await browser.newPage({ locale: 'en-US' })
    let isBefore = true
    await open.route(/assets\/gateway-.*\.js/, (route) =>
      isBefore ? route.fulfill({ status: 404 }) : route.continue(),
    )
    await open.goto(gateway.httpUrl)
    await open.locator('.side [data-link="live"]').waitFor()
    // The page may ask for its files before it has loaded: they have their new names from its request on.
    open.on('request', (request) => {
      if (request.isNavigationRequest()) isBefore = false
    })
    await open.locator('.side').getByRole('link', { name: 'Gateway' }).click()
    await open.locator('[data-closes]').waitFor()
    expect(isBefore).toBe(false)
    await open.close()
  })

  const tileOf = (kpi: string) => page.locator(`[data-kpi="${kpi}"][data-plant="works"] [data-value]`).first()

  async function publish(device: mqtt.MqttClient, topic: string, ts: number, metrics: object): Promise<void> {
    await device.publishAsync(`${LINE}/${topic}`, JSON.stringify({ ts, metrics }), { qos: 1 })
  }
  const meterReads = (ts: number, kwh: number) => publish(meter, 'main-1/energy', ts, { elec_import_kwh: kwh })
  const stackReads = (mg: number, ts = systemClock.nowMs()) =>
    publish(stack, 'boiler-1/emissions', ts, { nox_mgm3: mg })
  const robotIs = (state: string, ts: number, cycles: number) =>
    publish(robot, 'robot-1/robot', ts, { state, cycle_count: cycles })

  /** Asks again and again while a device goes on sending. */
  function pollWhile(send: () => Promise<void>, value: () => Promise<number>) {
    const sendAndAsk = async () => {
      await send()
      return value()
    }
    return expect.poll(sendAndAsk, { interval: 500 })
  }
})

/** The file that a button saves, and what the page shows beside it: once more where a figure has become another one meanwhile. */
async function savedAsShown<T>(on: Page, button: Locator, shownNow: () => Promise<T>) {
  for (;;) {
    const shown = await shownNow()
    const saved = on.waitForEvent('download')
    await button.click()
    const file = await saved
    if (isDeepStrictEqual(await shownNow(), shown)) return { file, shown }
  }
}

/** The value that an element shows; NaN while it shows none. */
async function dataValue(value: { getAttribute(name: string): Promise<string | null> }): Promise<number> {
  return Number.parseFloat((await value.getAttribute('data-value')) ?? '')
}
