/** Proves that a page opens whenever its code comes. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, startGateway, type TestGateway } from '../support/gateway.js'

/**
 * Idle calls wait until the test makes them. While `areEffectsHeld`, what would run after a drawing (effects of
 * components, which wait for a frame or a timer) waits too.
 */
const HOLD = `
  window.idleCalls = []
  window.heldCalls = []
  window.areEffectsHeld = false
  window.requestIdleCallback = (call) => window.idleCalls.push(call)
  for (const name of ['requestAnimationFrame', 'setTimeout']) {
    const original = window[name].bind(window)
    window[name] = (call, ...rest) =>
      window.areEffectsHeld ? window.heldCalls.push(call) : original(call, ...rest)
  }`

/** Opens the alarms: drawn at once, its code fetched before the effects of that drawing run. */
const OPEN = `(async () => {
  window.areEffectsHeld = true
  location.hash = '#/alarms'
  while (document.querySelector('.late-skeleton') === null) await fetch('livez')
  while (window.idleCalls.length > 0 && !performance.getEntriesByType('resource').some(({ name }) => /assets.alarms-/.test(name))) {
    window.idleCalls.shift()()
    await fetch('livez')
  }
  for (let i = 0; i < 20; i++) await fetch('livez')
  window.areEffectsHeld = false
  for (const call of window.heldCalls) call(performance.now())
})()`

describe.runIf(chromiumPath !== null)('a page whose code comes between its first drawing and its effects', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [{ id: 'works', name: {}, timezone: 'UTC', lines: [] }] } })
    browser = await launchBrowser()
    ;({ page } = await openPage(browser))
    await page.addInitScript(HOLD)
    await page.goto(gateway.httpUrl)
    await page.locator('.side [data-link="live"]').waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
  })

  test('opens', async () => {
    await page.evaluate(OPEN)
    await expect.poll(() => page.locator('.late-skeleton').count()).toBe(0)
    await page.locator('.alarm-card').waitFor()
  })
})
