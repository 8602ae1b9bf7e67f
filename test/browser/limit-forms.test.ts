// @module-tag slow

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves that forms offer what is known: windows in which a figure is computed, standards, stacks and regions. */

const PHONE_WIDTH_PX = 390
const STACK = { id: 'boiler-1', line: 'hall', role: 'stack' }
const NEVER = { id: 'never', kpi: 'peak_demand_15', window: '15m', above: 500 }

describe.runIf(chromiumPath !== null)('what forms propose', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({
      config: { plants: [{ ...WORKS, devices: [...WORKS.devices, STACK], alarms: [NEVER] }] },
    })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const known = (page: Page, field: string, word: string) =>
    page.locator(`datalist#setting-${field}-list option[value="${word}"]`).waitFor({ state: 'attached' })
  const windowsIn = (page: Page) =>
    page.locator('#setting-window option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))

  test('windows are those of the figure that is typed, on a phone and without a mouse', async () => {
    const { page, complaints } = await openConfiguration(browser, gateway, 'en-US', PHONE_WIDTH_PX)
    await button(page, 'Add an alarm: works').focus()
    await page.keyboard.press('Enter')
    // The windows of a figure are known once the catalogue has been read.
    await known(page, 'kpi', 'enpi')
    await page.locator('#setting-kpi').focus()
    await page.keyboard.type('enpi')
    await page.keyboard.press('Tab')
    expect(await windowsIn(page)).toEqual(['1d', '1mo'])
    expect(await page.locator('#setting-window').inputValue()).toBe('1d')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('setting-window')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.locator('#setting-window').inputValue()).toBe('1mo')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE_WIDTH_PX)
    expect(await seriousFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a window that never comes says in Chinese what is wrong with it, at its field and in the list', async () => {
    const { page } = await openConfiguration(browser, gateway, 'zh-CN')
    await page.getByText('是不计算 peak_demand_15 的窗口：永远不会判断').first().waitFor()
    await button(page, '更改：never').or(button(page, '更改: never')).click()
    const said = page.locator('#setting-window-about')
    expect(await said.textContent()).toContain('永远不会判断')
    expect(await seriousFaults(page)).toEqual([])
    await page.locator('#setting-window').selectOption('1h')
    expect(await said.textContent()).not.toContain('永远不会判断')
    await page.locator('dialog button[type="submit"]').click()
    await button(page, '采用').click()
    await page.getByText('是不计算 peak_demand_15 的窗口：永远不会判断').waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('limits of a stack propose its standards and the stacks of the plant, and a region goes by its full name', async () => {
    const { page, complaints } = await openConfiguration(browser, gateway, 'zh-CN', PHONE_WIDTH_PX)
    await page
      .getByRole('region', { name: /^排气筒限值/ })
      .getByRole('button')
      .first()
      .click()
    const words = (name: string) =>
      page
        .locator(`datalist#setting-${name}-list option`)
        .evaluateAll((all) => all.map((one) => one.getAttribute('value')))
    await page.locator('#setting-standard').waitFor()
    expect(await words('standard')).toContain('gb13271-gas-new')
    expect(await words('stack')).toEqual(['boiler-1'])
    await page.locator('#setting-standard').fill('permit-2026')
    expect(await page.locator('#setting-standard').inputValue()).toBe('permit-2026')
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^更改[：:] ?works$/ }).click()
    await known(page, 'region', 'CN-JS')
    await page.locator('#setting-region').fill('江苏省')
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator('#setting-region').inputValue()).toBe('CN-JS')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
