import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../../src/config/config.js'
import { accepted } from '../../support/house-config.js'

/** Names that nobody knows are said by check-config, with what was probably meant; the gateway starts all the same. */

const warningsOf = (yaml: string) => accepted({ yaml }).warnings.map(formatProblem)
const plant = (more: string) => `plants: [ { id: p, name: {}, timezone: UTC, ${more} } ]\n`
const using = (metrics: string) =>
  `${plant('')}profiles: { use: [ { profile: opcua/pubsub-json, plant: p, line: l, ${metrics} } ] }`

describe('metrics', () => {
  test.each([
    [
      'of a device',
      plant('devices: [ { id: m, role: main, metrics: { elec_imprt_kwh: { period_s: 60 } } } ]'),
      'names elec_imprt_kwh, which is no metric of the table; did you mean elec_import_kwh?',
    ],
    [
      'that a profile makes',
      using('metrics: { State: stat }'),
      'names stat, which is no metric of the table; did you mean state?',
    ],
    [
      'that a device of a profile makes',
      using('devices: { w: { id: w, metrics: { E: { metric: elec_import_kwhh, class: energy } } } }'),
      'devices.w.metrics.E.metric = "elec_import_kwhh" names elec_import_kwhh, which is no metric of the table; did you mean elec_import_kwh?',
    ],
  ])('%s', (_, yaml, said) => expect(warningsOf(yaml)).toEqual([expect.stringContaining(said)]))

  test('of the table and own ones that resemble none are right', () => {
    const yaml = plant('devices: [ { id: m, role: main, metrics: { elec_import_kwh: {}, spindle_torque_nm: {} } } ]')
    expect(warningsOf(yaml)).toEqual([])
  })
})

describe('currencies', () => {
  const tariff = (currency: string) =>
    plant(
      `tariffs: [ { id: a, currency: ${currency}, valid_from: 2026-01-01, periods: [ { name: all, price_per_kwh: 1, from: "00:00", to: "24:00" } ] } ]`,
    )
  test.each([
    ['RMB', 'CNY'],
    ['CNH', 'CNY'],
    ['EUO', 'EUR'],
  ])('%s is none of ISO 4217: %s is meant', (currency, meant) => {
    expect(warningsOf(tariff(currency))).toEqual([
      expect.stringContaining(`tariffs[0].currency = "${currency}" is no currency of ISO 4217; did you mean ${meant}?`),
    ])
  })

  test('those of ISO 4217 are right', () => {
    for (const currency of ['CNY', 'EUR', 'USD', 'MXN']) expect(warningsOf(tariff(currency))).toEqual([])
  })
})

describe('shifts', () => {
  const shifts = (...all: readonly string[]) => plant(`shifts: [ ${all.join(', ')} ]`)
  const day = '{ name: day, start: "06:00", end: "14:00", days: [mon, tue] }'

  test.each([
    ['that overlap', '{ name: late, start: "13:30", end: "22:00", days: [tue] }', 'on tue at 13:30'],
    ['of one time', '{ name: late, start: "06:00", end: "14:00", days: [tue, wed] }', 'on tue at 06:00'],
    ['over midnight into another', '{ name: night, start: "22:00", end: "06:30", days: [mon] }', 'on tue at 06:00'],
    ['over the end of the week', '{ name: night, start: "22:00", end: "06:30", days: [sun] }', 'on mon at 06:00'],
  ])('%s are said with the first such time', (_, other, when) => {
    expect(warningsOf(shifts(day, other))).toEqual([
      expect.stringContaining(
        `shifts[1].start = ${/"\d\d:\d\d"/.exec(other)![0]} runs at the same time as plants[0].shifts[0], ${when}`,
      ),
    ])
  })

  test('that meet, or are on other days, are right', () => {
    const late = '{ name: late, start: "14:00", end: "22:00", days: [mon, tue] }'
    const night = '{ name: night, start: "22:00", end: "06:00", days: [sun, mon, tue] }'
    const other = '{ name: weekend, start: "06:00", end: "18:00", days: [sat, sun] }'
    expect(warningsOf(shifts(day, late, night, other))).toEqual([])
  })

  test('that a day of the calendar names and nobody has', () => {
    const yaml = plant(`shifts: [ ${day} ], calendar: [ { date: 2026-10-01, shifts: [dya] } ]`)
    expect(warningsOf(yaml)).toEqual([
      expect.stringContaining('calendar[0].shifts[0] = "dya" is no shift of p; did you mean day?'),
    ])
  })
})
