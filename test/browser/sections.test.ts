// @module-tag slow

import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { RobotServer } from '../support/robot-server.js'
import { SECTION_FORMS, type SectionForm } from '../support/section-forms.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves each form that the schema describes: good, wrong, in conflict and read only, in both languages. */

const SHOTS = process.env.SECTIONS_SHOTS
const TOKEN = 'a-token-9f8e7d6c5b4a'
const stack = { id: 'boiler-1', line: 'hall', role: 'stack' }
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
  const fill = async (page: Page, { good, chosen = [], rows }: SectionForm) => {
    if (rows !== undefined) await button(page, rows).click()
    for (const [field, text] of good) await control(page, field).fill(text)
    for (const [field, word] of chosen) await control(page, field).selectOption(word)
  }
  const preview = (page: Page, word = 'Preview') => button(page, word).and(page.locator('dialog *')).click()
  const inFile = (path: readonly (string | number)[]) =>
    path.reduce<unknown>(
      (here, part) => (here as Record<string | number, unknown>)?.[part],
      parse(readFileSync(file, 'utf8')),
    )

  test.each(SECTION_FORMS)('$title: wrong at the field, then right and in the file', async (form) => {
    const { page, complaints } = await opened()
    await add(page, form.title)
    expect(await seriousFaults(page)).toEqual([])
    await fill(page, form)
    const [field, text, said] = form.wrong
    const right = await control(page, field).inputValue()
    await control(page, field).fill(text)
    await preview(page)
    const about = page.locator(`#setting-${field}-about.setting-problem`)
    await expect.poll(() => about.textContent()).toContain(said)
    expect(await control(page, field).getAttribute('aria-invalid')).toBe('true')
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${form.path.join('-')}-en.png` })
    await control(page, field).fill(right)
    await preview(page)
    await button(page, 'Take over').click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(inFile(form.path)).toMatchObject(form.written)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a channel is in force at once, and its test message goes out without a start', async () => {
    const { page } = await opened()
    await add(page, 'Notification channels')
    await control(page, 'id').fill('at-once')
    await control(page, 'url').fill(`http://127.0.0.1:${robots.port}/hook`)
    await control(page, 'token').fill(TOKEN)
    await preview(page)
    const row = page.locator('dialog .row', { hasText: 'notify.channels[at-once]' })
    await expect.poll(() => row.textContent()).toContain('from now on')
    await button(page, 'Take over').click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
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
    const { page } = await opened()
    const before = readFileSync(file, 'utf8')
    await section(page, 'Tariffs')
      .getByRole('button', { name: /^Change/ })
      .click()
    await control(page, 'periods-0-price_per_kwh').fill('0.72')
    await preview(page)
    await button(page, 'Take over').click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
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
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(inFile(['plants', 0, 'calendar', 1])).toEqual({
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

  test('tell the second of two what the first has changed', async () => {
    const { page } = await opened()
    const form = SECTION_FORMS[3]!
    await add(page, form.title)
    await fill(page, { ...form, good: form.good.map(([field, text]) => [field, field === 'id' ? 'own.second' : text]) })
    await preview(page)
    await button(page, 'Take over').waitFor()
    const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
    await fetch(`${gateway.httpUrl}/api/v1/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ edits: [{ op: 'set', path: ['plants', 'works', 'employees'], value: 7 }] }),
    })
    await button(page, 'Take over').click()
    await page.getByText('plants[works].employees').waitFor()
    expect(readFileSync(file, 'utf8')).not.toContain('own.second')
    await page.context().close()
  })

  test('show the text to put there where the file is read only', async () => {
    chmodSync(file, 0o444)
    const { page } = await opened()
    await add(page, 'Shifts')
    await fill(page, {
      ...SECTION_FORMS[0]!,
      good: [
        ['name', 'night'],
        ['start', '22:00'],
        ['end', '06:00'],
      ],
    })
    await preview(page)
    await page.locator('.difference .is-added').first().waitFor()
    expect(await button(page, 'Take over').count()).toBe(0)
    chmodSync(file, 0o644)
    await page.context().close()
  })
})
