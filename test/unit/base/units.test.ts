import { describe, expect, test } from 'vitest'
import { METRICS } from '../../../src/base/metrics.js'
import { conversion, unitsFor } from '../../../src/base/units.js'

function convert(value: number, from: string, to: string): number {
  const { factor, offset } = conversion(from, to)!
  return value * factor + offset
}

describe('a unit is converted to the stored one', () => {
  test.each([
    [1, 'MWh', 'kWh', 1000],
    [1, 'GWh', 'kWh', 1_000_000],
    [1500, 'Wh', 'kWh', 1.5],
    [3.6, 'MJ', 'kWh', 1],
    [3.6, 'GJ', 'kWh', 1000],
    [1, 'MWh', 'GJ', 3.6],
    [1000, 'MJ', 'GJ', 1],
    [1, 'kWh', 'GJ', 0.0036],
    [2.5, 'MW', 'kW', 2500],
    [100, 'W', 'kW', 0.1],
    [1, 'Mvarh', 'kvarh', 1000],
    // 20 °C to 0 °C at the same pressure: 273.15 / 293.15. Source: KPI specification §0, units stored.
    [293.15, 'm3@20C', 'Nm3', 273.15],
    [293.15, 'm³@20C', 'Nm3', 273.15],
    [7, 'm3@0C', 'Nm3', 7],
    [1, 'Nm3/s', 'Nm3/h', 3600],
    [35.5, 'MJ/Nm3', 'kJ/Nm3', 35_500],
    [750, 'kg', 't', 0.75],
    [2_000_000, 'g', 't', 2],
    [1500, 'L', 'm3', 1.5],
    [10, 'bar', 'MPa', 1],
    [800, 'kPa', 'MPa', 0.8],
    [-50, 'Pa', 'kPa', -0.05],
    [1013.25, 'hPa', 'kPa', 101.325],
    [273.15, 'K', '°C', 0],
    [373.15, 'K', '°C', 100],
    [32, '°F', '°C', 0],
    [212, '°F', '°C', 100],
    [0.05, 'g/Nm3', 'mg/Nm3', 50],
    [250, 'ug/Nm3', 'mg/Nm3', 0.25],
    [0.21, '1', '%', 21],
    [36, 'km/h', 'm/s', 10],
    [1250, 'ms', 's', 1.25],
    [90, 'min', 'h', 1.5],
    [12, '1', 'pcs', 12],
  ])('%d %s in %s is %d', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 9)
  })
})

describe('what cannot become another unit is refused', () => {
  test.each([
    ['kWh', 'kW'],
    ['kW', 'kWh'],
    ['m3', 'Nm3'],
    ['Nm3', 'm3'],
    ['kcal', 'kWh'],
    ['KWH', 'kWh'],
    ['', 'kWh'],
    ['constructor', 'kWh'],
    ['__proto__', 'kWh'],
    ['kWh', 'constructor'],
    ['kWh', '__proto__'],
  ])('%j to %j', (from, to) => {
    expect(conversion(from, to)).toBeNull()
  })
})

test('every unit of the metric table may be sent as it is', () => {
  for (const [name, { unit }] of METRICS) {
    expect(unitsFor(unit), name).toContain(unit)
    expect(conversion(unit, unit), name).toEqual({ factor: 1, offset: 0 })
  }
})

test('a ppm weighs what its gas does: 100 ppm of NOx, as NO2, are 205.25 mg/Nm3, of SO2 285.82, of CO 124.97', () => {
  const of100 = (metric: string) => 100 * conversion('ppm', 'mg/Nm3', METRICS.get(metric)?.gas)!.factor
  expect(of100('nox_mgm3')).toBeCloseTo((100 * 46.0055) / 22.414, 9)
  expect(of100('nox_ref_mgm3')).toBeCloseTo(205.25, 2)
  expect(of100('so2_mgm3')).toBeCloseTo(285.82, 2)
  expect(of100('co_mgm3')).toBeCloseTo(124.97, 2)
  expect(unitsFor('mg/Nm3', 'so2')).toContain('ppm')
})

test('dust has no ppm, and nothing else has one either', () => {
  expect(conversion('ppm', 'mg/Nm3', METRICS.get('pm_mgm3')?.gas)).toBeNull()
  expect(conversion('ppm', '%', 'co2')).toBeNull()
  expect(unitsFor('mg/Nm3')).not.toContain('ppm')
})

test('a unit that nothing is stored in has no others', () => {
  expect(unitsFor('furlong')).toEqual([])
  expect(unitsFor('constructor')).toEqual([])
})
