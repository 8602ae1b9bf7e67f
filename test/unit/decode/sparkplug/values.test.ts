import { describe, expect, test } from 'vitest'
import { bdSeq, Host, type SentMetric, type SentValue, START_MS, TYPE } from '../../../support/sparkplug.js'

const NBIRTH = 'plant-a/NBIRTH/press'
const NDATA = 'plant-a/NDATA/press'

/** Result of the data of a node that was born with one metric, and then sends it. */
function sent(type: number, value: SentValue, born: Partial<SentMetric> = {}, metric: Partial<SentMetric> = {}) {
  const host = new Host()
  host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, type, isNull: true, ...born }] })
  return host.send(1, NDATA, { seq: 1, metrics: [{ alias: 1, value, ...metric }] })
}

describe('every type of a single value', () => {
  test.each<[keyof typeof TYPE, SentValue, number]>([
    ['Int8', { int: 127 }, 127],
    ['Int8', { int: 0xffff_ff80 }, -128],
    ['Int8', { int: 0x80 }, -128],
    ['Int16', { int: 0xffff_8000 }, -32_768],
    ['Int16', { int: 0x8000 }, -32_768],
    ['Int32', { int: 0xffff_ffff }, -1],
    ['Int32', { int: 0x7fff_ffff }, 2_147_483_647],
    ['Int32', { long: -5n }, -5],
    ['Int64', { long: -1n }, -1],
    ['Int64', { long: 999_999_999_999_999n }, 999_999_999_999_999],
    ['Int64', { long: -999_999_999_999_999n }, -999_999_999_999_999],
    ['Int64', { int: 7 }, 7],
    ['UInt8', { int: 255 }, 255],
    ['UInt16', { int: 65_535 }, 65_535],
    ['UInt32', { int: 0xffff_ffff }, 4_294_967_295],
    ['UInt32', { long: 4_294_967_295n }, 4_294_967_295],
    ['UInt64', { long: 5_000_000_000n }, 5_000_000_000],
    ['Float', { float: 1.5 }, 1.5],
    ['Double', { double: -0.1 }, -0.1],
    ['Boolean', { bool: true }, 1],
    ['Boolean', { int: 0 }, 0],
    ['DateTime', { long: 1_700_000_000_000n }, 1_700_000_000_000],
  ])('%s %o is %d', (type, value, expected) => {
    expect(sent(TYPE[type], value)).toMatchObject({ readings: [`press x ${expected}@1`], rejected: [] })
  })

  test.each<[keyof typeof TYPE, SentValue, string]>([
    ['Int64', { long: 2n ** 53n }, 'whole numbers from 2^53 on'],
    ['Int64', { long: -(2n ** 53n) }, 'whole numbers from 2^53 on'],
    ['UInt64', { long: 2n ** 53n + 1n }, 'whole numbers from 2^53 on'],
    ['UInt64', { long: 2n ** 64n - 1n }, 'whole numbers from 2^53 on'],
    ['DateTime', { long: 2n ** 60n }, 'whole numbers from 2^53 on'],
    ['Int64', { int: 0xffff_ffff }, 'the value came as int_value'],
    ['Int8', { int: 256 }, '256 is no Int8'],
    ['Int8', { int: 0xffff_ff7f }, '-129 is no Int8'],
    ['UInt8', { int: 256 }, '256 is no UInt8'],
    ['UInt16', { int: 0xffff_ffff }, '-1 is no UInt16'],
    ['UInt32', { long: 2n ** 32n }, '4294967296 is no UInt32'],
    ['Double', { int: 1 }, 'born as Double, and the value came as int_value'],
    ['Int32', { double: 1 }, 'born as Int32, and the value came as double_value'],
    ['Boolean', { int: 2 }, 'born as Boolean, and the value came as int_value'],
    ['Float', { float: Number.NaN }, 'x is NaN'],
    ['Double', { double: Infinity }, 'x is Infinity'],
  ])('%s %o is none', (type, value, why) => {
    const outcome = sent(TYPE[type], value)
    expect(outcome.readings).toEqual([])
    expect(outcome.rejected).toEqual([expect.stringContaining(why)])
  })

  test('a value that is not there, and does not say that it is null, is refused', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, value: { int: 1 } }] })
    expect(host.send(1, NDATA, { seq: 1, metrics: [{ alias: 1 }] }).rejected).toEqual([
      'bad_sparkplug x: the metric has no value, and does not say that it is null',
    ])
  })
})

