// @module-tag slow

/** Proves that power which a meter sends as one signed number is split: messages of devices and of makers' instruments in, API out. */
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectFigures, pointOf, sendSamples } from '../../support/examples.js'
import { allReadings, removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { type Example, samples } from '../published/example.js'

const HOUR_9 = { window: '1h', start: '2025-07-01T09:00:00Z' } as const

/** A signed number of power each minute from nine on: half an hour each at +1 and −3 kW, then +1 again. */
const SIGNED = samples(['09:00', '11:05', 1], (i) => ({ elec_import_kw: i >= 30 && i < 60 ? -3 : 1 }))
const BOTH_WAYS: Example['figures'] = [
  { kpi: 'energy_elec_import', ...HOUR_9, value: 0.5 },
  { kpi: 'energy_elec_export', ...HOUR_9, value: 1.5 },
  { kpi: 'energy_elec_export', window: '1h', start: '2025-07-01T10:00:00Z', value: 0 },
  // .25 kWh in the highest quarter is 1 kW.
  { kpi: 'load_factor', ...HOUR_9, value: 0.5 },
]
/** The same power as a three-phase meter of Shelly sends it, by its profile. */
const SHELLY = SIGNED.map((sample) => {
  const { ts, metrics } = sample as { ts: number; metrics: { elec_import_kw: number } }
  const em = { id: 0, total_act_power: metrics.elec_import_kw * 1000 }
  return { src: 'shellypro3em-1', method: 'NotifyStatus', params: { ts: ts / 1000, 'em:0': em } }
})
const PROFILES = {
  use: ['shelly/gen2', 'victron/gx', 'openems/edge'].map((profile) => ({ profile, plant: 'profiles', line: 'l' })),
}
/** Messages that instruments of makers send of 3 kW that go out: topic, message, and the device that it is of. */
const OUTGOING = [
  ['N/gx1/grid/30/Ac/Power', '{"value": -3000}', 'gx1-grid-30'],
  ['edge/edge0/channel/_sum/GridActivePower', '-3000', 'edge0'],
] as const

const METRICS = { elec_import_kw: { period_s: 60 } }
const plant = (id: string, meter: string) => {
  const devices = [{ id: meter, line: 'l', role: 'main', metrics: METRICS }]
  return { id, name: {}, timezone: 'UTC', devices }
}

let gateway: TestGateway
let client: MqttClient

beforeAll(async () => {
  const plants = [plant('plain', 'main-1'), plant('profiles', 'shellypro3em-1')]
  gateway = await startGateway({ config: { plants, profiles: PROFILES } })
  client = await mqtt.connectAsync(gateway.mqttUrl)
  await sendSamples(client, 'plain', { device: 'main-1', class: 'energy', samples: SIGNED })
  for (const message of SHELLY) {
    await client.publishAsync('shellypro3em-1/events/rpc', JSON.stringify(message), { qos: 1 })
  }
  for (const [topic, message] of OUTGOING) await client.publishAsync(topic, message, { qos: 1 })
  const accounts = await settled(gateway)
  expect(accounts.closes).toBe(true)
  expect(accounts.elements_rejected).toBe(0)
})

afterAll(async () => {
  await client.endAsync(true)
  await gateway.stop('SIGKILL')
  removeData(gateway)
})

test('signed power is split on arrival: 0.5 kWh in and 1.5 kWh out, not −1 kWh', async () => {
  for (const id of ['plain', 'profiles']) await expectFigures(gateway, id, BOTH_WAYS)
  const out = await pointOf(gateway, 'plain', { kpi: 'energy_elec_export', ...HOUR_9, value: null })
  expect(out?.flags).toContain('out_of_expected_range')
})

test('instruments of makers are read as both directions of power', async () => {
  for (const [, , device] of OUTGOING) {
    const valuesOf = async (metric: string) =>
      (await allReadings(gateway, { plant: 'profiles', device, metric })).map(({ value }) => value)
    expect(await valuesOf('elec_export_kw')).toEqual([3])
    expect(await valuesOf('elec_import_kw')).toEqual([0])
  }
})
