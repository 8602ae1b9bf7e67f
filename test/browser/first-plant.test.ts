// @module-tag deep
import mqtt, { type MqttClient } from 'mqtt'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AlarmItem } from '../../src/base/alarm.js'
import { systemClock } from '../../src/base/clock.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/base/durations.js'
import type { PlantsAnswer } from '../../src/base/wire.js'
import type { UnknownDevicesAnswer } from '../../src/views/wire/unknown-devices.js'
import { seriousFaults } from '../support/axe.js'
import { chromiumPath, launchBrowser, openPage } from '../support/browser.js'
import { dialogsClosed } from '../support/dialogs.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { RobotServer } from '../support/robot-server.js'

/**
 * Proves that whoever never opens a terminal after the first command comes from nothing to a plant with a main meter, three submeters,
 * solar power, a stack and two robots, to an alarm that reaches a webhook, and to a first report that is checked: in each language.
 * It takes some two minutes a language, half of which the alarm waits for its message. FIRST_PLANT_SHOTS names a folder for a picture of each step.
 */

const SHOTS = process.env.FIRST_PLANT_SHOTS
const TOKEN = 'a-token-9f8e7d6c5b4a'
/** Readings of each device that a logger has kept. */
const SENT = 2 * 1440
/** Readings in one message at most. */
const MESSAGES_MAX = 1000
/** A window of a minute that begins after the alarm is set has to be over. */
const ALARM_MS = 600_000
/** A person who reads what is there needs longer for each thing than this script: so long in all, for a quarter of an hour. */
const SECONDS_OF_A_PERSON = 8
const WALK_S = 900

const LOOKS = [
  {
    language: 'en',
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    name: 'Bright Metal Works',
    region: 'Jiangsu',
    lines: ['Press shop', 'Utilities'],
    w: {
      name: 'Name',
      id: 'Id',
      zone: 'Time zone',
      region: 'Grid region',
      shifts: 'Shifts',
      line: (n: number) => `Name of line ${n}`,
      addLine: 'Another line',
      preview: 'Preview',
      take: 'Take over',
      connect: 'Connect a device',
      newcomers: 'New devices',
      addAlarm: 'Add an alarm: ',
      addChannel: 'Add a channel',
      newReport: 'New report',
      otherDays: 'Other days',
      freeze: 'Freeze',
      check: 'Check',
      reports: 'Reports',
    },
  },
  {
    language: 'zh',
    locale: 'zh-CN',
    viewport: { width: 1440, height: 900 },
    name: '光明五金厂',
    region: '江苏',
    lines: ['冲压车间', '公用工程'],
    w: {
      name: '名称',
      id: '标识',
      zone: '时区',
      region: '电网区域',
      shifts: '班次',
      line: (n: number) => `产线 ${n} 的名称`,
      addLine: '再加一条产线',
      preview: '预览',
      take: '采用',
      connect: '接入设备',
      newcomers: '新设备',
      addAlarm: '添加报警: ',
      addChannel: '添加渠道',
      newReport: '新建报告',
      otherDays: '其他日期',
      freeze: '冻结',
      check: '校验',
      reports: '报告',
    },
  },
] as const

/** Somebody at the browser, whose clicks and filled fields are counted. */
class Person {
  acts = 0
  readonly startMs = systemClock.nowMs()
  #shots = 0

  constructor(
    readonly page: Page,
    readonly language: string,
  ) {}

  async click(at: Locator): Promise<void> {
    this.acts++
    await at.click()
  }

  async fill(at: Locator, text: string): Promise<void> {
    this.acts++
    await at.fill(text)
  }

