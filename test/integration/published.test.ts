// @module-tag slow

import { isDeepStrictEqual } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RestatementsAnswer } from '../../src/views/wire/records.js'
import { expectFigures, pointOf, sendSamples } from '../support/examples.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { allPoints } from '../support/series.js'
import { ENERGY } from './published/energy.js'
import type { Example, Sent } from './published/example.js'
import { MACHINES } from './published/machines.js'
import { STACKS } from './published/stacks.js'

/**
 * The worked examples of KPI specification §7 that are made of time series, through the real gateway: sent over MQTT, a
 * plant for each, and read over HTTP. `test/unit/kpi/published.test.ts` lists where every example is proved.
 */
const EXAMPLES = [...MACHINES, ...ENERGY, ...STACKS]
const plantOf = (example: Example) => `${example.id.toLowerCase()}-${EXAMPLES.indexOf(example)}`

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
  for (const example of EXAMPLES) for (const sent of example.sent) await sendSamples(client, plantOf(example), sent)
  const accounts = await settled(gateway)
  expect(accounts.closes).toBe(true)
  expect(accounts.elements_rejected).toBe(0)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

describe('sent over MQTT and read over HTTP', () => {
  test.each(EXAMPLES)('$id, $source: $says', async (example) => {
    await expectFigures(gateway, plantOf(example), example.figures)
  })
})

describe('what arrives late', () => {
  // A second of the example is 7.5 here, so that its windows of two minutes are ours of fifteen; its scores add up in a
  // register of a device that nobody has configured.
  const SCALE = 7.5
  const NOON = Date.parse('2025-07-01T12:00:00Z')
  /** Seconds after noon, and what the register stands at. */
  const SCORES = [
    [-4, 0],
    [26, 5],
    [86, 14],
    [146, 21],
    [186, 29],
    [219, 32],
    [259, 36],
    [399, 44],
    [446, 47],
    [466, 48],
    [600, 48],
  ] as const
  const LATE_S = 86
  const scored = (isChosen: (second: number) => boolean): Sent => ({
    device: 'board-1',
    class: 'production',
    samples: SCORES.filter(([second]) => isChosen(second)).map(([second, cycle_count]) => ({
      ts: NOON + second * SCALE * 1000,
      metrics: { cycle_count },
    })),
  })
  const quarters = () =>
    allPoints(gateway, {
      plant: 'o22',
      kpi: 'cycles',
      window: '15m',
      from: '2025-07-01T12:00:00Z',
      to: '2025-07-01T13:00:00Z',
    })
  const values = async () => (await quarters()).map(({ value }) => value)

  test('O22, Streaming 102: the first window is 5 provisional, then 14, 18, 4, 12 when the late 9 is there', async () => {
    await sendSamples(
      client,
      'o22',
      scored((second) => second <= 26),
    )
    await settled(gateway)
    expect(await quarters()).toMatchObject([{ value: 5, provisional: true }])

    await sendSamples(
      client,
      'o22',
      scored((second) => second > 26 && second !== LATE_S),
    )
    // Not 5, 18, 4, 12 as there: scores are events, while a register that is read again has what was missed in it, and
    // pieces count whole where they are seen. The total of 48 is right at once.
    await until(async () => isDeepStrictEqual(await values(), [5, 27, 4, 12]))
    const [early] = await quarters()
    expect(early?.provisional).toBe(false)

    await sendSamples(
      client,
      'o22',
      scored((second) => second === LATE_S),
    )
    await until(async () => isDeepStrictEqual(await values(), [14, 18, 4, 12]))
    const [late] = await quarters()
    expect(late?.provisional).toBe(false)
    expect(late?.rev).toBeGreaterThan(early!.rev)
  })
})

test('S6: a reading from inside the gap that comes two days late moves energy between the hours, and is on record', async () => {
  const plant = plantOf(ENERGY.find(({ id }) => id === 'S6')!)
  const meter = (ts: string, elec_import_kwh: number): Sent => {
    return { device: 'main-1', class: 'energy', samples: [{ ts, metrics: { elec_import_kwh } }] }
  }
  const hour = (start: string) =>
    pointOf(gateway, plant, { kpi: 'energy_elec_import', window: '1h', start, value: null })
  await sendSamples(client, plant, meter('2025-07-03T12:00:00Z', 600))
  await settled(gateway)
  const before = await hour('2025-07-01T09:00:00Z')
  await sendSamples(client, plant, meter('2025-07-01T10:00:00Z', 550))
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
