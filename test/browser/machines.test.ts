import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { LatestAnswer } from '../../src/base/wire.js'
import type { EventsAnswer } from '../../src/views/wire/records.js'
import type { PlantStatesAnswer } from '../../src/views/wire/states.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { heldAnswers } from '../support/held-answers.js'
import { zoneOfNoon } from '../support/noon.js'

const MINUTE_MS = 60_000
const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: zoneOfNoon(),
      products: [{ id: 'case', ideal_cycle_s: 25 }],
      lines: [{ id: 'hall' }],
      devices: [{ id: 'robot-1', line: 'hall', role: 'robot', on_change: true, product: 'case' }],
    },
  ],
}

/** A robot that worked for an hour but for ten minutes of fault, and counted what it made. */
describe.runIf(chromiumPath !== null)('a plant with a robot, in a real browser', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    gateway = await startGateway({ config })
    const robot = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'robot-1' })
    const startMs = systemClock.nowMs() - 60 * MINUTE_MS
    const minutes = Array.from({ length: 60 }, (_, i) => ({
      ts: startMs + i * MINUTE_MS,
      metrics: {
        state: i >= 30 && i < 40 ? 'Aborted' : 'Execute',
        parts_total: i < 30 ? 2 * i : i < 40 ? 60 : 2 * (i - 10),
        parts_good: i < 30 ? i : i < 40 ? 30 : i - 10,
      },
    }))
    await robot.publishAsync('plants/works/hall/robot-1/robot', JSON.stringify(minutes), { qos: 1 })
    await settled(gateway)
    await robot.endAsync()
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser))
    await page.goto(`${gateway.httpUrl}/#/plants/works?range=6h`)
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('the table of the bars has the stretches of the API', async () => {
    const card = page.locator('[data-card="robots"]')
    await card.getByRole('button', { name: 'Show as a table' }).click()
    const { devices } = await answerOf<PlantStatesAnswer>('states')
    const faults = devices[0]!.segments.filter(({ state }) => state === 'DOWN_FAULT')
    expect(faults).toHaveLength(1)
    const row = card.locator('tbody tr').filter({ hasText: 'fault' })
    // The page may still be asking; more than one would fail.
    await row.waitFor()
    expect(await row.textContent()).toContain('0:10:00')
    await card.getByRole('button', { name: 'Show as a chart' }).click()
  })

  test('losses end at the OEE of the API', async () => {
    const row = page.locator('[data-card="losses"] [data-loss="oee"]')
    await row.waitFor()
    const oee = async () => {
      const { points } = await answerOf<LatestAnswer>('kpis/latest?scope=plant&window=1d')
      return points.find(({ kpi }) => kpi === 'oee')?.value ?? Number.NaN
    }
    const said = [await oee()]
    expect(said[0]).toBeGreaterThan(0)
    // It falls with each second in which nothing is made, and the page shows what the API said when it asked.
    const leastDifference = async () => {
      const shown = Number(await row.getAttribute('data-value'))
      said.push(await oee())
      return Math.min(...said.map((one) => Math.abs(one - shown)))
    }
    await expect.poll(leastDifference).toBeCloseTo(0, 3)
  })

  test('the reason of a stop is said by the keyboard; what was typed is not lost when it is refused', async () => {
    await page.getByRole('slider', { name: /^robot-1/ }).focus()
    const read = page.locator('.gantt-read')
    for (let steps = 0; steps < 20 && !(await read.textContent())?.includes('fault'); steps++) {
      await page.keyboard.press('ArrowLeft')
    }
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'tool worn' }).click()
    await dialog.getByLabel('Note').fill('insert 4')
    await dialog.getByLabel('Name', { exact: true }).fill('Li Wei')
    const said = (url: URL) => url.pathname.endsWith('/devices/robot-1/events')
    await page.route(said, (route) => route.fulfill({ status: 200, contentType: 'text/plain', body: 'a proxy' }))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').waitFor()
    expect(await dialog.getByLabel('Note').inputValue()).toBe('insert 4')

    await page.unroute(said)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const { items } = await answerOf<EventsAnswer>('events?type=downtime_reason')
    expect(items.map(({ device, fields }) => [device, fields.code, fields.comment, fields.by])).toEqual([
      ['robot-1', 'tool_worn', 'insert 4', 'Li Wei'],
    ])
    await page.locator('[data-device="robot-1"] .gantt-mark').waitFor()
    expect(complaints).toEqual([])
  })

  test('an answer that comes when its dialog has been closed leaves alone the one that is open by then', async () => {
    const dialog = page.getByRole('dialog')
    const said = (url: URL) => url.pathname.endsWith('/devices/robot-1/events')
    const ids: string[] = []
    page.on('request', (request) => {
      if (said(new URL(request.url()))) ids.push((request.postDataJSON() as { id: string }).id)
    })
    const open = async () => {
      await page.getByRole('slider', { name: /^robot-1/ }).focus()
      await page.keyboard.press('Enter')
    }
    const save = async () => {
      await open()
      await dialog.getByRole('button', { name: 'tool worn' }).click()
      await dialog.getByRole('button', { name: 'Save' }).click()
    }
    for (const isTaken of [false, true]) {
      const answer = await heldAnswers(page, said, (route) =>
        isTaken ? route.continue() : route.fulfill({ status: 200, contentType: 'text/plain', body: 'a proxy' }),
      )
      await save()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await open()
      await dialog.getByLabel('Note').fill('typed meanwhile')
      await answer()
      if (!isTaken) await page.locator('.notice', { hasText: 'Not saved' }).waitFor()
      expect(await dialog.getByLabel('Note').inputValue()).toBe('typed meanwhile')
      expect(await dialog.getByRole('alert').count()).toBe(0)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
    }
    // The same once more is the same event as long as nobody has heard that it was taken.
    await save()
    await dialog.waitFor({ state: 'hidden' })
    const [first, second, third] = ids
    expect([ids.length, second === first, third === first]).toEqual([3, true, false])
  })

  async function answerOf<T>(path: string): Promise<T> {
    const response = await fetch(`${gateway.httpUrl}/api/v1/plants/works/${path}`)
    return (await response.json()) as T
  }
})
