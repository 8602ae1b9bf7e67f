// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { RobotServer } from '../support/robot-server.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves of forms that the schema describes what is not the same for all: `every-form` has the rest. */

const SHOTS = process.env.SECTIONS_SHOTS
const TOKEN = 'a-token-9f8e7d6c5b4a'
const stack = { id: 'boiler-1', line: 'hall', role: 'stack' }
const periods = [{ name: 'flat', price_per_kwh: 0.7, from: '00:00', to: '24:00' }]
const tariff = { id: 'js.2026', valid_from: '2026-01-01', currency: 'CNY', periods }
const plants = [{ ...WORKS, grid_region: 'CN-JS', devices: [...WORKS.devices, stack] }]

const HOLIDAYS =
  'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104\r\nSUMMARY:元旦\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const control = (page: Page, field: string) => page.locator(`#setting-${field}`)

describe.runIf(chromiumPath !== null)('forms that the schema describes', () => {
  let gateway: TestGateway
  let browser: Browser
  let file: string
  let robots: RobotServer

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants, store: [{ type: 'duckdb' }] } })
    file = join(gateway.dir, 'greengauge.yaml')
    robots = await RobotServer.start({ secret: 'SEC', token: TOKEN })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    await robots?.close()
    if (gateway !== undefined) removeData(gateway)
  })

  const opened = (locale?: string, width?: number) => openConfiguration(browser, gateway, locale, width)
  const section = (page: Page, title: string) =>
    page.locator('.config-section').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
  const add = async (page: Page, title: string) => {
    await section(page, title)
      .getByRole('button', { name: /^(Add|添加)/ })
      .click()
    await page.locator('dialog[open] form').waitFor()
  }
  const preview = (page: Page, word = 'Preview') => button(page, word).and(page.locator('dialog *')).click()
  const inFile = (path: readonly (string | number)[]) =>
    path.reduce<unknown>(
      (here, part) => (here as Record<string | number, unknown>)?.[part],
      parse(readFileSync(file, 'utf8')),
    )

  test('a channel is in force at once, and its test message goes out without a start', async () => {
    const { page } = await opened()
    await add(page, 'Notification channels')
    await control(page, 'id').fill('at-once')
    await control(page, 'url').fill(`http://127.0.0.1:${robots.port}/hook`)
    await control(page, 'token').fill(TOKEN)
    await preview(page)
    const row = page.locator('dialog .row', { hasText: 'notify' })
    await expect.poll(() => row.textContent()).toContain('from now on')
    await button(page, 'Take over').click()
    await dialogsClosed(page)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    const channel = page.locator('[data-channel=at-once]')
    await channel.getByRole('button').click()
    await expect.poll(() => channel.locator('.alarm-tested').textContent()).toContain('Arrived')
    expect(robots.at('/hook').map(({ body }) => body.channel)).toEqual(['at-once'])
    await page.context().close()
  })

  test('a secret is hidden while it is typed, and shown to whoever wants to see it', async () => {
    const { page } = await opened('zh-CN', 390)
    await add(page, '通知渠道')
    await control(page, 'token').fill(TOKEN)
    expect(await control(page, 'token').getAttribute('type')).toBe('password')
    expect(await control(page, 'url').getAttribute('type')).toBe('password')
    expect(await control(page, 'id').getAttribute('type')).not.toBe('password')
    const secret = page.locator('.setting-secret').filter({ has: control(page, 'token') })
    await secret.getByRole('button', { name: '显示' }).click()
    expect(await control(page, 'token').getAttribute('type')).toBe('text')
    expect(await control(page, 'token').inputValue()).toBe(TOKEN)
    expect(await seriousFaults(page)).toEqual([])
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/secret-zh.png` })
    await page.context().close()
  })

  test('a change of one setting leaves the others of its element as they stand in the file', async () => {
    const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
    const added = await fetch(`${gateway.httpUrl}/api/v1/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ edits: [{ op: 'add', path: ['plants', 'works', 'tariffs'], value: tariff }] }),
    })
    expect(added.status).toBe(200)
    const { page } = await opened()
    const before = readFileSync(file, 'utf8')
    await section(page, 'Tariffs')
      .getByRole('button', { name: /^Change/ })
      .click()
    await control(page, 'periods-0-price_per_kwh').fill('0.72')
    await preview(page)
    await button(page, 'Take over').click()
    await dialogsClosed(page)
    expect(readFileSync(file, 'utf8')).toBe(before.replace('price_per_kwh: 0.7', 'price_per_kwh: 0.72'))
    await page.context().close()
  })

  test('holidays of a calendar file come with a preview, once', async () => {
    const { page } = await opened('zh-CN', 390)
    const chooser = section(page, '日历').locator('input[type=file]')
    const holidays = { name: 'holidays.ics', mimeType: 'text/calendar', buffer: Buffer.from(HOLIDAYS) }
    await chooser.setInputFiles(holidays)
    await page.locator('.difference .is-added').first().waitFor()
    await button(page, '采用').click()
    await dialogsClosed(page)
    expect(inFile(['plants', 0, 'calendar', 0])).toEqual({
      ...{ date: '2027-01-01', to: '2027-01-03', name: '元旦', planned_stop: true },
    })
    await section(page, '日历').getByText('元旦').waitFor()
    await chooser.setInputFiles(holidays)
    await page.getByText('文件中没有日历里尚未包含的全天日期。').waitFor()
    await page.context().close()
  })

  test('are read and used in Chinese on a phone', async () => {
    const { page } = await opened('zh-CN', 390)
    await add(page, '电价')
    await button(page, '再加一项: 时段').click()
    await control(page, 'currency').fill('yuan')
    await preview(page, '预览')
    const about = page.locator('#setting-currency-about.setting-problem')
    await expect.poll(() => about.textContent()).toContain('货币写成 CNY 这样的三个大写字母')
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/tariff-zh.png`, fullPage: true })
    await page.context().close()
  })
})
