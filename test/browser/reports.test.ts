// @module-tag slow

import { spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import type { Report } from '../../src/base/report.js'
import type { LineageAnswer } from '../../src/base/wire/audit.js'
import type { ReconciliationAnswer } from '../../src/base/wire/entries.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { putOnRecord } from '../support/put-on-record.js'

const PLANT = 'works'
/** Two days of Shanghai that are over, with one before and one after them. */
const FIRST = '2026-10-05'
const LAST = '2026-10-06'
const START_MS = Date.parse(`${FIRST}T00:00:00+08:00`)
const QUARTER_MS = 15 * 60_000
const ID = `${PLANT}.ghg.${FIRST}.2026-10-07`
const FIGURE = `${PLANT}/energy_elec_import`
const config = {
  archive: { delta_s: 1 },
  plants: [
    {
      id: PLANT,
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Shanghai',
      grid_region: 'CN-JS',
      devices: [{ id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
    },
  ],
}

describe.runIf(chromiumPath !== null)('a report from its draft to the check of its evidence, in a browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    gateway = await startGateway({ config })
    // 1 kWh each quarter of an hour.
    const samples = Array.from({ length: 4 * 96 }, (_, i) => ({
      ts: START_MS + (i - 96) * QUARTER_MS,
      metrics: { elec_import_kwh: 1000 + i },
    }))
    const device = await mqtt.connectAsync(gateway.mqttUrl)
    await device.publishAsync(`plants/${PLANT}/hall/main-1/energy`, JSON.stringify(samples), { qos: 1 })
    await device.endAsync()
    await settled(gateway)
    const diesel = { type: 'fuel_used', fuel: 'diesel', amount: 0.5, at: FIRST, author: 'Ms Wang', document: 'tank 7' }
    await putOnRecord(gateway, PLANT, diesel)
    await settled(gateway)
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser, { acceptDownloads: true }))
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
  })

  const dialog = () => page.locator('dialog[open]')
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const lineage = (figure: string) => {
    const query = new URLSearchParams({ report: ID, version: '1', figure })
    return getJson<LineageAnswer>(gateway, `/api/v1/lineage?${query}`)
  }

  test('a draft is made of the days that are chosen, and shows what the gateway says', async () => {
    await page.goto(`${gateway.httpUrl}/#/reports`)
    await button('New report').click()
    await button('Other days').click()
    await page.getByLabel('First day').fill(FIRST)
    await page.getByLabel('Last day').fill(LAST)
    await dialog().locator('button[type="submit"]').click()
    await page.waitForURL(`**/#/reports/${ID}/v1`)
    const { figures } = await getJson<Report>(gateway, `/api/v1/reports/${ID}.json?version=1`)
    expect(figures[FIGURE]?.value).toBe('192')
    const shown = page.locator(`.document [data-figure="${FIGURE}"]`).first()
    expect(await shown.getAttribute('data-value')).toBe('192')
  })

  test('a figure leads to its days and readings, those of the API; the arrows go to others, Esc closes', async () => {
    await page.locator(`.document [data-figure="${FIGURE}"]`).first().click()
    const panel = page.locator('.origin')
    const answer = await lineage(FIGURE)
    await expect.poll(() => panel.locator('[data-day]').count()).toBe(2)
    const days = panel.locator('[data-day]')
    expect(await days.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.value))).toEqual(
      answer.days.map(({ numerator }) => String(numerator)),
    )
    const [series] = answer.readings
    expect(series).toMatchObject({ device: 'main-1', metric: 'elec_import_kwh', count: 192 })
    const readings = panel.locator('[data-series="main-1/elec_import_kwh"]')
    expect(await readings.getAttribute('data-count')).toBe('192')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => panel.getAttribute('data-origin')).not.toBe(FIGURE)
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => panel.getAttribute('data-origin')).toBe(FIGURE)
    // Whoever is sent the address sees the same.
    await page.reload()
    await expect.poll(() => panel.getAttribute('data-origin')).toBe(FIGURE)
    await page.keyboard.press('Escape')
    await expect.poll(() => panel.count()).toBe(0)
  })

  test('a figure that people put on record leads to who said it, and on which paper', async () => {
    const { page: other } = await openPage(browser, { locale: 'zh-CN' })
    await other.goto(`${gateway.httpUrl}/#/reports/${ID}/v1?figure=${encodeURIComponent(`${PLANT}/scope1_mobile`)}`)
    const entry = other.locator('.origin [data-entry]')
    await entry.waitFor()
    expect(await entry.textContent()).toMatch(/diesel.*0\.5 t.*Ms Wang.*tank 7/)
    expect(await other.locator('.origin-formula').textContent()).toMatch(/[\u4e00-\u9fff]/)
    await other.context().close()
  })

  test('Esc closes it from the moment on that it is there, and no answer that comes later opens it again', async () => {
    const { page: other } = await openPage(browser)
    // Before the browser draws it.
    await other.addInitScript(() => {
      const seen = new MutationObserver(() => {
        const panel = document.querySelector<HTMLElement>('.origin')
        if (panel === null) return
        seen.disconnect()
        document.documentElement.dataset.pressedAt = panel.dataset.origin
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      })
      seen.observe(document, { childList: true, subtree: true })
    })
    const panel = other.locator('.origin')
    await other.goto(`${gateway.httpUrl}/#/reports/${ID}/v1?figure=${encodeURIComponent(FIGURE)}`)
    await other.waitForFunction(() => document.documentElement.dataset.pressedAt !== undefined, null)
    expect(await other.locator('html').getAttribute('data-pressed-at')).toBe(FIGURE)
    await expect.poll(() => panel.count()).toBe(0)
    expect(other.url()).not.toContain('figure=')

    // Pasted into the same tab, with the document scrolled away from it.
    await other.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await other.evaluate((figure) => {
      location.hash = `${location.hash.split('?')[0]}?figure=${encodeURIComponent(figure)}`
    }, FIGURE)
    await panel.waitFor()
    const inView = () =>
      other.evaluate((figure) => {
        const box = document.querySelector(`.document [data-figure="${figure}"]`)?.getBoundingClientRect()
        return box !== undefined && box.top >= 60 && box.bottom <= innerHeight
      }, FIGURE)
    await expect.poll(inView).toBe(true)
    await other.keyboard.press('Escape')
    await expect.poll(() => panel.count()).toBe(0)

    let answerNow = () => {}
    const isClosed = new Promise<void>((resolve) => {
      answerNow = resolve
    })
    await other.route('**/lineage?*', async (asked) => {
      await isClosed
      await asked.continue()
    })
    const answered = other.waitForResponse('**/lineage?*')
    await other.locator(`.document [data-figure="${FIGURE}"]`).first().click()
    await panel.waitFor()
    await other.keyboard.press('Escape')
    await expect.poll(() => panel.count()).toBe(0)
    answerNow()
    await (await answered).finished()
    expect(await panel.count()).toBe(0)
    await other.context().close()
  })

  test('it is frozen with a name; its evidence is downloaded and found right by the verifier that is in it', async () => {
    await button('Freeze').click()
    await dialog().locator('input').fill('Ms Wang')
    await dialog().locator('button[type="submit"]').click()
    await page.getByText('frozen', { exact: true }).first().waitFor()
    await expect.poll(() => dialog().count()).toBe(0)
    const files: Promise<void>[] = []
    page.on('download', (download) => {
      files.push(download.saveAs(join(gateway.dir, download.suggestedFilename())))
    })
    await button('Download').click()
    await page.locator('.report-files button').click()
    await until(async () => files.length === 2)
    await Promise.all(files)
    const zip = join(gateway.dir, `${ID}.v1.zip`)
    const verifier = join(gateway.dir, 'greengauge-verify.mjs')
    await extract(zip, 'verify/greengauge-verify.mjs', verifier)
    const { status, stdout } = spawnSync(process.execPath, [verifier, zip], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('Sound in itself')])
  })

  test('a bill that is put on record is held against the meter', async () => {
    await page.goto(`${gateway.httpUrl}/#/entries?plant=${PLANT}`)
    await button('New entry').click()
    const form = dialog()
    await form.getByLabel('Amount').fill('200')
    await form.getByLabel('First day').fill(FIRST)
    await form.getByLabel('Last day').fill(LAST)
    await form.getByLabel('Author').fill('Ms Wang')
    await form.getByLabel('Document').first().fill('bill 10/5')
    await form.locator('button[type="submit"]').click()
    const row = page.locator('[data-bill]')
    await row.waitFor()
    await expect.poll(() => row.getAttribute('data-verdict')).toBe('differs')
    const { items } = await getJson<ReconciliationAnswer>(gateway, `/api/v1/plants/${PLANT}/reconciliation`)
    expect(items).toMatchObject([{ billed: 200, metered: 192, difference: 8 }])
    expect(await row.textContent()).toContain('4.17 %')
  })

  test('the browser complained of nothing', () => {
    expect(complaints).toEqual([])
  })
})

/** Writes one file of a zip to a file of its own. */
async function extract(zip: string, name: string, to: string): Promise<void> {
  const opened = await yauzl.openPromise(zip)
  for await (const entry of opened.eachEntry()) {
    if (entry.fileName === name) await pipeline(await opened.openReadStreamPromise(entry), createWriteStream(to))
  }
}
