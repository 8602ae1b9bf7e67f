// @module-tag slow

import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/access/password.js'
import { changePeople } from '../../src/config/files/people-file.js'
import { seriousFaults } from '../support/axe.js'
import { type ComplainingPage, chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { signIn } from '../support/sign-in.js'
import { WORKS } from '../support/works.js'

const PASSWORD = 'seven green gauges'
const config = { auth: { required: true }, plants: [WORKS] }

describe.runIf(chromiumPath !== null)('the page of access', () => {
  let gateway: TestGateway
  let browser: Browser
  let at: ComplainingPage
  let page: Page

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const password = await hashPassword(PASSWORD, { ln: 10, r: 8, p: 1 })
    const since = '2026-01-01T00:00:00.000Z'
    changePeople(gateway.dataDir, () =>
      (['ada', 'olga'] as const).map((name) => {
        const role = name === 'ada' ? ('admin' as const) : ('operator' as const)
        return { name, role, password, disabled: false, since, sessions_from: since, tokens: [] }
      }),
    )
    browser = await launchBrowser()
    at = await openPage(browser)
    page = at.page
    await page.goto(`${gateway.httpUrl}/#/access`)
    await signInAs(page, 'ada')
    await card('people').waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const signInAs = (on: Page, name: string, password = PASSWORD) => signIn(on, name, password)
  const card = (name: string) => page.locator(`[data-card="${name}"]`)
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const dialog = () => page.locator('dialog[open]')
  const secretNamed = async (label: string) => {
    const fact = dialog().locator('.secret-facts > div', { has: page.locator('dt', { hasText: label }) })
    return (await fact.locator('code').textContent()) ?? ''
  }
  const closeSecret = async () => {
    await dialog().locator('.secret-acts button').click()
    await dialogsClosed(page)
  }

  test('a person is added, and signs in with the password that was shown once', async () => {
    await button('Add a person').click()
    await dialog().getByLabel('Name to sign in with').fill('Li Na')
    await dialog().getByLabel('Role').selectOption('auditor')
    expect(await seriousFaults(page)).toEqual([])
    await dialog().getByRole('button', { name: 'Add a person' }).click()
    const password = await secretNamed('Password')
    await closeSecret()
    await card('people').locator('[data-account="Li Na"]').waitFor()
    const other = await openPage(browser)
    await other.page.goto(`${gateway.httpUrl}/#/access`)
    await signInAs(other.page, 'Li Na', password)
    await other.page.locator('[data-card="sessions"] .access-row').first().waitFor()
    // An auditor sees their own sessions alone.
    expect(await other.page.locator('[data-card="people"], [data-card="clients"]').count()).toBe(0)
    expect(await other.page.locator('[data-card="sessions"] .access-row').count()).toBe(1)
    await other.page.context().close()
  })

  test('a wrong name is refused in the words of the rule, and stays in its field', async () => {
    await button('Add a person').click()
    await dialog().getByLabel('Name to sign in with').fill('ada')
    await dialog().getByRole('button', { name: 'Add a person' }).click()
    await dialog().getByRole('alert').getByText('ada is there already').waitFor()
    expect(await dialog().getByLabel('Name to sign in with').inputValue()).toBe('ada')
    await page.keyboard.press('Escape')
  })

  test('the last who administers cannot be removed', async () => {
    await button('Remove: ada').click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('alert').getByText('nobody could administer').waitFor()
    await page.keyboard.press('Escape')
  })

  test('a token of an account works until it is void', async () => {
    await button('New token: olga').click()
    await dialog().getByLabel('Name of the token').fill('mes')
    await dialog().getByRole('button', { name: 'New token' }).click()
    const token = await secretNamed('Token')
    await closeSecret()
    const headers = { authorization: `Bearer ${token}` }
    const status = async () => (await fetch(`${gateway.httpUrl}/api/v1/plants`, { headers })).status
    await expect.poll(status).toBe(200)
    await button('Make void: olga').click()
    await dialog().getByRole('button', { name: 'Make void' }).click()
    await expect.poll(status).toBe(401)
  })

  test('a device connects with the credential it was given, until that is revoked', async () => {
    await button('Credential for a device').click()
    await dialog().getByLabel('Plant').fill('works')
    await dialog().getByLabel('Line').fill('press')
    await dialog().getByLabel('Device').fill('meter-9')
    await dialog().getByRole('button', { name: 'Credential for a device' }).click()
    const token = await secretNamed('Token')
    expect(await secretNamed('Client id and user name')).toBe('meter-9')
    await dialog()
      .getByRole('img', { name: /QR code/ })
      .waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await closeSecret()
    const connects = async () => {
      const client = mqtt.connect(gateway.mqttUrl, {
        clientId: 'meter-9',
        username: 'meter-9',
        password: token,
        reconnectPeriod: 0,
        connectTimeout: 5000,
      })
      const isIn = await new Promise<boolean>((resolve) => {
        client.once('connect', () => resolve(true))
        client.once('error', () => resolve(false))
        client.once('close', () => resolve(false))
      })
      client.end(true)
      return isIn
    }
    await expect.poll(connects, { interval: 500 }).toBe(true)
    await button('Revoke: meter-9').click()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await expect.poll(connects, { interval: 500 }).toBe(false)
    await expect.poll(() => card('clients').locator('[data-client="meter-9"]').textContent()).toContain('revoked')
  })

  test('a session of somebody else is ended', async () => {
    const other = await openPage(browser)
    await other.page.goto(`${gateway.httpUrl}/#/access`)
    await signInAs(other.page, 'olga')
    await other.page.locator('[data-card="sessions"] .access-row').first().waitFor()
    await page.reload()
    await button(/^End: olga/).click()
    await button(/^End: olga/).waitFor({ state: 'detached' })
    const status = async () => (await other.page.request.get(`${gateway.httpUrl}/api/v1/sessions`)).status()
    await expect.poll(status).toBe(401)
    await other.page.context().close()
  })

  test('a person changes their own password, and signs in with the new one', async () => {
    const other = await openPage(browser)
    const at = other.page
    await at.goto(`${gateway.httpUrl}/#/access`)
    await signInAs(at, 'olga')
    await at.getByRole('button', { name: 'Change your password' }).click()
    const next = 'four words to remember'
    await at.getByLabel('Password until now').fill(PASSWORD)
    await at.getByLabel('New password', { exact: true }).fill(next)
    await at.getByLabel('New password once more').fill('another')
    await at.getByRole('button', { name: 'Save' }).click()
    await at.getByRole('alert').getByText('differ').waitFor()
    await at.getByLabel('New password once more').fill(next)
    await at.getByRole('button', { name: 'Save' }).click()
    const status = async () => (await at.request.get(`${gateway.httpUrl}/api/v1/sessions`)).status()
    await expect.poll(status).toBe(401)
    await at.reload()
    await signInAs(at, 'olga', next)
    await at.context().close()
  })

  test('speaks Chinese, fits a phone and can be used by the keyboard', async () => {
    const phone = await openPage(browser, { viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
    await phone.page.goto(`${gateway.httpUrl}/#/access`)
    await signInAs(phone.page, 'ada')
    await phone.page.getByRole('heading', { name: '人员' }).waitFor()
    expect(await seriousFaults(phone.page)).toEqual([])
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
    await phone.page.getByRole('button', { name: '添加人员' }).focus()
    await phone.page.keyboard.press('Enter')
    await phone.page.locator('dialog[open]').waitFor()
    await phone.page.keyboard.press('Escape')
    await dialogsClosed(phone.page)
    await phone.page.context().close()
  })
})
