import { expect, test } from 'vitest'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy } from '../../../support/block-decoding.js'

/** A topic is read by one of several profiles, and a message that none reads is told with the rule that ignores it. */

const about = { name: { en: 'Test' }, source: { url: 'x', date: '2026-01-01' } }
const energy = { metric: 'elec_import_kwh', at: 'e', unit: 'Wh' }
const [first, second] = [
  { ...about, messages: [{ topic: 'x/{device}', values: [energy] }], ignored: ['x/+/log', 'x/#'] },
  { ...about, messages: [{ topic: 'x/{device}/log', when: [{ at: 'e' }], values: [energy] }] },
]
const rules = (...profiles: readonly object[]): DecodeRules => {
  const ids = profiles.map((_, i) => `a/p${i}`)
  const options = profilesOptions.parse({
    use: ids.map((profile) => ({ profile, plant: 'p', line: 'l' })),
    defined: Object.fromEntries(ids.map((id, i) => [id, profiles[i]])),
  })
  return { registered: null, settings: { profiles: options }, timezones: new Map() }
}

test.each([
  ['first', [first, second]],
  ['last', [second, first]],
])('one that the %s ignores is read by the other', (_, profiles) => {
  const { readings, taken } = decodedBy(rules(...profiles), 'x/a/log', { e: 5 })
  expect(readings).toMatchObject([{ device: 'a', value: 0.005 }])
  expect(taken.ignoredBy).toBeNull()
})

test('one that nobody reads is ignored by the first rule that is for it', () => {
  expect(decodedBy(rules(first), 'x/a/log', { e: 5 }).taken).toMatchObject({
    isDecoded: true,
    ignoredBy: { profile: 'a/p0', rule: 'x/+/log' },
  })
  expect(decodedBy(rules(first), 'x/a/b/c', 'what is no JSON').taken).toMatchObject({
    isDecoded: true,
    ignoredBy: { profile: 'a/p0', rule: 'x/#' },
  })
})

test('a kind of message whose conditions do not hold is for the next profile, or left', () => {
  const third = {
    ...about,
    messages: [{ topic: '{device}/a/log', when: [{ at: 'w' }], values: [{ ...energy, at: 'w' }] }],
  }
  const both = rules(second, third)
  expect(decodedBy(both, 'x/a/log', { w: 7 }).readings).toMatchObject([{ device: 'x', value: 0.007 }])
  expect(decodedBy(both, 'x/a/log', { w: 7, e: 5 }).readings).toMatchObject([{ device: 'a', value: 0.005 }])
  expect(decodedBy(both, 'x/a/log', { v: 1 }).taken).toMatchObject({
    isDecoded: true,
    ignoredBy: { profile: 'a/p0', rule: 'x/{device}/log, conditions' },
  })
})
