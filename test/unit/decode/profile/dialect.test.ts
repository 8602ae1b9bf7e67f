import { describe, expect, test } from 'vitest'
import { ReadingBlock } from '../../../../src/base/reading-block.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { rejectionsOf } from '../../../../src/decode/decoded-message.js'
import { Decoder } from '../../../../src/decode/decoder.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy, readingsOf } from '../../../support/block-decoding.js'

const NOW = Date.UTC(2026, 10, 24, 8)

const about = { name: { en: 'Test' }, source: { url: 'x', date: '2026-01-01' } }

/** The rules of a configuration with one profile, used once unless told otherwise. */
function rulesOf(profile: object, use: object = {}, registered: readonly string[] | null = null): DecodeRules {
  const options = profilesOptions.parse({
    use: [{ profile: 'a/b', plant: 'p', line: 'l', ...use }],
    defined: { 'a/b': { ...about, ...profile } },
  })
  const names = registered === null ? null : new Set(registered)
  return { registered: names, settings: { profiles: options }, timezones: new Map([['p', 'Europe/Berlin']]) }
}

const energy = { metric: 'elec_import_kwh', at: 'e', unit: 'Wh' }
const one = (message: object) => ({ messages: [{ topic: 'x/{device}', values: [energy], ...message }] })

describe('whose a message is', () => {
  test('the device of the topic, under its mapped id, line and metrics, else under an id made of its name', () => {
    const devices = {
      Main: { id: 'm-1', line: 'grid', metrics: { elec_import_kwh: 'elec_submeter_kwh' } },
      Second: 'm-2',
    }
    const rules = rulesOf(one({}), { devices })
    const [main] = decodedBy(rules, 'x/Main', { e: 1000 }).readings
    expect(main).toMatchObject({
      plant: 'p',
      line: 'grid',
      device: 'm-1',
      metric: 'elec_submeter_kwh',
      value: 1,
      tsAssumed: true,
    })
    expect(decodedBy(rules, 'x/Second', { e: 1 }).readings[0]).toMatchObject({
      device: 'm-2',
      line: 'l',
      metric: 'elec_import_kwh',
    })
    expect(decodedBy(rules, 'x/Third One', { e: 1 }).readings[0]).toMatchObject({ device: 'third-one' })
  })

  test('a name that no id can be made of is refused, with what to do', () => {
    expect(decodedBy(rulesOf(one({})), 'x/水泵', { e: 1 }).rejected).toEqual([
      'bad_profile: profile a/b: no id can be made of the device name "水泵"; map it (devices)',
    ])
  })

  test('several devices in one payload are told apart, and one that fails does not take the others with it', () => {
    const profile = one({ topic: 'x', each: 'list[*]', device: '{@.id}', time: { at: 't', format: 'epoch_ms' } })
    const sent = {
      list: [
        { id: 'a', e: 1000, t: NOW },
        { e: 1 },
        { id: 'c', t: NOW },
        { id: 'd', e: 'x', t: NOW },
        { id: 'e', e: 2000, t: NOW },
      ],
    }
    const { readings, rejected, taken } = decodedBy(rulesOf(profile), 'x', sent)
    expect(readings.map(({ device, value }) => [device, value])).toEqual([
      ['a', 1],
      ['e', 2],
    ])
    expect(rejected.sort()).toEqual([
      'bad_profile: profile a/b: id, which names the device, is no text',
      'bad_profile: profile a/b: none of its values is there: e',
      'bad_value: profile a/b, e: elec_import_kwh is the text "x"; a number is expected (without quotation marks)',
    ])
    expect(taken.isDecoded).toBe(true)
  })

  test('a message that is refused whole is so by its first part, whatever came before', () => {
    const rules = rulesOf(one({ topic: 'x', each: 'list[*]', device: '{@.id}' }))
    const decoder = new Decoder()
    const [, after] = ['{"list":[{"id":"a","e":1},{"id":"b","e":1}]}', '{'].map((text) => {
      const body = Buffer.from(text)
      const bytes = { payload: body, body, payloadStart: 0, payloadEnd: body.length }
      const message = { topic: 'x', ...bytes, arrivedAt: NOW, retain: false, fullSizeBytes: null }
      return rejectionsOf(decoder.take(message, rules, new ReadingBlock(), 1))
    })
    expect(after).toMatchObject([{ reason: 'bad_json', index: 0 }])
  })

  test('twenty thousand devices in one payload are as many parts', () => {
    const profile = one({ topic: 'x', each: 'list[*]', device: '{@.id}' })
    const list = Array.from({ length: 20_000 }, (_, i) => ({ id: `d${i}`, e: 1 }))
    expect(decodedBy(rulesOf(profile), 'x', { list }).taken.others).toHaveLength(19_999)
  })

  test('a megabyte of digits with a letter behind is refused as quickly as any text', () => {
    const { rejected } = decodedBy(rulesOf(one({})), 'x/a', { e: `${'1'.repeat(1_000_000)}x` })
    expect(rejected).toEqual([expect.stringContaining('bad_value: profile a/b, e: elec_import_kwh is the text "111')])
  })

  test('a name of any length is told as the profile writes it', () => {
    const profile = one({ values: [{ metric: '{name}', at: '{name}', class: 'production' }] })
    const { taken } = decodedBy(rulesOf(profile), 'x/a', { [`${'-'.repeat(5000)}`]: 1 })
    expect(taken.rejected[0]?.metric).toBe('{name}')
  })

  test('a device that is not registered is refused where devices must be', () => {
    expect(decodedBy(rulesOf(one({}), {}, ['p/known']), 'x/known', { e: 1 }).readings).toHaveLength(1)
    const { readings, rejected, taken } = decodedBy(rulesOf(one({ partial: true }), {}, ['p/known']), 'x/stranger', {})
    expect(readings).toEqual([])
    expect(rejected).toEqual([expect.stringMatching(/^unknown_device: /)])
    expect(taken.isDecoded).toBe(false)
  })
})

