import { afterEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const LATER = at('2025-07-03T00:00:00Z')
const plant = (periodS = 60) => {
  const period = { period_s: periodS }
  return [plantOf({ devices: [{ id: 's', role: 'stack', metrics: { nox_mgm3: period, stack_flow_nm3h: period } }] })]
}

let bench: Bench
afterEach(() => bench.close())

/** A level each minute of an hour: `count` of them from its beginning. */
function minutes(metric: string, hour: string, count: number, value: (i: number) => number, quality = 0): Reading[] {
  return Array.from({ length: count }, (_, i) =>
    reading({ device: 's', metric, ts: at(hour) + i * 60_000, value: value(i), quality }),
  )
}

const of = (kpi: string, start = '09:00:00', window: '1h' | '1d' = '1h') =>
  bench.point({ kpi, window, start: at(start), scope: 'device', id: 's' })

describe('stacks (KPI specification §2.4)', () => {
  test('a mean is weighted by time: with even spacing that of the minutes', async () => {
    bench = await Bench.open(plant())
    await bench.feed(
      minutes('nox_mgm3', '09:00:00', 60, (i) => 100 + i),
      LATER,
    )
    expect((await of('pollutant_mean_nox'))?.value).toBeCloseTo(129.5, 9)
    expect((await of('pollutant_mean_nox'))?.coverage).toBe(1)
  })

  test('S4: 45 good minutes make an hour, 44 do not', async () => {
    bench = await Bench.open(plant())
    const hours = [...minutes('nox_mgm3', '08:00:00', 45, () => 80), ...minutes('nox_mgm3', '09:00:00', 44, () => 80)]
    await bench.feed(hours, LATER)
    expect((await of('pollutant_mean_nox', '08:00:00'))?.value).toBeCloseTo(80, 9)
    expect(await of('pollutant_mean_nox')).toMatchObject({ value: null, reason: 'low_coverage' })
  })

  test('a sample is valid for one period at most, and calibration ends it', async () => {
    bench = await Bench.open(plant())
    const calibration = minutes('nox_mgm3', '09:30:00', 5, () => 0, 4)
    const after = minutes('nox_mgm3', '09:35:00', 25, () => 50)
    await bench.feed([...minutes('nox_mgm3', '09:00:00', 30, () => 50), ...calibration, ...after], LATER)
    expect(await of('pollutant_mean_nox')).toMatchObject({ coverage: 55 / 60 })
    expect((await of('pollutant_mean_nox'))?.value).toBeCloseTo(50, 9)
  })

  test('a level that is no stack may say that its source stands still', async () => {
    bench = await Bench.open(plant())
    const stopped = reading({ device: 'boiler', metric: 'steam_temp_c', ts: at('09:00:00'), value: 20, quality: 2 })
    const next = reading({ device: 'boiler', metric: 'steam_temp_c', ts: at('09:05:00'), value: 300 })
    await bench.feed([...minutes('nox_mgm3', '09:00:00', 60, () => 50), stopped, next], LATER)
    expect((await of('pollutant_mean_nox'))?.value).toBeCloseTo(50, 9)
  })

  test('S8: 80 mg/Nm3 in 100,000 Nm3/h are 8 kg an hour', async () => {
    bench = await Bench.open(plant())
    await bench.feed(
      [...minutes('nox_mgm3', '09:00:00', 60, () => 80), ...minutes('stack_flow_nm3h', '09:00:00', 60, () => 100_000)],
      LATER,
    )
    expect((await of('pollutant_mass_nox'))?.value).toBeCloseTo(8, 9)
  })

  test('the mass of a day is the sum of its hours, each mean by mean', async () => {
    bench = await Bench.open(plant(3600))
    const hourly = (metric: string, values: readonly number[]) =>
      values.map((value, i) => reading({ device: 's', metric, ts: at('00:00:00') + i * 3_600_000, value }))
    const c = Array.from({ length: 24 }, (_, i) => (i < 12 ? 100 : 200))
    const q = Array.from({ length: 24 }, (_, i) => (i < 12 ? 10_000 : 50_000))
    await bench.feed([...hourly('nox_mgm3', c), ...hourly('stack_flow_nm3h', q)], LATER)
    expect((await of('pollutant_mass_nox', '00:00:00', '1d'))?.value).toBeCloseTo(12 * 1 + 12 * 10, 9)
  })

  test('without a flow there is no mass: no_data, never 0', async () => {
    bench = await Bench.open(plant())
    await bench.feed(
      minutes('nox_mgm3', '09:00:00', 60, () => 80),
      LATER,
    )
    expect(await of('pollutant_mass_nox')).toMatchObject({ value: null, reason: 'no_data', coverage: 0 })
  })
})
