import { describe, expect, test } from 'vitest'
import { ReadingBlock } from '../../../../src/base/reading-block.js'
import { KnownNames } from '../../../../src/decode/cardinality/known.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { Decoder } from '../../../../src/decode/decoder.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { profileOptions } from '../../../../src/decode/profile/profile.js'

/** A will speaks for the device that it names, and where the profile says so for all channels of it that have sent. */

const NOW = Date.UTC(2026, 10, 24, 8)
const about = { name: { en: 'Test' }, source: { url: 'x', date: '2026-01-01' } }
const values = [{ metric: 'elec_import_kw', at: 'p', unit: 'W' }]
const profile = {
  ...about,
  messages: [
    { topic: '{device}/status/{channel}', device: '{device}/{channel}', values },
    { topic: '{device}/online', format: 'text', status: { online: ['true'], offline: ['false'], covers: '{device}/' } },
  ],
}
function rulesOf(more: Partial<DecodeRules> = {}, use: object = {}): DecodeRules {
  const profiles = profilesOptions.parse({
    use: [{ profile: 'a/b', plant: 'p', line: 'l', ...use }],
    defined: { 'a/b': profile },
  })
  return { registered: null, settings: { profiles }, timezones: new Map(), ...more }
}

/** Takes a message, and gives what it says of whom. */
function send(decoder: Decoder, rules: DecodeRules, topic: string, text: string, client = '') {
  const body = Buffer.from(text)
  const bytes = { payload: body, body, payloadStart: 0, payloadEnd: body.length }
  const message = {
    topic,
    ...bytes,
    arrivedAt: NOW,
    retain: false,
    fullSizeBytes: null,
    client,
    ingress: 'mqtt' as const,
  }
  const taken = decoder.take(message, rules, new ReadingBlock(), 1)
  const parts = [taken, ...taken.others]
  return {
    status: Object.fromEntries(
      parts.flatMap(({ path, status }) => (status === null ? [] : [[path!.device, status.online]])),
    ),
    rejected: parts.flatMap(({ rejected }) => rejected.map(({ reason }) => reason)),
  }
}

describe('a will of a device with channels', () => {
  test('is of all that have sent, each under its id here, and of none of another device', () => {
    const [decoder, rules] = [new Decoder(), rulesOf({}, { devices: { 'plug/s:1': 'pump' } })]
    // Twice, since the second is read without objects.
    for (const topic of ['plug/status/s:0', 'plug/status/s:1', 'plug2/status/s:0', 'plug/status/s:0']) {
      send(decoder, rules, topic, '{"p":5}')
    }
    expect(send(decoder, rules, 'plug/online', 'false')).toEqual({
      status: { plug: false, 'plug-s-0': false, pump: false },
      rejected: [],
    })
    expect(send(decoder, rules, 'plug/online', 'true').status).toEqual({ plug: true, 'plug-s-0': true, pump: true })
  })

  test('is of none that has said nothing that could be read', () => {
    const [decoder, rules] = [new Decoder(), rulesOf()]
    send(decoder, rules, 'plug/status/s:0', '{"q":5}')
    expect(send(decoder, rules, 'plug/online', 'false').status).toEqual({ plug: false })
  })

  test('is remembered over a start, once', () => {
    const [before, rules] = [new Decoder(), rulesOf()]
    send(before, rules, 'plug/status/s:0', '{"p":5}')
    send(before, rules, 'plug/status/s:0', '{"p":6}')
    const states = before.takeChanges()
    expect(states).toEqual([{ key: 'profile/heard ["p","a/b","","plug/s:0"]', content: '' }])
    expect(before.takeChanges()).toEqual([])
    const after = new Decoder()
    after.restore(states)
    send(after, rules, 'plug/status/s:0', '{"p":7}')
    expect(after.takeChanges()).toEqual([])
    expect(send(after, rules, 'plug/online', 'false').status).toEqual({ plug: false, 'plug-s-0': false })
  })

  test('leaves out channels that may not send, without a word', () => {
    const decoder = new Decoder()
    const all = rulesOf()
    for (const topic of ['plug/status/s:0', 'plug/status/s:1']) send(decoder, all, topic, '{"p":5}')
    const few = rulesOf({ registered: new Set(['p/plug', 'p/plug-s-1']) })
    expect(send(decoder, few, 'plug/online', 'false')).toEqual({
      status: { plug: false, 'plug-s-1': false },
      rejected: [],
    })
    send(decoder, few, 'plug/status/s:2', '{"p":5}')
    expect(send(decoder, all, 'plug/online', 'true').status).toEqual({ plug: true, 'plug-s-0': true, 'plug-s-1': true })
  })

  test('remembers no more than twenty thousand names', () => {
    const [decoder, rules] = [new Decoder(), rulesOf()]
    for (let i = 0; i < 20_001; i++) send(decoder, rules, `d${i}/status/c`, '{"p":5}')
    expect(decoder.takeChanges()).toHaveLength(20_000)
    expect(send(decoder, rules, 'd0/online', 'false').status).toEqual({ d0: false, 'd0-c': false })
    expect(send(decoder, rules, 'd20000/online', 'false').status).toEqual({ d20000: false })
  })
})

test.each([
  ['{device}', 'it ends in a slash, as {device}/ does'],
  ['{other}/', '{other} is in neither topic nor each; there are {device}'],
])('what a will covers is written %s', (covers, message) => {
  const messages = [{ topic: 'x/{device}', format: 'text', status: { online: ['1'], offline: ['0'], covers } }]
  const { error } = profileOptions.safeParse({ ...about, messages })
  expect(error?.issues).toMatchObject([{ path: ['messages', 0, 'status', 'covers'], message }])
})

test('a will brings no device back that was removed', () => {
  const [decoder, known] = [new Decoder(), new KnownNames()]
  const rules = rulesOf({ known })
  for (const topic of ['plug/status/s:0', 'plug/status/s:1']) send(decoder, rules, topic, '{"p":5}')
  known.forget('p', ['plug-s-0'], new Set(['l']))
  expect(send(decoder, rules, 'plug/online', 'false').status).toEqual({ plug: false, 'plug-s-1': false })
  expect(known.has({ plant: 'p', device: 'plug-s-0' })).toBe(false)
})
