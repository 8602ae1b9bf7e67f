import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const LATER = at('2025-07-03T00:00:00Z')
const MINUTE = 60_000

const SENT = ['nox_mgm3', 'nox_ref_mgm3', 'so2_mgm3', 'co2_pct', 'o2_pct', 'stack_flow_nm3h', 'stack_velocity_ms']
const BESIDE = ['stack_temp_c', 'stack_pressure_kpa', 'stack_moisture_pct']

/** A stack `s` that sends some metrics each minute. */
function plant(sends: readonly string[], of: { stack?: object; limits?: readonly object[] } = {}) {
  const metrics = Object.fromEntries(sends.map((metric) => [metric, { period_s: 60 }]))
  return [plantOf({ devices: [{ id: 's', role: 'stack', metrics, stack: of.stack ?? {} }], limits: of.limits ?? [] })]
}

const limit = (options: object = {}) => ({ stack: 's', pollutant: 'nox', standard: 'permit', limit: 200, ...options })

interface Stretch {
  readonly from?: string
  readonly count?: number
  readonly quality?: number
}

/** The same level each minute of an hour, or of `count` minutes from `from` on. */
function level(metric: string, value: number | boolean, { from = '09:00:00', count = 60, quality = 0 }: Stretch = {}) {
  return Array.from({ length: count }, (_, i): Reading => {
    return reading({ device: 's', metric, ts: at(from) + i * MINUTE, value: Number(value), quality })
  })
}

let bench: Bench
afterEach(() => bench.close())

async function run(plants: Parameters<typeof Bench.open>[0], ...readings: readonly (readonly Reading[])[]) {
  bench = await Bench.open(plants)
  await bench.feed(
    readings.flat().sort((a, b) => a.ts - b.ts),
    LATER,
  )
}

const of = async (kpi: string, start = '09:00:00', window: '1h' | '1d' | '1mo' = '1h') => {
  const point = await bench.point({ kpi, window, start: at(start), scope: 'device', id: 's' })
  if (point === undefined) throw new Error(`there is no ${kpi} at ${start}`)
  return { ...point, flags: flagsOf(point.flags) }
}
const exists = async (kpi: string) => (await bench.points()).some(({ stream }) => stream.kpi === kpi)

