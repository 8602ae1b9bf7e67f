import { describe, expect, test } from 'vitest'
import { LocalTime } from '../../../../src/decode/profile/local-time.js'
import { deviceIdOf, metricNameOf } from '../../../../src/decode/profile/names.js'
import { follow, parsePath } from '../../../../src/decode/profile/path.js'
import { parseTextTemplate } from '../../../../src/decode/profile/text-template.js'
import { readTime } from '../../../../src/decode/profile/time-reader.js'
import { parseTopicTemplate } from '../../../../src/decode/profile/topic-template.js'

describe('a path', () => {
  test.each([
    ['ENERGY.Power', false, ['ENERGY', 'Power'], null, []],
    ['ENERGY.Power[2]', false, ['ENERGY', 'Power', 2], null, []],
    ['[0].a', false, [0, 'a'], null, []],
    ['$', true, [], null, []],
    ['$.src', true, ['src'], null, []],
    ['$[1]', true, [1], null, []],
    [
      'params.switch:{channel}.apower',
      false,
      ['params'],
      { name: 'channel', prefix: 'switch:', suffix: '' },
      ['apower'],
    ],
    ['Messages[*]', false, ['Messages'], { name: null, prefix: '', suffix: '' }, []],
    ['a.*.b', false, ['a'], { name: null, prefix: '', suffix: '' }, ['b']],
    ['Payload."ns=2;s=a.b".Value', false, ['Payload', 'ns=2;s=a.b', 'Value'], null, []],
    ['"a\\"b"', false, ['a"b'], null, []],
  ])('%s', (text, isFromRoot, before, fan, after) => {
    expect(parsePath(text)).toEqual({ text, isFromRoot, before, fan, after })
  })

  test.each([
    '',
    '.',
    'a.',
    'a..b',
    'a[',
    'a[-1]',
    'a[x]',
    '"a',
    'a{B}',
    'a{b',
    '{a}{b}',
    '*.x.*',
    '{a}.{b}',
    'a'.repeat(300),
  ])('that is none is refused: %s', (text) => expect(parsePath(text)).toHaveProperty('problem'))

  test('finds what was sent, and nothing that an object inherits', () => {
    const sent: unknown = JSON.parse('{"a":[{"b":1}],"__proto__":{"c":2},"t":"text"}')
    expect(follow(sent, ['a', 0, 'b'])).toBe(1)
    expect(follow(sent, ['__proto__', 'c'])).toBe(2)
    for (const steps of [
      ['constructor'],
      ['a', 'length'],
      ['t', 'length'],
      ['t', 0],
      ['a', 7],
      ['a', 0, 'b', 'c'],
      ['toString'],
    ]) {
      expect(follow(sent, steps)).toBeUndefined()
    }
  })
})

describe('a topic', () => {
  const match = (template: string, topic: string) => {
    const parsed = parseTopicTemplate(template)
    if ('problem' in parsed) throw new Error(parsed.problem)
    return parsed.match(topic)
  }

  test.each([
    ['tele/{device}/SENSOR', 'tele/pump/SENSOR', { device: 'pump' }],
    ['tele/{device}/SENSOR', 'tele/a/b/SENSOR', null],
    ['tele/{device}/SENSOR', 'tele//SENSOR', null],
    ['{device*}/events/rpc', 'site/hall/em/events/rpc', { device: 'site/hall/em' }],
    ['{device*}/events/rpc', 'events/rpc', null],
    ['{device*}/status/switch:{channel}', 'x/status/switch:12', { device: 'x', channel: '12' }],
    ['{device*}/status/switch:{channel}', 'x/status/cover:12', null],
    ['/gw/+/data/{sn}', '/gw/any/data/1', { sn: '1' }],
    ['a/#', 'a', {}],
    ['a/#', 'a/b/c', {}],
    ['a/#', 'ab', null],
    ['a.b/{x}', 'acb/1', null],
    ['a/{x}', 'a/line\nbreak', { x: 'line\nbreak' }],
  ])('%s of %s', (template, topic, names) => expect(match(template, topic)).toEqual(names))

  test.each(['{a}{b}', '{a}-{b}/x', '{a*}/{b*}', 'x{a*}', '{A}', '{a}/{a}', 'a+/b', 'a#', '#', '{a'])(
    'that is none is refused: %s',
    (template) => expect(parseTopicTemplate(template)).toHaveProperty('problem'),
  )

  test('a long topic is looked at once, however many names could share it', () => {
    expect(match('{device*}/a/{b}/c', `${'a/'.repeat(30_000)}d`)).toBeNull()
  })
})

