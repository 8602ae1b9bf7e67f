// @module-tag slow

/** Proves that the page of an energy manager says what the API says, and that its cards and those of a plant give files. */
import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import type { MachineEnergyAnswer } from '../../src/views/wire/machine-energy.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'

const MINUTE_MS = 60_000
const machine = (id: string) => ({ id, line: 'hall', role: 'machine', metrics: { state: { max_hold_s: 7200 } } })
const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Shanghai',
      grid_region: 'CN-JS',
      tariffs: [
        {
          id: 't1',
          valid_from: '2020-01-01',
          currency: 'CNY',
          periods: [{ name: 'flat', price_per_kwh: 0.6, from: '00:00', to: '24:00' }],
        },
      ],
      lines: [{ id: 'hall' }],
      devices: [
        { id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
        machine('stamp-1'),
        machine('saw-1'),
      ],
    },
  ],
}
/** Each machine uses this much in a minute, kWh, and is in this state. */
const MACHINES = { 'stamp-1': { kwh: 0.5, state: 'Held' }, 'saw-1': { kwh: 1, state: 'Execute' } }

describe.runIf(chromiumPath !== null)('the page of an energy manager', () => {
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await fill(gateway)
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser, { locale: 'en-US', viewport: { width: 1440, height: 900 } }))
    await page.goto(`${gateway.httpUrl}/#/plants/works/energy?range=6h`)
    await page.locator('[data-card="machine-energy"] tr[data-device]').first().waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('ranks machines as the API does, and by what they used while standing', async () => {
    const card = page.locator('[data-card="machine-energy"]')
    const { machines } = await getJson<MachineEnergyAnswer>(gateway, '/api/v1/plants/works/energy/machines')
    expect(machines.map(({ device }) => device)).toEqual(['saw-1', 'stamp-1'])
    const shown = () =>
      card.locator('tbody tr[data-device]').evaluateAll((rows) => rows.map((row) => row.dataset.device))
    expect(await shown()).toEqual(['saw-1', 'stamp-1'])
    await card.getByRole('button', { name: 'While standing' }).click()
    expect(await shown()).toEqual(['stamp-1', 'saw-1'])
    expect(await card.locator('.use-wasted li').first().textContent()).toMatch(/stamp-1.*held.*kWh.*CNY.*CO2e/)
  })

  test('every card gives its rows as CSV and as a picture', async () => {
    for (const name of ['machine-energy', 'cost', 'peaks', 'hours']) {
      const card = page.locator(`[data-card="${name}"]`)
      for (const [button, ending] of [
        ['Save as CSV', '.csv'],
        ['Save as a picture', '.png'],
      ] as const) {
        const saved = page.waitForEvent('download')
        await card.getByRole('button', { name: button }).click()
        expect((await saved).suggestedFilename(), name).toMatch(new RegExp(`^works_.*\\${ending}$`))
      }
      await card.getByRole('button', { name: 'Show as a table' }).click()
      await card.locator('table').waitFor()
    }
  })

  test('the cards of a plant give files too', async () => {
    // A tab may save so many files by itself: this is another one.
    const other = (await openPage(browser, { locale: 'en-US', viewport: { width: 1440, height: 900 } })).page
    await other.goto(`${gateway.httpUrl}/#/plants/works?range=6h`)
    for (const name of ['flow', 'carbon', 'demand', 'robots']) {
      const card = other.locator(`[data-card="${name}"]`)
      const saved = other.waitForEvent('download')
      await card.getByRole('button', { name: 'Save as CSV' }).click()
      expect((await saved).suggestedFilename(), name).toMatch(/^works_.*\.csv$/)
      const picture = other.waitForEvent('download')
      await card.getByRole('button', { name: 'Save as a picture' }).click()
      expect((await picture).suggestedFilename(), name).toMatch(/\.png$/)
    }
    await other.context().close()
    await page.goto(`${gateway.httpUrl}/#/plants/works?range=6h`)
  })

  test('the foot of a tile is never cut, in Chinese on a screen of 1440 pixels', async () => {
    const view = { locale: 'zh-CN', viewport: { width: 1440, height: 900 } }
    const other = (await openPage(browser, view)).page
    await other.goto(`${gateway.httpUrl}/#/plants/works?range=1h`)
    const feet = other.locator('.tile-when')
    await feet.first().waitFor()
    const cut = await feet.evaluateAll((all) =>
      all.map((foot) => {
        const whole = document.createElement('span')
        whole.className = 'tile-when-range'
        whole.textContent = '最近 24 小时'
        foot.replaceChildren(whole, '截至 13:00')
        return foot.scrollWidth - foot.clientWidth
      }),
    )
    expect(Math.max(...cut)).toBeLessThanOrEqual(0)
    await other.context().close()
  })

  test('the name of a tile is never cut where eight stand in a row of 1440 pixels', async () => {
    const other = (await openPage(browser, { locale: 'en-US', viewport: { width: 1440, height: 900 } })).page
    await other.goto(`${gateway.httpUrl}/#/plants/works?range=1h`)
    const carbon = other.locator('.tiles.is-strip .tile[data-kpi="carbon_total_lb"]')
    await carbon.waitFor()
    const label = await carbon.evaluate((tile) => {
      tile.closest<HTMLElement>('.tiles')?.style.setProperty('--tiles', '8')
      const { scrollWidth, clientWidth, textContent } = tile.querySelector('.tile-label')!
      return { cut: scrollWidth - clientWidth, textContent }
    })
    expect(label.textContent).toContain('location-based')
    expect(label.cut).toBeLessThanOrEqual(0)
    await other.context().close()
  })

  test('what stood on a phone has its figures below its name, and not beside those of another', async () => {
    const other = (await openPage(browser, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })).page
    await other.goto(`${gateway.httpUrl}/#/plants/works/energy?range=6h`)
    const rows = other.locator('.use-wasted li')
    await rows.first().waitFor()
    const outside = await rows.evaluateAll((all) =>
      all.map((row) => {
        const [name, figures] = [...row.children].map((part) => part.getBoundingClientRect())
        const { bottom } = row.getBoundingClientRect()
        return Math.max(figures!.bottom - bottom, name!.bottom - figures!.top)
      }),
    )
    expect(Math.max(...outside)).toBeLessThanOrEqual(1)
    await other.context().close()
  })

  test('the list of figures is searched, and has none that the plant does not have', async () => {
    await page.getByRole('button', { name: 'Electricity import' }).click()
    const list = page.getByRole('dialog')
    await list.locator('[data-kpi="energy_elec_import"]').waitFor()
    await expect.poll(() => list.locator('[data-kpi="energy_steam"]').count()).toBe(0)
    await list.getByRole('searchbox').fill('cost stand')
    expect(await list.locator('[data-kpi]').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.locator('[data-chart="cost_of_standing"]').waitFor()
  })

  test('a machine has a page with its states over time and its figures', async () => {
    await page.goto(`${gateway.httpUrl}/#/plants/works/devices/stamp-1?range=6h&metric=elec_submeter_kwh`)
    await page.locator('[data-card="robots"] [data-device="stamp-1"]').waitFor()
    await page.locator('[data-card="figures"] [data-kpi="cost_of_standing"]').waitFor()
    const saved = page.waitForEvent('download')
    await page.locator('[data-card="readings"]').getByRole('button', { name: 'Save as a picture' }).click()
    expect((await saved).suggestedFilename()).toMatch(/stamp-1.*\.png$/)
  })

  test('a field for a time is wide enough for all of it', async () => {
    await page.locator('.range-shown').click()
    const cut = await page.locator('.range-between input').evaluateAll((fields) =>
      fields.map((field) => {
        const whole = field.cloneNode(true) as HTMLElement
        whole.style.cssText = 'position: absolute; width: max-content'
        field.after(whole)
        const needed = whole.getBoundingClientRect().width
        whole.remove()
        return needed - field.getBoundingClientRect().width
      }),
    )
    expect(Math.max(...cut)).toBeLessThanOrEqual(1)
    expect(complaints).toEqual([])
  })
})

async function fill(gateway: TestGateway): Promise<void> {
  const startMs = Math.floor((systemClock.nowMs() - 180 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS
  const minutes = Array.from({ length: 180 }, (_, i) => startMs + i * MINUTE_MS)
  const client = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'filler' })
  const send = (device: string, kind: string, metricsAt: (i: number) => object) => {
    const payload = JSON.stringify(minutes.map((ts, i) => ({ ts, metrics: metricsAt(i) })))
    return client.publishAsync(`plants/works/hall/${device}/${kind}`, payload, { qos: 1 })
  }
  await send('main-1', 'energy', (i) => ({ elec_import_kwh: 100 + 4 * i }))
  for (const [device, { kwh, state }] of Object.entries(MACHINES)) {
    await send(device, 'energy', (i) => ({ elec_submeter_kwh: 100 + kwh * i }))
    await send(device, 'robot', () => ({ state }))
  }
  await settled(gateway)
  await client.endAsync()
}
