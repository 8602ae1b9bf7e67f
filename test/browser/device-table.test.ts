// @module-tag slow

import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { openConfiguration, WORKS } from '../support/works.js'

const plants = [
  {
    ...WORKS,
    devices: [
      { id: 'main-1', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
      { id: 'robot-1', line: 'hall', role: 'robot' },
    ],
  },
]
const HEAD = 'plant,id,line,role,on_change,period_s\n'

describe.runIf(chromiumPath !== null)('the table of devices', () => {
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

  const button = (page: Page, name: string) => page.locator('dialog').getByRole('button', { name, exact: true })
  const opened = (locale?: string, width?: number) => openConfiguration(browser, gateway, locale, width)
  async function choose(page: Page, table: string, label = 'Take in a table'): Promise<void> {
    await page.getByLabel(label).setInputFiles({ name: 'd.csv', mimeType: 'text/csv', buffer: Buffer.from(table) })
  }

  test('is downloaded, and changes nothing where it comes back', async () => {
    const { page, complaints } = await opened()
    const coming = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).click()
    const table = readFileSync(await (await coming).path(), 'utf8')
    expect(table).toContain('works,main-1,,main,,elec_import_kwh=60')
    await choose(page, table)
    await page.getByText('Nothing changes.').waitFor()
    expect(await button(page, 'Take over').count()).toBe(0)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('says what is wrong by row and column, and is taken once it is right', async () => {
    const { page } = await opened()
    await choose(page, `${HEAD}works,sub-1,yard,boss,,\n`)
    await page.getByText('row 2 · column role').waitFor()
    expect(await page.locator('dialog[open]').textContent()).toContain('main, sub')
    expect(await button(page, 'Take over').count()).toBe(0)
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await choose(page, `${HEAD}works,sub-1,yard,sub,,elec_import_kwh=900\nworks,robot-1,,robot,true,\n`)
    await page.getByText('works/sub-1').waitFor()
    expect(await page.locator('dialog[open]').textContent()).toMatch(
      /is not among the lines of works.*line: hall → none; on_change: none → true/,
    )
    expect(await seriousFaults(page)).toEqual([])
    expect(readFileSync(file, 'utf8')).not.toContain('sub-1')
    await button(page, 'Take over').click()
    await page.getByRole('button', { name: 'Change: sub-1', exact: true }).waitFor()
    expect(readFileSync(file, 'utf8')).toContain('id: sub-1')
    await page.context().close()
  })

  test('is used on a phone, in Chinese too, and has the text to put there where the file is read only', async () => {
    chmodSync(file, 0o444)
    const { page } = await opened('zh-CN', 390)
    await choose(page, `${HEAD}works,sub-9,hall,sub,,\n`, '导入表格')
    await page.getByText('works/sub-9').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await seriousFaults(page)).toEqual([])
    await button(page, '复制新文本').waitFor()
    expect(await page.locator('dialog[open]').textContent()).toContain('(secret)')
    expect(await button(page, '采用').count()).toBe(0)
    chmodSync(file, 0o644)
    await page.context().close()
  })
})
