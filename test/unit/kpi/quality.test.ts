import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
const BEFORE = at('2025-06-01T00:00:00Z')
const LONG_AFTER = at('2025-07-03T00:00:00Z')

let bench: Bench
afterEach(() => bench.close())

let ids = 0
function event(type: DeviceEvent['type'], time: string, fields: Record<string, unknown>, device = 'm'): DeviceEvent {
  ids++
  return { plant: 'p', line: 'l', device, id: `e${ids}`, type, ts: at(time), receivedAt: at(time), fields }
}

async function run(plant: object, events: readonly DeviceEvent[], readings: readonly Reading[] = []): Promise<void> {
  bench = await Bench.open([plantOf(plant as Record<string, unknown>)], BEFORE)
  await bench.commit(
    [...readings].sort((a, b) => a.ts - b.ts),
    events,
  )
  bench.tick(LONG_AFTER)
  await bench.settle()
}

async function figure(kpi: string, id = 'p', window: '1h' | '1d' = '1h', start = '08:00') {
  const point = await bench.point({ kpi, window, start: at(start), ...(id === 'p' ? {} : { scope: 'device', id }) })
  expect(point, `${kpi} of ${id}`).toBeDefined()
  return { ...point!, flags: flagsOf(point!.flags) }
}

const DAY = '2025-07-01T00:00:00Z'

/** Parts of a step that were checked for the first time, so many of them good. */
const checked = (op: string, good: number, all: number, time = '08:30') =>
  Array.from({ length: all }, (_, i) =>
    event('serial_result', time, { serial: `${op}${i}`, op, result: i < good ? 'pass' : 'fail', first_attempt: true }),
  )
const counted = (metric: string, from: number, to: number) =>
  ['07:55', '08:15', '08:30', '08:45', '09:05'].map((time, i) =>
    reading({ metric, device: 'm', ts: at(time), value: i < 2 ? from : to }),
  )

describe('first-pass yield', () => {
  test('counts a part that passes after rework as not good at first', async () => {
    const again = event('serial_result', '08:40', { serial: 'a3', op: 'a', result: 'pass', first_attempt: false })
    await run({}, [...checked('a', 3, 4), again])
    expect(await figure('fpy')).toMatchObject({ value: 0.75, numerator: 3, denominator: 4, flags: [], coverage: 1 })
  })

  test('of counters is (PQ − SQ − RQ) / PQ, and says that it is an approximation', async () => {
    await run(
      {},
      [],
      [...counted('parts_total', 0, 100), ...counted('parts_reject', 5, 10), ...counted('parts_rework', 0, 3)],
    )
    expect(await figure('fpy', 'm')).toMatchObject({ value: 0.92, numerator: 92, denominator: 100, flags: ['approx'] })
  })

  test('comes from serial numbers where there are some, whatever the counters say', async () => {
    await run({}, checked('a', 3, 4), [...counted('parts_total', 0, 100), ...counted('parts_reject', 0, 50)])
    expect(await figure('fpy', 'm')).toMatchObject({ value: 0.75, flags: [] })
  })

  test('without a part that was inspected is null', async () => {
    await run({}, [...checked('a', 3, 4), ...checked('a', 1, 1, '10:30')])
    expect(await figure('fpy', 'p', '1h', '09:00')).toMatchObject({ value: null, reason: 'no_denominator' })
  })
})

