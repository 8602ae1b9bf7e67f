import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { METRICS } from '../../src/base/metrics.js'
import { QUALITIES } from '../../src/base/quality.js'
import { conversion, unitsFor } from '../../src/base/units.js'
import { type Decoded, decode } from '../../src/decode/decode.js'
import { parseRfc3339 } from '../../src/decode/time.js'

const ARRIVED_AT = Date.parse('2026-11-24T08:00:01Z')
const TOPIC = 'plants/suzhou-1/utilities/main-1/energy'

function decodeBytes(payload: Uint8Array, topic = TOPIC, retain = false): Decoded {
  return decode({ topic, payload, arrivedAt: ARRIVED_AT, retain, fullSizeBytes: null }, { registered: null })
}
const decodeJson = (message: unknown) => decodeBytes(Buffer.from(JSON.stringify(message)))

/** Near misses of every key, so that the judgement goes deeper than "no message". */
const nearlyValue = fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.string(), fc.constant(null), fc.jsonValue())
const name = fc.oneof(fc.constantFrom(...METRICS.keys(), '__proto__', 'constructor', 'quality'), fc.string())
const unit = fc.oneof(fc.constantFrom('kWh', 'MWh', 'm3@20C', 'kcal', ''), fc.jsonValue())
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: ARRIVED_AT - 1e9, max: ARRIVED_AT + 1e6 }),
  fc.double(),
  fc.jsonValue(),
)
const nearlyMessage = fc.record(
  {
    ts: time,
    metrics: fc.oneof(fc.dictionary(name, nearlyValue, { noNullPrototype: true }), fc.jsonValue()),
    units: fc.oneof(fc.dictionary(name, unit, { noNullPrototype: true }), fc.jsonValue()),
    quality: fc.oneof(
      fc.constantFrom(...QUALITIES),
      fc.dictionary(name, fc.constantFrom(...QUALITIES, 'bad')),
      fc.jsonValue(),
    ),
    seq: fc.oneof(fc.nat(), fc.jsonValue()),
    events: fc.oneof(fc.array(fc.record({ id: fc.string(), type: fc.constantFrom('refill', 'Bad') })), fc.jsonValue()),
  },
  { requiredKeys: [] },
)

function expectAnAnswer(decoded: Decoded): void {
  expect(decoded.isDecoded || decoded.rejected.length > 0).toBe(true)
  for (const one of decoded.rejected) {
    expect(one.detail).not.toBe('')
    if (one.ts !== undefined) expect(parseRfc3339(new Date(one.ts).toISOString())).toBe(one.ts)
  }
  for (const one of decoded.readings) {
    if (typeof one.value === 'number') expect(Math.abs(one.value)).toBeLessThanOrEqual(1e15)
    expect(Object.is(one.value, -0)).toBe(false)
  }
}

describe('whatever is sent, decoding', () => {
  test.prop([fc.uint8Array({ maxLength: 200 }), fc.string(), fc.boolean()])(
    'answers any bytes under any topic',
    (bytes, topic, retain) => {
      expectAnAnswer(decodeBytes(bytes, topic, retain))
      expectAnAnswer(decodeBytes(bytes, TOPIC, retain))
    },
  )

  test.prop([fc.json()])('answers any JSON', (text) => {
    expectAnAnswer(decodeBytes(Buffer.from(text)))
  })

  test.prop([fc.oneof(nearlyMessage, fc.array(nearlyMessage, { maxLength: 5 }))], { numRuns: 500 })(
    'answers messages that are nearly right',
    (message) => {
      expectAnAnswer(decodeJson(message))
    },
  )

  test.prop([nearlyMessage])('gives the same answer for the same message', (message) => {
    expect(decodeJson(message)).toEqual(decodeJson(message))
  })
})

describe('every element of an array', () => {
  /** Each element is its own message, told apart by its time. */
  const array = fc.array(
    fc.record({
      metrics: fc.dictionary(fc.constantFrom('heat_gj', 'steam_mass_t', 'so2_mgm3', 'own'), nearlyValue, {
        noNullPrototype: true,
      }),
      quality: fc.constantFrom('good', 'bad'),
      isTimed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  )

  test.prop([array])('is either taken or rejected once, and each of its metrics too', (drawn) => {
    const elements = drawn.map(({ isTimed, ...rest }, i) => (isTimed ? { ts: ARRIVED_AT - i, ...rest } : rest))
    const decoded = decodeJson(elements)
    for (const [index, element] of elements.entries()) {
      const sent = Object.keys(JSON.parse(JSON.stringify(element.metrics))).length
      const taken = decoded.readings.filter((one) => one.ts === ARRIVED_AT - index).length
      const rejected = decoded.rejected.filter((one) => one.index === index)
      if (taken === 0) expect(rejected).toHaveLength(1)
      else expect(taken + rejected.length).toBe(sent)
    }
  })
})

describe('a right message', () => {
  const gauges = ['elec_import_kw', 'steam_temp_c', 'own_gauge', 'constructor'] as const
  const metrics = fc.dictionary(fc.constantFrom(...gauges), fc.double({ min: -1e12, max: 1e12, noNaN: true }), {
    minKeys: 1,
    noNullPrototype: true,
  })

  test.prop([metrics, fc.integer({ min: Date.UTC(2000, 0, 1), max: ARRIVED_AT + 300_000 }), fc.nat()])(
    'gives exactly its metrics at its time',
    (sent, ts, seq) => {
      const decoded = decodeJson({ ts: new Date(ts).toISOString(), metrics: sent, seq })
      expect(decoded.rejected).toEqual([])
      // Power below 0 is power that goes out. `+ 0`: the one zero, as JSON writes it.
      const expected = Object.entries(sent).flatMap(([metric, value]) => {
        if (metric !== 'elec_import_kw' || value >= 0) return [{ metric, value: value + 0, ts, seq }]
        return [
          { metric, value: 0, ts, seq },
          { metric: 'elec_export_kw', value: -value, ts, seq },
        ]
      })
      expect(
        decoded.readings.map(({ metric, value, ts: at, seq: no }) => ({ metric, value, ts: at, seq: no })),
      ).toEqual(expected)
    },
  )
})

describe('units', () => {
  const pair = fc
    .constantFrom(...new Set([...METRICS.values()].map((metric) => metric.unit)))
    .chain((to) => fc.record({ to: fc.constant(to), from: fc.constantFrom(...unitsFor(to)) }))

  test.prop([pair, fc.double({ min: -1e9, max: 1e9, noNaN: true })])(
    'there and back give the value that was sent',
    ({ from, to }, sent) => {
      const { factor, offset } = conversion(from, to)!
      const stored = sent * factor + offset
      const back = (stored - offset) / factor
      expect(Math.abs(back - sent)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(sent)))
    },
  )
})

describe('RFC 3339', () => {
  const instant = fc.date({
    min: new Date(-62_167_219_200_000),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })

  test.prop([instant])('what a machine writes is read back', (date) => {
    expect(parseRfc3339(date.toISOString())).toBe(date.getTime())
  })

  test.prop([instant, fc.integer({ min: -1439, max: 1439 })])(
    'an offset moves the clock, not the instant',
    (date, m) => {
      const local = new Date(date.getTime() + m * 60_000).toISOString()
      fc.pre(/^\d{4}-/.test(local))
      const [hour, minute] = [Math.trunc(Math.abs(m) / 60), Math.abs(m) % 60].map((n) => String(n).padStart(2, '0'))
      expect(parseRfc3339(local.replace('Z', `${m < 0 ? '-' : '+'}${hour}:${minute}`))).toBe(date.getTime())
    },
  )
})
