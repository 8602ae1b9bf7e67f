import { describe, expect, test } from 'vitest'
import { writeFrame } from '../../../src/base/hj212/frame.js'
import { hj212Topic } from '../../../src/base/hj212/topic.js'
import { QUALITIES } from '../../../src/base/quality.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import type { DecodeRules } from '../../../src/decode/decode.js'
import { DecodedMessage } from '../../../src/decode/decoded-message.js'
import { Hj212Dialect } from '../../../src/decode/hj212/dialect.js'
import { readingsOf } from '../../support/block-decoding.js'

const MN = '010000A8900016F000169DC0'
const STACK = { plant: 'suzhou-1', line: 'boilers', device: 'stack-1' }
const ARRIVED_AT = Date.parse('2019-06-30T14:13:00+08:00')
const AT = Date.parse('2019-06-30T14:12:00+08:00')

/** One frame after the other through one dialect; `head` and `cp` of a frame of 2017 unless told otherwise. */
function setUp(station: object = {}, rules: Partial<DecodeRules> = {}) {
  const dialect = new Hj212Dialect()
  const all: DecodeRules = {
    registered: null,
    settings: { hj212: { stations: [{ mn: MN, ...STACK, ...station }] } },
    ...rules,
  }
  const taken = new DecodedMessage()
  const takeBytes = (payload: Uint8Array, { topic = hj212Topic(MN), arrivedAt = ARRIVED_AT, isAgain = false } = {}) => {
    const block = new ReadingBlock()
    taken.clear()
    const bytes = { body: Buffer.from(payload), payloadStart: 0, payloadEnd: payload.length }
    const message = { ...bytes, topic, payload, arrivedAt, retain: false, fullSizeBytes: null, isAgain }
    dialect.take({ ...message, ingress: 'hj212' }, all, taken, block, 1)
    return { readings: readingsOf(block), taken, values: valuesOf(block) }
  }
  const take = (cp: string, { cn = '2011', flag = '4', more = '', ...how }: Partial<Frame> = {}) => {
    const head = `QN=20190630141201000;ST=31;CN=${cn};PW=123456;MN=${MN};Flag=${flag}${more}`
    return takeBytes(writeFrame(`${head};CP=&&${cp}&&`).subarray(0, -2), how)
  }
  return { dialect, take, takeBytes }
}

interface Frame {
  readonly cn: string
  readonly flag: string
  readonly more: string
  readonly topic: string
  readonly arrivedAt: number
  readonly isAgain: boolean
}

/** By metric, what is stored: `4 good`. */
function valuesOf(block: ReadingBlock): Readonly<Record<string, string>> {
  return Object.fromEntries(readingsOf(block).map((r) => [r.metric, `${r.value} ${QUALITIES[r.quality]}`]))
}

const TIME = 'DataTime=20190630141200'

