import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDeviceCommand } from '../../src/commands/device/device.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { runCommand } from '../support/command.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** Proves that an engineer sees on the page of the devices why a device does not show up. */

const SHOTS = process.env.NEWCOMERS_SHOTS

describe.runIf(chromiumPath !== null)('a client that is not let in', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    const file = join(gateway.dir, 'greengauge.yaml')
    const added = ['device', 'add', 'works/hall/robot-1', '--client', 'plc-7', '--config', file]
    expect((await runCommand(addDeviceCommand, added)).code).toBe(0)
    browser = await launchBrowser()
    await until(() => gateway.log().includes('credentials of clients'))
    await connect('plc-7', { username: 'plc-7', password: 'a-wrong-token' })
    await connect('x'.repeat(300), {})
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function connect(clientId: string, shown: object): Promise<void> {
    const client = mqtt.connectAsync(gateway.mqttUrl, { clientId, reconnectPeriod: 0, ...shown })
    await expect(client).rejects.toThrow()
  }

  test.each([
    ['en-US', 1440, 'wrong credential, or none issued · its token is wrong or has expired', 'Issue a credential'],
    ['zh-CN', 390, '凭据错误或尚未签发 · 其令牌错误或已过期', '以此客户端标识签发凭据'],
  ])('is listed with from where, how often and why (%s)', async (locale, width, why, issue) => {
    const { page, complaints } = await openPage(browser, { locale, viewport: { width, height: 900 } })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const row = page.locator('[data-card=refused] [data-client=plc-7]')
    await row.waitFor()
    const text = (await row.textContent()) ?? ''
    expect(text).toContain('127.0.0.1')
    expect(text).toContain(why)
    await row.getByText(issue).click()
    expect(await row.locator('code').textContent()).toContain('--client plc-7')
    await page.locator('[data-card=refused] [data-client]').nth(1).waitFor()
    expect(await page.locator('[data-card=refused] [data-client]').count()).toBe(2)
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/refused-${locale}.png` })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