describe('a concentration at reference oxygen', () => {
  test('O15, public test: 100 mg/Nm3 at 5 % O2 is 112.5 at 3 %', async () => {
    await run(plant(SENT.slice(0, 5), { limits: [limit({ o2_ref: 3 })] }), level('nox_mgm3', 100), level('o2_pct', 5))
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: 112.5, numerator: 112.5, denominator: 1 })
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ coverage: 1, flags: [], factors: ['permit'] })
  })

  test('150 at 13.09 % is 284.45 at 6 %, not the 284.32 of a public test', async () => {
    const limits = [limit({ o2_ref: 6 })]
    await run(plant(SENT, { limits }), level('nox_mgm3', 150), level('o2_pct', 13.09))
    expect((await of('pollutant_ref_mean_nox')).value).toBeCloseTo(284.45, 2)
  })

  test('is the ratio of the means of the hour, not the mean of corrected minutes', async () => {
    const half = (metric: string, a: number, b: number) => [
      ...level(metric, a, { count: 30 }),
      ...level(metric, b, { count: 30, from: '09:30:00' }),
    ]
    // Means 200 and 11 %: 200 · 12 / 10 = 240. Minute by minute it would be (100 · 12/16 + 300 · 12/4) / 2 = 487.5.
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), half('nox_mgm3', 100, 300), half('o2_pct', 5, 17))
    expect((await of('pollutant_ref_mean_nox')).value).toBeCloseTo(240, 9)
  })

  test.each([
    [19.49, 'value', []],
    [19.5, 'value', ['out_of_expected_range']],
    [20.79, 'value', ['out_of_expected_range']],
    [20.8, 'o2_invalid', []],
    [21, 'o2_invalid', []],
  ])('oxygen of %s gives %s, flags %j', async (o2, what, flags) => {
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), level('nox_mgm3', 1), level('o2_pct', o2))
    const point = await of('pollutant_ref_mean_nox')
    expect(point.reason).toBe(what === 'value' ? '' : what)
    expect(point.flags).toEqual(flags)
    expect(point.coverage).toBe(1)
  })

  test('of a day is the mean of its valid hours, while those at a standstill are not missed', async () => {
    const hour = (h: number, c: number) => level('nox_mgm3', c, { from: `0${h}:00:00` })
    const o2 = [0, 1, 2].flatMap((h) => level('o2_pct', 9, { from: `0${h}:00:00` }))
    const stop = level('nox_mgm3', 0, { from: '03:00:00', count: 21 * 60, quality: 2 })
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), hour(0, 100), hour(1, 160), hour(2, 100), o2, stop)
    const day = await of('pollutant_ref_mean_nox', '00:00:00', '1d')
    expect(day).toMatchObject({ value: 120, numerator: 360, denominator: 3, coverage: 1 })
    expect(await of('pollutant_ref_mean_nox', '05:00:00')).toMatchObject({ value: null, reason: 'no_data' })
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1mo')).toMatchObject({ value: 120 })
  })

  test('a day with 19 valid hours has no mean, and its month of one day has one (HJ 75, §2.4.4)', async () => {
    const hours = (count: number) => [
      level('nox_mgm3', 100, { from: '00:00:00', count: count * 60 }),
      level('o2_pct', 9, { from: '00:00:00', count: count * 60 }),
    ]
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), ...hours(19))
    for (const kpi of ['pollutant_ref_mean_nox', 'pollutant_mean_nox']) {
      expect(await of(kpi, '00:00:00', '1d'), kpi).toMatchObject({ value: null, reason: 'low_coverage' })
    }
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1mo')).toMatchObject({ value: 100 })
    await bench.close()
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), ...hours(20))
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1d')).toMatchObject({ value: 100 })
    await bench.close()
    // Only HJ 75 counts the hours of a day.
    await run(plant(SENT, { limits: [limit({ o2_ref: 9, regime: 'eu' })] }), ...hours(19))
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1d')).toMatchObject({ value: 100 })
  })

  test('the first day of a stack that began at five has 19 hours, and no mean', async () => {
    const levels = ['nox_mgm3', 'o2_pct'].map((metric) => level(metric, 9, { from: '05:00:00', count: 19 * 60 }))
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), ...levels)
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1d')).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('a day that runs can still have its 20 hours, until five of them are lost', async () => {
    const levels = (from: string, count: number) =>
      ['nox_mgm3', 'o2_pct'].flatMap((metric) => level(metric, 9, { from, count }))
    bench = await Bench.open(plant(SENT, { limits: [limit({ o2_ref: 9 })] }))
    await bench.feed(levels('00:00:00', 600), at('10:00:30'))
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1d')).toMatchObject({ value: 9, provisional: true })
    await bench.feed(levels('15:05:00', 235), at('19:00:30'))
    expect(await of('pollutant_ref_mean_nox', '00:00:00', '1d')).toMatchObject({ value: null })
  })

  test('without a reference there is bad_config, and without oxygen no_data', async () => {
    await run(plant(SENT), level('nox_mgm3', 100), level('o2_pct', 5))
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: null, reason: 'bad_config', coverage: 1 })
    await bench.close()
    await run(plant(['nox_mgm3'], { limits: [limit({ o2_ref: 3 })] }), level('nox_mgm3', 100))
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('a stack that sends neither oxygen nor a limit has none at all', async () => {
    await run(plant(['nox_mgm3']), level('nox_mgm3', 100))
    expect(await exists('pollutant_mean_nox')).toBe(true)
    expect(await exists('pollutant_ref_mean_nox')).toBe(false)
    expect(await exists('exceed_hours_nox')).toBe(false)
  })

  test('what the analyser has corrected counts where there is no oxygen, and says approx', async () => {
    await run(plant(['nox_ref_mgm3'], { limits: [limit({ o2_ref: 3 })] }), level('nox_ref_mgm3', 210))
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: 210, flags: ['approx'] })
    expect(await of('exceed_hours_nox')).toMatchObject({ value: 1 })
    expect(await exists('pollutant_mass_nox')).toBe(false)
  })

  test('and never beside an oxygen of its own', async () => {
    const sent = [level('nox_mgm3', 100), level('nox_ref_mgm3', 999), level('o2_pct', 5)]
    await run(plant(SENT, { limits: [limit({ o2_ref: 3 })] }), ...sent)
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: 112.5, flags: [] })
  })

  test('values set by hand count for no limit, and for the mass with their share', async () => {
    const c = [
      ...level('nox_mgm3', 100, { count: 45 }),
      ...level('nox_mgm3', 900, { from: '09:45:00', count: 15, quality: 1 }),
    ]
    await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), c, level('o2_pct', 9), level('stack_flow_nm3h', 1e6))
    expect((await of('pollutant_ref_mean_nox')).value).toBe(100)
    const mass = await of('pollutant_mass_nox')
    expect(mass.value).toBeCloseTo(300, 9)
    expect(mass).toMatchObject({ estimatedShare: 0.25, flags: ['estimated'] })
  })
})

