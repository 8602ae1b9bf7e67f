// @module-tag slow

import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/access/password.js'
import type { AccountRole } from '../../src/base/roles.js'
import { changePeople } from '../../src/config/files/people-file.js'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { openConfiguration, WORKS } from '../support/works.js'

const plants = [WORKS]
const STATIONS = "hj212: { stations: [{ mn: '1', plant: works, line: hall, device: main-1, password: before }] }\n"

describe.runIf(chromiumPath !== null)('the page of the configuration', () => {
  let gateway: TestGateway
  let browser: Browser
  let file: string

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants } })
    file = join(gateway.dir, 'greengauge.yaml')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

  async function addDevice(page: Page, id: string): Promise<void> {
    await button(page, 'Add a device: works').click()
    await page.getByRole('textbox', { name: 'Id' }).fill(id)
    await page.getByLabel('Line', { exact: true }).selectOption('hall')
    await page.getByLabel('What it measures').selectOption('sub')
    await button(page, 'Preview').and(page.locator('dialog *')).click()
  }

  test('adds a device by a form, says what changes before it does, and brings the file back', async () => {
    const { page, complaints } = await openConfiguration(browser, gateway)
    await button(page, 'Add a device: works').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    const before = readFileSync(file, 'utf8')
    await addDevice(page, 'sub-1')
    await page.getByText('plants[works].devices[sub-1]').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    expect(readFileSync(file, 'utf8')).toBe(before)
    await button(page, 'Take over').click()
    await dialogsClosed(page)
    await button(page, 'Change: sub-1').waitFor()
    expect(readFileSync(file, 'utf8')).toContain('id: sub-1')
    await button(page, 'Difference: 2').click()
    await page.locator('.difference .is-added').first().waitFor()
    await button(page, 'Bring back: 1').click()
    await button(page, 'Take over').click()
    await button(page, 'Change: sub-1').waitFor({ state: 'detached' })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('sets an alarm by the keyboard alone, from the page to what is in force', async () => {
    const { page, complaints } = await openConfiguration(browser, gateway)
    await button(page, 'Add an alarm: works').waitFor()
    const tabTo = async (selector: string) => {
      for (let presses = 0; presses < 150; presses++) {
        await page.keyboard.press('Tab')
        if (await page.evaluate((one) => document.activeElement?.matches(one) === true, selector)) return
      }
      throw new Error(`Tab never comes to ${selector}`)
    }
    await tabTo('[aria-label="Add an alarm: works"]')
    await page.keyboard.press('Enter')
    await page.locator('#setting-kpi').waitFor()
    for (const [name, text] of [
      ['id', 'peak'],
      ['kpi', 'peak_demand_15'],
      ['above', '500'],
    ] as const) {
      const isThere = await page.evaluate((id) => document.activeElement?.id === id, `setting-${name}`)
      if (!isThere) await tabTo(`#setting-${name}`)
      await page.keyboard.type(text)
    }
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.locator('.difference .is-added').first().waitFor()
    await tabTo('.config-acts .is-primary')
    await page.keyboard.press('Enter')
    await button(page, 'Change: peak').waitFor()
    expect(readFileSync(file, 'utf8')).toContain('id: peak')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('says before it is taken that a target names no figure, and puts a meter behind another', async () => {
    const { page } = await openConfiguration(browser, gateway)
    await button(page, 'Add a target: works').click()
    await page.locator('#setting-kpi').fill('oeee')
    await page.getByLabel('At least').fill('0.6')
    await page.keyboard.press('Enter')
    await page.getByText('is not a KPI of this version; did you mean oee?').waitFor()
    await page.keyboard.press('Escape')
    await button(page, 'Add a device: works').click()
    await page.getByRole('textbox', { name: 'Id' }).fill('sub-9')
    await page.getByLabel('What it measures').selectOption('sub')
    await page.getByLabel('Behind the meter').selectOption('main-1')
    await button(page, 'Preview').and(page.locator('dialog *')).click()
    await button(page, 'Take over').click()
    await dialogsClosed(page)
    await page.getByText('behind main-1').waitFor()
    await page.context().close()
  })

  test('says what is wrong in the words of the rule, at the field and at the line', async () => {
    const { page } = await openConfiguration(browser, gateway)
    await button(page, 'Change: works').click()
    await page.getByLabel('Time zone').fill('Mars/Base')
    await page.keyboard.press('Enter')
    const said = page.locator('#setting-zone-about')
    await expect.poll(() => said.textContent()).toContain('an IANA zone such as Asia/Shanghai')
    expect(await page.getByLabel('Time zone').getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Escape')
    const text = page.getByLabel('Configuration as YAML')
    await text.fill(`${await text.inputValue()}logs: {}\n`)
    await button(page, 'Preview').click()
    await page.getByText('is not a setting; did you mean log?').waitFor()
    expect(await button(page, 'Take over').count()).toBe(0)
    await page.context().close()
  })

  test('tells the second of two what the first has changed', async () => {
    const { page } = await openConfiguration(browser, gateway)
    await addDevice(page, 'sub-2')
    await button(page, 'Take over').waitFor()
    const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
    const edits = [{ op: 'set', path: ['plants', 'works', 'grid_region'], value: 'CN-JS' }]
    const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ edits }),
    })
    expect(answer.status).toBe(200)
    await button(page, 'Take over').click()
    await page.getByText('plants[works].grid_region').waitFor()
    await button(page, 'Read it again').click()
    await page.getByText('CN-JS').first().waitFor()
    expect(readFileSync(file, 'utf8')).not.toContain('sub-2')
    await page.context().close()
  })

  test('takes another password, which no line of the preview shows, and keeps what is typed where the file changes', async () => {
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, `${before}${STATIONS}`)
    const { page } = await openConfiguration(browser, gateway)
    const text = page.getByLabel('Configuration as YAML')
    await text.fill((await text.inputValue()).replace('(secret)', 'after'))
    await button(page, 'Preview').click()
    await page.getByText('Only what is not shown changes').waitFor()
    await button(page, 'Take over').click()
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('password: after')
    await dialogsClosed(page)
    await text.fill(`${await text.inputValue()}# typed\n`)
    await addDevice(page, 'sub-12')
    await button(page, 'Take over').click()
    await page.getByText('The file has changed since you began to type').waitFor()
    expect(await text.inputValue()).toContain('# typed')
    expect(await seriousFaults(page)).toEqual([])
    await button(page, 'Show the file').click()
    await expect.poll(() => text.inputValue()).toContain('sub-12')
    expect(await text.inputValue()).not.toContain('# typed')
    writeFileSync(file, 'plants: [')
    await page.reload()
    await page.getByText('The file has mistakes').waitFor()
    expect(await text.count()).toBe(0)
    expect(await page.getByText('No plant is configured yet.').count()).toBe(0)
    writeFileSync(file, before)
    await page.context().close()
  })

  test('is read and used on a phone, in Chinese too', async () => {
    const { page } = await openConfiguration(browser, gateway, 'zh-CN', 390)
    await page.getByRole('heading', { name: '文件文本' }).waitFor()
    await button(page, '更改: works').click()
    await page.getByLabel('时区').fill('Mars/Base')
    await page.keyboard.press('Enter')
    const said = page.locator('#setting-zone-about.setting-problem')
    await expect.poll(() => said.textContent()).toBe('不允许；须为 IANA 时区，如 Asia/Shanghai')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await seriousFaults(page)).toEqual([])
    await page.context().close()
  })

  test('shows the text to put there where the file is read only', async () => {
    chmodSync(file, 0o444)
    const { page } = await openConfiguration(browser, gateway)
    await page.getByText('The configuration cannot be changed here').waitFor()
    await addDevice(page, 'sub-3')
    await page.locator('.difference .is-added').first().waitFor()
    expect(await button(page, 'Take over').count()).toBe(0)
    chmodSync(file, 0o644)
    await page.context().close()
  })
})

