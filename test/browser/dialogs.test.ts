// @module-tag slow

import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { heldAnswers } from '../support/held-answers.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves that a dialog closes by what is meant for it, and closes no other. */

describe.runIf(chromiumPath !== null)('a dialog', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })
  beforeEach(async () => {
    ;({ page } = await openConfiguration(browser, gateway))
    await page.getByRole('button', { name: 'Add a target: works', exact: true }).waitFor()
  })
  afterEach(async () => {
    await page.context().close()
  })

  const openForm = async () => {
    await page.getByRole('button', { name: 'Add a target: works', exact: true }).click()
    await page.locator('#setting-kpi').waitFor()
  }

  test('that Esc has closed leaves the one alone that is opened before the next frame', async () => {
    await openForm()
    const isStillThere = await page.evaluate(async () => {
      document.querySelector('dialog[open]')!.dispatchEvent(new Event('cancel'))
      document.querySelector<HTMLElement>('[aria-label="Add a device: works"]')!.click()
      for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame)
      return document.querySelector('dialog[open] #setting-role') !== null
    })
    expect(isStillThere).toBe(true)
  })

  test('that Esc has closed can be opened again before the next frame', async () => {
    await page.keyboard.press('?')
    await page.locator('dialog[open] .key-list').waitFor()
    const isOpenAgain = await page.evaluate(async () => {
      document.querySelector('dialog[open]')!.dispatchEvent(new Event('cancel'))
      await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(null))))
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }))
      for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame)
      return document.querySelector('dialog[open] .key-list') !== null
    })
    expect(isOpenAgain).toBe(true)
    await page.keyboard.press('Escape')
    await dialogsClosed(page)
  })

  const hold = (path: string) => heldAnswers(page, ({ pathname }) => pathname === `/api/v1/config${path}`)
  const preview = async (kpi: string) => {
    await openForm()
    await page.locator('#setting-kpi').fill(kpi)
    await page.getByLabel('At least').fill('0.6')
    await page.keyboard.press('Enter')
  }

  test('that was closed before its answer came shows nothing next', async () => {
    const answer = await hold('/preview')
    await preview('oee')
    await page.keyboard.press('Escape')
    await dialogsClosed(page)
    await page.getByRole('button', { name: 'Add a device: works', exact: true }).click()
    await page.locator('#setting-role').waitFor()
    await answer()
    expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(0)
    expect(await page.locator('dialog[open] #setting-role').count()).toBe(1)
  })

  test('that was closed while its change was taken leaves the next change alone', async () => {
    const answer = await hold('')
    await preview('oee')
    await page.getByRole('button', { name: 'Take over' }).click()
    await page.keyboard.press('Escape')
    await dialogsClosed(page)
    await preview('availability')
    await page.getByRole('button', { name: 'Take over' }).waitFor()
    await answer()
    await page.locator('.notice', { hasText: /version/i }).waitFor()
    await page.locator('.config-version').first().waitFor()
    expect(await page.getByRole('button', { name: 'Take over' }).count()).toBe(1)
  })

  test('stays where text is chosen in it and let go beside it, and closes by a click beside it', async () => {
    await openForm()
    const field = page.locator('#setting-kpi')
    await field.fill('oee')
    const { x, y, width, height } = (await field.boundingBox())!
    const besideX = (await page.locator('dialog[open]').boundingBox())!.x / 2
    await page.mouse.move(x + width / 2, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(besideX, y + height / 2, { steps: 5 })
    await page.mouse.up()
    // A dialog that closes has gone by the frame behind the one that draws it so.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    expect(await field.count()).toBe(1)
    expect(await field.inputValue()).toBe('oee')
    await page.mouse.click(besideX, y)
    await dialogsClosed(page)
  })
})
