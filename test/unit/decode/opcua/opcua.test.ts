import { describe, expect, test } from 'vitest'
import type { OpcuaValue } from '../../../../src/base/opcua.js'
import { QUALITIES } from '../../../../src/base/quality.js'
import { ReadingBlock } from '../../../../src/base/reading-block.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { Decoder } from '../../../../src/decode/decoder.js'
import { readingsOf } from '../../../support/block-decoding.js'

/** Proves what becomes of the values that a server of OPC UA has sent: value, unit, time and quality, or why there is no reading. */

const AT = Date.parse('2026-11-30T08:00:00Z')
const METER = { plant: 'p', line: 'l', device: 'meter-1' }
const PRESS = { plant: 'p', line: 'l', device: 'press-1' }

const SERVER = {
  id: 'hall',
  endpoint: 'opc.tcp://10.0.0.7:4840',
  devices: [
    {
      ...METER,
      nodes: [
        { node: 'ns=2;s=Energy', metric: 'elec_import_kwh', unit: 'Wh' },
        { node: 'ns=2;s=Power', metric: 'elec_import_kw', factor: 0.001 },
        { node: 'ns=2;s=Phases', element: 1, metric: 'phase_2_v', unit: 'V' },
      ],
    },
    {
      ...PRESS,
      nodes: [
        { node: 'ns=2;s=State', metric: 'state', words: { '3': 'EXECUTE', '4': 'IDLE' } },
        { node: 'ns=2;s=Door', metric: 'door_open' },
        { node: 'ns=2;s=Running', metric: 'order_active' },
        { node: 'ns=2;s=Parts', metric: 'parts_total' },
      ],
    },
  ],
}

function rulesOf(more: object = {}, registered: DecodeRules['registered'] = null): DecodeRules {
  return { registered, settings: { opcua: { servers: [{ ...SERVER, ...more }] } } }
}

const value = (item: string, held: OpcuaValue['value'], more: Partial<OpcuaValue> = {}): OpcuaValue => ({
  item: `ns=2;s=${item}`,
  value: held,
  type: 'Double',
  status: 0,
  source_ms: AT,
  server_ms: AT + 5,
  ...more,
})

/** A message of the client, decoded. */
function read(content: unknown, rules = rulesOf(), { topic = 'opcua/hall', ingress = 'opcua' as const } = {}) {
  const block = new ReadingBlock()
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  const decoder = new Decoder()
  const taken = decoder.take(
    {
      topic,
      ingress,
      payload: bytes,
      body: bytes,
      payloadStart: 0,
      payloadEnd: bytes.length,
      arrivedAt: AT + 40,
      retain: false,
      fullSizeBytes: null,
    },
    rules,
    block,
    1,
  )
  const shares = [taken, ...taken.others]
  return {
    isDecoded: taken.isDecoded,
    readings: readingsOf(block),
    rejected: shares.flatMap(({ rejected }) =>
      rejected.map(({ reason, metric, detail }) => ({ reason, metric, detail })),
    ),
    status: shares.flatMap(({ path, status }) => (status === null ? [] : [[path?.device, status.online]])),
    leftOut: decoder.leftOut.null,
  }
}

const values = (...all: OpcuaValue[]) => ({ read_at: AT + 20, values: all })
/** Quality of the one reading of a value. */
const qualityOf = (status: number): string | undefined => {
  const [reading] = read(values(value('Power', 4500, { status }))).readings
  return reading === undefined ? undefined : QUALITIES[reading.quality]
}

describe('values of a server', () => {
  test('are brought into the units of the metrics of their devices, at the times of their sources', () => {
    const { readings, rejected } = read(
      values(
        value('Energy', 7_915_525.36),
        value('Power', 4500),
        value('Phases[1]', 231.5),
        value('State', 3, { type: 'Int32' }),
        value('Door', true, { type: 'Boolean' }),
        value('Parts', '9007199254740', { type: 'UInt64' }),
      ),
    )
    expect(rejected).toEqual([])
    expect(readings.map(({ device, metric, value, ts, tsAssumed }) => [device, metric, value, ts, tsAssumed])).toEqual([
      ['meter-1', 'elec_import_kwh', 7915.52536, AT, false],
      ['meter-1', 'elec_import_kw', 4.5, AT, false],
      ['meter-1', 'phase_2_v', 231.5, AT, false],
      ['press-1', 'state', 'EXECUTE', AT, false],
      ['press-1', 'door_open', 1, AT, false],
      ['press-1', 'parts_total', 9_007_199_254_740, AT, false],
    ])
  })

  test.each([
    ['source', {}, AT, false],
    ['source', { source_ms: null }, AT + 5, false],
    ['source', { source_ms: null, server_ms: null }, AT + 40, true],
    ['server', {}, AT + 5, false],
    ['arrival', {}, AT + 20, false],
  ])('with time %s and %o have this time', (time, more, ts, tsAssumed) => {
    const { readings } = read(values(value('Power', 1000, more)), rulesOf({ time }))
    expect(readings).toMatchObject([{ ts, tsAssumed }])
  })

  test('of a server whose clock is hours ahead are refused, those of one that is behind keep its time', () => {
    const hours = 3 * 3_600_000
    expect(read(values(value('Power', 1, { source_ms: AT + hours }))).rejected).toMatchObject([{ reason: 'ts_future' }])
    expect(read(values(value('Power', 1, { source_ms: AT - hours }))).readings).toMatchObject([{ ts: AT - hours }])
  })

  test('that are refused cost no others', () => {
    const { readings, rejected } = read(values(value('Energy', -1), value('Power', 1000)))
    expect(readings).toMatchObject([{ metric: 'elec_import_kw', value: 1 }])
    expect(rejected).toMatchObject([{ reason: 'bad_value', metric: 'elec_import_kwh' }])
  })
})

