import { describe, expect, test } from 'vitest'
import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { discoveryPayload } from '../../../src/results/home-assistant.js'

/** Proves that each KPI becomes a sensor as the documents of Home Assistant want it. */

/** "Sensor", device classes: the units that each takes, as far as figures have such units. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  energy: ['J', 'kJ', 'MJ', 'GJ', 'mWh', 'Wh', 'kWh', 'MWh', 'GWh', 'TWh', 'cal', 'kcal', 'Mcal', 'Gcal'],
  power: ['mW', 'W', 'kW', 'MW', 'GW', 'TW'],
  water: ['L', 'gal', 'm³', 'ft³', 'CCF'],
  monetary: ['CNY', 'EUR'],
}

function sensorOf({ id: kpi, name, shape, unit, windows, scopes }: KpiInfo, currency = 'CNY') {
  const [window, scope] = [windows[0]!, scopes[0]!]
  const point: Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window' | 'unit'> = {
    ...{ plant: 'p', scope, id: 'p', kpi, window },
    unit: unit === 'currency' ? currency : unit,
  }
  const payload = discoveryPayload(
    { point, info: { name, shape }, names: { en: 'Plant 1' } },
    { language: 'en' },
    '1.2.3',
  )
  return JSON.parse(payload) as Readonly<Record<string, unknown>>
}

describe.each(CATALOGUE.map((info) => [info.id, info] as const))('%s', (_id, info) => {
  const sensor = sensorOf(info)

  test('has a class only with a unit of it, and sums alone have amounts', () => {
    const deviceClass = sensor.device_class as string | undefined
    if (deviceClass !== undefined) expect(UNITS[deviceClass]).toContain(sensor.unit_of_measurement)
    if (deviceClass !== undefined && deviceClass !== 'power') expect(sensor.state_class).toBe('total')
    if (info.unit === '1') expect(sensor).not.toHaveProperty('unit_of_measurement')
    else expect(sensor.unit_of_measurement).toMatch(/\S/)
  })

  test('begins anew with each window when it is a sum: "when last_reset_value_template is set, state_class must be total"', () => {
    expect(sensor.state_class).toBe(info.shape === 'sum' ? 'total' : 'measurement')
    expect('last_reset_value_template' in sensor).toBe(sensor.state_class === 'total')
  })
})

test('energy, power, water and money are known as such', () => {
  const classOf = (id: string) => sensorOf(CATALOGUE.find((one) => one.id === id)!).device_class
  expect(['energy_elec_import', 'peak_demand_15', 'energy_water_fresh', 'energy_cost'].map(classOf)).toEqual([
    'energy',
    'power',
    'water',
    'monetary',
  ])
  expect(['oee', 'carbon_total_lb', 'energy_natural_gas', 'demand_cost'].map(classOf)).toEqual(Array(4).fill(undefined))
})

test('everything that a sensor needs stands in it', () => {
  const sensor = sensorOf(CATALOGUE.find(({ id }) => id === 'oee')!)
  expect(sensor).toMatchObject({
    availability: [{ topic: 'results/p/status' }],
    device: { name: 'Plant 1', sw_version: '1.2.3' },
    origin: { name: 'Greengauge', sw_version: '1.2.3' },
    value_template: '{{ value_json.value | tojson }}',
  })
  expect(sensor.state_topic).toBe(sensor.json_attributes_topic)
})
