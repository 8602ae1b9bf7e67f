import { afterEach, describe, expect, test } from 'vitest'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import type { StackHourRow } from '../../../src/base/wire.js'
import { readStackHours } from '../../../src/pipeline/stack-hours.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const HOUR = 3_600_000
/** A quarter begins. */
const JULY = Date.parse('2025-07-01T00:00:00Z')
const at = (hour: number) => JULY + hour * HOUR
const period = { period_s: 3600 }
const limits = [{ stack: 's', pollutant: 'nox', standard: 'permit', limit: 150 }]
const metrics = { nox_mgm3: period, stack_flow_nm3h: period }
const plant = [plantOf({ limits, devices: [{ id: 's', role: 'stack', metrics }] })]

let bench: Bench
afterEach(() => bench.close())

/** Hours of the stack: the concentration of each, 100 unless it says otherwise; null for one that never came. */
function hours(from: number, to: number, concentrationOf: (hour: number) => number | null = () => 100): Reading[] {
  const sent: Reading[] = []
  for (let hour = from; hour < to; hour++) {
    const value = concentrationOf(hour)
    if (value === null) continue
    sent.push(reading({ device: 's', metric: 'nox_mgm3', ts: at(hour), value }))
    sent.push(reading({ device: 's', metric: 'stack_flow_nm3h', ts: at(hour), value: 100_000 }))
  }
  return sent
}

function calibration(hour: number, passed: boolean, metric = 'nox_mgm3'): DeviceEvent {
  const [id, ts] = [`c${hour}`, at(hour)]
  const fields = { metric, passed, zero_drift_pct: 0.1 }
  return {
    plant: 'p',
    line: 'l',
    device: 's',

    id,
    type: 'cems_calibration',
    ts,
    receivedAt: ts,
    fields,
  }
}

async function run(readings: readonly Reading[], end: number, events: readonly DeviceEvent[] = []) {
  bench = await Bench.open(plant)
  await bench.commit([], events)
  await bench.feed(readings, at(end) + 24 * HOUR)
}

async function table(end: number, from = 0, of: { profile?: 'hj75' | 'mrr'; limit?: number } = {}) {
  const { profile = 'hj75', limit = 10_000 } = of
  const query = { plant: 'p', stack: 's', pollutant: 'nox', fromMs: at(from), toMs: at(end), afterMs: null } as const
  const points = bench.store.points.bind(bench.store)
  const parts = { archive: bench.archive, points, timezone: 'UTC', stated: [], nowMs: at(end) }
  return readStackHours(parts, { ...query, profile, limit })
}

const filled = (rows: readonly StackHourRow[]) =>
  rows.filter(({ substitution }) => substitution !== null).map(({ kg, substitution }) => ({ kg, ...substitution }))
const between = (from: number, to: number) => (hour: number) => hour >= from && hour < to