describe('what is in order and makes no reading', () => {
  test.each<[string, Partial<SentMetric>, Partial<SentMetric>]>([
    ['null', { type: TYPE.Double }, { isNull: true }],
    ['transient', { type: TYPE.Double }, { isTransient: true, value: { double: 1 } }],
    ['a text that is no state', { type: TYPE.String }, { value: { text: 'SN-4711' } }],
    ['a UUID', { type: TYPE.UUID }, { value: { text: '0e4f' } }],
    ['bytes', { type: TYPE.Bytes }, { bytes: Uint8Array.of(1, 2) }],
    ['a template', { type: TYPE.Template }, {}],
    ['an array', { type: 31 }, { bytes: Uint8Array.of(1, 2) }],
    ['a command', { name: 'Node Control/Rebirth', type: TYPE.Boolean }, { value: { bool: false } }],
  ])('%s', (_what, born, metric) => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, isNull: true, ...born }] })
    expect(host.send(1, NDATA, { seq: 1, metrics: [{ alias: 1, ...metric }] })).toEqual({
      readings: [],
      rejected: [],
      status: [],
      isDecoded: true,
    })
  })
})

test('a text is taken for a state of the metric table', () => {
  const state = { name: 'state', alias: 1 }
  expect(sent(TYPE.String, { text: 'running' }, state)).toMatchObject({
    readings: ['press state running@1'],
    rejected: [],
  })
})

test('a state that is null is a reading no figure uses, so that the one before does not count on', () => {
  const host = new Host()
  const state = { name: 'state', alias: 1, type: TYPE.String }
  host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { ...state, value: { text: 'running' } }] })
  const { readings, rejected } = host.send(1, NDATA, { seq: 1, metrics: [{ alias: 1, isNull: true }] })
  expect([readings, rejected]).toEqual([['press state UNKNOWN@1 q5'], []])
})

describe('times', () => {
  test('of the metric before that of the message; without both it is that of the arrival', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, isNull: true }] })
    const metrics = [
      { alias: 1, ts: START_MS - 5000, value: { int: 1 } },
      { alias: 1, value: { int: 2 } },
    ]
    expect(host.send(9, NDATA, { ts: START_MS + 8000, seq: 1, metrics }).readings).toEqual([
      'press x 1@-5',
      'press x 2@8',
    ])
    expect(host.send(10, NDATA, { ts: undefined, seq: 2, metrics: metrics.slice(1) }).readings).toEqual([
      'press x 2@10',
    ])
  })

  test('historical data in the middle of live data have theirs, and change nothing of what is live', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, isNull: true }] })
    const value = (ts: number, int: number, isHistorical: boolean) => ({
      alias: 1,
      ts: START_MS + ts * 1000,
      isHistorical,
      value: { int },
    })
    const metrics = [value(60, 60, false), value(-3600, 1, true), value(-3500, 2, true), value(61, 61, false)]
    expect(host.send(61, NDATA, { seq: 1, metrics }).readings).toEqual([
      'press x 60@60',
      'press x 1@-3600',
      'press x 2@-3500',
      'press x 61@61',
    ])
    expect(host.tick(61, 120)).toEqual([])
  })

  test('that cannot be are refused by the rules of all readings', () => {
    expect(sent(TYPE.Int32, { int: 1 }, {}, { ts: 0 }).rejected[0]).toMatch(/^ts_too_old/)
    expect(sent(TYPE.Int32, { int: 1 }, {}, { ts: START_MS + 3_600_000 }).rejected[0]).toMatch(/^ts_future/)
  })
})

describe('properties', () => {
  test.each([
    [192, ''],
    [216, ''],
    [0, ' q5'],
    [28, ' q5'],
    [64, ' q8'],
    [500, ' q7'],
    [512, ' q5'],
  ])('a quality of %d', (code, rank) => {
    const quality = { Quality: { type: TYPE.Int32, int: code } }
    expect(sent(TYPE.Int32, { int: 1 }, {}, { properties: quality }).readings).toEqual([`press x 1@1${rank}`])
  })

  test('a unit in the birth holds for the data', () => {
    const born = { name: 'elec_import_kwh', properties: { engUnit: { type: TYPE.String, text: 'MWh' } } }
    expect(sent(TYPE.Double, { double: 1.5 }, born).readings).toEqual(['press elec_import_kwh 1500@1'])
  })

  test('a unit that cannot be converted is refused', () => {
    const born = { name: 'elec_import_kwh', properties: { engUnit: { type: TYPE.String, text: 'gallons' } } }
    expect(sent(TYPE.Double, { double: 1.5 }, born).rejected[0]).toMatch(/^bad_unit elec_import_kwh/)
  })
})

