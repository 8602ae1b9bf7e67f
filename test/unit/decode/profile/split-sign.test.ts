import { describe, expect, test } from 'vitest'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy } from '../../../support/block-decoding.js'

const about = { name: { en: 'Test' }, source: { url: 'x', date: '2026-01-01' } }
function rulesOf(values: readonly object[], use: object = {}, more: Partial<DecodeRules> = {}): DecodeRules {
  const profiles = profilesOptions.parse({
    use: [{ profile: 'a/b', plant: 'p', line: 'l', ...use }],
    defined: { 'a/b': { ...about, messages: [{ topic: 'x/{device}', values }] } },
  })
  return { registered: null, settings: { profiles }, timezones: new Map([['p', 'UTC']]), ...more }
}
const shown = (rules: DecodeRules, sent: object) =>
  decodedBy(rules, 'x/a', sent).readings.map(({ metric, value, unit }) => [metric, value, unit])

describe('a level with a sign', () => {
  const battery = { metric: 'battery_in_kw', class: 'energy', at: 'p', unit: 'kW', split_sign: 'battery_out_kw' }

  test.each([
    [2.5, 2.5, 0],
    [-2.5, 0, 2.5],
    [0, 0, 0],
    [-0, 0, 0],
  ])('of %d is %d in and %d out, both each time', (p, into, out) => {
    expect(shown(rulesOf([battery]), { p })).toEqual([
      ['battery_in_kw', into, 'kW'],
      ['battery_out_kw', out, 'kW'],
    ])
  })

  test('the other way round has a factor below 0; both parts are in the unit of their metric', () => {
    const grid = { metric: 'elec_import_kw', at: 'p', unit: 'W', factor: -1, split_sign: 'elec_export_kw' }
    expect(shown(rulesOf([grid]), { p: 6.1 })).toEqual([
      ['elec_import_kw', 0, 'kW'],
      ['elec_export_kw', 0.0061, 'kW'],
    ])
    expect(shown(rulesOf([grid]), { p: '-6.1' })).toEqual([
      ['elec_import_kw', 0.0061, 'kW'],
      ['elec_export_kw', 0, 'kW'],
    ])
  })

  test('what it is here is said of each part; a part that is not wanted is left out', () => {
    const named = { metrics: { battery_out_kw: 'own_out_kw' } }
    expect(shown(rulesOf([battery], named), { p: -1 }).map(([metric]) => metric)).toEqual([
      'battery_in_kw',
      'own_out_kw',
    ])
    expect(shown(rulesOf([battery], { metrics: { battery_out_kw: null } }), { p: -1 })).toEqual([
      ['battery_in_kw', 0, 'kW'],
    ])
  })

  test('null is none of either, and a word is refused once', () => {
    expect(shown(rulesOf([battery]), { p: null })).toEqual([])
    expect(decodedBy(rulesOf([battery]), 'x/a', { p: 'much' }).rejected).toHaveLength(1)
  })
})

describe('a factor that is a power of ten', () => {
  const energy = { metric: 'elec_import_kwh', at: 'e', unit: 'Wh' }

  test('moves the point and leaves no noise, by the unit, the profile or both', () => {
    expect(shown(rulesOf([energy]), { e: 7915525.36 })).toEqual([['elec_import_kwh', 7915.52536, 'kWh']])
    expect(shown(rulesOf([{ ...energy, factor: 0.1 }]), { e: 7 })).toEqual([['elec_import_kwh', 0.0007, 'kWh']])
    expect(shown(rulesOf([{ ...energy, unit: 'kWh', factor: 0.1 }]), { e: 0.7 })).toEqual([
      ['elec_import_kwh', 0.07, 'kWh'],
    ])
    expect(shown(rulesOf([{ ...energy, unit: 'MJ', factor: 10 }]), { e: 0.36 })).toEqual([
      ['elec_import_kwh', 1, 'kWh'],
    ])
  })

  test('messages of before are read as they were', () => {
    const before = rulesOf([energy], {}, { edition: 3 })
    expect(shown(before, { e: 7915525.36 })).toEqual([['elec_import_kwh', 7915525.36 * 0.001, 'kWh']])
    expect(7915525.36 * 0.001).not.toBe(7915.52536)
  })

  test('what is too large is refused as it came', () => {
    expect(decodedBy(rulesOf([energy]), 'x/a', { e: 2e15 }).rejected).toEqual([
      expect.stringContaining('elec_import_kwh is 2000000000000000; numbers go to'),
    ])
  })
})