describe.runIf(chromiumPath !== null)('the page of the configuration, for whoever may not see it', () => {
  test('says who can', async () => {
    const gateway = await startGateway({ config: { plants, auth: { required: true } } })
    const browser = await launchBrowser()
    try {
      const password = await hashPassword('seven green gauges', { ln: 10, r: 8, p: 1 })
      const since = '2026-01-01T00:00:00.000Z'
      const role: AccountRole = 'operator'
      const account = { role, password, disabled: false, since, sessions_from: since, tokens: [] }
      changePeople(gateway.dataDir, (others) => [...others, { name: 'olga', ...account }])
      const { page } = await openConfiguration(browser, gateway)
      // A password that is tried before is one of the few that may be wrong.
      await until(() => gateway.log().includes('accounts of people'))
      const said = { name: 'olga', password: 'seven green gauges' }
      const isKnown = async () => {
        const headers = { 'content-type': 'application/json', origin: gateway.httpUrl }
        const body = JSON.stringify(said)
        return (await fetch(`${gateway.httpUrl}/api/v1/session`, { method: 'POST', headers, body })).ok
      }
      await expect.poll(isKnown, { interval: 1_000 }).toBe(true)
      await page.locator('form.sign-in [name="name"]').fill(said.name)
      await page.locator('form.sign-in [name="password"]').fill(said.password)
      await page.keyboard.press('Enter')
      await page.locator('.not-allowed[data-needs="administer"]').waitFor()
      expect(await page.getByLabel('Configuration as YAML').count()).toBe(0)
    } finally {
      await browser.close()
      await gateway.stop()
      removeData(gateway)
    }
  })
})

describe.runIf(chromiumPath !== null)('the overview of a gateway without plants', () => {
  test('leads to the first steps, which write into its file', async () => {
    const gateway = await startGateway({ config: { plants: [] } })
    const browser = await launchBrowser()
    try {
      const { page, complaints } = await openPage(browser, { locale: 'zh-CN', viewport: { width: 1440, height: 900 } })
      await page.goto(gateway.httpUrl)
      await page.getByRole('link', { name: '设置工厂' }).click()
      await page.getByText(join(gateway.dir, 'greengauge.yaml')).waitFor()
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
      await gateway.stop()
      removeData(gateway)
    }
  })
})