describe('substitution by HJ 75 (KPI specification §2.4.6)', () => {
  test('S1: a capture of 92 %, gaps of 10 and 30 h: the highest of the last 180, and of the last 720', async () => {
    const gaps = [between(300, 310), between(400, 430)]
    // 90 kg at hour 50, 20 kg at hour 200: the one lies beyond 180 measured hours before hour 300, the other does not.
    const c = (hour: number) => (gaps.some((gap) => gap(hour)) ? null : ({ 50: 900, 200: 200 }[hour] ?? 100))
    await run(hours(0, 500, c), 500)
    const { hours: rows, captures } = await table(500)
    expect(captures).toMatchObject([{ hours: 500, stopped: 0, invalid: 40, capture: 0.92 }])
    const fill = filled(rows)
    expect(fill).toHaveLength(40)
    for (const hour of fill.slice(0, 10)) {
      expect(hour).toMatchObject({ method: 'hj75_max_180', gap_hours: 10, from_hours: 180 })
      expect(hour.kg).toBeCloseTo(20, 9)
    }
    for (const hour of fill.slice(10)) {
      expect(hour).toMatchObject({ method: 'hj75_max_720', gap_hours: 30 })
      expect(hour.kg).toBeCloseTo(90, 9)
    }
  })

  test('S2: a capture of 80 %: the highest of the last 2160, over the quarter before', { tags: ['slow'] }, async () => {
    const gap = between(350, 450)
    await run(
      hours(-1000, 500, (hour) => (gap(hour) ? null : hour === -900 ? 700 : 100)),
      500,
    )
    const { hours: rows, captures } = await table(500)
    expect(captures).toMatchObject([{ capture: 0.8 }])
    expect(filled(rows)).toHaveLength(100)
    expect(filled(rows)[0]).toMatchObject({ method: 'hj75_max_2160', from_hours: 1350 })
    expect(filled(rows)[0]?.kg).toBeCloseTo(70, 9)
  })

  test('S3: a capture of 70 %: nothing is put in, the operator decides', async () => {
    await run(
      hours(0, 500, (hour) => (between(300, 450)(hour) ? null : 100)),
      500,
    )
    const { hours: rows, captures } = await table(500)
    expect(captures).toMatchObject([{ capture: 0.7 }])
    expect(filled(rows)).toHaveLength(150)
    for (const hour of filled(rows)) expect(hour).toMatchObject({ kg: null, reason: 'low_coverage' })
  })

  test('it is of the mass alone: no filled hour is above a limit, and no live figure knows of it', async () => {
    await run(
      hours(0, 50, (hour) => (hour === 40 ? null : 200)),
      50,
    )
    const { hours: rows } = await table(50)
    expect(rows[39]).toMatchObject({ cause: 'measured', above_limit: true, concentration: 200, reference: 200 })
    expect(rows[40]).toMatchObject({ cause: 'invalid', above_limit: null, measured_kg: null, concentration: null })
    expect(rows[40]?.kg).toBeCloseTo(20, 9)
    const live = { scope: 'device', id: 's', window: '1h', start: at(40) } as const
    expect(await bench.point({ ...live, kpi: 'pollutant_mass_nox' })).toMatchObject({ value: null })
    expect(await bench.point({ ...live, kpi: 'exceed_hours_nox' })).toMatchObject({ value: null })
  })

  test('an hour at a standstill is not missing and is not filled', async () => {
    const still = reading({ device: 's', metric: 'nox_mgm3', ts: at(10), value: 0, quality: 2 })
    await run([...hours(0, 10), still, ...hours(11, 20)], 20)
    const { hours: rows, captures } = await table(20)
    expect(rows[10]).toMatchObject({ cause: 'stopped', kg: 0, substitution: null })
    expect(captures).toMatchObject([{ hours: 20, stopped: 1, invalid: 0, capture: 1 }])
  })

  test('a concentration without its flow makes no mass: the hour is valid, and its mass is filled', async () => {
    const noFlow = hours(0, 20).filter(({ metric, ts }) => metric === 'nox_mgm3' || ts !== at(15))
    await run(noFlow, 20)
    const { hours: rows, captures } = await table(20)
    expect(rows[15]).toMatchObject({ cause: 'measured', concentration: 100, measured_kg: null })
    expect(rows[15]?.kg).toBeCloseTo(10, 9)
    expect(captures).toMatchObject([{ hours: 20, stopped: 0, invalid: 0, capture: 1 }])
  })

  test('without flow for most of a quarter nothing is put in: the operator decides, whatever the concentrations', async () => {
    const noFlow = hours(0, 120).filter(({ metric, ts }) => metric === 'nox_mgm3' || ts < at(30))
    await run(noFlow, 120)
    const { hours: rows, captures } = await table(120)
    expect(captures).toMatchObject([{ hours: 120, invalid: 0, capture: 1 }])
    expect(rows[60]).toMatchObject({ cause: 'measured', kg: null, substitution: { reason: 'low_coverage' } })
  })

  test('a stack without any flow has the capture of its live figure, and no mass', async () => {
    await run(
      hours(0, 20).filter(({ metric }) => metric === 'nox_mgm3'),
      20,
    )
    const { hours: rows, captures } = await table(20)
    const day = { kpi: 'valid_capture_nox', window: '1h', scope: 'device', id: 's', start: at(5) } as const
    expect(await bench.point(day)).toMatchObject({ value: 100 })
    expect(captures).toMatchObject([{ hours: 20, invalid: 0, capture: 1 }])
    expect(rows[5]).toMatchObject({ cause: 'measured', kg: null, concentration: 100 })
  })
})

