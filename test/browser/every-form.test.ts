// @module-tag slow

import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { hashPassword } from '../../src/access/password.js'
import { changePeople } from '../../src/config/files/people-file.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { CONFIG_FORMS, type ConfigForm, everyFormPlants, OTHER_FORMS } from '../support/every-form.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { signIn } from '../support/sign-in.js'
import { changeBehind, openConfiguration, WORKS } from '../support/works.js'

/** Proves every form of setting up in its five states: good, wrong with the words of its rule, in conflict, read only, and without the right. */

const plants = everyFormPlants(WORKS)
const PASSWORD = 'seven green gauges'
const TABLE = 'plant,id,line,role,on_change,period_s\n'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const control = (page: Page, field: string) => page.locator(`#setting-${field}`)
const dialog = (page: Page) => page.locator('dialog[open]')

async function sendAsStrangers(gateway: TestGateway, plantIds: readonly string[]): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const plant of plantIds) {
    const message = { ts: Date.parse('2026-11-30T08:00:00+08:00'), metrics: { elec_import_kwh: 1 } }
    await client.publishAsync(`plants/${plant}/hall/stray/energy`, JSON.stringify(message), { qos: 1 })
  }
  await client.endAsync()
  await settled(gateway)
}

test.each(OTHER_FORMS)('of $name each state is shown by a test, or has a reason why there is none', (form) => {
  for (const state of [form.good, form.wrong, form.conflict, form.readOnly]) {
    if ('none' in state) {
      expect(state.none.length).toBeGreaterThan(20)
      continue
    }
    const file = join(import.meta.dirname, `${state[0]}.test.ts`)
    expect(existsSync(file), state[0]).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain(`'${state[1]}'`)
  }
})

