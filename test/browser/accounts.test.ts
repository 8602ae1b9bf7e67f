// @module-tag slow

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/access/password.js'
import type { AccountRole } from '../../src/base/roles.js'
import { changePeople } from '../../src/config/files/people-file.js'
import { seriousFaults } from '../support/axe.js'
import { type ComplainingPage, chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

const PASSWORD = 'seven green gauges'
/** Roles by account. Nobody knows the password of the last one. */
const PEOPLE = { 'olga.ops': 'operator', 审计: 'auditor', 'mei.min': 'operator' } as const satisfies Readonly<
  Record<string, AccountRole>
>
const config = { auth: { required: true }, plants: [WORKS] }
/** Complaints that a browser makes itself of an answer that lets nobody in. */
const REFUSED = /status of (401|429)|WebSocket connection .* failed/

describe.runIf(chromiumPath !== null)('people with accounts, at a gateway that wants to know who they are', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config })
    // A cost that nobody would choose: what is measured here is no hash.
    const password = await hashPassword(PASSWORD, { ln: 10, r: 8, p: 1 })
    const since = '2026-01-01T00:00:00.000Z'
    changePeople(gateway.dataDir, (others) => [
      ...others,
      ...Object.entries(PEOPLE).map(([name, role]) => {
        return { name, role, password, disabled: false, since, sessions_from: since, tokens: [] }
      }),
    ])
    browser = await launchBrowser()
    // A password that is tried before is one of the few that may be wrong.
    await until(() => gateway.log().includes('accounts of people'))
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const field = (page: Page, name: string) => page.locator(`form.sign-in [name="${name}"]`)
  const signIn = async (page: Page, name: string, password = PASSWORD) => {
    await field(page, 'name').fill(name)
    await field(page, 'password').fill(password)
    await page.keyboard.press('Enter')
  }
  const endSession = async (page: Page) => {
    const headers = { origin: gateway.httpUrl }
    expect((await page.request.delete(`${gateway.httpUrl}/api/v1/session`, { headers })).status()).toBe(204)
  }
  const others = (complaints: readonly string[]) => complaints.filter((complaint) => !REFUSED.test(complaint))

  describe('an operator at a desk', () => {
    let at: ComplainingPage
    let page: Page

    beforeAll(async () => {
      at = await openPage(browser, { colorScheme: 'dark' })
      page = at.page
      await page.goto(`${gateway.httpUrl}/#/gateway`)
      await field(page, 'name').waitFor()
    })
    afterAll(() => page?.context().close())

    test('is asked who they are before anything is shown, and told plainly what was wrong', async () => {
      expect(await page.locator('nav').count()).toBe(0)
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.type('olga.ops')
      await page.keyboard.press('Enter')
      expect(await page.getByRole('alert').textContent()).toBe('Type your password.')
      await expect.poll(() => isAllowed(page, 'olga.ops')).toBe(true)
      await signIn(page, 'olga.ops', 'seven green lies')
      await page.getByText('Name or password is wrong').waitFor()
      expect(await field(page, 'password').getAttribute('aria-invalid')).toBe('true')
      await field(page, 'password').fill(PASSWORD)
      const reveal = page.getByRole('button', { name: 'Show the password' })
      await reveal.click()
      expect(await field(page, 'password').getAttribute('type')).toBe('text')
    })

    test('comes to the page that was asked for, and is named in its menu with what they may do', async () => {
      await signIn(page, 'olga.ops')
      await page.locator('[data-card="trail"]').waitFor()
      expect(page.url()).toBe(`${gateway.httpUrl}/#/gateway`)
      await page.getByRole('button', { name: 'Account: olga.ops, operator' }).click()
      const menu = page.locator('.account-menu')
      expect(await menu.textContent()).toMatch(/You may.*Acknowledge.*You may not.*reports/)
      expect(await seriousFaults(page)).toEqual([])
      await page.keyboard.press('Escape')
      expect(await menu.count()).toBe(0)
    })

    test('finds what they may not do, and who can', async () => {
      const why = 'Only an auditor or an administrator can do this; you are an operator.'
      for (const card of ['trail', 'ledger']) {
        expect(await page.locator(`[data-card="${card}"]`).textContent()).toContain(why.replace('do this', 'see this'))
      }
      await page.goto(`${gateway.httpUrl}/#/reports`)
      const button = page.getByRole('button', { name: 'New report' })
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      expect(await button.getAttribute('title')).toBe(why)
      await button.press('Enter')
      expect(await page.locator('.notice').textContent()).toBe(why)
      expect(await page.locator('dialog[open]').count()).toBe(0)
      expect(await seriousFaults(page)).toEqual([])
      // Nothing was even asked that would be refused.
      expect(others(at.complaints)).toEqual([])
    })
  })

  test('an auditor whose session ends goes on where they were, with all that they had typed', async () => {
    const { page, complaints } = await openPage(browser, { locale: 'zh-CN', colorScheme: 'light' })
    await page.goto(`${gateway.httpUrl}/#/entries?plant=works`)
    await field(page, 'name').waitFor()
    await signIn(page, '审计')
    await page.getByRole('button', { name: '新增' }).first().click()
    const form = page.locator('form.report-form')
    await form.waitFor()
    expect(await form.textContent()).toContain('审计')
    const texts = form.locator('input[type="text"]')
    await texts.first().fill('1234')
    await endSession(page)
    await page.locator('.banner', { hasText: '已退出登录' }).waitFor()
    expect(await page.locator('html').getAttribute('data-signed-out')).not.toBeNull()
    await form.locator('input[type="date"]').first().fill('2026-10-01')
    await form.locator('input[type="date"]').nth(1).fill('2026-11-01')
    await texts.last().fill('B-17')
    await form.locator('button[type="submit"]').click()
    const again = page.locator('dialog.sign-in-dialog')
    await again.waitFor()
    expect(await field(page, 'name').inputValue()).toBe('审计')
    expect(await seriousFaults(page)).toEqual([])
    await signIn(page, '审计')
    await expect.poll(() => again.isVisible()).toBe(false)
    expect(await texts.first().inputValue()).toBe('1234')
    await form.locator('button[type="submit"]').click()
    await expect.poll(() => form.count()).toBe(0)
    expect(await page.locator('.banner', { hasText: '已退出登录' }).count()).toBe(0)

    await page.goto(`${gateway.httpUrl}/#/gateway`)
    const auditLog = page.locator('[data-card="trail"]')
    await auditLog.locator('[data-act="entry_made"]', { hasText: '审计' }).waitFor()
    expect(await auditLog.locator('[data-chain]').getAttribute('data-chain')).toBe('holds')
    expect(others(complaints)).toEqual([])
    await page.context().close()
  })

  test('on a phone one signs in and out, and is held up after too many tries', async () => {
    const { page, complaints } = await openPage(browser, { viewport: { width: 360, height: 740 }, hasTouch: true })
    const fits = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    await page.goto(gateway.httpUrl)
    await field(page, 'name').waitFor()
    expect(await fits()).toBeLessThanOrEqual(0)
    await signIn(page, 'olga.ops')
    await page.getByRole('button', { name: 'Account: olga.ops, operator' }).click()
    expect(await fits()).toBeLessThanOrEqual(0)
    expect(await seriousFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await field(page, 'name').waitFor()
    for (let tries = 0; tries < 8 && (await page.getByText('Too many tries').count()) === 0; tries++) {
      await signIn(page, 'mei.min', `guess number ${tries}`)
      await page.getByText(/Name or password is wrong|Too many tries/).waitFor()
    }
    expect(await page.getByRole('alert').textContent()).toMatch(/^Too many tries\. Try again in \d+ (s|min)/)
    expect(await page.getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled')).toBe('true')
    expect(others(complaints)).toEqual([])
    await page.context().close()
  })
})

/** True when the gateway has read of the account, and lets it in. */
async function isAllowed(page: Page, name: string): Promise<boolean> {
  const [url, headers] = [new URL('/api/v1/session', page.url()).href, { origin: new URL(page.url()).origin }]
  const answer = await page.request.post(url, { headers, data: { name, password: PASSWORD } })
  if (answer.ok()) await page.request.delete(url, { headers })
  return answer.ok()
}