describe('the first attempt of a part', () => {
  const result = (
    time: string,
    what: 'pass' | 'fail',
    serial = 's1',
    more: Record<string, unknown> = {},
    device = 'm',
  ) => event('serial_result', time, { serial, op: 'a', result: what, ...more }, device)

  test('is its first result in event time: a retest is no new part (.5, not .667)', async () => {
    await run({}, [result('08:10', 'pass'), result('08:20', 'fail', 's2'), result('08:30', 'pass', 's2')])
    expect(await figure('fpy')).toMatchObject({ value: 0.5, numerator: 1, denominator: 2 })
    expect((await figure('rty')).value).toBe(0.5)
  })

  test('is the same whatever order results come in, and whoever checks', async () => {
    const events = [
      result('08:10', 'fail', 's1', {}, 'x'),
      result('09:10', 'pass', 's1', {}, 'y'),
      result('09:20', 'pass', 's2', {}, 'y'),
      result('10:20', 'pass', 's2', { op: 'b' }, 'y'),
    ]
    for (const order of [events, events.toReversed(), [events[1]!, events[3]!, events[0]!, events[2]!]]) {
      bench = await Bench.open([plantOf({})], BEFORE)
      for (const one of order) {
        await bench.commit([], [one])
        bench.tick(LONG_AFTER)
        await bench.settle()
      }
      expect(await figure('fpy')).toMatchObject({ value: 0, denominator: 1 })
      expect(await figure('fpy', 'p', '1h', '09:00')).toMatchObject({ value: 1, denominator: 1 })
      expect(await figure('fpy', 'y', '1h', '09:00')).toMatchObject({ value: 1, denominator: 1 })
      expect(await figure('fpy', 'p', '1h', '10:00')).toMatchObject({ value: 1, denominator: 1 })
      expect(await figure('fpy', 'p', '1d', DAY)).toMatchObject({ numerator: 2, denominator: 3 })
      await bench.close()
    }
  })

  test('that comes late takes the place of the one that stood for it, also after a start', async () => {
    for (const restarts of [false, true]) {
      await run({}, [result('2025-07-01T08:30:00Z', 'pass')])
      expect(await figure('fpy')).toMatchObject({ value: 1, denominator: 1 })
      if (restarts) await bench.restart()
      await bench.commit([], [result('2025-06-20T08:30:00Z', 'fail')])
      bench.tick(LONG_AFTER)
      await bench.settle()
      expect(await figure('fpy')).toMatchObject({ value: null, reason: 'no_denominator', denominator: 0 })
      await bench.close()
    }
  })

  test('is one of its own again after 31 days', async () => {
    await run({}, [result('2025-05-31T08:29:00Z', 'fail'), result('2025-07-01T08:30:00Z', 'pass')])
    expect(await figure('fpy')).toMatchObject({ value: 1, denominator: 1 })
    await bench.close()
    await run({}, [result('2025-05-31T08:30:00Z', 'fail'), result('2025-07-01T08:30:00Z', 'pass')])
    expect(await figure('fpy')).toMatchObject({ denominator: 0 })
  })

  test('that is withdrawn makes the next one the first', async () => {
    const wrong = result('08:10', 'fail')
    await run({}, [wrong, result('09:10', 'pass')])
    expect(await figure('fpy', 'p', '1h', '09:00')).toMatchObject({ denominator: 0 })
    const fields = { of: wrong.id, at: new Date(wrong.ts).toISOString(), author: 'li', reason: 'typed wrongly' }
    await bench.commit([], [event('withdrawn', '12:00', fields)])
    bench.tick(LONG_AFTER)
    await bench.settle()
    expect(await figure('fpy', 'p', '1h', '09:00')).toMatchObject({ value: 1, denominator: 1 })
    expect(await figure('fpy', 'p', '1d', DAY)).toMatchObject({ value: 1, denominator: 1 })
  })
})

describe('rolled throughput yield', () => {
  test('of 0.95, 0.84 and 0.88 is 0.702 (O8, Minitab)', async () => {
    await run({}, [...checked('a', 95, 100), ...checked('b', 84, 100), ...checked('c', 88, 100)])
    expect((await figure('rty')).value).toBeCloseTo(0.70224, 9)
    // The first pass yield adds up what the three steps checked; it is not the product of their yields.
    expect((await figure('fpy')).value).toBeCloseTo(267 / 300, 9)
  })

  test('of 98, 97, 99 and 96 % is 90.35 % (O8, Six Sigma)', async () => {
    await run(
      {},
      [98, 97, 99, 96].flatMap((good, i) => checked(`step${i}`, good, 100)),
    )
    expect((await figure('rty')).value).toBeCloseTo(0.9035, 4)
  })

  test('of a configured chain is null while one of its steps has not spoken, and counts no other step', async () => {
    const events = [...checked('a', 9, 10), ...checked('b', 8, 10, '09:30'), ...checked('paint', 1, 10)]
    await run({ process_steps: ['a', 'b'] }, events)
    expect(await figure('rty')).toMatchObject({ value: null, reason: 'no_data', coverage: 0.5 })
    expect((await figure('rty', 'p', '1d', DAY)).value).toBeCloseTo(0.72, 12)
  })
})

describe('scrap, rework and defects', () => {
  const counts = [
    ...counted('parts_total', 0, 20_000),
    ...counted('parts_reject', 0, 5),
    ...counted('parts_rework', 0, 800),
  ]

  test('5 rejected of 20,000 are 250 ppm', async () => {
    await run({}, [], counts)
    expect(await figure('defect_ppm', 'm')).toMatchObject({ value: 250, numerator: 5e6, denominator: 20_000 })
    expect((await figure('scrap_ratio', 'm')).value).toBe(0.00025)
    expect((await figure('rework_ratio', 'm')).value).toBe(0.04)
  })

  test('with nothing made there is no ratio, and it is not 0', async () => {
    await run({}, [], [...counted('parts_total', 7, 7), ...counted('parts_reject', 1, 1)])
    for (const kpi of ['scrap_ratio', 'defect_ppm', 'fpy']) {
      expect(await figure(kpi), kpi).toMatchObject({ value: null, reason: 'no_denominator' })
    }
  })

  test('a count of rejects that fell silent makes the ratio unknown, not better', async () => {
    await run(
      {},
      [],
      [...counted('parts_total', 0, 100), ...counted('parts_reject', 0, 5).filter((r) => r.ts <= at('08:15'))],
    )
    expect(await figure('scrap_ratio', 'm')).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.25 })
  })
})