describe('real-time data', () => {
  /** The CP of a frame that public code for data loggers quotes (O2 of the KPI specification), in a frame that is sound. */
  const QUOTED = [
    ...[
      TIME,
      'a21026-Rtd=1.0000,a21026-ZsRtd=2.0000,a21026-Flag=N',
      'a21002-Rtd=3.0000,a21002-ZsRtd=4.0000,a21002-Flag=N',
    ],
    ...[
      'a34013-Rtd=5.0000,a34013-ZsRtd=6.0000,a34013-Flag=N',
      'a01011-Rtd=7,a01011-Flag=N',
      'a19001-Rtd=9,a19001-Flag=N',
    ],
    ...[
      'a01012-Rtd=10,a01012-Flag=N',
      'a01013-Rtd=11,a01013-Flag=N',
      'a00000-Rtd=12,a00000-Flag=N',
      'a01014-Rtd=8,a01014-Flag=N',
    ],
  ].join(';')

  test.each(['4', '8'])(
    'with Flag %s is the readings of the stack, in our units, at the wall time of China',
    (flag) => {
      const { readings, taken, values } = setUp({ flow_unit: 'm3/s' }).take(QUOTED, { flag })
      expect(values).toEqual({
        so2_mgm3: '1 good',
        so2_ref_mgm3: '2 good',
        nox_mgm3: '3 good',
        nox_ref_mgm3: '4 good',
        pm_mgm3: '5 good',
        pm_ref_mgm3: '6 good',
        stack_velocity_ms: '7 good',
        o2_pct: '9 good',
        stack_temp_c: '10 good',
        stack_pressure_kpa: '11 good',
        stack_flow_nm3h: '43200 good',
        stack_moisture_pct: '8 good',
      })
      expect(new Set(readings.map(({ ts }) => ts))).toEqual(new Set([AT]))
      expect(readings[0]).toMatchObject({ ...STACK, class: 'emissions', unit: 'mg/Nm3', tsAssumed: false })
      expect(taken).toMatchObject({ path: STACK, readings: 12, isDecoded: true, rejected: [] })
    },
  )

  test('of 2005 has other codes, no Flag, and a factor spread over groups', () => {
    // A frame that public code quotes, as it stands there, its MN apart: it is of 2017-12-19.
    const cp =
      'DataTime=20171219115817;S01-Rtd=0.00,S01-Flag=D;S02-Rtd=0.00,S02-Flag=D;S03-Rtd=0.00,S03-Flag=D;02-Rtd=0.00,02-Flag=D;S05-Rtd=0.00,S05-Flag=D;03-Rtd=0.00,03-Flag=D;01-ZsRtd=0.00;S08-Rtd=0.000000,S08-Flag=D;B02-Rtd=0.00,B02-Flag=D;01-Rtd=0.00,01-Flag=D;02-ZsRtd=0.00;03-ZsRtd=0.00'
    const frame = `##0328ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&${cp}&&B681`
    const { takeBytes } = setUp({ mn: '88888880000001', flow_unit: 'm3/h', pressure_unit: 'Pa' })
    const { values, readings } = takeBytes(Buffer.from(frame), { topic: hj212Topic('88888880000001') })
    expect(values).toMatchObject({ so2_mgm3: '0 fault', so2_ref_mgm3: '0 fault', o2_pct: '0 fault' })
    expect(Object.keys(values)).toHaveLength(12)
    expect(readings[0]!.ts).toBe(Date.parse('2017-12-19T11:58:17+08:00'))
  })

  test.each([
    ['m3/h', '120', 120],
    ['m3/s', '120', 432_000],
    ['L/s', '120', 432],
  ])('a flow in %s is in Nm3/h', (flow_unit, sent, stored) => {
    expect(setUp({ flow_unit }).take(`${TIME};a00000-Rtd=${sent}`).readings[0]?.value).toBeCloseTo(stored, 6)
  })

  test('a flow whose unit nobody has said is rejected, and the rest is taken', () => {
    const { values, taken } = setUp().take(`${TIME};a00000-Rtd=12;a19001-Rtd=9`)
    expect(values).toEqual({ o2_pct: '9 good' })
    expect(taken.rejected).toMatchObject([{ reason: 'bad_unit', detail: expect.stringContaining('flow_unit') }])
  })

  test('a pressure is in kPa since 2017, or as the station says; one of 2005 has to be said', () => {
    expect(setUp().take(`${TIME};a01013-Rtd=-0.2`).values).toEqual({ stack_pressure_kpa: '-0.2 good' })
    // A value that public code quotes for S08: it can only be Pa.
    const said = setUp({ pressure_unit: 'Pa' }).take(`${TIME};S08-Rtd=-271.755`)
    expect(said.readings[0]!.value).toBeCloseTo(-0.271755, 9)
    const unsaid = setUp().take(`${TIME};S08-Rtd=-271.755`)
    expect(unsaid.taken.rejected).toMatchObject([{ detail: expect.stringContaining('pressure_unit') }])
    expect(unsaid.taken.isDecoded).toBe(false)
  })

  test('each data flag is a quality; one that the table does not have is uncertain', () => {
    for (const [letter, quality] of [
      ['N', 'good'],
      ['S', 'manual'],
      ['F', 'stopped'],
      ['M', 'maintenance'],
      ['C', 'calibration'],
      ['D', 'fault'],
      ['T', 'over_range'],
      ['B', 'comm_fault'],
      ['H', 'uncertain'],
    ]) {
      expect(setUp().take(`${TIME};a19001-Rtd=6,a19001-Flag=${letter}`).values).toEqual({ o2_pct: `6 ${quality}` })
    }
  })

  test('a factor with a time of its own has that one', () => {
    const { readings } = setUp().take(`${TIME};a21026-SampleTime=20190630141130,a21026-Rtd=1;a19001-Rtd=9`)
    expect(readings.map(({ ts }) => ts)).toEqual([AT - 30_000, AT])
  })

  test('a value that is no number is rejected, unless the flag says that there is none', () => {
    const { taken } = setUp().take(`${TIME};a19001-Rtd=--,a19001-Flag=B;a21026-Rtd=,a21026-Flag=N;a21002-Rtd=1e3`)
    expect(taken).toMatchObject({ readings: 1, rejected: [{ reason: 'bad_value', metric: 'so2_mgm3', ts: AT }] })
    for (const text of ['NaN', '0x10', '1x', 'Infinity']) {
      expect(setUp().take(`${TIME};a19001-Rtd=${text}`).taken.rejected).toHaveLength(1)
    }
  })

  test('what is none of our metrics is kept under its code; fields that are no values are not', () => {
    const { readings } = setUp().take(`${TIME};a05001-Rtd=12.5,a05001-EFlag=A01;Nh3-scr-Rtd=4.1;SB1-RS=1`)
    expect(readings).toMatchObject([
      { metric: 'hj212_a05001', value: 12.5, unit: '' },
      { metric: 'hj212_nh3_scr', value: 4.1 },
    ])
  })

  test('a station may give a code another meaning, or leave it out', () => {
    const codes = { a05001: { metric: 'co2_pct', unit: '%' }, a01014: null }
    const { values } = setUp({ codes }).take(`${TIME};a05001-Rtd=12.5;a01014-Rtd=8`)
    expect(values).toEqual({ co2_pct: '12.5 good' })
  })
})

