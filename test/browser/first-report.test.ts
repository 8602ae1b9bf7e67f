import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { zoneOfNoon } from '../support/noon.js'
import { WORKS } from '../support/works.js'

/** Proves that on the day on which a plant begins the dialog of a new report says from when on there is something to report. */

const LOOKS = [
  { locale: 'en-US', viewport: { width: 1440, height: 900 }, open: 'New report', said: 'made today it would be empty' },
  { locale: 'zh-CN', viewport: { width: 390, height: 844 }, open: '新建报告', said: '今天生成的报告是空的' },
] as const

const timezone = zoneOfNoon()

describe.runIf(chromiumPath !== null)('a report on the first day', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [{ ...WORKS, timezone }] } })
    const device = await mqtt.connectAsync(gateway.mqttUrl)
    const message = JSON.stringify({ metrics: { elec_import_kwh: 100 } })
    await device.publishAsync('plants/works/hall/main-1/energy', message, { qos: 1 })
    await device.endAsync()
    await settled(gateway)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test.each(LOOKS)('is offered for the first whole day, $locale', async ({ locale, viewport, open, said }) => {
    const { page, complaints } = await openPage(browser, { locale, viewport })
    await page.goto(`${gateway.httpUrl}/#/reports`)
    await page.getByRole('button', { name: open, exact: true }).focus()
    await page.keyboard.press('Enter')
    const note = page.locator('dialog[open] [data-note="first-day"]')
    await note.getByText(said).waitFor()
    const tomorrow = dayOfPlant(systemClock.nowMs() + 86_400_000)
    const days = page.locator('dialog[open] input[type="date"]')
    expect(await days.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).toEqual([
      tomorrow,
      tomorrow,
    ])
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

function dayOfPlant(ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(ms)
}