describe('what is not there', () => {
  test('null and words for it give no reading and no fault', () => {
    for (const e of [null, 'unavailable', 'nan']) {
      const rules = rulesOf(one({ values: [{ ...energy, absent: ['unavailable', 'nan'] }] }))
      expect(decodedBy(rules, 'x/a', { e })).toMatchObject({ readings: [], rejected: [], taken: { isDecoded: true } })
    }
  })

  test('none of the values is a payload that does not fit, unless it says only what has changed', () => {
    expect(decodedBy(rulesOf(one({})), 'x/a', { other: 1 }).rejected).toEqual([
      'bad_profile: profile a/b: none of its values is there: e',
    ])
    const partial = decodedBy(rulesOf(one({ partial: true })), 'x/a', { other: 1 })
    expect(partial).toMatchObject({ rejected: [], taken: { isDecoded: true, path: { device: 'a' } } })
  })

  test('a message that does not meet its conditions is of another kind', () => {
    const when = [{ at: 'method', is: ['NotifyStatus', 3] }]
    expect(decodedBy(rulesOf(one({ when })), 'x/a', { e: 1, method: 'NotifyStatus' }).readings).toHaveLength(1)
    expect(decodedBy(rulesOf(one({ when })), 'x/a', { e: 1, method: 3 }).readings).toHaveLength(1)
    for (const method of ['NotifyEvent', null, undefined]) {
      expect(decodedBy(rulesOf(one({ when })), 'x/a', { method })).toMatchObject({
        readings: [],
        rejected: [],
        taken: { isDecoded: true },
      })
    }
  })
})

describe('a sum', () => {
  const summed = (sent: object) =>
    decodedBy(rulesOf(one({ values: [{ metric: 'elec_import_kw', sum: ['a', 'b.c', 'd'], unit: 'W' }] })), 'x/m', sent)

  test('adds values and what is in lists', () => {
    expect(summed({ a: 100, b: { c: '200' }, d: [1, 2, 3] }).readings[0]!.value).toBeCloseTo(0.306, 12)
  })

  test('with a part missing is none, and says which', () => {
    expect(summed({ a: 100, d: 1 })).toMatchObject({
      readings: [],
      rejected: ['bad_profile: profile a/b: b.c is missing in the sum a + b.c + d'],
    })
  })

  test('with a part that is null there is none', () => {
    expect(summed({ a: 100, b: { c: null }, d: 1 })).toMatchObject({ readings: [], rejected: [] })
  })

  test('with a part that is no number is refused', () => {
    expect(summed({ a: 100, b: { c: {} }, d: 1 }).rejected).toEqual([
      'bad_value: profile a/b, a + b.c + d: elec_import_kw is an object; one value is expected',
    ])
  })
})