test.each(['', '{', '}', 'a{', '{$.a.*}', '{@}', '{a b}', '{$.}'])(
  'a text that names a device is refused: %s',
  (text) => {
    expect(parseTextTemplate(text)).toHaveProperty('problem')
  },
)

test.each([
  ['Pump 1 (Süd)', 'pump-1-s-d'],
  ['shellyem3-68C63AFAF952/emeter/0', 'shellyem3-68c63afaf952-emeter-0'],
  ['--x', 'x'],
  ['水泵', ''],
  ['x'.repeat(80), 'x'.repeat(64)],
])('a device %s becomes %s', (sent, id) => expect(deviceIdOf(sent)).toBe(id))

test.each([
  ['AcIn1ToAcOut', 'ac_in1_to_ac_out'],
  ['Total Energy', 'total_energy'],
  ['1st', 'st'],
  ['电能', ''],
])('a field %s becomes the metric %s', (sent, name) => expect(metricNameOf(sent)).toBe(name))

describe('a wall clock', () => {
  const utc = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  const berlin = (text: string, arrived: string) => utc(new LocalTime('Europe/Berlin').read(text, Date.parse(arrived)))

  test.each([
    ['2026-07-01T10:00:00', '2026-07-01T08:00:00.000Z'],
    ['2026-12-01 10:00:00.25', '2026-12-01T09:00:00.250Z'],
    ['20261201100000', '2026-12-01T09:00:00.000Z'],
    ['2026.12.01 10:00:00', '2026-12-01T09:00:00.000Z'],
  ])('%s in Berlin', (text, at) => expect(berlin(text, at)).toBe(at))

  test('in the hour that comes twice the instant nearer to the arrival is meant', () => {
    // Clocks went from 03:00 CEST to 02:00 CET on 25 October 2026 at 01:00 UTC.
    expect(berlin('2026-10-25T02:30:00', '2026-10-25T00:30:02Z')).toBe('2026-10-25T00:30:00.000Z')
    expect(berlin('2026-10-25T02:30:00', '2026-10-25T01:30:02Z')).toBe('2026-10-25T01:30:00.000Z')
    // As near to both: the later one.
    expect(berlin('2026-10-25T02:30:00', '2026-10-25T01:00:00Z')).toBe('2026-10-25T01:30:00.000Z')
    // Sent long afterwards: the later one.
    expect(berlin('2026-10-25T02:30:00', '2026-10-26T00:00:00Z')).toBe('2026-10-25T01:30:00.000Z')
  })

  test('one time after the other is read as each by itself', () => {
    const clock = new LocalTime('Europe/Berlin')
    const arrived = Date.parse('2026-12-01T09:00:00Z')
    const read = (text: string) => utc(clock.read(text, arrived))
    expect(read('2026-12-01T10:00:58')).toBe('2026-12-01T09:00:58.000Z')
    expect(read('2026-12-01T10:00:59')).toBe('2026-12-01T09:00:59.000Z')
    expect(read('2026-12-01T10:00:60')).toBeNull()
    expect(read('2026-12-01T10:00:x0')).toBeNull()
    expect(read('2026-12-01T10:01:00')).toBe('2026-12-01T09:01:00.000Z')
    expect(read('20261201100159.5')).toBe('2026-12-01T09:01:59.500Z')
    expect(read('2026-12-01T10:01:07')).toBe('2026-12-01T09:01:07.000Z')
  })

  test('in the hour left out the offset before it is used', () => {
    expect(berlin('2026-03-29T02:30:00', '2026-03-29T01:30:00Z')).toBe('2026-03-29T01:30:00.000Z')
  })

  test.each([
    '',
    'now',
    '2026-02-30T00:00:00',
    '2026-13-01T00:00:00',
    '2026-01-01T24:00:00',
    '2026-01-01',
    '2026-1-1T0:0:0',
  ])('that is none: %s', (text) => expect(berlin(text, '2026-01-01T00:00:00Z')).toBeNull())
})

test.each([
  ['epoch_s', 1_700_000_000.25, 1_700_000_000_250],
  ['epoch_s', '1700000000', 1_700_000_000_000],
  ['epoch_ms', 1_700_000_000_000, 1_700_000_000_000],
  ['epoch_ms', true, null],
  ['epoch_ms', '', null],
  ['epoch_s', '1e999', null],
  ['rfc3339', '2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
  ['rfc3339', '2026-01-01T00:00:00', null],
  ['local', '2026-01-01T00:00:00+08:00', Date.UTC(2025, 11, 31, 16)],
  ['local', 20_260_101_080_000, Date.UTC(2026, 0, 1)],
] as const)('a time of format %s: %s', (format, sent, ms) => {
  expect(readTime(format, 'Asia/Shanghai')(sent, Date.UTC(2026, 0, 1))).toBe(ms)
})