describe('averages', () => {
  const CP = `${TIME};a21026-Min=1,a21026-Avg=2,a21026-Max=3,a21026-ZsAvg=4,a21026-Cou=0.5,a21026-Flag=N`

  test.each([
    ['2051', 'minute'],
    ['2061', 'hour'],
    ['2031', 'day'],
  ])('of %s are kept beside the readings, where no KPI sees them', (cn, period) => {
    expect(setUp().take(CP, { cn }).values).toEqual({
      [`so2_${period}_min_mgm3`]: '1 good',
      [`so2_${period}_avg_mgm3`]: '2 good',
      [`so2_${period}_max_mgm3`]: '3 good',
      [`so2_ref_${period}_avg_mgm3`]: '4 good',
      [`so2_${period}_total`]: '0.5 good',
    })
  })

  test('are in the unit of their names, whatever came', () => {
    const { readings } = setUp({ flow_unit: 'm3/s' }).take(`${TIME};a00000-Avg=2,a00000-Cou=120`, { cn: '2051' })
    expect(readings).toMatchObject([
      { metric: 'stack_flow_minute_avg_nm3h', value: 7200, unit: 'Nm3/h' },
      { metric: 'stack_flow_minute_total', value: 120, unit: 'm3' },
    ])
  })

  test('of minutes are the readings where the station says so, and its real-time values are kept beside', () => {
    const { take } = setUp({ take: 'minute' })
    expect(take(CP, { cn: '2051' }).values).toMatchObject({ so2_mgm3: '2 good', so2_ref_mgm3: '4 good' })
    expect(take(CP, { cn: '2061' }).values).toMatchObject({ so2_hour_avg_mgm3: '2 good' })
    expect(take(`${TIME};a21026-Rtd=2`).values).toEqual({ so2_real_time_mgm3: '2 good' })
  })
})

describe('a message in several packets', () => {
  const first = { flag: '6', more: ';PNUM=2;PNO=1' }
  const second = { flag: '6', more: ';PNUM=2;PNO=2' }

  test('is decoded packet by packet; one without a time has that of the first', () => {
    const { take } = setUp()
    expect(take(`${TIME};a21026-Rtd=1`, first).values).toEqual({ so2_mgm3: '1 good' })
    const { readings } = take('a21002-Rtd=2', second)
    expect(readings).toMatchObject([{ metric: 'nox_mgm3', ts: AT }])
  })

  test('whose first packet has not come, or long ago, or of other packets, has no time', () => {
    const { take } = setUp()
    const faultOf = (how: object) => take('a21002-Rtd=2', { ...second, ...how }).taken.rejected
    expect(faultOf({})).toMatchObject([{ reason: 'bad_schema', detail: expect.stringContaining('first packet') }])
    take(`${TIME};a21026-Rtd=1`, first)
    expect(faultOf({ cn: '2051' })).toHaveLength(1)
    expect(faultOf({ more: ';PNUM=3;PNO=2' })).toHaveLength(1)
    expect(faultOf({ arrivedAt: ARRIVED_AT + 600_001 })).toHaveLength(1)
    expect(faultOf({ arrivedAt: ARRIVED_AT + 600_000 })).toHaveLength(0)
  })

  test('is remembered over a restart', () => {
    const before = setUp()
    before.take(`${TIME};a21026-Rtd=1`, first)
    const states = before.dialect.takeChanges()
    expect(states.map(({ key }) => key)).toEqual([`hj212/${MN}/2011`])
    expect(before.dialect.takeChanges()).toEqual([])
    const after = setUp()
    after.dialect.restore(states)
    expect(after.take('a21002-Rtd=2', second).readings).toMatchObject([{ ts: AT }])
  })

  test('that comes again from quarantine changes nothing of it', () => {
    const { dialect, take } = setUp()
    take(`${TIME};a21026-Rtd=1`, { ...first, isAgain: true })
    expect(dialect.takeChanges()).toEqual([])
  })
})

