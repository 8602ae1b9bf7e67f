import { fc } from '@fast-check/vitest'
import type { EventType } from '../../src/base/events.js'
import type { DeviceEvent, Reading } from '../../src/base/reading.js'
import { MINUTE_MS, type Value } from './random-plants.js'

/** Random events, each `afterMin` minutes after the one before; `n` picks the details. */
export const occurrences = fc.array(
  fc.record({
    afterMin: fc.oneof(fc.constantFrom(0, 1, 15), fc.integer({ min: 0, max: 400 })),
    type: fc.constantFrom<EventType[]>(
      'order',
      'order',
      'measure',
      'measure',
      'serial_result',
      'fuel_used',
      'refrigerant_refill',
      'process_input',
      'meter_replaced',
      'correction',
      'correction',
      'cems_calibration',
      'downtime_reason',
    ),
    n: fc.integer({ min: 0, max: 99 }),
  }),
  { maxLength: 14, size: 'max' },
)

/** In order of their ids; event times go up, but for corrections, which speak of any reading. */
export function richEvents(
  all: Value<typeof occurrences>,
  readings: readonly Reading[],
  fromMs: number,
): DeviceEvent[] {
  let ts = fromMs
  return all.flatMap(({ afterMin, type, n }, i) => {
    ts += afterMin * MINUTE_MS
    // Sixty parts are measured one after the other: fewer have no spread.
    const count = type === 'measure' && n % 2 === 0 ? 60 : 1
    return Array.from({ length: count }, (_, k): DeviceEvent[] => {
      const what = occurrenceOf(type, n + k, readings)
      if (what === null) return []
      const at = ts + k * 1000
      return [{ plant: 'p', line: 'l', id: `e${i}-${k}`, type, ts: at, receivedAt: at, ...what }]
    }).flat()
  })
}

function occurrenceOf(
  type: EventType,
  n: number,
  readings: readonly Reading[],
): Pick<DeviceEvent, 'device' | 'fields'> | null {
  switch (type) {
    case 'order': {
      const status = n % 5 === 0 ? 'end' : 'start'
      return { device: n % 2 === 0 ? 'q' : 'r', fields: { status, product: n % 3 === 0 ? 'even' : 'odd' } }
    }
    case 'measure': {
      const fields = { char: n % 7 === 0 ? 'gap' : 'bore', value: 10 + ((n * 7) % 11) / 20, subgroup: n >> 2 }
      return { device: n % 16 === 0 ? 'r' : 'q', fields }
    }
    case 'serial_result': {
      const result = n % 7 === 0 ? 'fail' : 'pass'
      const fields = { serial: `s${n % 10}`, op: n % 2 === 0 ? 'weld' : 'paint', result, first_attempt: n % 5 !== 0 }
      return { device: n % 3 === 0 ? 'r' : 'q', fields }
    }
    case 'fuel_used': {
      const [fuel, unit] = (
        [
          ['diesel', 't'],
          ['natural_gas', 'Nm3'],
          ['wood', 't'],
          ['bituminous_coal', 'kg'],
          ['anthracite', 't'],
        ] as const
      )[n % 5]!
      return { device: n % 2 === 0 ? 'boiler' : 'truck', fields: { fuel, amount: 1 + n / 3, unit } }
    }
    case 'refrigerant_refill':
      return { device: n % 2 === 0 ? 'area' : 'u', fields: { gas: n % 3 === 0 ? 'sf6' : 'hfc134a', kg: 1 + n / 3 } }
    case 'process_input':
      return { device: 'boiler', fields: { material: n % 3 === 0 ? 'dolomite' : 'caco3', t: 1 + n / 3 } }
    case 'meter_replaced': {
      const of = readings[(n * 131) % Math.max(1, readings.length)]
      if (of === undefined) return null
      return { device: of.device, fields: n % 2 === 0 ? {} : { metric: of.metric } }
    }
    case 'correction': {
      const numbers = readings.filter(({ value }) => typeof value === 'number')
      const of = numbers[(n * 131) % Math.max(1, numbers.length)]
      if (of === undefined || typeof of.value !== 'number') return null
      // One of four speaks of a value that only a reading has which loses.
      const before = n % 4 === 0 ? of.value + 1 : of.value
      const fields = { metric: of.metric, before, after: of.value + (n % 9) - 3, author: 'li', reason: 'read wrongly' }
      return { device: of.device, fields: { ...fields, at: new Date(of.ts).toISOString() } }
    }
    case 'cems_calibration':
      return { device: 'stack', fields: { metric: 'nox_mgm3', passed: n % 2 === 0 } }
    default:
      return { device: 'q', fields: { code: 'jam' } }
  }
}
