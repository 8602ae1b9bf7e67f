import { expect, test } from 'vitest'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy } from '../../../support/block-decoding.js'

/** Settings call a metric or device with a name of its own by the name that is sent, or by the one that people see. */

const profile = {
  name: { en: 'Test' },
  source: { url: 'x', date: '2026-01-01' },
  messages: [
    { topic: 'x/{device}', values: [{ metric: '{field}', at: 'f.{field}', class: 'production', unit: 'kWh' }] },
  ],
}
const rulesOf = (use: object): DecodeRules => {
  const options = profilesOptions.parse({
    use: [{ profile: 'a/b', plant: 'p', line: 'l', ...use }],
    defined: { 'a/b': profile },
  })
  return { registered: null, settings: { profiles: options }, timezones: new Map() }
}
const toEnergy = { metric: 'elec_import_kwh', class: 'energy', unit: 'kWh' }

test('a name without a letter is said as it came, with what to do about it', () => {
  const { rejected } = decodedBy(rulesOf({}), 'x/a', { f: { '107': 5 } })
  expect(rejected).toEqual([
    'bad_schema: profile a/b, f.{field}: "107" has no letter that a metric name could begin with; say what it is under metrics of the profile in use: { "107": METRIC }',
  ])
  const { readings } = decodedBy(rulesOf({ metrics: { '107': 'elec_total' } }), 'x/a', { f: { '107': 5 } })
  expect(readings).toMatchObject([{ metric: 'elec_total', value: 5 }])
})

test.each(['Energy Total', 'energy_total'])('an override by %s holds', (key) => {
  const unclassed = {
    ...profile,
    messages: [{ ...profile.messages[0]!, values: [{ metric: '{field}', at: 'f.{field}', class: 'energy' }] }],
  }
  const options = profilesOptions.parse({
    use: [{ profile: 'a/b', plant: 'p', line: 'l', metrics: { [key]: toEnergy } }],
    defined: { 'a/b': unclassed },
  })
  const rules: DecodeRules = { registered: null, settings: { profiles: options }, timezones: new Map() }
  expect(decodedBy(rules, 'x/a', { f: { 'Energy Total': 5 } }).readings).toMatchObject([
    { metric: 'elec_import_kwh', value: 5 },
  ])
})

test('a device is mapped by the name it sends, or by the id that people see', () => {
  for (const key of ['Main Meter', 'main-meter']) {
    const { readings } = decodedBy(rulesOf({ devices: { [key]: 'm-1' } }), 'x/Main Meter', { f: { a: 5 } })
    expect(readings).toMatchObject([{ device: 'm-1' }])
  }
})