  async choose(at: Locator, value: string): Promise<void> {
    this.acts++
    await at.selectOption(value)
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  /** Previews what the open form says, and takes it over. */
  async takes({ preview, take }: { readonly preview: string; readonly take: string }): Promise<void> {
    await this.click(this.button(preview).and(this.page.locator('dialog *')))
    await this.page.locator('.difference .is-added').first().waitFor()
    await this.look('preview')
    await this.click(this.button(take))
    await dialogsClosed(this.page)
  }

  /** Takes a picture of a step, for people to look at. */
  async look(step: string): Promise<void> {
    this.#shots++
    if (SHOTS === undefined) return
    const number = String(this.#shots).padStart(2, '0')
    const fullPage = (await this.page.locator('dialog[open], .document').count()) === 0
    await this.page.screenshot({ path: `${SHOTS}/${this.language}-${number}-${step}.png`, fullPage })
  }
}

describe.runIf(chromiumPath !== null).each(LOOKS)('from nothing to a first report, in $language', (look) => {
  const { w } = look
  let gateway: TestGateway
  let browser: Browser
  let page: Page
  let person: Person
  let hook: RobotServer
  let plant: string
  let lines: readonly string[]
  let complaints: string[]
  let client: MqttClient
  let live: NodeJS.Timeout | undefined

  beforeAll(async () => {
    hook = await RobotServer.start({ secret: 'SEC', token: TOKEN })
    gateway = await startGateway({ isBare: true })
    client = await mqtt.connectAsync(gateway.mqttUrl)
    browser = await launchBrowser()
    ;({ page, complaints } = await openPage(browser, { locale: look.locale, viewport: look.viewport }))
    person = new Person(page, look.language)
  })
  afterAll(async () => {
    clearInterval(live)
    await client?.endAsync(true)
    await browser?.close()
    await gateway?.stop()
    await hook?.close()
    if (gateway !== undefined) removeData(gateway)
  })

  const field = (label: string) => page.getByLabel(label, { exact: true })
  const setting = (name: string) => page.locator(`#setting-${name}`)

  test('the plant', async () => {
    await page.goto(gateway.httpUrl)
    await field(w.name).waitFor()
    await person.look('first-run')
    await person.fill(field(w.name), look.name)
    await person.fill(field(w.zone), 'Asia/Shanghai')
    // A name is known once the names of all have been read.
    await page.locator('datalist option[value="CN-JS"]').waitFor({ state: 'attached' })
    await person.fill(field(w.region), look.region)
    await person.choose(field(w.shifts), 'two')
    await person.fill(field(w.line(1)), look.lines[0])
    await person.click(person.button(w.addLine))
    await person.fill(field(w.line(2)), look.lines[1])
    await person.click(person.button(w.preview))
    await page.locator('.difference .is-added').first().waitFor()
    await person.look('preview')
    await person.click(person.button(w.take))
    await page.locator('.first-ways').waitFor()
    await person.look('set-up')
    const plants = async () => (await getJson<PlantsAnswer>(gateway, '/api/v1/plants')).plants
    await expect.poll(async () => (await plants())[0]?.lines).toHaveLength(2)
    const [first] = await plants()
    plant = first!.id
    lines = first!.lines.map(({ id }) => id)
  })

  test('the devices send to the topic that the page shows, and are adopted in one go', async () => {
    await person.click(page.getByRole('link', { name: w.connect, exact: true }))
    const topic = page.locator('.connect-topic code').first()
    await expect.poll(() => topic.textContent()).toContain(`plants/${plant}/${lines[0]}/`)
    await person.look('connect')
    await send()
    await page.goBack()
    await person.click(page.getByRole('link', { name: w.newcomers, exact: true }))
    const card = page.locator('[data-card="newcomers"]')
    await card.locator('[data-device="robot-2"]').waitFor()
    await person.look('new-devices')
    const roles = await card
      .locator('[data-device]')
      .evaluateAll((rows) =>
        rows.map((row) => [
          (row as HTMLElement).dataset.device,
          row.querySelector<HTMLSelectElement>('[name="role"]')?.value,
        ]),
      )
    expect(Object.fromEntries(roles)).toEqual({
      'main-1': 'main',
      'press-meter': 'sub',
      'weld-meter': 'sub',
      'air-meter': 'sub',
      'roof-pv': 'pv',
      'boiler-1': 'stack',
      'robot-1': 'robot',
      'robot-2': 'robot',
    })
    await person.click(card.locator('.newcomer-all input'))
    await person.click(card.getByRole('button', { name: /8/ }).first())
    await card.locator('.newcomer-outcome').waitFor()
    await person.look('adopted')
  })

  test('an alarm is set by its form, and a channel that the page of alarms leads to', async () => {
    await page.goto(`${gateway.httpUrl}/#/configuration`)
    await person.click(page.getByRole('button', { name: `${w.addAlarm}${plant}` }))
    await person.fill(setting('id'), 'load')
    await person.fill(setting('kpi'), 'energy_elec_import')
    await page.keyboard.press('Tab')
    await person.choose(setting('window'), '1m')
    await person.fill(setting('above'), '100')
    await person.look('alarm-form')
    await person.takes(w)
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    await page.locator('.alarm-channels').waitFor()
    await person.look('no-channel')
    await person.click(page.locator('.alarm-channels').getByRole('link', { name: w.addChannel }))
    const add = page.locator('[data-adds="channels"]')
    await expect.poll(() => add.evaluate((one) => one === document.activeElement)).toBe(true)
    await person.click(add)
    await person.fill(setting('id'), 'shift-lead')
    await person.fill(setting('url'), `http://127.0.0.1:${hook.port}/hook`)
    await person.fill(setting('token'), TOKEN)
    await person.choose(setting('language'), look.language)
    await person.look('channel-form')
    await person.takes(w)
  })

  test('its test message arrives, and so does the alarm when the load rises', async () => {
    await page.goto(`${gateway.httpUrl}/#/alarms`)
    const channel = page.locator('[data-channel="shift-lead"]')
    await person.click(channel.getByRole('button'))
    await expect.poll(() => hook.at('/hook').length).toBe(1)
    expect(hook.at('/hook')[0]!.body).toMatchObject({ test: true, channel: 'shift-lead' })
    await expect.poll(() => channel.locator('.alarm-tested').textContent()).not.toBe('')
    await person.look('channel-tested')
    raiseLoad()
    const told = () => hook.at('/hook').flatMap(({ body }) => (body.alarms ?? []) as { alarm: AlarmItem }[])
    await until(() => told().some(({ alarm }) => alarm.kpi === 'energy_elec_import'), ALARM_MS)
    await page.locator('.alarm-row').first().waitFor()
    await person.look('alarm')
  })

  test('the first report is made of yesterday, frozen with a name, and found right', async () => {
    await person.click(page.getByRole('link', { name: w.reports, exact: true }).first())
    await person.click(person.button(w.newReport))
    await page.locator('dialog[open] form').waitFor()
    await person.click(person.button(w.otherDays))
    const yesterday = new Date(systemClock.nowMs() + 8 * HOUR_MS - DAY_MS).toISOString().slice(0, 10)
    const [first, last] = [0, 1].map((at) => page.locator('dialog[open] input[type="date"]').nth(at))
    await person.fill(first!, yesterday)
    await person.fill(last!, yesterday)
    await person.look('new-report')
    await person.click(page.locator('dialog[open] button[type="submit"]'))
    await page.waitForURL(/#\/reports\/.*\/v1/)
    const figure = page.locator(`.document [data-figure="${plant}/energy_elec_import"]`).first()
    await figure.waitFor()
    await person.look('draft')
    // The main meter alone, although it was adopted only today.
    expect(Number(await figure.getAttribute('data-value'))).toBe(4 * 1440)
    await person.click(person.button(w.freeze))
    await person.fill(page.locator('dialog[open] input'), look.language === 'zh' ? '张敏' : 'Zhang Min')
    await person.look('freeze')
    await person.click(page.locator('dialog[open] button[type="submit"]'))
    await person.click(person.button(w.check))
    await page.locator('.findings[data-faults="0"]').waitFor()
    await person.look('checked')
    expect(await seriousFaults(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('all of it is fewer things to do than a quarter of an hour has time for', () => {
    const seconds = Math.round((systemClock.nowMs() - person.startMs) / 1000)
    console.log(`${look.language}: ${person.acts} things done, ${seconds} s by the script`)
    expect(person.acts * SECONDS_OF_A_PERSON).toBeLessThan(WALK_S)
  })

  /** Two days of readings, one a minute, as loggers send what they have kept. */
  async function send(): Promise<void> {
    const nowMs = systemClock.nowMs()
    const times = Array.from({ length: SENT }, (_, i) => nowMs - (SENT - i) * MINUTE_MS)
    const [press, utilities] = lines
    const energy = (kwh: number) => (i: number) => ({ elec_import_kwh: 1000 + kwh * i })
    const senders: readonly (readonly [topic: string, metrics: (i: number) => object])[] = [
      [`${utilities}/main-1/energy`, energy(4)],
      [`${press}/press-meter/energy`, energy(2)],
      [`${press}/weld-meter/energy`, energy(0.75)],
      [`${utilities}/air-meter/energy`, energy(0.5)],
      [`${utilities}/roof-pv/energy`, (i) => ({ renew_onsite_kwh: i / 4 })],
      [`${utilities}/boiler-1/emissions`, () => ({ nox_mgm3: 31, stack_flow_nm3h: 5200, o2_pct: 3.5 })],
      [`${press}/robot-1/robot`, (i) => ({ state: i % 4 === 0 ? 'idle' : 'executing' })],
      [`${press}/robot-2/robot`, (i) => ({ state: i % 5 === 0 ? 'idle' : 'executing' })],
    ]
    for (const [topic, metrics] of senders) {
      const samples = times.map((ts, i) => ({ ts, metrics: metrics(i) }))
      for (let at = 0; at < SENT; at += MESSAGES_MAX) {
        const some = JSON.stringify(samples.slice(at, at + MESSAGES_MAX))
        await client.publishAsync(`plants/${plant}/${topic}`, some, { qos: 1 })
      }
    }
    await settled(gateway)
    const unknown = () => getJson<UnknownDevicesAnswer>(gateway, '/api/v1/devices/unknown')
    await until(async () => (await unknown()).items.length === senders.length)
  }

  /** From here on the main meter sends all the time, far more than the alarm lets pass. */
  function raiseLoad(): void {
    let kwh = 1000 + 4 * SENT
    live = setInterval(() => {
      kwh += 10
      void client.publishAsync(
        `plants/${plant}/${lines[1]}/main-1/energy`,
        JSON.stringify({ metrics: { elec_import_kwh: kwh } }),
        { qos: 1 },
      )
    }, 1000)
  }
})
