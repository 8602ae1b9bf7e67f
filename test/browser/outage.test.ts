// @module-tag slow

/** Proves what a page says and can do while the gateway is away, and when it is back. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Kolkata',
      lines: [{ id: 'hall' }],
      devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
    },
  ],
}

async function sendReading(gateway: TestGateway): Promise<void> {
  const meter = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-1' })
  const payload = JSON.stringify({ ts: systemClock.nowMs(), metrics: { elec_import_kwh: 1 } })
  await meter.publishAsync('plants/works/hall/main-1/energy', payload, { qos: 1 })
  await settled(gateway)
  await meter.endAsync()
}

describe.runIf(chromiumPath !== null)('a page beside a gateway that is killed', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  const files: string[] = []

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await sendReading(gateway)
    browser = await launchBrowser()
    // Far from the plant: the reader's own zone must not be taken for it.
    ;({ page } = await openPage(browser, { timezoneId: 'America/Los_Angeles' }))
    page.on('requestfinished', (request) => files.push(request.url()))
    await page.goto(gateway.httpUrl)
    await page.locator('.side [data-link="live"]').waitFor()
    // Its zone is known with it.
    await page.locator('[data-plant="works"]').first().waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
  })

  test('has fetched the code of all pages while it had nothing else to do', async () => {
    const pages = ['alarms', 'audit', 'connect', 'device', 'devices', 'energy', 'gateway', 'plant']
    const missing = () => pages.filter((name) => !files.some((url) => url.includes(`/assets/${name}-`)))
    await expect.poll(missing).toEqual([])
  })

  test('opens a page that was never opened, and tells the time of the plant', async () => {
    await gateway.stop('SIGKILL')
    await page.locator('.side [data-link="lost"]').waitFor()
    const banner = page.locator('.banner[role="alert"]')
    expect(await banner.textContent()).toMatch(/Figures stand as of \d\d:\d\d:\d\d UTC\+5:30\./)
    await page.evaluate(() => {
      location.hash = '#/plants/works/energy'
    })
    await page.locator('[data-card="machine-energy"]').waitFor()
    expect(await page.locator('main').textContent()).not.toContain('Failed to fetch')
  })

  test('says that it is connected again', async () => {
    // It is shown for five seconds, from whenever the page finds the gateway again.
    const said = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const seen = new MutationObserver(() => {
            const banner = document.querySelector('.banner[role="status"]')
            if (banner === null) return
            seen.disconnect()
            resolve(banner.textContent)
          })
          seen.observe(document.body, { childList: true, subtree: true, attributes: true })
        }),
    )
    gateway = await gateway.restart()
    expect(await said).toContain('Connected again')
    await page.locator('.banner[role="status"]').waitFor({ state: 'hidden' })
  })

  test('asks the gateway for the time anew where the clock of its machine has jumped, as by a sleep', async () => {
    const greeting = new Promise<string>((resolve) => {
      page.once('websocket', (socket) => socket.once('framereceived', ({ payload }) => resolve(String(payload))))
    })
    await page.evaluate(() => {
      const before = Date.now
      Date.now = () => before() + 8 * 3_600_000
    })
    expect(await greeting).toContain('"server_time"')
    await page.locator('.side [data-link="live"]').waitFor()
  })
})

describe.runIf(chromiumPath !== null)('a card whose question had no answer', () => {
  test('asks again by itself', async () => {
    const gateway = await startGateway({ config })
    await sendReading(gateway)
    const browser = await launchBrowser()
    try {
      const { page } = await openPage(browser)
      const figures = /\/api\/v1\/plants\/works\/kpis\//
      let unanswered = 0
      await page.route(figures, (route) => {
        unanswered++
        return route.abort()
      })
      await page.goto(`${gateway.httpUrl}/#/plants/works?range=24h`)
      const error = page.getByText('The gateway does not answer.').first()
      await error.waitFor()
      expect(unanswered).toBeGreaterThan(0)
      await page.unroute(figures)
      await error.waitFor({ state: 'hidden' })
    } finally {
      await browser.close()
      await gateway.stop()
      removeData(gateway)
    }
  })
})

describe.runIf(chromiumPath !== null)('a page whose code cannot be fetched', () => {
  test('says so in words of a person, and opens by itself when the gateway is back', async () => {
    let gateway = await startGateway({ config })
    const browser = await launchBrowser()
    try {
      const { page } = await openPage(browser)
      await page.route(/assets\/(gateway|alarms|audit|connect|device|devices|energy|plant)-.*\.js/, (route) =>
        route.abort(),
      )
      await page.goto(gateway.httpUrl)
      await page.locator('.side [data-link="live"]').waitFor()
      await gateway.stop('SIGKILL')
      await page.locator('.side [data-link="lost"]').waitFor()
      await page.evaluate(() => {
        location.hash = '#/gateway'
      })
      const error = page.locator('main .error')
      await error.waitFor()
      expect(await error.textContent()).toContain(
        'The gateway does not answer, and this page has not been opened before',
      )
      expect(await error.textContent()).not.toContain('import')
      await page.unrouteAll()
      gateway = await gateway.restart()
      await page.locator('[data-closes]').waitFor()
    } finally {
      await browser.close()
      await gateway.stop('SIGKILL')
      removeData(gateway)
    }
  })
})
