// @module-tag slow

import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import type { AlarmsAnswer } from '../../src/base/wire/alarms.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { SOON_MS } from '../support/soon.js'

const T0 = Date.UTC(2026, 0, 5, 10)
const config = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'UTC',
      devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }],
      targets: [
        { kpi: 'energy_elec_import', window: '1h', budget: 90, severity: 'major' },
        { kpi: 'energy_elec_import', window: '15m', budget: 1 },
      ],
      alarm_defaults: { completeness: { enabled: false }, silence: { enabled: false }, clock: { enabled: false } },
    },
  ],
}

describe.runIf(chromiumPath !== null)('the page of the alarms', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const meter = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'main-1' })
    // 3 kWh a minute for 40 minutes: the budget of the hour is used up, and that of its quarters but the last.
    const samples = Array.from({ length: 80 }, (_, i) => ({
      ts: T0 + i * 60_000,
      metrics: { elec_import_kwh: 1_000 + 3 * Math.min(i, 40) + 0.05 * Math.max(0, i - 40) },
    }))
    await meter.publishAsync('plants/works/hall/main-1/energy', JSON.stringify(samples), { qos: 1 })
    await meter.endAsync()
    await until(async () => {
      const states = (await alarms()).map(({ severity, state }) => `${severity} ${state}`)
      return states.includes('major active_unack') && states.includes('minor cleared_unack')
    })
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  const alarms = async () => (await getJson<AlarmsAnswer>(gateway, '/api/v1/alarms')).items
  const major = async (): Promise<AlarmItem> => (await alarms()).find(({ severity }) => severity === 'major')!

  test('a wall stays at the plant of a major alarm', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/`)
    await page.locator('.needs-row').first().waitFor()
    await page.keyboard.press('w')
    await page.locator('[data-wall-plant="works"]').getByText('stays while an alarm needs a person').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a major alarm is not acknowledged from the overview: its button leads to where who and why are said', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/`)
    const { id } = await major()
    const button = page.locator(`[data-alarm="${id}"] .needs-ack`)
    await button.waitFor()
    // A page that is still being loaded can lose the focus between two keys.
    await vi.waitFor(async () => {
      if ((await button.count()) > 0) await button.press('Enter', { timeout: 1000 })
      await page.locator('.alarm-detail .alarm-who').waitFor({ timeout: 3000 })
    }, SOON_MS)
    expect((await major()).state).toBe('active_unack')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('is worked by keys alone: a major alarm is acknowledged once it is said who does so and why', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    const { id } = await major()
    const row = page.locator(`[data-alarm="${id}"]`)
    await row.waitFor()
    const note = page.locator('.alarm-note')

    await page.keyboard.press('ArrowDown')
    await row.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Space')
    await page.locator('.alarm-row[aria-selected="true"]').waitFor()
    await page.keyboard.press('a')
    await page.locator('.alarm-who:focus').waitFor()
    await page.keyboard.type('Li Wei')
    await page.keyboard.press('Enter')
    await note.and(page.locator(':focus')).waitFor()
    expect((await major()).state).toBe('active_unack')
    await page.keyboard.type('chiller 3 goes off at 16:40')
    // It is said for some seconds: who begins to look for it when they are over finds nothing.
    const said = page.getByRole('status').getByText('Acknowledged: 1').waitFor()
    await page.keyboard.press('Enter')
    await said
    await page.locator(`[data-alarm="${id}"][data-state="active_ack"]`).getByText('Li Wei').waitFor()

    const done = await major()
    expect(done).toMatchObject({ state: 'active_ack', acked_by: 'Li Wei' })
    expect(done.notes).toMatchObject([{ by: 'Li Wei', text: 'chiller 3 goes off at 16:40' }])
    // The next one has the keys, and the name is not asked again.
    await page.locator('.alarm-row:focus').waitFor()
    await page.keyboard.press('a')
    await until(async () => (await alarms()).every(({ state }) => !state.endsWith('_unack')))
    expect((await alarms()).every(({ acked_by }) => acked_by === 'Li Wei')).toBe(true)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('what is done in the details leaves the focus in them', async () => {
    const { page } = await openPage(browser)
    const { id } = await major()
    await page.goto(`${gateway.httpUrl}/#/alarms?plant=works&alarm=${id}`)
    await page.locator('.alarm-detail .alarm-who').fill('Li Wei')
    await page.locator('.alarm-detail .alarm-note').fill('chiller 3 is off')
    await page.keyboard.press('Enter')
    await page.locator('.alarm-detail').getByText('chiller 3 is off').first().waitFor()
    await page.locator('.alarm-close:focus').waitFor()
    await page.context().close()
  })

  test('an alarm that is over is found by its address, with the value the API tells', async () => {
    const over = (await alarms()).find(({ state }) => state === 'cleared_ack')!
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/alarms?plant=works&alarm=${over.id}`)
    const value = page.locator('.alarm-detail [data-value]').first()
    await value.waitFor()
    expect(Number(await value.getAttribute('data-value'))).toBe(over.value)
    await page.locator('.alarm-bar').first().waitFor({ state: 'attached' })
    await page.keyboard.press('Escape')
    await page.locator('.alarm-detail').waitFor({ state: 'detached' })
    expect(new URL(page.url()).hash).toBe('#/alarms?plant=works')
    await page.context().close()
  })

  test('keys of one letter can be turned off, and on again without them', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    await page.locator('.alarm-row').first().waitFor()
    await page.keyboard.press('?')
    await page.getByLabel('Letters and signs are commands').uncheck()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.locator('.alarm-row').first().focus()
    for (const key of ['j', 'a', 't', 'g', 'o', '?']) await page.keyboard.press(key)
    expect(await page.locator('.alarm-row[aria-selected="true"], dialog[open]').count()).toBe(0)
    expect(new URL(page.url()).hash).toBe('#/alarms')

    await page.getByRole('button', { name: 'Search' }).first().click()
    await page.getByRole('button', { name: 'Keys' }).click()
    await page.getByLabel('Letters and signs are commands').check()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.locator('.plant-row').first().waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a dialog that is closed gives the focus away at once, so that no key behind Esc is lost', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    await page.locator('.alarm-row').first().waitFor()
    await page.getByRole('button', { name: 'Search' }).first().click()
    await page.getByRole('button', { name: 'Keys' }).click()
    await page.getByLabel('Letters and signs are commands').focus()
    // It does what Esc does, and is asked about before the next frame.
    const hasFocus = await page.evaluate(`(() => {
      const dialog = document.querySelector('dialog[aria-label="Keys"]')
      dialog.requestClose()
      return dialog.open || dialog.contains(document.activeElement)
    })()`)
    expect(hasFocus).toBe(false)
    await page.context().close()
  })

  test('outside of the list a letter acknowledges nothing', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    await page.locator('.alarm-row').first().waitFor()
    await page.keyboard.press('j')
    await page.locator('.alarm-row:focus').waitFor()
    await page.locator('.segments a').first().focus()
    await page.keyboard.press('a')
    expect(await page.locator('.alarm-bulk').count()).toBe(0)
    await page.keyboard.press('j')
    await page.locator('.alarm-row:focus').waitFor()
    await page.keyboard.press('a')
    await page.locator('.alarm-bulk').waitFor()
    await page.context().close()
  })
})