describe('a StatusCode', () => {
  test.each([
    [0x0000_0000, 'good'],
    [0x0000_0480, 'good'],
    [0x0096_0000, 'good'],
    [0x4000_0000, 'uncertain'],
    [0x4090_0000, 'uncertain'],
    [0x8000_0000, 'fault'],
    [0x808c_0000, 'fault'],
    [0x8031_0000, 'comm_fault'],
    [0xffff_ffff, 'fault'],
  ])('%i is %s', (status, quality) => expect(qualityOf(status)).toBe(quality))

  test('that is not good is never stored as good, whatever its code and its bits', () => {
    const codes = Array.from({ length: 1000 }, (_, i) => (((i % 3) << 30) | (Math.imul(i, 65_599) & 0x3fff_ffff)) >>> 0)
    const wrong = codes.filter((code) => {
      const quality = qualityOf(code)
      const severity = code >>> 30
      if (severity === 0) return quality !== 'good'
      return severity === 1 ? quality !== 'uncertain' : quality !== 'fault' && quality !== 'comm_fault'
    })
    expect(wrong).toEqual([])
  })

  test('that is bad comes without a value as a rule: no reading, and nothing is wrong', () => {
    const bad = { status: 0x8031_0000 }
    const { readings, rejected, leftOut, isDecoded } = read(
      values(value('Power', null, { ...bad, type: 'Null' }), value('Energy', 'NaN', bad)),
    )
    expect({ readings, rejected, leftOut, isDecoded }).toEqual({
      readings: [],
      rejected: [],
      leftOut: 2,
      isDecoded: true,
    })
  })
})

test('a state or switch that is bad without a value is a reading no figure uses, so that the one before does not count on', () => {
  const gone = { status: 0x8031_0000, type: 'Null' }
  const { readings, rejected, leftOut } = read(values(value('State', null, gone), value('Running', null, gone)))
  expect(readings.map(({ metric, value, quality }) => [metric, value, QUALITIES[quality]])).toEqual([
    ['state', 'UNKNOWN', 'comm_fault'],
    ['order_active', 0, 'comm_fault'],
  ])
  expect([rejected, leftOut]).toEqual([[], 0])
  const waiting = { status: 0, type: 'Null' }
  expect(read(values(value('State', null, waiting))).readings).toEqual([])
})

describe('what cannot be a reading is refused with its node', () => {
  test.each([
    ['an array', value('Power', null, { type: 'Double[8]' }), /ns=2;s=Power is Double\[8\], an array/],
    ['a time', value('Power', null, { type: 'DateTime' }), /holds a DateTime, which is neither/],
    ['a structure', value('Power', null, { type: 'ExtensionObject' }), /holds a ExtensionObject/],
    ['no number', value('Power', 'NaN'), /holds NaN, which is no number/],
    ['an infinite number', value('Power', 'Infinity'), /which is no number/],
    ['a text', value('Power', '12', { type: 'String' }), /without quotation marks/],
    ['a state without a word', value('State', 9, { type: 'Int32' }), /holds "9", for which words has no state/],
    ['a number that nobody stores', value('Parts', '18446744073709551615', { type: 'UInt64' }), /numbers go to/],
  ])('%s', (_what, one, detail) => {
    const { readings, rejected } = read(values(one))
    expect(readings).toEqual([])
    expect(rejected).toEqual([
      { reason: 'bad_value', metric: expect.any(String), detail: expect.stringMatching(detail) },
    ])
  })

  test('a node that is not in the settings, or no longer', () => {
    const { readings, rejected } = read(values(value('Gone', 1), value('Power', 1000)))
    expect(readings).toHaveLength(1)
    expect(rejected).toMatchObject([{ reason: 'bad_topic', detail: expect.stringContaining('ns=2;s=Gone') }])
  })

  test.each([
    ['a server that is not in the settings', values(value('Power', 1)), 'opcua/yard', 'bad_topic'],
    ['no JSON', '{', 'opcua/hall', 'bad_json'],
    ['something else', { read_at: AT }, 'opcua/hall', 'bad_schema'],
    ['a status that is none', values(value('Power', 1, { status: -1 })), 'opcua/hall', 'bad_schema'],
  ])('%s', (_what, content, topic, reason) => {
    expect(read(content, rulesOf(), { topic }).rejected).toMatchObject([{ reason }])
  })

  test('a device that is not registered', () => {
    const { readings, rejected } = read(
      values(value('Power', 1), value('Energy', 1)),
      rulesOf({}, new Set(['p/press-1'])),
    )
    expect(readings).toEqual([])
    expect(rejected).toMatchObject([{ reason: 'unknown_device' }])
  })

  test('what an MQTT client publishes under the topics of the client', () => {
    const { readings, rejected } = read(values(value('Power', 1)), rulesOf(), { ingress: 'mqtt' as 'opcua' })
    expect(readings).toEqual([])
    expect(rejected).toMatchObject([{ reason: 'bad_topic' }])
  })
})

test.each([true, false])('that a server is connected (%s) is said of all its devices', (connected) => {
  const { status, isDecoded } = read({ read_at: AT, connected })
  expect(status).toEqual([
    ['meter-1', connected],
    ['press-1', connected],
  ])
  expect(isDecoded).toBe(true)
})
