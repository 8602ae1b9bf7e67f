import { describe, expect, it } from 'vitest'
import { GOOD } from '../../../src/base/quality.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import type { DevicePath } from '../../../src/base/topic.js'
import type { DecodeRules } from '../../../src/decode/decode.js'
import { DecodedMessage } from '../../../src/decode/decoded-message.js'
import { Emitter, type MetricTarget, metricTargetOf } from '../../../src/decode/emitter.js'
import { isFault } from '../../../src/decode/fault.js'
import { readingsOf } from '../../support/block-decoding.js'

const ARRIVED_AT = Date.parse('2026-11-24T08:00:00Z')
const MAIN: DevicePath = { plant: 'p', line: 'l', device: 'main-1' }
const STACK: DevicePath = { plant: 'p', line: 'l', device: 'stack-1' }
const MESSAGE = {
  topic: 'gateway/7',
  payload: new Uint8Array(),
  body: Buffer.alloc(0),
  payloadStart: 0,
  payloadEnd: 0,
  arrivedAt: ARRIVED_AT,
  retain: false,
  fullSizeBytes: null,
}

function target(path: DevicePath, under: MetricTarget['class'], metric: string, unit?: string): MetricTarget {
  const found = metricTargetOf(path, under, metric, unit)
  if (isFault(found)) throw new Error(found.detail)
  return found
}

/** One message after the other into one block, by one emitter. */
function setUp(rules: DecodeRules = { registered: null }) {
  const emitter = new Emitter()
  const block = new ReadingBlock()
  const taken = new DecodedMessage()
  const message = (say: (emitter: Emitter) => void, isUnderstood = false): DecodedMessage => {
    taken.clear()
    emitter.begin(MESSAGE, rules, taken, block, 7)
    say(emitter)
    emitter.end(isUnderstood)
    return taken
  }
  return { block, message }
}

describe('what a dialect reads', () => {
  it('is stored in the unit of the table, with its time and quality', () => {
    const { block, message } = setUp()
    const taken = message((emitter) => {
      emitter.add(target(MAIN, 'energy', 'elec_import_kwh', 'MWh'), 1.5, ARRIVED_AT - 1000.5, GOOD)
      emitter.add(target(MAIN, 'energy', 'own', 'bar'), true, null, GOOD)
    })
    const [energy, own] = readingsOf(block)
    expect(energy).toMatchObject({ ...MAIN, metric: 'elec_import_kwh', value: 1500, unit: 'kWh', tsAssumed: false })
    expect(energy!.ts).toBe(ARRIVED_AT - 1001)
    expect(own).toMatchObject({ value: 1, unit: 'bar', ts: ARRIVED_AT, tsAssumed: true })
    expect(taken).toMatchObject({ path: MAIN, class: 'energy', readings: 2, isDecoded: true, rejected: [], others: [] })
    expect(taken.newestSentTs).toBe(ARRIVED_AT - 1001)
  })

  it('may be of several devices and classes: each has its part', () => {
    const { message } = setUp()
    const taken = message((emitter) => {
      emitter.add(target(MAIN, 'energy', 'elec_import_kw'), 1, null, GOOD)
      emitter.add(target(STACK, 'emissions', 'o2_pct'), 6, null, GOOD)
      emitter.add(target({ ...MAIN }, 'production', 'parts_good'), 2, null, GOOD)
      emitter.status(STACK, false)
    })
    expect(taken).toMatchObject({ path: MAIN, class: null, readings: 2 })
    expect([...taken.byClass!]).toEqual([
      ['energy', 1],
      ['production', 1],
    ])
    expect(taken.others).toMatchObject([{ path: STACK, class: 'emissions', readings: 1, status: { online: false } }])
  })

  it('may be of thousands of devices, each of which comes again: each has one part', () => {
    const { message } = setUp()
    const paths = Array.from({ length: 3000 }, (_, i) => ({ ...MAIN, device: `device-${i}` }))
    const taken = message((emitter) => {
      for (const path of [...paths, ...paths.map((one) => ({ ...one }))]) {
        emitter.add(target(path, 'energy', 'elec_import_kw'), 1, null, GOOD)
      }
    })
    expect([taken, ...taken.others].map(({ path, readings }) => [path?.device, readings])).toEqual(
      paths.map(({ device }) => [device, 2]),
    )
  })

  it('is rejected value by value, a wrong time once', () => {
    const { block, message } = setUp()
    const kw = target(MAIN, 'energy', 'elec_import_kw')
    const taken = message((emitter) => {
      emitter.add(target(STACK, 'emissions', 'o2_pct'), 22, ARRIVED_AT, GOOD)
      for (const value of [Number.NaN, Infinity, -1e16]) emitter.add(kw, value, ARRIVED_AT, GOOD)
      for (let i = 0; i < 3; i++) emitter.add(kw, i, 86_400_000, GOOD)
      emitter.add(kw, 5, ARRIVED_AT, GOOD)
    })
    expect(readingsOf(block)).toMatchObject([{ value: 5 }])
    expect(taken.rejected.map(({ reason }) => reason)).toEqual(['bad_value'])
    expect(taken.others[0]!.rejected.map(({ reason }) => reason)).toEqual([
      'bad_value',
      'bad_value',
      'bad_value',
      'ts_too_old',
    ])
    expect(taken.isDecoded).toBe(true)
  })

  it('of a device that must be registered and is not is refused once', () => {
    const { block, message } = setUp({ registered: new Set(['p/main-1']) })
    const taken = message((emitter) => {
      emitter.add(target(STACK, 'emissions', 'o2_pct'), 2, null, GOOD)
      emitter.add(target(MAIN, 'energy', 'elec_import_kw'), 1, null, GOOD)
      emitter.add(target(STACK, 'emissions', 'o2_pct'), 2, null, GOOD)
      emitter.status(STACK, true)
    })
    expect(readingsOf(block)).toMatchObject([{ device: 'main-1' }])
    expect(taken).toMatchObject({ path: STACK, status: null, rejected: [{ reason: 'unknown_device' }] })
  })

  it('may be in order with nothing to be taken', () => {
    const { message } = setUp()
    expect(message((emitter) => emitter.from(MAIN))).toMatchObject({ path: MAIN, isDecoded: false })
    expect(message(() => {}, true)).toMatchObject({ path: null, isDecoded: true })
  })
})

it('a target says what is wrong with name, class or unit', () => {
  expect(metricTargetOf(MAIN, 'energy', 'Power')).toMatchObject({ reason: 'bad_schema' })
  expect(metricTargetOf(MAIN, 'energy', 'o2_pct')).toMatchObject({ reason: 'bad_schema' })
  expect(metricTargetOf(MAIN, 'energy', 'elec_import_kw', 'bar')).toMatchObject({ reason: 'bad_unit' })
})
