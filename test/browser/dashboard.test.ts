import mqtt from 'mqtt'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { findServer } from '../support/servers.js'

const executablePath = findServer('chromium')
const TOPIC = 'plants/works/hall/main-1/energy'

const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Shanghai',
      lines: [{ id: 'hall' }],
      devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
    },
  ],
}

describe.runIf(executablePath !== null)('the dashboard in a real browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let device: mqtt.MqttClient
  const complaints: string[] = []

  beforeAll(async () => {
    gateway = await startGateway({ config })
    device = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-1' })
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    })
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  })

  afterAll(async () => {
    await browser?.close()
    await device?.endAsync()
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
    await publish(startMs, 1000)
    await publish(startMs + 60_000, 1010)
    const value = page.locator('[data-kpi="energy_elec_import"][data-plant="works"] [data-value]').first()
    await expect.poll(() => dataValue(value), { timeout: 20_000 }).toBeGreaterThan(0)
    const before = await dataValue(value)

    await publish(startMs + 120_000, 1030)
    await expect.poll(() => dataValue(value), { timeout: 20_000 }).toBeGreaterThan(before)
  })

  test('the page of a plant shows its chart and its devices, in Chinese too, without a complaint', async () => {
    await page.goto(`${gateway.httpUrl}/#/plants/works`)
    await page.locator('[data-chart]').first().waitFor()
    await page.locator('tr[data-device="main-1"]').waitFor()
    const chinese = await browser.newPage({ locale: 'zh-CN' })
    chinese.on('pageerror', (error) => complaints.push(error.message))
    await chinese.goto(`${gateway.httpUrl}/#/plants/works`)
    await chinese.getByText('外购电量').first().waitFor()
    expect(await chinese.locator('html').getAttribute('lang')).toMatch(/^zh/)
    expect(complaints).toEqual([])
  })

  test('a lost connection is said, and the page comes back by itself', async () => {
    await gateway.stop()
    await page.locator('.side [data-link="lost"]').waitFor({ timeout: 20_000 })
    gateway = await gateway.restart()
    await page.locator('.side [data-link="live"]').waitFor({ timeout: 30_000 })
  })

  async function publish(ts: number, kwh: number): Promise<void> {
    await device.publishAsync(TOPIC, JSON.stringify({ ts, metrics: { elec_import_kwh: kwh } }), { qos: 1 })
  }
})

async function dataValue(value: { getAttribute(name: string): Promise<string | null> }): Promise<number> {
  return Number(await value.getAttribute('data-value'))
}
