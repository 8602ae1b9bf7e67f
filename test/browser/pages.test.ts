// @module-tag slow

import mqtt from 'mqtt'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { pagesOf } from '../support/pages.js'

/** A plant with something of everything: energy over its budget (an alarm), a stack, a robot, a message that is refused. */
const config = {
  plants: [
    {
      id: 'works',
      name: { en: 'The works', zh: '一厂' },
      timezone: 'Asia/Shanghai',
      grid_region: 'CN-JS',
      targets: [
        { kpi: 'energy_elec_import', window: '1d', budget: 10 },
        { kpi: 'pollutant_mean_nox', window: '1h', max: 150 },
      ],
      lines: [{ id: 'hall', name: { en: 'Hall', zh: '车间' } }],
      devices: [
        { id: 'main-1', line: 'hall', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } },
        { id: 'boiler-1', line: 'hall', role: 'stack', metrics: { nox_mgm3: { period_s: 60 } } },
        { id: 'robot-1', line: 'hall', role: 'robot', on_change: true },
      ],
    },
  ],
}
const [TODAY, TOMORROW] = [0, 1].map((days) =>
  new Date(systemClock.nowMs() + days * 86_400_000).toISOString().slice(0, 10),
)
const PAGES = pagesOf('works', 'hall', 'robot-1', `works.ghg.${TODAY}.${TOMORROW}`)
const LOOKS = [
  { language: 'en', locale: 'en-US', colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { language: 'zh', locale: 'zh-CN', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const

describe.runIf(chromiumPath !== null)('every page of the dashboards', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await fill(gateway)
    await draft(gateway)
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test('the API page breaks no policy: the one style that its library makes is allowed by its hash', async () => {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/docs`)
    // Its library works through the whole document before it draws anything: a busy machine takes long.
    await page.locator('.opblock').first().waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test.each([
    ['en', '/help/use/alarms.html', 'upgrade backup', '/help/operate/backup-and-upgrade.html'],
    ['zh', '/help/zh/use/alarms.html', '退出码', '/help/zh/operate/troubleshooting.html'],
  ])('the documents are searched by keys alone, in %s', async (_, address, asked, found) => {
    const { page, complaints } = await openPage(browser)
    await page.goto(gateway.httpUrl + address)
    // The box is hidden until the script of the page listens.
    await page.locator('.help-search').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(asked)
    await page.locator('.help-found [aria-selected="true"]').waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL(`**${found}*`)
    await page.locator('.help-search').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('zzzz')
    await page.locator('.help-found-none').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('.help-found').isHidden()).toBe(true)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  describe.each(LOOKS)('in $language, $colorScheme, $viewport.width px wide', ({ language, ...look }) => {
    let page: Page
    let complaints: readonly string[]

    beforeAll(async () => {
      ;({ page, complaints } = await openPage(browser, look))
    })
    afterAll(() => page?.context().close())

    test.each(Object.entries(PAGES))('%s has nothing that keeps somebody out, and no complaint', async (_, address) => {
      await page.goto(gateway.httpUrl + address)
      await page.locator('main :not(.skeleton)').filter({ visible: true }).first().waitFor()
      await expect.poll(() => skeletonsAfterALook(page)).toBe(0)
      expect(await page.locator('html').getAttribute('lang')).toContain(language)
      expect(await seriousFaults(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      expect(complaints).toEqual([])
    })
  })
})

async function fill(gateway: TestGateway): Promise<void> {
  const device = await mqtt.connectAsync(gateway.mqttUrl, { clientId: 'all-1' })
  const nowMs = systemClock.nowMs()
  const series = (each: (i: number) => object) =>
    JSON.stringify(Array.from({ length: 60 }, (_, i) => ({ ts: nowMs - (60 - i) * 60_000, metrics: each(i) })))
  await device.publishAsync(
    'plants/works/hall/main-1/energy',
    series((i) => ({ elec_import_kwh: 1000 + i })),
    { qos: 1 },
  )
  await device.publishAsync(
    'plants/works/hall/boiler-1/emissions',
    series(() => ({ nox_mgm3: 118 })),
    { qos: 1 },
  )
  const states = ['Execute', 'Suspended', 'Execute', 'Aborted']
  const robot = series((i) => ({ state: states[Math.floor(i / 15)], cycle_count: i }))
  await device.publishAsync('plants/works/hall/robot-1/robot', robot, { qos: 1 })
  await device.publishAsync('plants/works/hall/main-1/energy', '{"metrics":{"elec_import_kwh":"many"}}', { qos: 1 })
  await device.endAsync()
  await settled(gateway)
}

/** A report to look at. */
async function draft(gateway: TestGateway): Promise<void> {
  const api = `${gateway.httpUrl}/api/v1`
  const body = JSON.stringify({ plants: ['works'], from: TODAY, to: TOMORROW })
  expect((await fetch(`${api}/reports`, { method: 'POST', body })).status).toBe(202)
  await until(async () => {
    const { items } = (await (await fetch(`${api}/reports`)).json()) as { readonly items: readonly unknown[] }
    return items.length === 1
  })
}

/** Number of skeletons still on the page. What nobody has seen yet is not painted, so everything passes before the eye once. */
async function skeletonsAfterALook(page: Page): Promise<number> {
  await page.evaluate(`(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y)
      await new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve))
        // Now and then a browser without a screen draws nothing more until something else happens.
        setTimeout(resolve, 1000)
      })
    }
    scrollTo(0, 0)
  })()`)
  return page.locator('main .skeleton').count()
}