/** 25 subgroups of two values around a mean, each so far apart. */
const pairs = (char: string, mean: number, range: number, device = 'm') =>
  Array.from({ length: 50 }, (_, i) => {
    const value = mean + (i % 2 === 0 ? range / 2 : -range / 2)
    return event('measure', '08:30', { char, value, subgroup: Math.floor(i / 2) }, device)
  })
const bore = { id: 'bore', lsl: 8, usl: 20 }
/** Range of two values whose deviation within is 2: d2 of two is 1.128. */
const RANGE = 2 * 1.128

describe('capability of a process', () => {
  test('USL 20, LSL 8, mean 16, ŝ 2: Cp 1.0, Cpk 0.6667 (O20, NIST 6.1.6)', async () => {
    await run({ characteristics: [bore] }, pairs('bore', 16, RANGE))
    expect((await figure('cp', 'm')).value).toBeCloseTo(1, 12)
    expect((await figure('cpk', 'm')).value).toBeCloseTo(2 / 3, 12)
  })

  test('overall by n − 1 the same: Pp, Ppk and Cm of s = 2 (O20)', async () => {
    await run({ characteristics: [bore] }, pairs('bore', 16, 4 * Math.sqrt(49 / 50)))
    expect((await figure('pp', 'm')).value).toBeCloseTo(1, 12)
    expect((await figure('ppk', 'm')).value).toBeCloseTo(2 / 3, 12)
    expect((await figure('cm', 'm')).value).toBeCloseTo(1, 12)
  })

  test('d2 of three values is 1.693', async () => {
    const triples = Array.from({ length: 51 }, (_, i) =>
      event('measure', '08:30', { char: 'bore', value: 14 + (i % 3) - 1, subgroup: Math.floor(i / 3) }),
    )
    await run({ characteristics: [bore] }, triples)
    expect((await figure('cp', 'm')).value).toBeCloseTo(12 / (6 * (2 / 1.693)), 12)
  })

  test('of a plant is that of its worst characteristic on its worst machine', async () => {
    const pin = { id: 'pin', lsl: 0, usl: 100 }
    await run({ characteristics: [bore, pin] }, [
      ...pairs('bore', 16, RANGE),
      ...pairs('bore', 14, RANGE, 'n'),
      ...pairs('pin', 50, RANGE),
    ])
    expect((await figure('cpk')).value).toBeCloseTo(2 / 3, 12)
    expect((await figure('cpk', 'n')).value).toBeCloseTo(1, 12)
  })

  test('needs 50 values', async () => {
    await run({ characteristics: [bore] }, pairs('bore', 16, RANGE).slice(2))
    expect(await figure('cpk', 'm')).toMatchObject({ value: null, reason: 'low_sample' })
    expect(await figure('ppk', 'm')).toMatchObject({ value: null, reason: 'low_sample' })
  })

  test('of one limit has only the Cpk to that side', async () => {
    await run({ characteristics: [{ id: 'bore', usl: 20 }] }, pairs('bore', 16, RANGE))
    expect((await figure('cpk', 'm')).value).toBeCloseTo(2 / 3, 12)
    expect(await figure('cp', 'm')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('of values that are all the same is null', async () => {
    await run({ characteristics: [bore] }, pairs('bore', 16, 0))
    expect(await figure('cpk', 'm')).toMatchObject({ value: null, reason: 'no_denominator' })
  })

  test('without limits is bad_config', async () => {
    await run({}, pairs('bore', 16, RANGE))
    expect(await figure('cpk', 'm')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('limits on a machine of its own go before those for all', async () => {
    await run({ characteristics: [bore, { id: 'bore', device: 'm', lsl: 10, usl: 22 }] }, pairs('bore', 16, RANGE))
    expect((await figure('cpk', 'm')).value).toBeCloseTo(1, 12)
  })

  test('of a day takes the values of all its hours', async () => {
    const values = pairs('bore', 16, RANGE).map((one, i) => ({ ...one, ts: at(i < 26 ? '08:30' : '10:30') }))
    await run({ characteristics: [bore] }, values)
    expect(await figure('cpk', 'm')).toMatchObject({ value: null, reason: 'low_sample' })
    expect((await figure('cpk', 'm', '1d', DAY)).value).toBeCloseTo(2 / 3, 12)
  })
})
