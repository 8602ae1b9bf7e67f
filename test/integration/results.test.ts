// @module-tag slow

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { Accounting, SeriesAnswer } from '../../src/base/wire.js'
import { getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import { SOON } from '../support/soon.js'

/**
 * Proves that figures go out over MQTT as the API has them, each final window once, retained; that nobody else may speak there; and
 * that nothing of it comes back.
 */

const PLANT = 'shown-1'
const DAY = Date.UTC(2026, 0, 5)
const METERED = {
  id: PLANT,
  name: { en: 'Shown', zh: '展示厂' },
  timezone: 'UTC',
  lines: [{ id: 'utilities', name: { en: 'Utilities' } }],
  devices: [
    // A window becomes final by what it sends, and never by a silence while the tests go on.
    { id: 'main-1', line: 'utilities', role: 'main', metrics: { elec_import_kwh: { period_s: 15, idle_s: 3600 } } },
    { id: 'robot-1', line: 'utilities', role: 'robot', metrics: { state: { period_s: 15 } } },
  ],
}
const RESULTS = {
  enabled: true,
  kpis: ['energy_elec_import', 'peak_demand_15', 'robot_util_calendar'],
  scopes: ['plant', 'line'],
  windows: ['1m', '15m', '1h', '1d'],
  uns_topic: 'acme/europe/{plant}/{line}/kpi/{kpi}/{window}/{state}',
  home_assistant: { enabled: true, language: 'zh' },
}
const MINUTES = `results/${PLANT}/plant/${PLANT}/energy_elec_import/1m`

type Published = KpiPoint & { readonly lineage: string }

/** A subscriber, with all that came to it. */
class Subscriber {
  readonly packets: { readonly topic: string; readonly text: string; readonly retain: boolean }[] = []

  private constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload, { retain }: IPublishPacket) => {
      this.packets.push({ topic, text: payload.toString(), retain })
    })
  }

  static async of(filter: string): Promise<Subscriber> {
    const subscriber = new Subscriber(await mqtt.connectAsync(gateway.mqttUrl))
    await subscriber.client.subscribeAsync(filter, { qos: 1 })
    return subscriber
  }

  points(topic: string): readonly Published[] {
    return this.packets.filter((one) => one.topic === topic && one.text !== '').map(({ text }) => JSON.parse(text))
  }
}

interface Posted {
  readonly authorization: string | undefined
  readonly webhook: string
  readonly points: readonly (Published & { readonly state: string })[]
}