describe('what is not taken', () => {
  test.each([
    ['a heartbeat', '9015'],
    ['the state of the equipment', '2021'],
    ['the answer to a request', '9012'],
  ])('%s is in order, and has no readings', (_what, cn) => {
    expect(setUp().take(`${TIME};SB1-RS=1`, { cn }).taken).toMatchObject({ path: STACK, readings: 0, isDecoded: true })
  })

  test('a command that no edition has is refused', () => {
    const { taken } = setUp().take(TIME, { cn: '4711' })
    expect(taken).toMatchObject({
      isDecoded: false,
      rejected: [{ reason: 'bad_schema', detail: expect.stringContaining('4711') }],
    })
  })

  test.each([
    ['without DataTime', 'a21026-Rtd=1', '4', 'DataTime'],
    ['with a day that does not exist', 'DataTime=20190631000000;a21026-Rtd=1', '4', 'DataTime'],
    ['of an edition that is unknown', TIME, '13', 'Flag'],
    ['whose Flag is no number', TIME, 'N', 'Flag'],
  ])('a frame %s is refused', (_how, cp, flag, word) => {
    const { taken } = setUp().take(cp, { flag })
    expect(taken).toMatchObject({ isDecoded: false, rejected: [{ reason: 'bad_schema' }] })
    expect(taken.rejected[0]!.detail).toContain(word)
  })

  test('a time of tomorrow is refused as in our own messages', () => {
    const { taken } = setUp().take('DataTime=20190701141200;a21026-Rtd=1;a21002-Rtd=2')
    expect(taken).toMatchObject({ isDecoded: false, rejected: [{ reason: 'ts_future' }] })
  })

  test('a damaged frame is refused whole, and told to the station whose connection it came over', () => {
    const { takeBytes } = setUp()
    const frame = Buffer.from(writeFrame(`MN=${MN};CP=&&&&`).subarray(0, -2))
    frame[20]! ^= 1
    expect(takeBytes(frame).taken).toMatchObject({
      path: STACK,
      isDecoded: false,
      rejected: [{ reason: 'hj212_bad_frame' }],
    })
    const { taken } = takeBytes(Buffer.from('noise'), { topic: hj212Topic(null) })
    expect(taken).toMatchObject({ path: null, isDecoded: false, rejected: [{ reason: 'hj212_bad_frame' }] })
  })

  test('a check sum in the other case is refused with what to set; a station may say that it writes it so', () => {
    const frame = writeFrame(`CN=9015;MN=${MN};Flag=4;CP=&&&&`, 'lower').subarray(0, -2)
    const { taken } = setUp().takeBytes(frame)
    expect(taken.rejected).toMatchObject([{ reason: 'hj212_bad_frame', detail: expect.stringContaining('crc: lower') }])
    expect(setUp({ crc: 'lower' }).takeBytes(frame).taken.isDecoded).toBe(true)
  })

  test('a station that nobody knows, or one that gave a wrong password, is unknown', () => {
    const frame = writeFrame(`CN=2011;MN=A1;Flag=4;CP=&&${TIME}&&`).subarray(0, -2)
    const strange = setUp().takeBytes(frame, { topic: hj212Topic('A1') })
    expect(strange.taken).toMatchObject({ path: null, isDecoded: false, rejected: [{ reason: 'unknown_device' }] })
    const { taken } = setUp().take(`${TIME};a21026-Rtd=1`, { topic: hj212Topic(MN, true) })
    expect(taken).toMatchObject({ path: null, readings: 0, rejected: [{ reason: 'unknown_device' }] })
    expect(taken.rejected[0]!.detail).toContain('PW')
  })

  test('where devices must be registered, the device of a station must be', () => {
    const { taken } = setUp({}, { registered: new Set() }).take(`${TIME};a21026-Rtd=1`)
    expect(taken).toMatchObject({ readings: 0, isDecoded: false, rejected: [{ reason: 'unknown_device' }] })
    const known = setUp({}, { registered: new Set(['suzhou-1/stack-1']) }).take(`${TIME};a21026-Rtd=1`)
    expect(known.taken).toMatchObject({ readings: 1, isDecoded: true })
  })
})

test('what makes no reading is counted by its reason', () => {
  const { dialect, take } = setUp({ codes: { a01014: null } })
  const { taken, values } = take(
    `${TIME},Site=3;a19001-Rtd=9,a19001-Rtd=8,a19001-EFlag=A01,a19001-Flag=N;a21026-SampleTime=14:12,a21026-Rtd=,a21026-Flag=D;a01014-Rtd=7,a01014-Flag=N`,
  )
  expect(values).toEqual({ o2_pct: '9 good' })
  expect(taken).toMatchObject({ isDecoded: true, rejected: [] })
  take('SB1-RS=1', { cn: '2021' })
  take('', { cn: '9015' })
  expect(dialect.leftOut).toEqual({
    ...{ null: 1, unwanted: 1, unknown_field: 2, repeated_field: 1, unknown_time: 1, no_values: 1 },
  })
})