test('factor and offset come before the unit; a text that is a number is one', () => {
  const values = [{ metric: 'steam_temp_c', at: 't', unit: 'K', factor: 0.1, offset: 0.15 }]
  expect(decodedBy(rulesOf(one({ values })), 'x/a', { t: ' 4730 ' }).readings[0]!.value).toBeCloseTo(200, 9)
})

test('words become states and switches; one that is in no map is refused with those that are', () => {
  const values = [
    { metric: 'state', class: 'robot', at: 's', words: { RUN: 'PRODUCING', 0: 'OFF', true: 'HELD' } },
    { metric: 'order_active', class: 'robot', at: 'o', words: { on: 1, off: 0 } },
  ]
  const rules = rulesOf(one({ values }))
  expect(decodedBy(rules, 'x/a', { s: 'RUN', o: 'on' }).readings.map(({ value }) => value)).toEqual(['PRODUCING', 1])
  expect(decodedBy(rules, 'x/a', { s: 0, o: 'off' }).readings.map(({ value }) => value)).toEqual(['OFF', 0])
  expect(decodedBy(rules, 'x/a', { s: true }).readings.map(({ value }) => value)).toEqual(['HELD'])
  expect(decodedBy(rules, 'x/a', { s: 'STOP', o: 'on' })).toMatchObject({
    readings: [{ metric: 'order_active' }],
    rejected: ['bad_value: profile a/b, s: state is "STOP"; 0 or RUN or true is expected'],
  })
  // A map whose own members would decide what it is as a text.
  expect(decodedBy(rules, 'x/a', { s: { toString: 1 }, o: 'on' })).toMatchObject({
    readings: [{ metric: 'order_active' }],
    rejected: ['bad_value: profile a/b, s: state is an object; 0 or RUN or true is expected'],
  })
})

test('quality is what its words say, good without a word', () => {
  const quality = { at: '$.q', words: { ok: 'good', cal: 'calibration' }, otherwise: 'fault' }
  const rules = rulesOf(one({ values: [{ ...energy, quality }] }))
  const ranks = ['ok', 'cal', 'other', null].map((q) => decodedBy(rules, 'x/a', { e: 1, q }).readings[0]!.quality)
  expect(ranks).toEqual([0, 4, 5, 0])
})

test('a time that cannot be read refuses the part; one far ahead is refused as of any device', () => {
  const rules = rulesOf(one({ time: { at: 't', format: 'rfc3339' } }))
  expect(decodedBy(rules, 'x/a', { e: 1, t: 'now' }).rejected).toEqual([
    'bad_profile: profile a/b: the time t is "now", which cannot be read',
  ])
  expect(decodedBy(rules, 'x/a', { e: 1, t: '2026-11-24T09:00:00Z' }).rejected).toEqual([
    expect.stringMatching(/^ts_future: /),
  ])
  expect(decodedBy(rules, 'x/a', { e: 1 }).readings[0]).toMatchObject({ ts: NOW, tsAssumed: true })
})

describe('metrics that come under their own names', () => {
  const profile = one({
    values: [{ metric: '{field}', class: 'production', at: 'Payload.{field}.Value', numbers_only: true }],
  })
  const sent = {
    Payload: { Count: { Value: 7 }, Name: { Value: 'Spindle' }, Mode: { Value: 'RUNNING' }, Odd: { Value: [1] } },
  }

  test('are kept as readings, and texts are left out', () => {
    expect(decodedBy(rulesOf(profile), 'x/a', sent)).toMatchObject({
      readings: [{ metric: 'count', value: 7, class: 'production' }],
      rejected: [],
    })
  })

  test('are what the configuration says, a state among them, and left out where it says null', () => {
    const metrics = { Count: { metric: 'parts_total', factor: 2 }, Mode: 'state', Name: null }
    expect(decodedBy(rulesOf(profile, { metrics }), 'x/a', sent)).toMatchObject({
      readings: [
        { metric: 'parts_total', value: 14, unit: 'pcs' },
        { metric: 'state', value: 'RUNNING' },
      ],
      rejected: [],
    })
  })

  test('a list or map is refused where texts are not left out', () => {
    const [value] = profile.messages[0]!.values
    const rules = rulesOf(one({ values: [{ ...value, numbers_only: false }] }))
    expect(decodedBy(rules, 'x/a', { Payload: { Odd: { Value: [1] } } }).rejected).toEqual([
      'bad_value: profile a/b, Payload.{field}.Value: odd is a list; one value is expected',
    ])
  })

  test('a name that no metric can be made of is refused', () => {
    expect(decodedBy(rulesOf(profile), 'x/a', { Payload: { 电: { Value: 1 } } }).rejected).toEqual([
      expect.stringMatching(/^bad_schema: profile a\/b, Payload\.\{field\}\.Value: /),
    ])
  })
})

