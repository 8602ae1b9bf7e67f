// @module-tag slow

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EntriesAnswer } from '../../src/base/wire/entries.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

const SECOND = createHash('sha256').update('second').digest('hex')
/** A month that is over and a day in every zone. */
const from = new Date(Date.now() - 62 * 86_400_000).toISOString().slice(0, 7)
const plants = [
  {
    ...{ id: 'suzhou-1', name: { en: 'Suzhou', zh: '苏州' }, timezone: 'Asia/Shanghai' },
    ets: { from, covered: 'direct', attest_within_days: 1 },
  },
]

describe.runIf(chromiumPath !== null)('a carbon market, in a browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants } })
    browser = await launchBrowser()
    ;({ page } = await openPage(browser))
  })

  afterAll(async () => {
    await browser.close()
    await gateway.stop('SIGKILL')
    removeData(gateway)
  })

  const dialog = () => page.locator('dialog[open]')
  const save = () => dialog().locator('button[type="submit"]')
  const files = () => dialog().locator('input[type="file"]')

  test('an entry is put on record when its original has arrived, and names the one that was chosen last', async () => {
    const paths = ['first', 'second'].map((name) => {
      const path = join(gateway.dataDir, `${name}.pdf`)
      writeFileSync(path, name)
      return path
    })
    const release: (() => void)[] = []
    await page.route('**/originals', async (route) => {
      await new Promise<void>((resolve) => release.push(resolve))
      await route.continue()
    })
    await page.goto(`${gateway.httpUrl}/#/entries?plant=suzhou-1`)
    await page.getByRole('button', { name: 'New entry', exact: true }).click()
    await dialog().locator('select').first().selectOption('allowance_price')
    await dialog().getByLabel('Price of one allowance').fill('80')
    await dialog().getByLabel('Currency').fill('CNY')
    await dialog().getByLabel('Day').fill('2026-10-01')
    await dialog().getByLabel('Author').fill('Li Na')
    await dialog().getByLabel('Document').first().fill('price list 1')
    await files().setInputFiles(paths[0]!)
    await files().setInputFiles(paths[1]!)
    await expect.poll(() => release.length).toBe(2)
    expect(await save().isDisabled()).toBe(true)
    release[1]!()
    await dialog().getByText('kept, SHA-256').waitFor()
    const answered = page.waitForResponse((one) => one.url().endsWith('/originals'))
    release[0]!()
    await answered
    await save().click()
    await expect.poll(() => dialog().count()).toBe(0)
    const answer = await fetch(`${gateway.httpUrl}/api/v1/plants/suzhou-1/entries`)
    const { items } = (await answer.json()) as EntriesAnswer
    expect(items.map(({ fields }) => fields.document_sha256)).toEqual([SECOND])
  })

  test('the alarm of a month that is overdue says what ends it, and has no limit', async () => {
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    const alarm = page.getByText('A month of the carbon market is not attested by its deadline').first()
    await alarm.waitFor()
    await alarm.click()
    const facts = page.locator('.alarm-facts')
    await facts.getByText('when every month that is due is attested').waitFor()
    expect(await facts.textContent()).not.toContain('Limit')
    await page
      .getByText(/overdue by/)
      .first()
      .waitFor()
  })
})
