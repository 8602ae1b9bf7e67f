import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { QUALITIES } from '../../src/base/quality.js'
import type { DecodeRules } from '../../src/decode/decode.js'
import { readNumber } from '../../src/decode/plain-number.js'
import { readRfc3339 } from '../../src/decode/plain-time.js'
import { parseRfc3339 } from '../../src/decode/time.js'
import { BothWays } from '../support/block-decoding.js'

/** DECODER_CASES=100000 looks further; DECODER_SEED elsewhere. */
const CASES = Number(process.env.DECODER_CASES ?? 0)
const seed = Number(process.env.DECODER_SEED ?? 8)
const params = (numRuns: number) => ({ numRuns: Math.max(CASES, numRuns), seed })

const ARRIVED_AT = Date.parse('2026-11-24T08:00:01.250Z')
const RULES: DecodeRules = { registered: new Set(['suzhou-1/main-1', 'suzhou-1/r-2']), retentionMs: 400 * 86_400_000 }

/** Numbers as JSON and people write them, and as they must not. */
const oddNumbers = `1e-7 123456789.123456789 -0 0 0.0 -0.0 0e5 1E5 1E+05 1e-05 12345678901234567 9007199254740991
  9007199254740992 9007199254740993 9007199254740994.5 0.1 0.30000000000000004 1e15 1000000000000001 999999999999999.9
  1e22 1e23 1e-22 1e-23 123456789012345e-22 4.35 2.2250738585072011e-308 5e-324 1.7976931348623157e308 1e999 -1e999
  0.000000000000000000000000000001 100000000000000000000000000e-25 1.000000000000000000000000 0.0000001234567890123456
  00 01 -01 1. .5 +1 1e 1e+ - -- 0x1 1_000 NaN Infinity 1.5.5 1e5.5`.split(/\s+/)
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  fc
    .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(9))
    .map(([value, power]) => (value / 10 ** power).toFixed(power)),
  fc.stringMatching(/^-?(0|[1-9]\d{0,18})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
  fc.constantFrom(...oddNumbers),
)

describe('a number read from its bytes', () => {
  test.prop([numberText, fc.constantFrom('', ',', '}', ' ', 'e', '.', '0')], params(1000))(
    'is the one that JSON.parse gives, to the bit',
    (text, behind) => {
      const into = new Float64Array(1)
      const end = readNumber(Buffer.from(`[${text}${behind}`), 1, into)
      let expected: number | null
      try {
        expected = JSON.parse(text) as number
      } catch {
        expected = null
      }
      // A number that does not end where the text does is refused by who asked.
      if (expected === null) expect(end).not.toBe(1 + text.length)
      else if (end === 1 + text.length) expect(into[0]).toBe(expected)
      else expect(['e', '.', '0'], `${text}${behind}`).toContain(behind)
    },
  )
})

const when = fc.oneof(
  fc.integer({ min: ARRIVED_AT - 500 * 86_400_000, max: ARRIVED_AT + 400_000 }),
  fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) }),
)
/** As devices write it: any digits of the second, any zone. */
const timeText = fc
  .record({ ts: when, zone: fc.integer({ min: -1439, max: 1439 }), digits: fc.nat(9), isUtc: fc.boolean() })
  .map(({ ts, zone, digits, isUtc }) => {
    const local = new Date(ts + (isUtc ? 0 : zone * 60_000)).toISOString()
    const fraction = digits === 0 ? '' : `.${local.slice(20, 23)}987654`.slice(0, digits + 1)
    const [h, m] = [Math.trunc(Math.abs(zone) / 60), Math.abs(zone) % 60].map((n) => String(n).padStart(2, '0'))
    return `${local.slice(0, 19)}${fraction}${isUtc ? 'Z' : `${zone < 0 ? '-' : '+'}${h}:${m}`}`
  })