describe('a status', () => {
  const rules = rulesOf(one({ format: 'text', values: [], status: { online: ['Online'], offline: ['Offline'] } }))

  test.each([
    ['Online', true],
    ['Offline', false],
  ])('%s', (word, online) =>
    expect(decodedBy(rules, 'x/a', word).taken).toMatchObject({ status: { online }, isDecoded: true }),
  )

  test('in another word does not fit', () => {
    expect(decodedBy(rules, 'x/a', 'lost').rejected).toEqual([
      'bad_profile: profile a/b: the status is "lost"; "Online" or "Offline" is expected',
    ])
  })
})

describe('a topic', () => {
  test('that nothing is read from is in order', () => {
    const rules = rulesOf({ ...one({}), ignored: ['x/+/log'] })
    expect(decodedBy(rules, 'x/a/log', 'anything')).toMatchObject({
      readings: [],
      rejected: [],
      taken: { isDecoded: true },
    })
  })

  test('that no profile knows is bad_topic, and says that it was looked for', () => {
    expect(decodedBy(rulesOf(one({})), 'y', '1').rejected[0]).toMatch(
      /^bad_topic: .*the profile in use does not know it$/,
    )
    expect(decodedBy({ registered: null }, 'y', '1').rejected[0]).toMatch(
      /other topics need a profile \(profiles\.use\)$/,
    )
  })

  test('that two profiles know is that of the first in the list', () => {
    const options = profilesOptions.parse({
      use: ['a/first', 'a/second'].map((profile) => ({ profile, plant: 'p', line: 'l' })),
      defined: {
        'a/second': { ...about, ...one({}) },
        'a/first': { ...about, ...one({ values: [{ ...energy, metric: 'elec_submeter_kwh' }] }) },
      },
    })
    const rules = { registered: null, settings: { profiles: options } }
    expect(decodedBy(rules, 'x/a', { e: 1 }).readings[0]!.metric).toBe('elec_submeter_kwh')
  })

  test('of another ingress is not read by a profile', () => {
    expect(decodedBy(rulesOf(one({})), 'x/a', { e: 1 }, { ingress: 'modbus' }).rejected[0]).toMatch(/^bad_topic: /)
    expect(decodedBy(rulesOf(one({})), 'x/a', { e: 1 }, { ingress: 'broker' }).readings).toHaveLength(1)
  })
})

test('what is no JSON, too large, or how a retained message is forgotten', () => {
  const rules = rulesOf(one({}))
  expect(decodedBy(rules, 'x/a', '{').rejected).toEqual([expect.stringMatching(/^bad_json: the payload is not JSON/)])
  expect(decodedBy(rules, 'x/a', '{}', { fullSizeBytes: 9_000_000 }).rejected).toEqual([
    expect.stringMatching(/^too_large: /),
  ])
  // An external broker passes it on without the flag.
  for (const more of [{ retain: true }, { ingress: 'broker' }]) {
    const forgotten = { readings: [], rejected: [], taken: { isDecoded: true } }
    expect(decodedBy(rules, 'x/a', '', more)).toMatchObject(forgotten)
  }
  expect(decodedBy(rules, 'x/a', '').rejected).toEqual([expect.stringMatching(/^bad_json: the payload is empty/)])
})

test('other rules put other profiles in force at once, for a topic that is known too', () => {
  const decoder = new Decoder()
  const body = Buffer.from('{"e":1000,"f":2000}')
  const message = {
    topic: 'x/a',
    payload: body,
    body,
    payloadStart: 0,
    payloadEnd: body.length,
    arrivedAt: NOW,
    retain: false,
    fullSizeBytes: null,
  }
  const values = [rulesOf(one({})), rulesOf(one({ values: [{ ...energy, at: 'f' }] })), { registered: null }].map(
    (rules) => {
      const block = new ReadingBlock()
      decoder.take(message, rules, block, 1)
      return readingsOf(block).map(({ value }) => value)
    },
  )
  expect(values).toEqual([[1], [2], []])
})
