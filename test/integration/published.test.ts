import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KpiPoint } from '../../src/base/kpi.js'
import type { RestatementsAnswer } from '../../src/base/records.js'
import { getJson, removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { allPoints } from '../support/series.js'
import { ENERGY } from './published/energy.js'
import type { Example, Expected, Sent } from './published/example.js'
import { MACHINES } from './published/machines.js'
import { STACKS } from './published/stacks.js'

/**
 * The worked examples of KPI specification §7 that are made of time series, through the real gateway: sent over MQTT, a
 * plant for each, and read over HTTP. `test/unit/kpi/published.test.ts` lists where every example is proved.
 */
const EXAMPLES = [...MACHINES, ...ENERGY, ...STACKS]
const plantOf = (example: Example) => `${example.id.toLowerCase()}-${EXAMPLES.indexOf(example)}`
const ELEMENTS_MAX = 1000

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  const plants = EXAMPLES.filter(({ plant }) => plant !== undefined).map((example) => ({
    id: plantOf(example),
    name: {},
    timezone: 'UTC',
    ...example.plant,
  }))
  gateway = await startGateway({ config: { plants } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  for (const example of EXAMPLES) for (const sent of example.sent) await send(plantOf(example), sent)
  const accounts = await settled(gateway)
  expect(accounts.closes).toBe(true)
  expect(accounts.elements_rejected).toBe(0)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

async function send(plant: string, { device, class: cls, samples }: Sent): Promise<void> {
  for (let i = 0; i < samples.length; i += ELEMENTS_MAX) {
    const message = JSON.stringify(samples.slice(i, i + ELEMENTS_MAX))
    await client.publishAsync(`plants/${plant}/l/${device}/${cls}`, message, { qos: 1 })
  }
}

async function pointOf(plant: string, { kpi, window, start, device }: Expected): Promise<KpiPoint | undefined> {
  const range = { from: start, to: new Date(Date.parse(start) + 1).toISOString() }
  const scope = device === undefined ? {} : { scope: 'device' as const, id: device }
  return (await allPoints(gateway, { plant, kpi, window, ...range, ...scope }))[0]
}

describe('sent over MQTT and read over HTTP', () => {
  test.each(EXAMPLES)('$id, $source: $says', async (example) => {
    for (const expected of example.figures) {
      const { kpi, start, value, digits, rest } = expected
      const point = await pointOf(plantOf(example), expected)
      expect(point, `${kpi} at ${start}`).toMatchObject({ value: rounded(value, digits), ...rest })
    }
  })
})

function rounded(value: number | null, digits = 6): unknown {
  return value === null ? null : expect.closeTo(value, digits)
}

describe('what arrives late (O22, Streaming 102)', () => {
  // The scores of the example as a register of a device that nobody has configured; two windows of a minute are one of its.
  const SCORES = [
    ['12:00:26', 5],
    ['12:01:26', 14],
    ['12:02:26', 21],
    ['12:03:06', 29],
    ['12:03:39', 32],
    ['12:04:19', 36],
    ['12:06:39', 44],
    ['12:07:26', 47],
    ['12:07:46', 48],
    ['12:10:00', 48],
  ] as const
  const LATE = '12:01:26'
  const scored = (chosen: (time: string) => boolean): Sent => ({
    device: 'board-1',
    class: 'production',
    samples: [['11:59:56', 0] as const, ...SCORES].flatMap(([time, cycle_count]) =>
      chosen(time) ? [{ ts: `2025-07-01T${time}Z`, metrics: { cycle_count } }] : [],
    ),
  })
  const range = { from: '2025-07-01T12:00:00Z', to: '2025-07-01T12:08:00Z' }
  const minutes = () => allPoints(gateway, { plant: 'o22', kpi: 'cycles', window: '1m', ...range })
  const byTwoMinutes = async () => {
    const sums = [0, 0, 0, 0]
    for (const { start, value } of await minutes()) {
      sums[Math.floor((Date.parse(start) - Date.parse(range.from)) / 120_000)]! += value ?? Number.NaN
    }
    return sums
  }

  test('the first window is 5 while it is provisional, and 14 when the late 9 is there: 14, 18, 4, 12', async () => {
    await send(
      'o22',
      scored((time) => time <= '12:00:26'),
    )
    await settled(gateway)
    expect(await minutes()).toMatchObject([{ value: 5, provisional: true }])

    await send(
      'o22',
      scored((time) => time > '12:00:26' && time !== LATE),
    )
    await settled(gateway)
    // Not 5, 18, 4, 12 as there: scores are events, and a register that is read again has what was missed in it.
    expect(await byTwoMinutes()).toEqual([5, 27, 4, 12])
    const [before] = await minutes()
    expect(before).toMatchObject({ value: 5, provisional: false })

    await send(
      'o22',
      scored((time) => time === LATE),
    )
    await settled(gateway)
    expect(await byTwoMinutes()).toEqual([14, 18, 4, 12])
    expect((await minutes()).map(({ provisional }) => provisional)).not.toContain(true)
  })
})

test('S6: a reading from inside the gap that comes two days late moves energy between the hours, and is on record', async () => {
  const plant = plantOf(ENERGY.find(({ id }) => id === 'S6')!)
  const meter = (ts: string, elec_import_kwh: number): Sent => {
    return { device: 'main-1', class: 'energy', samples: [{ ts, metrics: { elec_import_kwh } }] }
  }
  const hour = (start: string) => pointOf(plant, { kpi: 'energy_elec_import', window: '1h', start, value: null })
  await send(plant, meter('2025-07-03T12:00:00Z', 600))
  await settled(gateway)
  const before = await hour('2025-07-01T09:00:00Z')
  await send(plant, meter('2025-07-01T10:00:00Z', 550))
  await settled(gateway)
  const after = await hour('2025-07-01T09:00:00Z')
  expect(after).toMatchObject({ value: expect.closeTo(50, 9), flags: [], provisional: false })
  expect(after!.rev).toBeGreaterThan(before!.rev)
  expect(await hour('2025-07-01T10:00:00Z')).toMatchObject({ value: expect.closeTo(10, 9) })
  const { items } = await getJson<RestatementsAnswer>(gateway, `/api/v1/plants/${plant}/restatements?limit=1000`)
  expect(items.map(({ kpi, window, start }) => `${kpi} ${window} ${Date.parse(start)}`)).toContain(
    `energy_elec_import 1h ${Date.parse('2025-07-01T09:00:00Z')}`,
  )
})