let gateway: TestGateway
let device: MqttClient
let sent = 0
let receiver: Server
/** Messages that the receiver has taken; it refuses while it is down. */
const posted: Posted[] = []
const told = () => posted.flatMap(({ points }) => points)
let isReceiverDown = false

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { authorization } = request.headers
      if (!isReceiverDown) posted.push({ authorization, ...JSON.parse(Buffer.concat(chunks).toString()) })
      response.writeHead(isReceiverDown ? 503 : 204).end()
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => receiver.once('listening', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/figures`
  const webhooks = [{ id: 'erp', url, token: 'a-token-of-the-erp', kpis: ['energy_elec_import'], windows: ['1m'] }]
  gateway = await startGateway({ config: { plants: [METERED], results: { ...RESULTS, webhooks } } })
  device = await mqtt.connectAsync(gateway.mqttUrl)
})
afterAll(async () => {
  await device.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
  receiver.closeAllConnections()
  receiver.close()
})

/** Sends the register of a meter that runs at 60 kW, at `second` seconds after midnight. */
async function sendAt(second: number, kwh = 100 + second / 60): Promise<void> {
  const payload = JSON.stringify({ ts: DAY + second * 1000, metrics: { elec_import_kwh: kwh } })
  await device.publishAsync(`plants/${PLANT}/utilities/main-1/energy`, payload, { qos: 1 })
  sent += 1
}

/** The point of the API that a message names, asked for by its own link. */
async function ofApi({ lineage }: Published): Promise<readonly KpiPoint[]> {
  return (await getJson<SeriesAnswer>(gateway, lineage)).points
}

/** Waits until the window of a minute is final. */
async function untilFinal(from: string, to: string): Promise<void> {
  const range = `from=2026-01-05T${from}:00Z&to=2026-01-05T${to}:00Z`
  const path = `/api/v1/plants/${PLANT}/kpis/energy_elec_import/series?window=1m&${range}`
  await until(async () => (await getJson<SeriesAnswer>(gateway, path)).points[0]?.provisional === false)
}

function withoutLink({ lineage: _lineage, ...point }: Published): KpiPoint {
  return point
}

test('each window that is over is published once, as the API has it, and the newest stays', async () => {
  const live = await Subscriber.of('results/#')
  await sendAt(0)
  await until(() => live.packets.some(({ topic, text }) => topic === `results/${PLANT}/status` && text === 'online'))
  // The reading between the first two minutes comes later.
  for (let second = 15; second <= 210; second += 15) if (second !== 60) await sendAt(second)
  await until(() => live.points(`${MINUTES}/final`).length >= 3)
  const finals = live.points(`${MINUTES}/final`)
  expect(finals.map(({ start, value }) => [start, value])).toEqual([
    ['2026-01-05T00:00:00.000Z', 1],
    ['2026-01-05T00:01:00.000Z', 1],
    ['2026-01-05T00:02:00.000Z', 1],
  ])
  for (const message of finals) {
    expect(await ofApi(message)).toEqual([withoutLink(message)])
    expect(message).toMatchObject({ unit: 'kWh', provisional: false, rev: 0, reason: '' })
  }
  const newcomer = await Subscriber.of(`${MINUTES}/#`)
  await until(() => newcomer.points(`${MINUTES}/final`).length > 0 && newcomer.points(`${MINUTES}/running`).length > 0)
  const kept = newcomer.packets.filter(({ retain }) => retain)
  expect(kept.map(({ topic }) => topic).sort()).toEqual([`${MINUTES}/final`, `${MINUTES}/running`])
  expect(newcomer.points(`${MINUTES}/final`)).toEqual([finals.at(-1)])
  await Promise.all([live.client.endAsync(true), newcomer.client.endAsync(true)])
})

test('every retained figure becomes that of the API, values that are not known with their reason', async () => {
  const live = await Subscriber.of('results/#')
  const newest = () =>
    new Map(live.packets.filter(({ topic }) => /(final|running)$/.test(topic)).map((one) => [one.topic, one.text]))
  await until(() => newest().size > 10)
  await expect
    .poll(async () => {
      const wrong: string[] = []
      for (const [topic, text] of newest()) {
        const message = JSON.parse(text) as Published
        const { plant, scope, id, kpi, window } = message
        const state = message.provisional ? 'running' : 'final'
        if (topic !== ['results', plant, scope, id, kpi, window, state].join('/')) wrong.push(topic)
        if (JSON.stringify(await ofApi(message)) !== JSON.stringify([withoutLink(message)])) wrong.push(topic)
      }
      return wrong
    }, SOON)
    .toEqual([])
  const points = [...newest().values()].map((text) => JSON.parse(text) as Published)
  const unknown = points.filter(({ value }) => value === null)
  expect(unknown.length).toBeGreaterThan(0)
  expect(unknown.filter(({ reason }) => reason === '')).toEqual([])
  expect(new Set(points.map(({ scope }) => scope))).toEqual(new Set(['plant', 'line']))
  await live.client.endAsync(true)
})

test('a window of before that is restated is told, and what stays is still the newest', async () => {
  const live = await Subscriber.of(`${MINUTES}/#`)
  // A window that is restated before it was posted is posted once.
  await until(() => told().length >= 3)
  await sendAt(60, 100.9)
  await until(() => live.points(`${MINUTES}/earlier`).length >= 2)
  const earlier = live.points(`${MINUTES}/earlier`)
  expect(earlier.map(({ start, value }) => [start.slice(11, 16), value!.toFixed(3)])).toEqual([
    ['00:00', '0.900'],
    ['00:01', '1.100'],
  ])
  for (const message of earlier) {
    expect(message.rev).toBeGreaterThan(0)
    expect(await ofApi(message)).toEqual([withoutLink(message)])
  }
  expect(live.packets.filter(({ topic, retain }) => retain && topic.endsWith('earlier'))).toEqual([])
  const newcomer = await Subscriber.of(`${MINUTES}/#`)
  await until(() => newcomer.points(`${MINUTES}/final`).length > 0 && newcomer.points(`${MINUTES}/running`).length > 0)
  expect(newcomer.points(`${MINUTES}/earlier`)).toEqual([])
  expect(newcomer.points(`${MINUTES}/final`).map(({ start }) => start)).toEqual(['2026-01-05T00:02:00.000Z'])
  await Promise.all([live.client.endAsync(true), newcomer.client.endAsync(true)])
})

