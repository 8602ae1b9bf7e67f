// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { freePort, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { RobotServer } from '../support/robot-server.js'
import { findServer } from '../support/servers.js'
import { openConfiguration } from '../support/works.js'

/** Proves the test buttons of stores and channels on the page of the configuration, in both languages. */

const SHOTS = process.env.SECTIONS_SHOTS
const PASSWORD = 'a-secret-of-the-admin'
const TOKEN = 'a-token-of-the-hook'
const influxdPath = findServer('influxd')

describe.runIf(chromiumPath !== null && influxdPath !== null)('test buttons', () => {
  let gateway: TestGateway
  let browser: Browser
  let server: Influxd
  let robots: RobotServer
  let file: string

  beforeAll(async () => {
    server = await startInfluxd(influxdPath ?? '', { auth: { username: 'admin', password: PASSWORD } })
    robots = await RobotServer.start({ secret: 'SEC', token: TOKEN })
    const hook = { id: 'lead', type: 'webhook', url: `http://127.0.0.1:${robots.port}/hook`, token: TOKEN }
    gateway = await startGateway({ config: { store: [{ type: 'duckdb' }], notify: { channels: [hook] } } })
    file = join(gateway.dir, 'greengauge.yaml')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    await robots?.close()
    await server?.remove()
    if (gateway !== undefined) removeData(gateway)
  })

  const control = (page: Page, field: string) => page.locator(`#setting-${field}`)
  const shot = async (page: Page, name: string) => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/trial-${name}.png` })
  }
  async function openStore(page: Page, of: { url: string; password: string }): Promise<void> {
    await page.locator('[data-adds="store"]').click()
    await page.locator('dialog[open] form').waitFor()
    const typed = { name: 'central', url: of.url, database: 'gauge', username: 'admin', password: of.password }
    for (const [field, text] of Object.entries(typed)) await control(page, field).fill(text)
  }
  const linesOf = (page: Page) => page.locator('dialog[open] .trial-result li').allTextContents()

  test('a store is written to as it is typed, and nothing is saved', async () => {
    const { page, complaints } = await openConfiguration(browser, gateway)
    const before = readFileSync(file, 'utf8')
    await openStore(page, { url: server.url, password: PASSWORD })
    await page.locator('dialog[open]').getByRole('button', { name: 'Test' }).click()
    await expect.poll(() => linesOf(page)).toHaveLength(4)
    const [reached, ...others] = await linesOf(page)
    expect(reached).toMatch(/The server lets us in · InfluxDB 1\.\S+ · the database was missing and has been made/)
    expect(others.map((line) => line.replace('Well: ', '').trim())).toEqual([
      'A point was written',
      'It was read',
      'It was deleted again',
    ])
    expect(await seriousFaults(page)).toEqual([])
    await shot(page, 'store-en')
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a wrong password, nobody there and a rule are told in Chinese, on a phone', async () => {
    const { page } = await openConfiguration(browser, gateway, 'zh-CN', 390)
    await openStore(page, { url: server.url, password: 'a-wrong-secret' })
    const press = () => page.locator('dialog[open]').getByRole('button', { name: '测试' }).click()
    await press()
    await expect.poll(() => linesOf(page)).toHaveLength(1)
    const said = (await linesOf(page))[0]
    expect(said).toContain('服务器不可用')
    expect(said).toContain('用户名或密码被拒绝（username、password_file）：authorization failed')
    await shot(page, 'store-zh')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await control(page, 'url').fill(`http://127.0.0.1:${await freePort()}`)
    await press()
    await expect.poll(() => linesOf(page)).toEqual([expect.stringContaining('服务器没有应答（url）')])
    await control(page, 'timeout_s').fill('9000')
    await press()
    const about = page.locator('#setting-timeout_s-about.setting-problem')
    await expect.poll(() => about.textContent()).toContain('太大')
    await page.context().close()
  })

  test('a channel is tested where it is changed', async () => {
    const { page } = await openConfiguration(browser, gateway)
    const row = page.locator('.config-section li', { hasText: 'lead' })
    await row.getByRole('button', { name: /^Test/ }).click()
    await expect.poll(() => row.locator('.trial-result').textContent()).toContain('The test message arrived')
    expect(robots.at('/hook')).toHaveLength(1)
    await shot(page, 'channel-en')
    await page.context().close()
  })
})
