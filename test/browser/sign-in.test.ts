// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

/** Proves that signing in is turned on from the page Access by somebody who cannot lock themself out, and undone there. */

const PHONE = { viewport: { width: 390, height: 844 }, locale: 'zh-CN' }

describe.runIf(chromiumPath !== null)('signing in', () => {
  let gateway: TestGateway
  let browser: Browser
  let password = ''

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const card = (page: Page, state: string) => page.locator(`[data-card="sign-in"][data-state="${state}"]`)
  const dialog = (page: Page) => page.locator('dialog[open]')
  const turnOn = (page: Page) => page.getByRole('button', { name: 'Have people sign in…' })
  const file = () => readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')

  async function open(options = {}): Promise<Page> {
    const { page } = await openPage(browser, options)
    await page.goto(`${gateway.httpUrl}/#/access`)
    return page
  }

  test('is not offered before somebody could administer, and the page says what that means', async () => {
    const page = await open()
    await card(page, 'no_admin').getByText('whoever opens this page may do everything').waitFor()
    await card(page, 'no_admin').getByText('Only programs on this machine reach it').waitFor()
    expect(await turnOn(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Add a person' }).click()
    await dialog(page).getByLabel('Name to sign in with').fill('ada')
    await dialog(page).getByLabel('Role').selectOption('admin')
    await dialog(page).getByRole('button', { name: 'Add a person' }).click()
    const facts = dialog(page).locator('.secret-facts > div', { has: page.locator('dt', { hasText: 'Password' }) })
    password = (await facts.locator('code').textContent()) ?? ''
    await dialog(page).locator('.secret-acts button').click()
    await card(page, 'off').getByText('These may administer: ada').waitFor()
    await page.context().close()
  })

  test('is turned on by the keyboard with a preview, waits for a start, and is brought back', async () => {
    const page = await open()
    await turnOn(page).focus()
    await page.keyboard.press('Enter')
    await dialog(page).getByText('auth.required', { exact: true }).waitFor()
    await dialog(page).getByText('with the next start').waitFor()
    expect(file()).not.toContain('required')
    expect(await seriousFaults(page)).toEqual([])
    await dialog(page).getByRole('button', { name: 'Take over' }).focus()
    await page.keyboard.press('Enter')
    await card(page, 'to_on').getByText('with the next start of the gateway').waitFor()
    expect(file()).toContain('auth: { required: true }')
    expect(await turnOn(page).count()).toBe(0)
    await page.goto(`${gateway.httpUrl}/#/configuration`)
    await page.getByRole('button', { name: 'Bring back: 1', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Take over' }).click()
    await dialogsClosed(page)
    await page.goto(`${gateway.httpUrl}/#/access`)
    await card(page, 'off').waitFor()
    expect(file()).not.toContain('required')
    await page.context().close()
  })

  test('fits a phone in Chinese, with the lines of the file that let other machines in', async () => {
    const page = await open(PHONE)
    await card(page, 'off').getByText('要求登录…').waitFor()
    await page.getByText('允许其他机器经 TLS 连接的配置行').click()
    await page.getByText('cert_file').first().waitFor()
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.context().close()
  })

  test('holds from the next start on, with the password that the page has shown', async () => {
    const page = await open()
    await turnOn(page).click()
    await dialog(page).getByRole('button', { name: 'Take over' }).click()
    await card(page, 'to_on').waitFor()
    await gateway.stop()
    gateway = await gateway.restart({ auth: { required: true } })
    const answer = await fetch(`${gateway.httpUrl}/api/v1/plants`)
    expect(answer.status).toBe(401)
    await page.goto(`${gateway.httpUrl}/#/access`)
    await page.reload()
    await page.locator('form.sign-in [name="name"]').fill('ada')
    await page.locator('form.sign-in [name="password"]').fill(password)
    await page.keyboard.press('Enter')
    await card(page, 'on').waitFor()
    await page.context().close()
  })
})
