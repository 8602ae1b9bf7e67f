import { describe, expect, test } from 'vitest'
import { type Decoded, type DecodeRules, decode } from '../../../src/decode/decode.js'

const ARRIVED_AT = Date.parse('2026-11-24T08:00:01Z')
const anyDevice: DecodeRules = { registered: null }

function decodeJson(message: unknown): Decoded {
  return decode(
    {
      topic: 'plants/suzhou-1/utilities/main-1/energy',
      payload: Buffer.from(JSON.stringify(message)),
      arrivedAt: ARRIVED_AT,
      retain: false,
      fullSizeBytes: null,
    },
    anyDevice,
  )
}

const elements = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ ts: ARRIVED_AT - i, metrics: { heat_gj: i }, seq: i }))
const metrics = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]))
const events = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `e-${i}`, type: 'refill' }))
const reasons = (decoded: Decoded) => decoded.rejected.map((one) => [one.index, one.reason])

describe('a reading', () => {
  test('says who sent it, when it happened and when it arrived', () => {
    const ts = '2026-11-24T08:00:00Z'
    expect(decodeJson({ ts, metrics: { elec_import_kwh: 2 }, units: { elec_import_kwh: 'MWh' }, seq: 7 })).toEqual({
      path: { plant: 'suzhou-1', line: 'utilities', device: 'main-1' },
      readings: [
        {
          plant: 'suzhou-1',
          line: 'utilities',
          device: 'main-1',
          class: 'energy',
          metric: 'elec_import_kwh',
          ts: Date.parse(ts),
          value: 2000,
          unit: 'kWh',
          quality: 0,
          seq: 7,
          receivedAt: ARRIVED_AT,
          tsAssumed: false,
        },
      ],
      events: [],
      status: null,
      rejected: [],
      seqs: [7],
      unread: [],
      isDecoded: true,
    })
  })

  test('without a time of its own has its arrival, and no seq when none came', () => {
    const [reading] = decodeJson({ metrics: { heat_gj: 1 } }).readings
    expect(reading).toMatchObject({ ts: ARRIVED_AT, receivedAt: ARRIVED_AT, tsAssumed: true, seq: null })
  })
})

describe('limits', () => {
  test('1,000 elements are taken', () => {
    const decoded = decodeJson(elements(1000))
    expect(decoded.readings).toHaveLength(1000)
    expect(decoded.rejected).toEqual([])
    expect(decoded.seqs).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })

  test('1,001 elements are one rejection of the whole payload', () => {
    const decoded = decodeJson(elements(1001))
    expect(decoded).toMatchObject({ readings: [], seqs: [], isDecoded: false })
    expect(reasons(decoded)).toEqual([[0, 'bad_schema']])
    expect(decoded.rejected[0]?.detail).toContain('1001')
  })

  test('100 metrics are taken', () => {
    expect(decodeJson({ metrics: metrics(100) })).toMatchObject({ readings: { length: 100 }, rejected: [] })
  })

  test('101 metrics are one rejection of the element', () => {
    const decoded = decodeJson({ metrics: metrics(101) })
    expect(decoded.readings).toEqual([])
    expect(reasons(decoded)).toEqual([[0, 'bad_schema']])
  })

  test('100 events are taken, 101 are one rejection of the element', () => {
    expect(decodeJson({ events: events(100) })).toMatchObject({ events: { length: 100 }, rejected: [] })
    const decoded = decodeJson({ events: events(101) })
    expect(decoded.events).toEqual([])
    expect(reasons(decoded)).toEqual([[0, 'bad_schema']])
  })

  test('half a million brackets are an answer, not an exhausted stack', () => {
    const depth = 500_000
    const payload = Buffer.from(`{"metrics":{"a":1},"x":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    const topic = 'plants/suzhou-1/utilities/main-1/energy'
    const decoded = decode({ topic, payload, arrivedAt: ARRIVED_AT, retain: false, fullSizeBytes: null }, anyDevice)
    expect(reasons(decoded)).toEqual([[0, 'bad_schema']])
  })
})

describe('what devices write', () => {
  test('never reaches the prototype of an object', () => {
    const hostile = '{"id":"e-1","type":"note","__proto__":{"polluted":true}}'
    const text = `{"metrics":{"__proto__":1,"heat_gj":1},"units":{"__proto__":"t"},"events":[${hostile}]}`
    const decoded = decode(
      {
        topic: 'plants/suzhou-1/utilities/main-1/energy',
        payload: Buffer.from(text),
        arrivedAt: ARRIVED_AT,
        retain: false,
        fullSizeBytes: null,
      },
      anyDevice,
    )
    const fields = decoded.events[0]!.fields
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype)
    expect(fields.polluted).toBeUndefined()
    expect(Object.hasOwn(fields, '__proto__')).toBe(true)
    expect(decoded.readings.map((one) => one.metric)).toEqual(['heat_gj'])
  })

  test('is cut short in sentences', () => {
    const decoded = decodeJson({ ts: 'x'.repeat(10_000), metrics: { ['y'.repeat(10_000)]: 1 } })
    expect(decoded.rejected[0]!.detail.length).toBeLessThan(200)
    const named = decodeJson({ metrics: { ['y'.repeat(10_000)]: 1 } })
    expect(named.rejected[0]!.metric!.length).toBeLessThan(50)
  })
})
