// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../../src/base/clock.js'
import type { UnknownDevicesAnswer } from '../../src/views/wire/unknown-devices.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { WORKS } from '../support/works.js'

const config = { plants: [WORKS] }
const LOOKS = [
  { language: 'en', locale: 'en-US', viewport: { width: 1440, height: 900 } },
  { language: 'zh', locale: 'zh-CN', viewport: { width: 390, height: 844 } },
] as const
const SHOTS = process.env.NEWCOMERS_SHOTS

describe.runIf(chromiumPath !== null)('whoever looks after devices that nobody has configured', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await fill(gateway)
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function devicesPage(look: (typeof LOOKS)[number] = LOOKS[0]) {
    const opened = await openPage(browser, { locale: look.locale, viewport: look.viewport })
    await opened.page.goto(`${gateway.httpUrl}/#/devices`)
    const card = opened.page.locator('[data-card="newcomers"]')
    await card.waitFor()
    return { ...opened, card }
  }

  test.each(LOOKS)('sees what they send and a proposal with its reason, in $language', async (look) => {
    const { page, card, complaints } = await devicesPage(look)
    const oven = card.locator('[data-device="oven"]')
    expect(await oven.locator('[name="role"]').inputValue()).toBe('sub')
    expect(await oven.locator('input[list]').inputValue()).toBe('hall')
    expect(await oven.locator('[name="parent"]').inputValue()).toBe('main-1')
    await oven.locator('summary').click()
    await oven
      .getByText(look.language === 'en' ? 'main-1 is the meter at the grid already' : 'main-1 已是关口总表')
      .waitFor()
    expect(await oven.locator('.newcomer-metrics > li').count()).toBe(2)
    const plug = card.locator('[data-topic]').filter({ hasText: 'zigbee2mqtt/plug' })
    expect(await plug.count()).toBe(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/newcomers-${look.language}.png`, fullPage: true })
    expect(await seriousFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('hears of them at the head of the overview, in one line that leads there', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/`)
    await page.getByRole('link', { name: '2 new devices send, and nobody has configured them' }).click()
    await page.locator('[data-card="newcomers"]').waitFor()
    await page.context().close()
  })

  test('ignores one by the keyboard, and takes it back', async () => {
    const { page, card } = await devicesPage()
    const robot = card.locator('[data-device="arm"]')
    await robot.getByRole('checkbox').focus()
    await page.keyboard.press('Space')
    const button = card.getByRole('button', { name: 'Ignore 1' })
    await button.focus()
    await page.keyboard.press('Enter')
    await robot.waitFor({ state: 'detached' })
    await card.getByRole('button', { name: 'Show ignored (1)' }).click()
    await robot.getByText('ignored').waitFor()
    await robot.getByRole('checkbox').check()
    await card.getByRole('button', { name: 'List 1 again' }).click()
    await expect.poll(async () => (await list(gateway)).total).toBe(2)
    await page.context().close()
  })
})