describe('an analyser that fails a check', () => {
  const c = (hour: number) => (hour < 30 ? 100 : hour < 40 ? 900 : 100)

  test('puts the hours since the last good one in doubt, and the look-back ends there', async () => {
    await run(hours(0, 200, c), 200, [calibration(30, true), calibration(40, false), calibration(42, true)])
    const { hours: rows, calibrations } = await table(200)
    expect(rows.filter(({ cause }) => cause === 'out_of_control').map(({ start }) => Date.parse(start))).toEqual(
      Array.from({ length: 12 }, (_, i) => at(30 + i)),
    )
    // 90 kg were measured at hour 30 and do not count: the highest before the good check is 10 kg.
    expect(rows[30]?.measured_kg).toBeCloseTo(90, 9)
    expect(rows[30]?.kg).toBeCloseTo(10, 9)
    expect(rows[30]).toMatchObject({ above_limit: null, substitution: { from_hours: 30, gap_hours: 12 } })
    expect(calibrations.map(({ time, passed }) => [Date.parse(time), passed])).toEqual([
      [at(30), true],
      [at(40), false],
      [at(42), true],
    ])
  })

  test('of another analyser says nothing about this one', async () => {
    await run(hours(0, 50), 50, [calibration(10, false, 'so2_mgm3')])
    const { hours: rows, calibrations } = await table(50)
    expect(rows.every(({ cause }) => cause === 'measured')).toBe(true)
    expect(calibrations).toEqual([])
  })
})

test('the EU fills with the mean of the year and two deviations of it', async () => {
  // 10 and 30 kg in turn: mean 20; of 100 hours s = √(100 · 100 / 99) = 10.0504.
  await run(
    hours(0, 101, (hour) => (hour === 100 ? null : hour % 2 === 0 ? 100 : 300)),
    101,
  )
  const { hours: rows, captures } = await table(101, 0, { profile: 'mrr' })
  expect(captures).toMatchObject([{ start: '2025-01-01T00:00:00.000Z', hours: 101, invalid: 1 }])
  expect(rows[100]).toMatchObject({ substitution: { method: 'mrr_mean_2_sigma', from_hours: 100 } })
  expect(rows[100]?.kg).toBeCloseTo(20 + 2 * Math.sqrt(10_000 / 99), 9)
})

describe('the table', () => {
  test('begins with the first figure of the stack, and ends with the last hour that is over', async () => {
    await run(hours(5, 20), 20)
    const { hours: rows } = await table(18, -100)
    expect([rows[0]?.start, rows.at(-1)?.end]).toEqual([new Date(at(5)).toISOString(), new Date(at(18)).toISOString()])
  })

  test('leaves out what may still change: the hour at hand, and one that no sample has closed', async () => {
    bench = await Bench.open(plant)
    await bench.feed(hours(0, 10), at(9) + HOUR / 2)
    expect((await table(9.5)).hours.at(-1)?.start).toBe(new Date(at(8)).toISOString())
  })

  test('lists the hours of a silence that goes on: nobody is below a limit by falling silent', async () => {
    await run(hours(0, 60), 60)
    const { hours: rows } = await table(100)
    expect(rows).toHaveLength(100)
    expect(rows.slice(60).every(({ cause, kg }) => cause === 'invalid' && kg === null)).toBe(true)
  })

  test('is the same hour for hour however it is paged', async () => {
    const c = (hour: number) => (between(30, 35)(hour) ? null : 100 + hour)
    await run(hours(0, 100, c), 100)
    const whole = (await table(100)).hours
    const parts = [...(await table(100, 0, { limit: 33 })).hours, ...(await table(100, 33)).hours]
    expect(parts).toEqual(whole)
  })

  test('of a stack that never sent anything is empty', async () => {
    bench = await Bench.open(plant)
    expect(await table(100)).toEqual({ hours: [], calibrations: [], captures: [] })
  })
})
