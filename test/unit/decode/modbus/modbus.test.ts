import { describe, expect, test } from 'vitest'
import { ReadingBlock } from '../../../../src/base/reading-block.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { Decoder } from '../../../../src/decode/decoder.js'
import { readingsOf } from '../../../support/block-decoding.js'

const READ_AT = Date.parse('2026-11-24T08:00:00Z')
const METER = { plant: 'p', line: 'l', device: 'meter-1' }

const register = (metric: string, address: number, more: object) => ({ metric, function: 4, address, ...more })
const PROFILE = {
  protocol: 'modbus',
  name: { en: 'A meter' },
  source: ['its manual'],
  registers: [
    register('elec_import_kw', 52, { unit: 'W', type: 'float32' }),
    register('elec_import_kwh', 72, { unit: 'Wh', type: 'uint32', factor: 10, not_available: ['0xFFFFFFFF'] }),
    register('water_c', 90, { unit: '°C', type: 'int16', factor: 0.1, not_available: ['0x8000'] }),
  ],
}

function rulesOf(unit: object = {}, registered: DecodeRules['registered'] = null): DecodeRules {
  const units = [{ unit_id: 7, profile: 'a/meter', ...METER, ...unit }]
  const connections = [{ id: 'hall', host: '127.0.0.1', units }]
  return { registered, settings: { modbus: { connections, profiles: { 'a/meter': PROFILE } } } }
}

/** A message of the poller, decoded: the values by metric, and what was refused. */
function read(payload: unknown, rules = rulesOf(), { topic = 'modbus/hall/7', ingress = 'modbus' as const } = {}) {
  const block = new ReadingBlock()
  const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  const taken = new Decoder().take(
    {
      topic,
      ingress,
      payload: bytes,
      body: bytes,
      payloadStart: 0,
      payloadEnd: bytes.length,
      arrivedAt: READ_AT + 40,
      retain: false,
      fullSizeBytes: null,
    },
    rules,
    block,
    1,
  )
  const readings = readingsOf(block)
  const values = Object.fromEntries(readings.map(({ metric, value }) => [metric, value]))
  const rejected = taken.rejected.map(({ reason, metric, detail }) => ({ reason, metric, detail }))
  return { path: taken.path, isDecoded: taken.isDecoded, readings, values, rejected }
}

/** Message of the poller that has read 3 kW, 12,340 Wh and 21.5 °C, or registers of one's own, as hex. */
function polled({ power = '453b8000', energy = '000004d2', water = '00d7' } = {}) {
  const blocks = [
    { fc: 4, address: 52, hex: power },
    { fc: 4, address: 70, hex: `deadbeef${energy}` },
    { fc: 4, address: 90, hex: water },
  ]
  return { read_at: READ_AT, blocks }
}