describe('wet gas', () => {
  const wet = { basis: 'wet', moisture_pct: 20 }

  test('is dried by the mean moisture of the hour: 80 in 20 % water are 100', async () => {
    await run(plant([...SENT, ...BESIDE], { stack: wet }), level('nox_mgm3', 80), level('stack_moisture_pct', 20))
    expect((await of('pollutant_mean_nox')).value).toBeCloseTo(100, 9)
    expect(await of('pollutant_mean_nox')).toMatchObject({ flags: [] })
  })

  test('by that of the configuration where none is sent, and says so', async () => {
    await run(plant(['nox_mgm3'], { stack: wet }), level('nox_mgm3', 80))
    expect((await of('pollutant_mean_nox')).value).toBeCloseTo(100, 9)
    expect((await of('pollutant_mean_nox')).flags).toEqual(['approx'])
  })

  test('and not at all where nobody says how moist it is: bad_config, never the wet value', async () => {
    await run(
      plant(['nox_mgm3', 'stack_flow_nm3h'], { stack: { basis: 'wet' } }),
      level('nox_mgm3', 80),
      level('stack_flow_nm3h', 1),
    )
    expect(await of('pollutant_mean_nox')).toMatchObject({ value: null, reason: 'bad_config' })
    expect(await of('pollutant_mass_nox')).toMatchObject({ value: null, reason: 'bad_config' })
  })
})

test('an analyser of NO counts as NO2: 30 mg of NO are 46 mg of NO2', async () => {
  await run(plant(['nox_mgm3'], { stack: { nox_as: 'no' } }), level('nox_mgm3', 30))
  expect((await of('pollutant_mean_nox')).value).toBeCloseTo(46, 9)
})

describe('mass', () => {
  test('S8: 80 mg/Nm3 in 100,000 Nm3/h are 8 kg/h whatever O2 is: never the corrected concentration', async () => {
    for (const o2 of [3, 15]) {
      const sent = [level('nox_mgm3', 80), level('o2_pct', o2), level('stack_flow_nm3h', 100_000)]
      await run(plant(SENT, { limits: [limit({ o2_ref: 9 })] }), ...sent)
      expect((await of('pollutant_mass_nox')).value).toBeCloseTo(8, 9)
      if (o2 === 3) await bench.close()
    }
  })

  test('S11: 12 % CO2 and 50,000 Nm3/h are 11,781 kg/h', async () => {
    await run(plant(SENT), level('co2_pct', 12), level('stack_flow_nm3h', 50_000))
    expect((await of('pollutant_mass_co2')).value).toBeCloseTo(11_781, 0)
  })

  describe('with a velocity in place of a flow', () => {
    // 10 m/s in 2 m2 are 72,000 m3/h; at 136.575 °C two thirds of it; 10 % water leaves nine tenths: 43,200 Nm3/h.
    const sent = [level('nox_mgm3', 100), level('stack_velocity_ms', 10), level('stack_temp_c', 136.575)]
    const without = (metric: string) =>
      [...SENT, ...BESIDE].filter((one) => one !== 'stack_flow_nm3h' && one !== metric)

    test('area, temperature, pressure and moisture make it', async () => {
      const all = [...sent, level('stack_pressure_kpa', 0), level('stack_moisture_pct', 10)]
      await run(plant(without(''), { stack: { area_m2: 2 } }), ...all)
      expect((await of('pollutant_mass_nox')).value).toBeCloseTo(4.32, 9)
      expect((await of('pollutant_mass_nox')).flags).toEqual([])
    })

    test('the moisture of the configuration stands in, flag approx', async () => {
      const stack = { area_m2: 2, moisture_pct: 10 }
      await run(plant(without('stack_moisture_pct'), { stack }), ...sent, level('stack_pressure_kpa', 0))
      expect((await of('pollutant_mass_nox')).value).toBeCloseTo(4.32, 9)
      expect((await of('pollutant_mass_nox')).flags).toEqual(['approx'])
    })

    test('without an area it is bad_config, without temperature no_data', async () => {
      await run(plant(without('stack_moisture_pct'), { stack: { moisture_pct: 10 } }), ...sent)
      expect(await of('pollutant_mass_nox')).toMatchObject({ value: null, reason: 'bad_config' })
      await bench.close()
      const stack = { area_m2: 2, moisture_pct: 10 }
      await run(
        plant(['nox_mgm3', 'stack_velocity_ms'], { stack }),
        level('nox_mgm3', 1),
        level('stack_velocity_ms', 1),
      )
      expect(await of('pollutant_mass_nox')).toMatchObject({ value: null, reason: 'no_data' })
    })
  })

  test('is 0 only while the source is known to stand still; what ran of the hour counts', async () => {
    const c = [
      ...level('nox_mgm3', 80, { count: 30 }),
      ...level('nox_mgm3', 0, { from: '09:30:00', count: 90, quality: 2 }),
    ]
    await run(
      plant(SENT),
      c,
      level('stack_flow_nm3h', 100_000, { count: 120 }),
      level('nox_mgm3', 80, { from: '12:00:00' }),
    )
    expect((await of('pollutant_mass_nox')).value).toBeCloseTo(4, 9)
    expect(await of('pollutant_mass_nox', '10:00:00')).toMatchObject({ value: 0, coverage: 1 })
    expect(await of('pollutant_mass_nox', '11:00:00')).toMatchObject({ value: null })
  })
})