test('the topic of the namespace has the same message, without the level that a figure has not', async () => {
  const both = await Subscriber.of('#')
  const end = 'kpi/energy_elec_import/1m/final'
  const pairs = [
    [`acme/europe/${PLANT}/${end}`, `${MINUTES}/final`],
    [`acme/europe/${PLANT}/utilities/${end}`, `results/${PLANT}/line/utilities/energy_elec_import/1m/final`],
  ] as const
  await until(() => pairs.flat().every((topic) => both.points(topic).length > 0))
  for (const [named, own] of pairs) expect(both.points(named)).toEqual(both.points(own))
  await both.client.endAsync(true)
})

test('each final window is posted too, as the API has it, and one that is restated as earlier', async () => {
  await until(() => told().filter(({ state }) => state === 'earlier').length >= 2)
  expect(told().map(({ start, state }) => [start.slice(11, 16), state])).toEqual([
    ['00:00', 'final'],
    ['00:01', 'final'],
    ['00:02', 'final'],
    ['00:00', 'earlier'],
    ['00:01', 'earlier'],
  ])
  for (const { state, ...message } of told().filter(({ start, rev }) => rev > 0 || start.includes('00:02'))) {
    expect(await ofApi(message)).toEqual([withoutLink(message)])
  }
  expect(new Set(posted.map(({ authorization, webhook }) => `${webhook} ${authorization}`))).toEqual(
    new Set(['erp Bearer a-token-of-the-erp']),
  )
})

/** As far as an announcement is looked at. */
interface Sensor {
  readonly state_topic: string
  readonly unique_id: string
}
const DAY_SENSOR = `greengauge_${PLANT}_PLANT_${PLANT}_KPI_energy_elec_import_1d`

describe('Home Assistant', () => {
  test('finds a sensor for each figure, with its state, its availability and its device where they are said to be', async () => {
    const all = await Subscriber.of('#')
    const configs = () => all.packets.filter(({ topic }) => topic.startsWith('homeassistant/'))
    const running = () =>
      new Set(
        all.packets
          .map(({ topic }) => topic)
          .filter((topic) => topic.endsWith('/running') && topic.startsWith('results/')),
      )
    const announced = () => new Set(configs().map(({ text }) => (JSON.parse(text) as Sensor).state_topic))
    const hasDay = () => configs().some(({ text }) => (JSON.parse(text) as Sensor).unique_id === DAY_SENSOR)
    const hasStatus = () => all.packets.some(({ topic }) => topic === `results/${PLANT}/status`)
    // Retained messages come one after the other.
    await until(() => running().size > 10 && isDeepStrictEqual(announced(), running()) && hasDay() && hasStatus())
    const sensors = configs().map(({ topic, text, retain }) => ({ topic, retain, ...JSON.parse(text) }))
    expect(new Set(sensors.map(({ state_topic }) => state_topic))).toEqual(running())
    expect(new Set(sensors.map(({ unique_id }) => unique_id)).size).toBe(sensors.length)
    for (const { topic, retain, state_topic, availability, device, origin } of sensors) {
      // <discovery_prefix>/<component>/[<node_id>/]<object_id>/config
      expect(topic).toMatch(/^homeassistant\/sensor\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/)
      expect(retain).toBe(true)
      const [state] = all.points(state_topic)
      expect(typeof state?.value === 'number' || state?.value === null).toBe(true)
      expect(all.packets.filter((one) => one.topic === availability[0].topic).map(({ text }) => text)).toEqual([
        'online',
      ])
      expect(device.identifiers).toHaveLength(1)
      expect(origin.name).toBe('Greengauge')
    }
    const energy = sensors.find((one) => one.unique_id === DAY_SENSOR)
    expect(energy).toMatchObject({
      device_class: 'energy',
      unit_of_measurement: 'kWh',
      state_class: 'total',
      value_template: '{{ value_json.value | tojson }}',
      last_reset_value_template: '{{ value_json.start }}',
      device: { name: '展示厂', model: 'plant' },
    })
    await all.client.endAsync(true)
  })
})

