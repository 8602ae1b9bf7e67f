import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

const plant = (id: string, en: string, zh: string) => ({ id, name: { en, zh }, timezone: 'Asia/Shanghai' })
const plants = [plant('suzhou-1', 'Suzhou', '苏州'), plant('wuxi-1', 'Wuxi', '无锡')]

describe.runIf(chromiumPath !== null)('certificates of green electricity, in a browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants } })
    const held = { first: 'GEC-2026-000001', last: 'GEC-2026-000100', mwh: 100, state: 'held', author: 'Li Na' }
    const of = { issuer: 'NEA', generated: '2026-03', technology: 'solar', document: 'statement 3' }
    await putOnRecord(gateway, 'suzhou-1', { type: 'energy_certificate', id: 'held', ...of, ...held })
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser))
  })

  afterAll(async () => {
    await browser.close()
    await gateway.stop('SIGKILL')
    removeData(gateway)
  })

  const dialog = () => page.locator('dialog[open]')
  const card = () => page.locator('[data-card="certificates"]')

  /** Fills the form in for part of what Suzhou holds, and sends it. */
  async function retire(at: string): Promise<void> {
    await page.goto(`${gateway.httpUrl}/#/entries?plant=${at}`)
    await page.getByRole('button', { name: 'New entry', exact: true }).click()
    await dialog().locator('select').first().selectOption('energy_certificate')
    await dialog().getByLabel('Registry').fill('NEA')
    await dialog().getByLabel('Number, or first').fill('gec-2026-1')
    await dialog().getByLabel('Last number').fill('GEC-2026-40')
    await dialog().getByLabel('MWh of all').fill('40')
    await dialog().getByLabel('Month of generation').fill('2026-03')
    await dialog().getByLabel('Technology').fill('solar')
    await dialog().getByLabel('State').selectOption({ label: 'retired' })
    await dialog().getByLabel('Retired for').fill('2026-04')
    await dialog().getByLabel('Author').fill('Wang')
    await dialog().getByLabel('Document').first().fill('statement 4')
    await dialog().locator('button[type="submit"]').click()
  }

  test('another plant is told who has them', async () => {
    await retire('wuxi-1')
    await dialog().getByText('held by suzhou-1 (entry held)').waitFor()
    expect(await dialog().textContent()).toContain('wuxi-1 cannot claim it')
    await expect.poll(() => card().locator('tbody tr').count()).toBe(1)
    await page.keyboard.press('Escape')
  })

  test('the plant that holds them retires a part of them for a month, and the register shows both', async () => {
    await retire('suzhou-1')
    await card().locator('[data-state="retired"]').waitFor()
    const rows = await card().locator('tbody tr').allTextContents()
    expect(rows.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/GEC-2026-1 – GEC-2026-40.*retired for 2026-04.*40.*suzhou-1/),
      expect.stringMatching(/GEC-2026-000041 – GEC-2026-000100.*held.*60.*suzhou-1/),
    ])
  })

  test('the browser complained of nothing but the refusal', () => {
    expect(complaints.filter((text) => !text.includes('409'))).toEqual([])
  })
})