describe('data sets', () => {
  const set = (rows: readonly (readonly SentValue[])[], types: readonly number[] = [TYPE.Double, TYPE.Int32]) => ({
    columns: types.length === 2 ? ['Flow', 'Count'] : ['When', 'Flow', 'Count'],
    types,
    rows,
  })
  function take(dataSet: ReturnType<typeof set>) {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'Batch', alias: 1, type: TYPE.DataSet, isNull: true }] })
    return host.send(1, NDATA, { seq: 1, metrics: [{ alias: 1, dataSet }] })
  }

  test('each column is a metric', () => {
    expect(take(set([[{ double: 1.5 }, { int: 3 }]])).readings).toEqual([
      'press batch_flow 1.5@1',
      'press batch_count 3@1',
    ])
  })

  test('rows are told apart by a column of times', () => {
    const types = [TYPE.DateTime, TYPE.Double, TYPE.Int32]
    const at = (s: number) => ({ long: BigInt(START_MS - s * 1000) })
    expect(
      take(
        set(
          [
            [at(20), { double: 1 }, { int: 1 }],
            [at(10), { double: 2 }, { int: 2 }],
          ],
          types,
        ),
      ).readings,
    ).toEqual([
      'press batch_flow 1@-20',
      'press batch_count 1@-20',
      'press batch_flow 2@-10',
      'press batch_count 2@-10',
    ])
  })

  test('rows that nothing tells apart are refused', () => {
    const row = [{ double: 1 }, { int: 1 }]
    expect(take(set([row, row])).rejected).toEqual([
      'bad_sparkplug Batch: a data set has 2 rows and no column of type DateTime to tell them apart',
    ])
  })

  test('a row with too few elements is refused', () => {
    expect(take(set([[{ double: 1 }]])).rejected[0]).toContain('fewer elements than columns')
  })

  test('more columns or rows than anybody needs are refused', () => {
    const columns = Array.from({ length: 101 }, (_, i) => `c${i}`)
    expect(take({ columns, types: [], rows: [] }).rejected[0]).toContain('more than 100 columns')
    const rows = Array.from({ length: 1001 }, () => [])
    expect(take({ columns: [], types: [], rows }).rejected[0]).toContain('more than 1000 rows')
  })
})

describe('bytes that are no payload', () => {
  test('are refused as a whole', () => {
    const outcome = new Host().send(0, NBIRTH, Uint8Array.of(0x12, 0x7f, 1))
    expect(outcome.rejected[0]).toMatch(/^bad_sparkplug : the payload is no Sparkplug B payload/)
  })

  test('one metric that is broken leaves the others', () => {
    const host = new Host()
    host.send(0, NBIRTH, { seq: 0, metrics: [bdSeq(0), { name: 'x', alias: 1, type: TYPE.Int32, isNull: true }] })
    const broken = Uint8Array.of(0x18, 1, 0x12, 2, 0x50, 0x80, 0x12, 4, 0x10, 1, 0x50, 9)
    expect(host.send(1, NDATA, broken)).toMatchObject({
      readings: ['press x 9@1'],
      rejected: [expect.stringContaining('a metric cannot be read')],
    })
  })

  test('a compressed payload says what is wrong with it', () => {
    expect(new Host().send(0, NBIRTH, { uuid: 'SPBV1.0_COMPRESSED' }).rejected[0]).toContain(
      'the payload is compressed',
    )
  })

  test('more metrics than a message may have, and a name that is too long', () => {
    const many = Array.from({ length: 10_001 }, () => ({ alias: 1 }))
    expect(new Host().send(0, NBIRTH, { seq: 0, metrics: many }).rejected[0]).toContain('more than 10000 metrics')
    const long = { name: 'x'.repeat(513), type: TYPE.Int32, value: { int: 1 } }
    expect(new Host().send(0, NBIRTH, { seq: 0, metrics: [long] }).rejected[0]).toContain('has 513 bytes; at most 512')
  })

  test('a payload of which only the beginning was kept', () => {
    expect(new Host().send(0, NBIRTH, {}, { fullSizeBytes: 2_000_000 }).rejected[0]).toMatch(/^too_large/)
  })
})
