import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { QUALITIES } from '../../../../src/base/quality.js'
import { profilesFolder } from '../../../../src/config/config.js'
import { profileOptions } from '../../../../src/decode/profile/profile.js'
import { statusCodeQuality } from '../../../../src/decode/profile/status-code.js'
import { trialOf } from '../../../../src/decode/profile/trial.js'

/** The status and the source time of each field count, in every encoding that OPC 10000-14 has for it. */

const profile = profileOptions.parse(parse(readFileSync(join(profilesFolder, 'opcua/pubsub-json.yaml'), 'utf8')))
const SENT = '2026-11-24T08:00:00Z'
const SOURCE = '2026-11-24T07:59:58.500Z'

function readingsOf(fields: object, message: object = {}) {
  const decode = trialOf('opcua/pubsub-json', profile, {})
  const body = {
    MessageType: 'ua-data',
    Messages: [{ DataSetWriterName: 'w', Timestamp: SENT, Payload: fields, ...message }],
  }
  // Read twice: from the object that JSON makes, and by the shape that was learned from it.
  return [1, 2].map(() => {
    const tried = decode({
      topic: 'opcua/json/data/p',
      payload: JSON.stringify(body),
      arrivedAt: Date.parse(SENT) + 500,
    })!
    expect(tried.taken.rejected).toEqual([])
    return Array.from({ length: tried.block.length }, (_, row) => {
      const ts = new Date(tried.block.ts[row]!).toISOString()
      return [tried.block.sources[row]!.metric, tried.block.valueOf(row), QUALITIES[tried.block.quality[row]!], ts]
    })
  })[1]
}

const BAD_OUT_OF_SERVICE = 0x808d0000
const UNCERTAIN_LAST = 0x40900000

test.each([
  ['a number, as reversible and OPC Publisher write it', { StatusCode: BAD_OUT_OF_SERVICE }, 'fault'],
  [
    'an object, non-reversible and verbose',
    { Status: { Code: BAD_OUT_OF_SERVICE, Symbol: 'BadOutOfService' } },
    'fault',
  ],
  ['its code alone, compact', { Status: { Code: UNCERTAIN_LAST } }, 'uncertain'],
  ['its symbol alone', { StatusCode: { Symbol: 'Bad_OutOfService' } }, 'fault'],
  ['a code that its symbol contradicts', { StatusCode: { Symbol: 'BadCommunicationError', Code: 3 } }, 'comm_fault'],
  ['uncertain, with bits of its own below', { Status: UNCERTAIN_LAST + 0x403 }, 'uncertain'],
  ['Good, clamped', { Status: 0x00300000 }, 'good'],
  ['an empty object is Good', { Status: {} }, 'good'],
  ['what is no StatusCode', { Status: 'so so' }, 'uncertain'],
  ['not said', {}, 'good'],
])('the status of a field is %s', (_, status, quality) => {
  const at = new Date(SOURCE).toISOString()
  expect(readingsOf({ a: { Value: 5, SourceTimestamp: SOURCE, ...status }, b: { Value: 6 } })).toEqual([
    ['a', 5, quality, at],
    ['b', 6, 'good', new Date(SENT).toISOString()],
  ])
})

test('every encoding of a field is read once', () => {
  const status = { Status: BAD_OUT_OF_SERVICE, SourceTimestamp: SOURCE }
  const rows = readingsOf({
    reversible: { Value: { Type: 11, Body: 1.5 }, ...status },
    compact: { UaType: 11, Value: 2.5, ...status },
    variant: { Type: 11, Body: 3.5 },
    raw: 4.5,
    text: 'x',
    list: { Value: [1, 2] },
    structure: { Value: { a: 1 } },
    none: { Value: null, Status: BAD_OUT_OF_SERVICE },
    missing: { Status: BAD_OUT_OF_SERVICE },
  })
  const source = new Date(SOURCE).toISOString()
  const sent = new Date(SENT).toISOString()
  expect(rows!.toSorted()).toEqual([
    ['compact', 2.5, 'fault', source],
    ['raw', 4.5, 'good', sent],
    ['reversible', 1.5, 'fault', source],
    ['variant', 3.5, 'good', sent],
  ])
})

test('the status of the message holds where the field has none, or a good one', () => {
  const rows = readingsOf(
    { a: { Value: 1 }, b: { Value: 2, Status: 0 }, c: { Value: 3, Status: BAD_OUT_OF_SERVICE } },
    { Status: UNCERTAIN_LAST },
  )
  expect(rows!.map(([, , quality]) => quality)).toEqual(['uncertain', 'uncertain', 'fault'])
})

test('a StatusCode has 32 bits', () => {
  expect([0xffff_ffff + 1, -1, 0.5, [], null].map(statusCodeQuality)).toEqual([null, null, null, null, null])
})

test('a place beside the value has its member, or none', () => {
  const withQuality = (at: string) => {
    const values = [{ metric: '{f}', class: 'energy', at: 'P.{f}.Value', quality: { at } }]
    const messages = [{ topic: 'x/{device}', values }]
    const about = { name: { en: 'x' }, source: { url: 'x', date: '2026-01-01' } }
    return profileOptions.safeParse({ ...about, messages }).success
  }
  expect(['S', 'P.{f}.Status', 'P.{g}.Status', 'Q.{f}.Status', 'P.*.Status'].map(withQuality)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
