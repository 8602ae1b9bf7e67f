// @module-tag slow

import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { ReadingBlock } from '../../src/base/reading-block.js'
import { profilesFolder } from '../../src/config/config.js'
import { checkProfile } from '../../src/config/profile-check.js'
import { profilesIn } from '../../src/config/profile-files.js'
import { DecodedMessage, rejectionsOf } from '../../src/decode/decoded-message.js'
import type { DialectState } from '../../src/decode/dialect-state.js'
import { ProfileDialect } from '../../src/decode/profile/dialect.js'
import { readingsOf } from '../support/block-decoding.js'

/** SHAPES_CASES=10000 looks further; SHAPES_SEED elsewhere. */
const numRuns = Math.max(Number(process.env.SHAPES_CASES ?? 0), 250)
const seed = Number(process.env.SHAPES_SEED ?? 9)

const ARRIVED_AT = Date.parse('2026-11-24T08:00:01.250Z')
const profiles = profilesIn([profilesFolder]).flatMap((id) => {
  const checked = checkProfile(join(profilesFolder, `${id}.yaml`))
  return 'profile' in checked ? [{ id, profile: checked.profile }] : []
})

/** Texts that may stand in place of a value, or be put in between. */
const odd = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -1000, max: 100_000 }).map(String),
  fc.constantFrom(
    ...[
      'null',
      'true',
      'false',
      '""',
      '"on"',
      '"7.5"',
      '"\\u0037"',
      '"电"',
      '"2026-11-24T08:00:00"',
      '[]',
      '{}',
      '[1,2]',
    ],
    ...[
      '0',
      '-0',
      '00',
      '01',
      '1.',
      '.5',
      '1e5',
      '1E-2',
      '1e',
      '-',
      '1e999',
      'nul',
      '{"toString":1}',
      '"a":1',
      ',',
      '}',
      ' ',
    ],
  ),
)
const SCALAR = /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null/g

/** A text with some of its values replaced, and perhaps a few bytes changed, taken away, put in or said twice. */
const changed = (text: string) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(), odd), { maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...Buffer.from('{}[]",:0-e.\\ t\n\xff', 'latin1'))), {
        maxLength: 1,
      }),
    )
    .map(([values, bytes]) => {
      let now = text
      for (const [where, by] of values) {
        const found = [...now.matchAll(SCALAR)]
        if (found.length === 0) continue
        const { index, 0: old } = found[where % found.length]!
        now = now.slice(0, index) + by + now.slice(index + old.length)
      }
      return bytes.reduce((all, [where, how, byte]) => {
        const at = where % (all.length + 1)
        const [head, tail] = [all.subarray(0, at), all.subarray(at)]
        if (how === 0) return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)])
        if (how === 1) return Buffer.concat([head, tail.subarray(1 + (byte % 4))])
        if (how === 2) return Buffer.concat([head, Buffer.of(byte), tail])
        return Buffer.concat([head, tail.subarray(0, byte % 40), tail])
      }, Buffer.from(now))
    })
/** A dialect that has met no shape, and knows who has sent. */
function restored(states: readonly DialectState[]): ProfileDialect {
  const dialect = new ProfileDialect()
  dialect.restore(states)
  return dialect
}
const behind = fc.constantFrom('', '}', ']}', '"}', ' ', '1', '0}}', 'e5', '\u0001')

describe.each(profiles.filter(({ profile }) => profile.cases.length > 0))(
  'messages like the cases of $id',
  ({ id, profile }) => {
    const use = (prefix?: string) => ({ profile: id, plant: 'plant', line: 'line', prefix, devices: {}, metrics: {} })
    const prefixes = [...new Set(profile.cases.map(({ prefix }) => prefix))]
    const rules = {
      registered: null,
      settings: { profiles: { use: prefixes.map(use), defined: { [id]: { ...profile, cases: [] } } } },
      timezones: new Map([['plant', 'Europe/Berlin']]),
    }
    const take = (by: ProfileDialect, topic: string, payload: Buffer, after: string) => {
      const before = '{"a":'
      const [payloadStart, payloadEnd] = [before.length, before.length + payload.length]
      const body = Buffer.concat([Buffer.from(before), payload, Buffer.from(after)])
      const bytes = { payload: body.subarray(payloadStart, payloadEnd), body, payloadStart, payloadEnd }
      const message = { topic, ...bytes, arrivedAt: ARRIVED_AT, retain: false, fullSizeBytes: null }
      const [taken, block] = [new DecodedMessage(), new ReadingBlock()]
      expect(by.speaks(message, rules)).toBe(true)
      by.take(message, rules, taken, block, 7)
      const { path, others, status, isDecoded, newestTs, newestSentTs } = taken
      // The record is written over: nothing of it may be remembered.
      body.fill(0x30)
      return {
        readings: readingsOf(block),
        rejections: rejectionsOf(taken),
        ...{ path, others, status, isDecoded, newestTs, newestSentTs },
      }
    }
    const sent = fc
      .constantFrom(...profile.cases)
      .chain((one) => fc.tuple(fc.constant(one.topic), changed(one.payload)))

    test.prop([fc.array(fc.tuple(sent, behind), { minLength: 1, maxLength: 8 })], { numRuns, seed })(
      'become the same by a shape that was met as by JSON.parse',
      (messages) => {
        const experienced = new ProfileDialect()
        for (const { topic, payload } of profile.cases) take(experienced, topic, Buffer.from(payload), '')
        const heard: DialectState[] = []
        for (const [[topic, payload], after] of messages) {
          heard.push(...experienced.takeChanges())
          const expected = take(restored(heard), topic, payload, after)
          const text = payload.toString()
          expect(take(experienced, topic, payload, after), text).toEqual(expected)
          expect(take(experienced, topic, payload, after), text).toEqual(expected)
        }
      },
    )
  },
)