describe('limits', () => {
  const boiler = { pollutant: 'nox', standard: 'gb13271-coal-special', stack: 's' }

  test('S9: 200 at O2 = 9 %, reference 9 %, is not above 200; 200.1 is', async () => {
    const c = [...level('nox_mgm3', 200), ...level('nox_mgm3', 200.1, { from: '10:00:00' })]
    await run(plant(SENT, { limits: [boiler] }), c, level('o2_pct', 9, { count: 120 }))
    expect(await of('exceed_hours_nox')).toMatchObject({ value: 0, factors: ['gb13271-coal-special'], coverage: 1 })
    expect(await of('exceed_hours_nox', '10:00:00')).toMatchObject({ value: 1 })
    expect(await of('exceed_multiple_nox')).toMatchObject({ value: 0, numerator: 0, denominator: 200 })
    expect((await of('exceed_multiple_nox', '10:00:00')).value).toBeCloseTo(0.0005, 9)
  })

  test('a limit met by every reading is not exceeded by the last bits of their mean', async () => {
    await run(plant(SENT, { limits: [limit({ limit: 35.1 })] }), level('nox_mgm3', 35.1))
    expect(await of('exceed_hours_nox')).toMatchObject({ value: 0 })
  })

  test('without a reference the limit is that of what is measured', async () => {
    await run(plant(['nox_mgm3'], { limits: [limit()] }), level('nox_mgm3', 250))
    expect(await of('pollutant_ref_mean_nox')).toMatchObject({ value: 250, flags: [] })
    expect(await of('exceed_multiple_nox')).toMatchObject({ value: 0.25 })
  })

  test('a month has the hours of its days, and the worst multiple of them', async () => {
    const day = (d: string, c: number) => level('nox_mgm3', c, { from: `2025-07-0${d}T00:00:00Z`, count: 1440 })
    await run(plant(['nox_mgm3'], { limits: [limit()] }), day('1', 300), day('2', 150))
    expect(await of('exceed_hours_nox', '00:00:00', '1d')).toMatchObject({ value: 24 })
    expect(await of('exceed_hours_nox', '00:00:00', '1mo')).toMatchObject({ numerator: 24 })
    expect(await of('exceed_multiple_nox', '00:00:00', '1mo')).toMatchObject({ numerator: 100, denominator: 200 })
  })

  test('another day may have another limit, and a day without one has none: bad_config', async () => {
    const limits = [
      limit({ valid_to: '2025-06-30' }),
      limit({ standard: 'stricter', limit: 100, valid_from: '2025-07-02' }),
    ]
    const hours = ['2025-06-30', '2025-07-01', '2025-07-02'].map((day) =>
      level('nox_mgm3', 150, { from: `${day}T09:00:00Z` }),
    )
    await run(plant(['nox_mgm3'], { limits }), ...hours)
    const day = (start: string) => of('exceed_hours_nox', `${start}T09:00:00Z`)
    expect(await day('2025-06-30')).toMatchObject({ value: 0, factors: ['permit'] })
    expect(await day('2025-07-01')).toMatchObject({ value: null, reason: 'bad_config' })
    expect(await day('2025-07-02')).toMatchObject({ value: 1, factors: ['stricter'] })
  })

  test('a number that nobody has checked says so', async () => {
    const limits = [{ stack: 's', pollutant: 'so2', standard: 'gb13271-oil-new' }]
    await run(plant(SENT, { limits }), level('so2_mgm3', 100), level('o2_pct', 3.5))
    expect(await of('exceed_hours_so2')).toMatchObject({ value: 0, flags: ['factor_from_memory'] })
  })

  test('an hour in which the source stood still is none above the limit', async () => {
    const running = [...level('stack_running', 1, { count: 60 }), ...level('stack_running', 0, { from: '10:00:00' })]
    await run(
      plant(['nox_mgm3', 'stack_running'], { limits: [limit()] }),
      level('nox_mgm3', 500, { count: 120 }),
      running,
    )
    expect(await of('exceed_hours_nox')).toMatchObject({ value: 1 })
    expect(await of('exceed_hours_nox', '10:00:00')).toMatchObject({ value: 0 })
    expect(await of('stack_hours_running')).toMatchObject({ value: 1 })
    expect(await of('stack_hours_running', '10:00:00')).toMatchObject({ value: 0 })
  })

  test('an hour that is not valid is no hour below the limit: null', async () => {
    await run(plant(['nox_mgm3'], { limits: [limit()] }), level('nox_mgm3', 100, { count: 44 }))
    expect(await of('exceed_hours_nox')).toMatchObject({ value: null, reason: 'low_coverage' })
    expect(await of('exceed_multiple_nox')).toMatchObject({ value: null, reason: 'low_coverage' })
  })
})