describe.runIf(chromiumPath !== null)('forms of whoever may', () => {
  let gateway: TestGateway
  let browser: Browser
  /** One for all forms that are filled in: a tab of its own for each would fetch and compile all of the page again. */
  let page: Page
  let complaints: string[]
  let file: string
  let employees = 7

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants, store: [{ type: 'duckdb' }] } })
    file = join(gateway.dir, 'greengauge.yaml')
    await sendAsStrangers(gateway, ['works'])
    browser = await launchBrowser()
    ;({ page, complaints } = await openConfiguration(browser, gateway))
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function filled(page: Page, { opens, rows, good, chosen = [] }: ConfigForm): Promise<void> {
    if ('button' in opens) await button(page, opens.button).click()
    else {
      const heading = page.getByRole('heading', { name: opens.section, exact: true })
      const section = page.locator('.config-section').filter({ has: heading })
      await section.getByRole('button', { name: /^Add/ }).click()
    }
    await dialog(page).locator('form').waitFor()
    if (rows !== undefined) await button(page, rows).click()
    for (const [field, word] of chosen) await control(page, field).selectOption(word)
    for (const [field, text] of good) await control(page, field).fill(text)
  }
  const preview = (page: Page) => button(page, 'Preview').and(page.locator('dialog *')).click()
  const closeAll = async (page: Page) => {
    while ((await dialog(page).count()) > 0) {
      await page.keyboard.press('Escape')
      await page.waitForTimeout(50)
    }
  }
  const inFile = (path: ConfigForm['path']) =>
    path.reduce<unknown>(
      (here, part) => (here as Record<string | number, unknown>)?.[part],
      parse(readFileSync(file, 'utf8')),
    )

  /** Somebody else changes the file over the API. */
  test('show the text to put there where the file is read only, and take nothing over', async () => {
    chmodSync(file, 0o444)
    const before = readFileSync(file, 'utf8')
    for (const form of CONFIG_FORMS) {
      await filled(page, form)
      await preview(page)
      await page.locator('.difference .is-added').first().waitFor()
      expect(await button(page, 'Take over').count(), form.name).toBe(0)
      expect(await button(page, 'Copy the new text').count(), form.name).toBe(1)
      await closeAll(page)
    }
    chmodSync(file, 0o644)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test.each(CONFIG_FORMS)('$name: wrong at the field, in conflict, and good', async (form) => {
    // Somebody else changes the plant itself meanwhile: of a list its length is what this form changes.
    const stateOf = (found: unknown) => (Array.isArray(found) ? found.length : JSON.stringify(found))
    const before = stateOf(inFile(form.path))
    complaints.length = 0
    await page.reload()
    await filled(page, form)
    expect(await seriousFaults(page)).toEqual([])
    const [field, text, said] = form.wrong
    const right = await control(page, field).inputValue()
    await control(page, field).fill(text)
    await preview(page)
    await expect.poll(() => page.locator(`#setting-${field}-about.setting-problem`).textContent()).toContain(said)
    expect(await control(page, field).getAttribute('aria-invalid')).toBe('true')
    await control(page, field).fill(right)
    await preview(page)
    await button(page, 'Take over').waitFor()
    await changeBehind(gateway, employees++)
    await button(page, 'Take over').click()
    await page.getByRole('alert').getByText('plants[works].employees').first().waitFor()
    expect(stateOf(inFile(form.path))).toBe(before)
    const rereads = page.waitForResponse((one) => one.url().endsWith('/api/v1/config') && one.ok())
    await button(page, 'Read it again').click()
    await rereads
    await dialogsClosed(page)
    // A form that is opened at once may still be of the answer before.
    await page.reload()
    await filled(page, form)
    await preview(page)
    await button(page, 'Take over').click()
    await dialogsClosed(page)
    const found = inFile(form.path)
    expect(Array.isArray(found) ? found.at(-1) : found).toMatchObject(form.written)
    expect(complaints.filter((one) => !one.includes('412'))).toEqual([])
  })

  test('a device that holds from before says which days are computed again, in Chinese too', async () => {
    for (const [locale, word, said] of [
      ['en-US', 'Preview', 'from 2026-11-28 on are computed again'],
      ['zh-CN', '预览', '自 2026-11-28 起的数值将重新计算'],
    ] as const) {
      const { page } = await openConfiguration(browser, gateway, locale, 390)
      await page
        .getByRole('button', { name: /: works$/ })
        .nth(2)
        .click()
      await control(page, 'id').fill('sub-3')
      await control(page, 'holds_from').fill('2026-11-28')
      await button(page, word).and(page.locator('dialog *')).click()
      await expect.poll(() => page.locator('[data-restated="works"]').textContent()).toContain(said)
      expect(await seriousFaults(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      await page.context().close()
    }
  })

  test('a move says in Chinese too which days are computed again, on a phone', async () => {
    const { page } = await openConfiguration(browser, gateway, 'zh-CN', 390)
    await button(page, '更改: boiler-1').click()
    await control(page, 'line').selectOption('yard')
    await control(page, 'moved_from').fill('2099-01-01')
    await button(page, '预览').and(page.locator('dialog *')).click()
    const about = page.locator('#setting-moved_from-about.setting-problem')
    await expect.poll(() => about.textContent()).toContain('尚未开始')
    await control(page, 'moved_from').fill('2026-11-20')
    await button(page, '预览').and(page.locator('dialog *')).click()
    await expect.poll(() => page.locator('[data-restated="works"]').textContent()).toContain('自 2026-11-20 起')
    expect(await seriousFaults(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await page.context().close()
  })

  test('a table tells the second of two that somebody was faster', async () => {
    await page.reload()
    const table = { name: 'devices.csv', mimeType: 'text/csv', buffer: Buffer.from(`${TABLE}works,sub-7,hall,sub,,\n`) }
    await page.locator('input[type=file][accept*="csv"]').setInputFiles(table)
    await dialog(page).getByText('works/sub-7').waitFor()
    await changeBehind(gateway, employees++)
    await button(page, 'Take over').click()
    await page.getByRole('alert').getByText('plants[works].employees').waitFor()
    expect(readFileSync(file, 'utf8')).not.toContain('sub-7')
  })

  test('adoption says in the words of the rule what is wrong', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const stray = page.locator('[data-card="newcomers"] [data-device="stray"]')
    await stray.locator('input[list]').fill('Press Shop')
    await page.getByRole('button', { name: 'Adopt 1' }).click()
    await page.locator('.newcomer-outcome').getByRole('alert').waitFor()
    expect(await page.locator('.newcomer-outcome').textContent()).toContain('[a-z0-9][a-z0-9_-]{0,63}')
    expect(readFileSync(file, 'utf8')).not.toContain('stray')
    await page.context().close()
  })
})

describe.runIf(chromiumPath !== null)('forms of a gateway with accounts', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants, auth: { required: false } } })
    await sendAsStrangers(gateway, ['works', 'old'])
    const password = await hashPassword(PASSWORD, { ln: 10, r: 8, p: 1 })
    const since = '2026-01-01T00:00:00.000Z'
    changePeople(gateway.dataDir, () =>
      (['ada', 'olga'] as const).map((name) => {
        const role = name === 'ada' ? ('admin' as const) : ('operator' as const)
        return { name, role, password, disabled: false, since, sessions_from: since, tokens: [] }
      }),
    )
    await gateway.stop()
    gateway = await gateway.restart({ auth: { required: true } })
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function signedIn(name: string): Promise<Page> {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/access`)
    await signIn(page, name, PASSWORD)
    await page.locator('[data-card="sessions"]').waitFor()
    return page
  }

  test('of access say in the words of the rule what is wrong', async () => {
    const page = await signedIn('ada')
    await button(page, 'New token: olga').click()
    await dialog(page).getByLabel('Name of the token').fill('a token with spaces/and more')
    await dialog(page).getByRole('button', { name: 'New token' }).click()
    await dialog(page).getByRole('alert').getByText('1 to 64 letters, digits and . _ : -').waitFor()
    expect(await dialog(page).getByLabel('Name of the token').inputValue()).toBe('a token with spaces/and more')
    await page.keyboard.press('Escape')
    await button(page, 'Credential for a device').click()
    await dialog(page).getByLabel('Line').fill('Press Shop')
    await dialog(page).getByLabel('Device').fill('meter-9')
    await dialog(page).getByRole('button', { name: 'Credential for a device' }).click()
    await dialog(page).getByRole('alert').getByText('[a-z0-9][a-z0-9_-]{0,63}').waitFor()
    await page.context().close()
  })

  test('that change the configuration are not shown to whoever may not, who is told who can; the API refuses', async () => {
    const page = await signedIn('olga')
    await page.goto(`${gateway.httpUrl}/#/configuration`)
    await page.locator('.not-allowed[data-needs="administer"]').waitFor()
    expect(await page.locator('form, .config-section').count()).toBe(0)
    const edits = [{ op: 'set', path: ['plants', 'works', 'employees'], value: 3 }]
    const refused = await page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json', 'if-match': '"x"' }
      return (await fetch('/api/v1/config', { method: 'POST', headers, body })).status
    }, JSON.stringify({ edits }))
    expect(refused).toBe(403)
    await page.context().close()
  })

  test('that change something else are not opened by whoever may not, who is told who can', async () => {
    const page = await signedIn('olga')
    for (const { name, opens, seen } of OTHER_FORMS) {
      await page.goto(`${gateway.httpUrl}/#${opens.page}`)
      if (!seen) {
        await page.locator('.not-allowed, [data-card="sessions"]').first().waitFor()
        expect(await button(page, opens.button).count(), name).toBe(0)
        continue
      }
      const act = button(page, opens.button)
      await act.waitFor()
      expect(await act.getAttribute('data-needs'), name).toBe('administer')
      await act.dispatchEvent('click')
      await page.locator('.notice:not([hidden])').waitFor()
      expect(await dialog(page).count(), name).toBe(0)
    }
    await page.context().close()
  })
})
