// @module-tag slow

import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ConfigAnswer } from '../../src/views/wire/configuration.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway } from '../support/gateway.js'
import { openConfiguration, WORKS } from '../support/works.js'

/** Proves each form of a plant: wrong with the words of the rule at the field, in conflict, read only, and good. */

interface PlantForm {
  readonly opens: string
  readonly good: readonly (readonly [field: string, text: string])[]
  readonly chosen?: readonly (readonly [field: string, word: string])[]
  readonly wrong: readonly [field: string, text: string, said: string]
  /** List that has it then, and the element. */
  readonly list: readonly (string | number)[]
  readonly written: object
}

const works = ['plants', 0]
const FORMS: readonly PlantForm[] = [
  {
    opens: 'Add a plant',
    good: [
      ['id', 'second'],
      ['zh', '二厂'],
      ['zone', 'Asia/Shanghai'],
    ],
    wrong: ['zone', 'Mars/Base', 'an IANA zone such as Asia/Shanghai'],
    list: ['plants'],
    written: { id: 'second', name: { zh: '二厂' }, timezone: 'Asia/Shanghai' },
  },
  {
    opens: 'Add a line: works',
    good: [
      ['id', 'press'],
      ['en', 'Press shop'],
    ],
    wrong: ['id', 'Press Shop', 'an id is [a-z0-9][a-z0-9_-]{0,63}'],
    list: [...works, 'lines'],
    written: { id: 'press', name: { en: 'Press shop' } },
  },
  {
    opens: 'Add a device: works',
    good: [
      ['id', 'sub-1'],
      ['holds_from', '2026-11-28'],
      ['retired_from', '2027-01-31'],
    ],
    chosen: [
      ['line', 'hall'],
      ['role', 'sub'],
    ],
    wrong: ['retired_from', 'soon', 'a day is written like 2026-12-25'],
    list: [...works, 'devices'],
    written: {
      ...{ id: 'sub-1', line: 'hall', role: 'sub', parent: 'main-1' },
      ...{ holds_from: '2026-11-28', retired_from: '2027-01-31' },
    },
  },
  {
    opens: 'Add a target: works',
    good: [
      ['kpi', 'energy_elec_import'],
      ['max', '400'],
    ],
    wrong: ['max', 'high', 'is not a number'],
    list: [...works, 'targets'],
    written: { kpi: 'energy_elec_import', max: 400 },
  },
  {
    opens: 'Add an alarm: works',
    good: [
      ['id', 'load'],
      ['kpi', 'energy_elec_import'],
      ['above', '100'],
    ],
    wrong: ['above', 'much', 'is not a number'],
    list: [...works, 'alarms'],
    written: { id: 'load', kpi: 'energy_elec_import', above: 100 },
  },
]

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const control = (page: Page, field: string) => page.locator(`#setting-${field}`)

describe.runIf(chromiumPath !== null)('the forms of a plant', () => {
  let gateway: TestGateway
  let browser: Browser
  let file: string
  let employees = 7

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [WORKS] } })
    file = join(gateway.dir, 'greengauge.yaml')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function filled({ opens, good, chosen = [] }: PlantForm) {
    const opened = await openConfiguration(browser, gateway)
    const { page } = opened
    await button(page, opens).click()
    await page.locator('dialog[open] form').waitFor()
    for (const [field, text] of good) await control(page, field).fill(text)
    for (const [field, word] of chosen) await control(page, field).selectOption(word)
    return opened
  }
  const preview = (page: Page) => button(page, 'Preview').and(page.locator('dialog *')).click()
  const elements = (list: PlantForm['list']) =>
    list.reduce<unknown>(
      (here, part) => (here as Record<string | number, unknown>)?.[part],
      parse(readFileSync(file, 'utf8')),
    )

  /** Somebody else changes the file over the API. */
  async function changeBehind(): Promise<void> {
    const { hash } = await getJson<ConfigAnswer>(gateway, '/api/v1/config')
    const answer = await fetch(`${gateway.httpUrl}/api/v1/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${hash}"` },
      body: JSON.stringify({ edits: [{ op: 'set', path: ['plants', 'works', 'employees'], value: employees++ }] }),
    })
    expect(answer.status).toBe(200)
  }

  test.each(FORMS)('$opens: read only, wrong at the field, in conflict, and good', async (form) => {
    const before = (elements(form.list) ?? []) as readonly object[]
    chmodSync(file, 0o444)
    const away = await filled(form)
    await preview(away.page)
    await away.page.locator('.difference .is-added').first().waitFor()
    expect(await button(away.page, 'Take over').count()).toBe(0)
    await away.page.context().close()
    chmodSync(file, 0o644)

    const { page, complaints } = await filled(form)
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
    await changeBehind()
    await button(page, 'Take over').click()
    await page.getByRole('alert').getByText('plants[works].employees').first().waitFor()
    expect(elements(form.list) ?? []).toHaveLength(before.length)
    expect(complaints.filter((one) => !one.includes('412'))).toEqual([])
    await page.context().close()

    const again = await filled(form)
    await preview(again.page)
    await button(again.page, 'Take over').click()
    await again.page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect((elements(form.list) as object[]).at(-1)).toMatchObject(form.written)
    await again.page.context().close()
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
})
