// @module-tag slow

import { connect as connectTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFrame } from '../../src/base/hj212/frame.js'
import { addDeviceCommand } from '../../src/commands/device/device.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { runCommand } from '../support/command.js'
import { freePort, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** Proves that an engineer sees on the page of the devices why a device does not show up. */

const MN = '010000A8900016F000169DC0'
const SHOTS = process.env.NEWCOMERS_SHOTS

describe.runIf(chromiumPath !== null)('a client that is not let in', () => {
  let gateway: TestGateway
  let browser: Browser
  let logger: Socket
  let hj212Port: number

  beforeAll(async () => {
    hj212Port = await freePort()
    const stations = [{ mn: MN, plant: 'works', line: 'hall', device: 'stack-1', password: '123456' }]
    gateway = await startGateway({ config: { plants: [WORKS], hj212: { port: hj212Port, stations } } })
    const file = join(gateway.dir, 'greengauge.yaml')
    const added = ['device', 'add', 'works/hall/robot-1', '--client', 'plc-7', '--config', file]
    expect((await runCommand(addDeviceCommand, added)).code).toBe(0)
    browser = await launchBrowser()
    await until(() => gateway.log().includes('credentials of clients'))
    await connect('plc-7', { username: 'plc-7', password: 'a-wrong-token' })
    await connect('x'.repeat(300), {})
    logger = connectTcp(hj212Port, '127.0.0.1')
    logger
      .on('error', () => {})
      .write(
        writeFrame(
          `QN=20260101000000000;ST=31;CN=2011;PW=999999;MN=${MN};Flag=5;CP=&&DataTime=20260101000000&&`,
          'upper',
        ),
      )
  })
  afterAll(async () => {
    logger?.destroy()
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function connect(clientId: string, shown: object): Promise<void> {
    const client = mqtt.connectAsync(gateway.mqttUrl, { clientId, reconnectPeriod: 0, ...shown })
    await expect(client).rejects.toThrow()
  }

  test.each([
    [
      'en-US',
      1440,
      'wrong credential, or none issued · its token is wrong or has expired',
      'Issue a credential',
      'wrong PW',
    ],
    ['zh-CN', 390, '凭据错误或尚未签发 · 其令牌错误或已过期', '以此客户端标识签发凭据', 'PW 错误'],
  ])('is listed with from where, how often and why (%s)', async (locale, width, why, issue, wrong) => {
    const { page, complaints } = await openPage(browser, { locale, viewport: { width, height: 900 } })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const row = page.locator('[data-card=refused] [data-client=plc-7]')
    await row.waitFor()
    const text = (await row.textContent()) ?? ''
    expect(text).toContain('127.0.0.1')
    expect(text).toContain(why)
    await row.getByText(issue).click()
    expect(await row.locator('code').textContent()).toContain('--client plc-7')
    const station = page.locator('[data-card=refused] [data-client="HJ 212"]')
    await station.getByText(wrong, { exact: true }).waitFor()
    expect(await station.textContent()).toContain('127.0.0.1')
    expect(await page.locator('[data-card=refused] [data-client]').count()).toBe(3)
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/refused-${locale}.png` })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