describe('a valid hour', () => {
  const capture = (start?: string) => of('valid_capture_nox', start)

  test('S4: 45 good minutes make one, 44 do not', async () => {
    await run(
      plant(['nox_mgm3']),
      level('nox_mgm3', 80, { from: '08:00:00', count: 45 }),
      level('nox_mgm3', 80, { count: 44 }),
    )
    expect(await capture('08:00:00')).toMatchObject({ value: 100 })
    expect(await capture()).toMatchObject({ value: 0, reason: '' })
    expect(await of('pollutant_mean_nox')).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('one whose missing time is explained by a standstill is not missed, by quality or by stack_running', async () => {
    const stopped = level('nox_mgm3', 0, { from: '09:30:00', count: 30, quality: 2 })
    await run(plant(['nox_mgm3']), level('nox_mgm3', 80, { count: 30 }), stopped)
    expect(await capture()).toMatchObject({ value: null, reason: 'no_denominator' })
    await bench.close()
    await run(plant(['nox_mgm3', 'stack_running']), level('nox_mgm3', 80, { count: 30 }), level('stack_running', 0))
    expect(await capture()).toMatchObject({ value: null, reason: 'no_denominator' })
    await bench.close()
    await run(plant(['nox_mgm3', 'stack_running']), level('nox_mgm3', 80, { count: 30 }), level('stack_running', 1))
    expect(await capture()).toMatchObject({ value: 0 })
  })

  test('the capture of a day is that of its running hours: 18 of 20 are 90 %', async () => {
    const c = [
      ...level('nox_mgm3', 80, { from: '00:00:00', count: 18 * 60 }),
      ...level('nox_mgm3', 80, { from: '18:00:00', count: 120, quality: 5 }),
      ...level('nox_mgm3', 0, { from: '20:00:00', count: 240, quality: 2 }),
    ]
    await run(plant(['nox_mgm3']), c)
    const day = await of('valid_capture_nox', '00:00:00', '1d')
    expect(day).toMatchObject({ value: 90, numerator: 1800, denominator: 20 })
  })

  test.each([
    ['cn', { count: 36 }, 0],
    ['us', { count: 46 }, 100],
    ['us', { count: 44 }, 0],
    ['eu', { count: 48 }, 100],
    ['eu', { count: 47 }, 0],
  ])('by the rule of %s, with readings %j, has a capture of %s', async (regime, stretch, value) => {
    await run(plant(['nox_mgm3'], { limits: [limit({ regime })] }), level('nox_mgm3', 80, stretch))
    expect(await capture()).toMatchObject({ value })
  })

  test('of the US needs two quarters where the analyser was checked', async () => {
    const check = level('nox_mgm3', 0, { from: '09:20:00', count: 40, quality: 4 })
    await run(plant(['nox_mgm3'], { limits: [limit({ regime: 'us' })] }), level('nox_mgm3', 80, { count: 20 }), check)
    expect(await capture()).toMatchObject({ value: 100 })
    expect(await of('exceed_hours_nox')).toMatchObject({ value: 0 })
  })
})