describe('what was read of a meter', () => {
  test('is brought into the units of the metrics, at the time when it was read', () => {
    const { path, values, readings, rejected } = read(polled())
    expect(path).toEqual(METER)
    expect(values).toEqual({ elec_import_kw: 3, elec_import_kwh: 12.34, water_c: 21.5 })
    expect(readings.map(({ ts, tsAssumed }) => ({ ts, tsAssumed }))).toEqual(
      Array(3).fill({ ts: READ_AT, tsAssumed: false }),
    )
    expect(rejected).toEqual([])
  })

  test('a register that says it has no value gives no reading, and nothing is wrong', () => {
    const { values, rejected, isDecoded } = read(polled({ energy: 'ffffffff', water: '8000' }))
    expect(values).toEqual({ elec_import_kw: 3 })
    expect(rejected).toEqual([])
    expect(isDecoded).toBe(true)
  })

  test('one digit less than "not available" is a value', () => {
    expect(read(polled({ energy: 'fffffffe', water: '8001' })).values).toMatchObject({
      elec_import_kwh: 42_949_672.94,
      water_c: -3276.7,
    })
  })

  test.each([
    ['NaN', '7fc00000'],
    ['infinite', '7f800000'],
    ['minus infinite', 'ff800000'],
  ])('a float that is %s is refused with its register, the others are taken', (_what, power) => {
    const { values, rejected } = read(polled({ power }))
    expect(values).toEqual({ elec_import_kwh: 12.34, water_c: 21.5 })
    expect(rejected).toEqual([
      {
        reason: 'bad_value',
        metric: 'elec_import_kw',
        detail: `register 52 of function 4 (elec_import_kw) holds ${power}, as float32 no number: look at its type and word_order`,
      },
    ])
  })

  test('a wrong word order gives another number, the right one the value', () => {
    const turned = polled({ power: '8000453b' })
    expect(read(turned).values.elec_import_kw).not.toBe(3)
    expect(read(turned, rulesOf({ overrides: { elec_import_kw: { word_order: 'low_first' } } })).values).toMatchObject({
      elec_import_kw: 3,
      elec_import_kwh: 12.34,
    })
    const both = polled({ power: '8000453b', energy: '04d20000' })
    expect(read(both, rulesOf({ word_order: 'low_first' })).values).toMatchObject({
      elec_import_kw: 3,
      elec_import_kwh: 12.34,
    })
  })

  test('a counter that shows less than nothing is refused', () => {
    const overrides = { elec_import_kwh: { factor: -1 } }
    expect(read(polled(), rulesOf({ overrides })).rejected).toMatchObject([
      { reason: 'bad_value', metric: 'elec_import_kwh' },
    ])
  })
})

describe('what a meter has otherwise than its profile', () => {
  test('another metric, another factor, or nothing', () => {
    const overrides = {
      elec_import_kwh: { metric: 'elec_submeter_kwh', factor: 1000 },
      elec_import_kw: { skip: true },
    }
    expect(read(polled(), rulesOf({ overrides })).values).toEqual({ elec_submeter_kwh: 1234, water_c: 21.5 })
  })
})

describe('what cannot be taken is refused', () => {
  test('registers that were not read, as the profile was another then', () => {
    const { blocks, read_at } = polled()
    const { values, rejected } = read({ read_at, blocks: blocks.slice(0, 2) })
    expect(values).toEqual({ elec_import_kw: 3, elec_import_kwh: 12.34 })
    expect(rejected).toMatchObject([{ reason: 'bad_profile', metric: 'water_c' }])
  })

  test('a unit that is not in the configuration', () => {
    const { path, rejected, isDecoded } = read(polled(), rulesOf(), { topic: 'modbus/hall/8' })
    expect({ path, isDecoded }).toEqual({ path: null, isDecoded: false })
    expect(rejected).toMatchObject([{ reason: 'bad_topic' }])
    expect(read(polled(), { registered: null }).rejected).toMatchObject([{ reason: 'bad_topic' }])
  })

  test('a device that is not registered, once and not for each register', () => {
    const { values, rejected, isDecoded } = read(polled(), rulesOf({}, new Set(['p/other'])))
    expect({ values, isDecoded }).toEqual({ values: {}, isDecoded: false })
    expect(rejected).toMatchObject([{ reason: 'unknown_device' }])
  })

  test.each([
    ['no JSON', '{', 'bad_json'],
    ['no object', '7', 'bad_schema'],
    ['half a register', { read_at: READ_AT, blocks: [{ fc: 4, address: 52, hex: '453b80' }] }, 'bad_schema'],
    ['no digits', { read_at: READ_AT, blocks: [{ fc: 4, address: 52, hex: 'xyzw' }] }, 'bad_schema'],
  ])('%s', (_what, payload, reason) => {
    expect(read(payload).rejected).toMatchObject([{ reason }])
  })

  test('what an MQTT client publishes under the topics of the poller', () => {
    const { values, rejected } = read(polled(), rulesOf(), { ingress: 'mqtt' as 'modbus' })
    expect(values).toEqual({})
    expect(rejected).toMatchObject([{ reason: 'bad_topic' }])
  })
})