describe.runIf(chromiumPath !== null)('whoever adopts', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config })
    await fill(gateway)
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  async function newDevices() {
    const { page } = await openPage(browser)
    const card = page.locator('[data-card="newcomers"]')
    return { page, card, file: join(gateway.dir, 'greengauge.yaml') }
  }

  test('without the right is told who has it, and changes nothing', async () => {
    const { page, card } = await newDevices()
    await page.route('**/api/v1/session', async (route) => {
      const answered = await route.fetch()
      const session = (await answered.json()) as object
      await route.fulfill({
        json: { ...session, name: 'olga', role: 'operator', rights: ['view', 'operate'], required: true },
      })
    })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    await card.locator('[data-device="oven"]').getByRole('checkbox').check()
    const button = card.getByRole('button', { name: 'Adopt 1' })
    expect(await button.getAttribute('data-needs')).toBe('administer')
    await button.dispatchEvent('click')
    expect((await list(gateway)).total).toBe(2)
    await page.context().close()
  })

  test('at a file that is read only gets the text to put there', async () => {
    const { page, card, file } = await newDevices()
    await page.route('**/api/v1/devices/adopt', async (route) => {
      const answered = await route.fetch({ postData: { ...route.request().postDataJSON(), dry_run: true } })
      const answer = (await answered.json()) as object
      await route.fulfill({ json: { ...answer, read_only: `${file} may not be written` } })
    })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    await card.locator('[data-device="oven"]').getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Adopt 1' }).click()
    await card.getByText('Put this into the file').waitFor()
    expect(await card.locator('.newcomer-outcome pre').textContent()).toContain('- id: oven')
    await page.context().close()
  })

  test('two at once, one of them changed, has them in the configuration', async () => {
    const { page, card, file } = await newDevices()
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const oven = card.locator('[data-device="oven"]')
    await oven.locator('[name="role"]').selectOption('machine')
    await oven.locator('input[list]').fill('hall-2')
    await card.locator('[data-device="arm"]').getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Adopt 2' }).click()
    await card.getByText('2 are in the configuration now.').waitFor()
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/adopted.png`, fullPage: true })
    const { plants } = parse(readFileSync(file, 'utf8')) as typeof config
    expect(plants[0]!.devices.slice(1)).toMatchObject([
      { id: 'arm', line: 'hall', role: 'robot' },
      { id: 'oven', line: 'hall-2', role: 'machine' },
    ])
    await expect.poll(async () => (await list(gateway)).total).toBe(0)
    await page.context().close()
  })
})

describe.runIf(chromiumPath !== null)('the meters of a plant that has none yet', () => {
  let gateway: TestGateway
  let browser: Browser

  beforeAll(async () => {
    gateway = await startGateway({ config: { plants: [{ ...WORKS, devices: [] }] } })
    await sendMeters(gateway)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
    if (gateway !== undefined) removeData(gateway)
  })

  test.each(LOOKS)('are proposed in one round as a main meter and those behind it, in $language', async (look) => {
    const { page } = await openPage(browser, { locale: look.locale, viewport: look.viewport })
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const row = (device: string) => page.locator(`[data-card="newcomers"] [data-device="${device}"]`)
    await row('m-2').waitFor()
    const roles = ['m-1', 'm-2', 'm-3', 'm-4'].map((device) => row(device).locator('[name="role"]').inputValue())
    expect(await Promise.all(roles)).toEqual(['sub', 'main', 'sub', 'sub'])
    expect(await row('m-1').locator('[name="parent"]').inputValue()).toBe('m-2')
    expect(await row('m-2').locator('[name="parent"]').count()).toBe(0)
    await row('m-1').locator('summary').click()
    const said =
      look.language === 'en' ? 'm-2, which is new too, is probably the meter at the grid' : '同为新设备的 m-2'
    await row('m-1').getByText(said).first().waitFor()
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/meters-${look.language}.png`, fullPage: true })
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    expect(await seriousFaults(page)).toEqual([])
    await page.context().close()
  })

  test('are adopted as a tree as it is proposed, all at once, but for what somebody has changed', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${gateway.httpUrl}/#/devices`)
    const card = page.locator('[data-card="newcomers"]')
    await card.locator('[data-device="m-4"] [name="parent"]').selectOption('m-3')
    await card.locator('.newcomer-all input').focus()
    await page.keyboard.press('Space')
    await card.getByRole('button', { name: 'Adopt 4' }).click()
    await card.getByText('4 are in the configuration now.').waitFor()
    const { plants } = parse(readFileSync(join(gateway.dir, 'greengauge.yaml'), 'utf8')) as typeof config
    const tree = plants[0]!.devices as readonly { id: string; role: string; parent?: string }[]
    expect(tree.map(({ id, role, parent }) => [id, role, parent])).toEqual([
      ['m-1', 'sub', 'm-2'],
      ['m-2', 'main', undefined],
      ['m-3', 'sub', 'm-2'],
      ['m-4', 'sub', 'm-3'],
    ])
    await page.context().close()
  })
})

/** Registers of four meters, of which the second measures what the others do. */
async function sendMeters(gateway: TestGateway): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const begin = systemClock.nowMs() - 600_000
  for (let i = 0; i < 8; i++) {
    for (const [meter, kwh] of [10, 60, 30, 18].entries()) {
      const payload = { ts: begin + i * 60_000, metrics: { elec_import_kwh: kwh * i } }
      await client.publishAsync(`plants/works/hall/m-${meter + 1}/energy`, JSON.stringify(payload), { qos: 1 })
    }
  }
  await client.endAsync()
  await until(async () => (await list(gateway)).items.filter(({ metrics }) => metrics[0]?.values === 8).length === 4)
}

const list = (gateway: TestGateway) => getJson<UnknownDevicesAnswer>(gateway, '/api/v1/devices/unknown')

async function fill(gateway: TestGateway): Promise<void> {
  const client = await mqtt.connectAsync(gateway.mqttUrl)
  const begin = systemClock.nowMs() - 600_000
  for (let i = 0; i < 8; i++) {
    const send = (topic: string, metrics: object) =>
      client.publishAsync(topic, JSON.stringify({ ts: begin + i * 60_000, metrics }), { qos: 1 })
    await send('plants/works/hall/main-1/energy', { elec_import_kwh: 100 + i })
    await send('plants/works/hall/oven/energy', { elec_import_kwh: 5 + i, elec_import_kw: 60 })
    await send('plants/works/hall/arm/robot', { state: i % 2 === 0 ? 'PRODUCING' : 'IDLE_STARVED' })
    await client.publishAsync('zigbee2mqtt/plug-1', JSON.stringify({ energy: i, power: 3 }), { qos: 1 })
    await client.publishAsync('acme/7/data', JSON.stringify({ power_kW: 3 + i, energy: i }), { qos: 1 })
  }
  await client.endAsync()
  await until(async () => (await list(gateway)).items.filter(({ metrics }) => metrics[0]?.values === 8).length === 2)
}