describe('nobody else', () => {
  const topics = [
    `${MINUTES}/final`,
    'results/other',
    `acme/europe/${PLANT}/kpi/oee/1d/final`,
    'homeassistant/sensor/greengauge/x/config',
  ]

  test.each(topics)('publishes to %s: with MQTT 5 the reason is told, and nothing is passed on', async (topic) => {
    const witness = await Subscriber.of(topic)
    const liar = await mqtt.connectAsync(gateway.mqttUrl, { protocolVersion: 5, reconnectPeriod: 0 })
    const refused = await liar.publishAsync(topic, '{"value":1}', { qos: 1, retain: true }).catch((error) => error)
    expect(refused).toMatchObject({ code: 0x87 })
    await device.publishAsync('shop/marker', 'x', { qos: 1 })
    sent += 1
    expect(witness.packets.filter(({ text }) => text === '{"value":1}')).toEqual([])
    await Promise.all([witness.client.endAsync(true), liar.endAsync(true)])
  })

  test('leaves a will there, and other programs announce their own sensors as before', async () => {
    const will = { topic: 'results/x', payload: 'lie', qos: 0, retain: false } as const
    const refused = await mqtt
      .connectAsync(gateway.mqttUrl, { will, reconnectPeriod: 0 }, false)
      .catch((error) => error)
    expect(refused).toMatchObject({ code: 5 })
    await device.publishAsync('homeassistant/sensor/0x00158d/config', '{}', { qos: 1 })
    sent += 1
  })
})

test('what is published is no message that came in: nothing of it is in the journal, and nothing kept as unusable', async () => {
  const accounting = await getJson<Accounting>(gateway, '/api/v1/accounting')
  await until(async () => (await getJson<Accounting>(gateway, '/api/v1/accounting')).messages.received >= sent)
  const { messages, closes } = await getJson<Accounting>(gateway, '/api/v1/accounting')
  expect(accounting.closes && closes).toBe(true)
  expect(messages.received).toBe(sent)
})

test('after a start the newest of each figure stands there again', async () => {
  const before = await Subscriber.of(`${MINUTES}/final`)
  await until(() => before.packets.length > 0)
  await before.client.endAsync(true)
  await device.endAsync(true)
  await gateway.stop()
  gateway = await gateway.restart()
  device = await mqtt.connectAsync(gateway.mqttUrl)
  const after = await Subscriber.of('results/#')
  await until(() => after.points(`${MINUTES}/final`).length > 0)
  expect(after.points(`${MINUTES}/final`)).toEqual(before.points(`${MINUTES}/final`))
  await after.client.endAsync(true)
})

test('what became final while the receiver of a webhook was away is posted after a start, once', async () => {
  isReceiverDown = true
  posted.length = 0
  for (let second = 225; second <= 270; second += 15) await sendAt(second)
  await untilFinal('00:03', '00:04')
  await device.endAsync(true)
  await gateway.stop()
  isReceiverDown = false
  gateway = await gateway.restart()
  device = await mqtt.connectAsync(gateway.mqttUrl)
  await until(() => told().length > 0)
  for (let second = 285; second <= 330; second += 15) await sendAt(second)
  await until(() => told().length > 1)
  expect(told().map(({ start, state, value }) => [start.slice(11, 16), state, value])).toEqual([
    ['00:03', 'final', 1],
    ['00:04', 'final', 1],
  ])
})

test('a gateway that is not told to publishes nothing, and clients may use the topics as before', async () => {
  await device.endAsync(true)
  await gateway.stop()
  gateway = await gateway.restart({ results: {} })
  device = await mqtt.connectAsync(gateway.mqttUrl)
  const all = await Subscriber.of('#')
  await device.publishAsync('results/mine', 'x', { qos: 1 })
  for (let second = 345; second <= 420; second += 15) await sendAt(second)
  await untilFinal('00:05', '00:06')
  expect(
    all.packets.filter(({ topic }) => /^(results|acme|homeassistant)\//.test(topic)).map(({ topic }) => topic),
  ).toEqual(['results/mine'])
  await all.client.endAsync(true)
})