const nearlyTime = fc.oneof(
  { weight: 3, arbitrary: timeText },
  {
    weight: 3,
    arbitrary: fc
      .tuple(timeText, fc.nat(30), fc.constantFrom(...'0123456789:-+.TtZz ', ''))
      .map(([text, at, by]) => `${text.slice(0, at)}${by}${text.slice(at + 1)}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('2024', '2026', '2000', '2100', '1900'), fc.constantFrom('02', '04', '12', '13', '00'))
      .chain(([year, month]) => fc.constantFrom('00', '28', '29', '30', '31', '32').map((d) => `${year}-${month}-${d}`))
      .map((day) => `${day}T23:59:60Z`),
  },
)

describe('a time read from its bytes', () => {
  test.prop([nearlyTime], params(1000))('is the one that its text gives', (text) => {
    const into = new Float64Array(1)
    const end = readRfc3339(Buffer.from(`"${text}"`), 1, into)
    const expected = parseRfc3339(text)
    const isWhole = end === 1 + text.length
    if (expected === null) expect(isWhole, text).toBe(false)
    else if (Number(text.slice(0, 4)) >= 1000) expect(isWhole, text).toBe(true)
    if (isWhole) expect(into[0]).toBe(expected)
  })
})

const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n  ')
/** An object from its entries, with space wherever JSON has it. */
const objectOf = (entries: fc.Arbitrary<(readonly [key: string, value: string])[]>) =>
  fc
    .tuple(entries, fc.infiniteStream(space))
    .map(
      ([pairs, spaces]) =>
        `{${pairs.map(([key, value]) => `${next(spaces)}"${key}"${next(spaces)}:${next(spaces)}${value}${next(spaces)}`).join(',')}}`,
    )
const next = (spaces: Iterator<string>): string => spaces.next().value ?? ''
const arrayOf = (element: fc.Arbitrary<string>, maxLength = 6) =>
  fc
    .tuple(fc.array(element, { minLength: 1, maxLength }), space, space)
    .map(([elements, before, after]) => `${before}[${elements.join(`${after},${before}`)}${after}]${before}`)

/** Right under `robot`, with what may be sent for each; the last two belong to nobody. */
const RIGHT = new Map<string, readonly [units: readonly string[], value: fc.Arbitrary<string>]>([
  ['state', [[''], fc.constantFrom('"Execute"', '"Held"', '"运行"', '""', '3')]],
  ['op_mode', [[''], fc.constantFrom('"auto"', '"manual"')]],
  ['parts_good', [['pcs', '1'], fc.nat(1e9).map(String)]],
  [
    'cycle_time_s',
    [['s', 'ms', 'min'], fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => JSON.stringify(value))],
  ],
  ['order_active', [['1', 'bool'], fc.constantFrom('true', 'false', '1', '0')]],
  ['own_gauge', [['mm', '°C', 'm³/h', 'x'], numberText.filter((text) => isTaken(text))]],
  ['constructor', [['N'], fc.constantFrom('-0', '1e-7', '0.1', '1E5', '123456789.123456789')]],
])
function isTaken(text: string): boolean {
  try {
    return Math.abs(JSON.parse(text) as number) <= 1e15
  } catch {
    return false
  }
}
const names = fc.uniqueArray(fc.constantFrom(...RIGHT.keys()), { minLength: 1 })
const quality = fc.constantFrom(...QUALITIES)
const rightTs = fc
  .integer({ min: ARRIVED_AT - 3e10, max: ARRIVED_AT + 300_000 })
  .chain((ts) => fc.constantFrom(String(ts), `${ts}.5`, `"${new Date(ts).toISOString()}"`))

/** One right message of `robot`, with its keys in any order. */
const rightElement = (isListed: boolean) =>
  names.chain((listed) => {
    const metrics = objectOf(
      fc.tuple(...listed.map((name) => RIGHT.get(name)![1].map((value) => [name, value] as const))),
    )
    const some = fc.subarray(listed, { minLength: 1 })
    const units = some.chain((named) =>
      objectOf(
        fc.tuple(
          ...named.map((name) => fc.constantFrom(...RIGHT.get(name)![0]).map((unit) => [name, `"${unit}"`] as const)),
        ),
      ),
    )
    const byMetric = some.chain((named) =>
      objectOf(fc.tuple(...named.map((name) => quality.map((word) => [name, `"${word}"`] as const)))),
    )
    const parts = fc.record({
      metrics,
      ts: isListed ? rightTs : fc.option(rightTs),
      seq: fc.option(fc.oneof(fc.nat(), fc.maxSafeNat()).map(String)),
      units: fc.option(units, { freq: 2 }),
      quality: fc.option(
        fc.oneof(
          quality.map((word) => `"${word}"`),
          byMetric,
        ),
        { freq: 2 },
      ),
    })
    return parts.chain((made) => {
      const present = Object.entries(made).filter((entry): entry is [string, string] => entry[1] !== null)
      return objectOf(fc.shuffledSubarray(present, { minLength: present.length }))
    })
  })
const rightPayload = fc.oneof(rightElement(false), arrayOf(rightElement(true)))

/** Text behind a payload in the journal, made so that reading on would look right. */
const behind = fc.constantFrom('', '}', ']}', '"}', ' ', '1', ',"seq":1}', '\u0001', '0}}')
const ROBOT = 'plants/suzhou-1/press/r-2/robot'

function expectTheSame({ expected, got }: { expected: object; got: object }): void {
  // Equal to the bit: `toEqual` tells -0 from 0.
  expect(got).toEqual(expected)
}

describe('a right message', () => {
  const both = new BothWays()
  test.prop([rightPayload, behind], params(400))(
    'is read from its bytes, and gives what `decode` gives',
    (text, after) => {
      const outcome = both.take(
        { topic: ROBOT, payload: Buffer.from(text), arrivedAt: ARRIVED_AT },
        RULES,
        Buffer.from(after),
      )
      expectTheSame(outcome)
      expect(outcome.isPlain, text).toBe((outcome.expected as { rejected: [] }).rejected.length === 0)
    },
  )
})

/** Values, keys and names that are nearly right, each rarely wrong. */
const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom('good', 'kWh', 'Held', 'a\\u0041', '\\"', '\ud800', 'x'.repeat(257)),
)
const anyValue = fc.oneof(
  { weight: 6, arbitrary: numberText },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', 'tru', '[]', '{}', '{"a":1}', '"Execute"', '""') },
  { weight: 1, arbitrary: anyText.map((text) => `"${text}"`) },
)
const anyName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...RIGHT.keys(), 'elec_import_kwh', 'o2_pct', 'heat_gj') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'Bad', 'quality', 'a'.repeat(64), 'a'.repeat(65), 'st\\u0061te', 'ü'),
  },
)
const anyObject = objectOf(fc.array(fc.tuple(anyName, anyValue), { maxLength: 4 }))
const anyByMetric = fc.oneof(
  objectOf(
    fc.array(
      fc.tuple(
        anyName,
        fc.oneof(quality, fc.constantFrom('1', 'kWh', 'MWh', '°F')).map((w) => `"${w}"`),
      ),
      { maxLength: 3 },
    ),
  ),
  anyObject,
)
const anyElement = objectOf(
  fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(
          fc.constant('ts'),
          fc.oneof(
            rightTs,
            nearlyTime.map((t) => `"${t}"`),
            anyValue,
          ),
        ),
      },
      { weight: 3, arbitrary: fc.tuple(fc.constant('metrics'), anyObject) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('seq'), anyValue) },
      { weight: 1, arbitrary: fc.tuple(fc.constant('units'), anyByMetric) },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constant('quality'),
          fc.oneof(
            quality.map((w) => `"${w}"`),
            anyByMetric,
          ),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constantFrom('events', 'firmware', 'Metrics', '', 'tss'),
          fc.oneof(anyValue, fc.constant('[{"id":"a-1","type":"note","text":"x"}]')),
        ),
      },
    ),
    { minLength: 1, maxLength: 5 },
  ),
)
/** A right message with some bytes changed, taken away, put in or said twice. */
const mutated = fc
  .tuple(
    rightPayload.map((text) => Buffer.from(text)),
    fc.array(
      fc.tuple(fc.nat(), fc.nat(3), fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:0-e.\\ t\n')))),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  )
  .map(([bytes, changes]) =>
    changes.reduce((now, [where, how, byte]) => {
      const at = where % (now.length + 1)
      const [head, tail] = [now.subarray(0, at), now.subarray(at)]
      if (how === 0) return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)])
      if (how === 1) return Buffer.concat([head, tail.subarray(1 + (byte % 4))])
      if (how === 2) return Buffer.concat([head, Buffer.of(byte), tail])
      return Buffer.concat([head, tail.subarray(0, byte % 40), tail])
    }, bytes),
  )
const topic = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(ROBOT, 'plants/suzhou-1/utilities/main-1/energy') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'plants/suzhou-1/press/r-2/status',
      'plants/suzhou-1/press/r-2/rejected',
      'plants/suzhou-1/press/r-9/robot',
      'plants/suzhou-1/press/R-2/robot',
      'elsewhere',
    ),
  },
)

describe('whatever is sent, a block holds what `decode` gives', () => {
  const both = new BothWays()
  const take = (payload: Uint8Array, to: string, after: string, more: object = {}) =>
    expectTheSame(both.take({ topic: to, payload, arrivedAt: ARRIVED_AT, ...more }, RULES, Buffer.from(after)))

  test.prop([fc.oneof(anyElement, arrayOf(anyElement, 3)), topic, behind], params(400))(
    'of a message that is nearly right',
    (text, to, after) => {
      take(Buffer.from(text), to, after)
    },
  )

  test.prop([mutated, topic, behind], params(400))('of a message with some bytes changed', take)

  test.prop([rightPayload, fc.nat(), fc.option(fc.nat(1e6)), fc.boolean()], params(200))(
    'of a message that was cut off',
    (text, where, fullSizeBytes, retain) => {
      const bytes = Buffer.from(text)
      const length = where % (bytes.length + 1)
      // The rest of it lies behind: in the journal there is no end but the length.
      take(bytes.subarray(0, length), ROBOT, bytes.toString('utf8', length), { fullSizeBytes, retain })
    },
  )

  test.prop([fc.uint8Array({ maxLength: 60 }), topic, fc.boolean()], params(100))(
    'of any bytes',
    (bytes, to, retain) => {
      take(bytes, to, '', { retain })
    },
  )
})
