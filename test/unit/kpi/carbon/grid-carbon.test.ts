import { afterEach, describe, expect, test } from 'vitest'
import { randomStream } from '../../../../simulators/random.js'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, ownGrid } from '../../../support/carbon.js'
import { Bench, reading } from '../../../support/engine.js'

/** Worked by hand: purchased electricity weighed with what the grid emits in each hour (KPI specification §2.3). */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A day of June in Shanghai. */
const DAY = at('2025-06-09T16:00Z')
const HOURLY = { period_s: 3600 }

let bench: Bench
afterEach(() => bench.close())

/** 10 kWh an hour by night, 30 from six to six. */
const kwhOf = (hour: number) => (hour < 6 || hour >= 18 ? 10 : 30)
/** kgCO2e/kWh: much sun at noon. */
const carbonOfHour = (hour: number) => (hour >= 10 && hour < 14 ? 0.25 : 0.7)
/** Twelve hours of 10 kWh at 0.7, eight of 30 at 0.7, four of 30 at 0.25: 84 + 168 + 30. */
const DAY_KG = 282

function imported(fromMs: number, hours: number, by: (hour: number) => number): Reading[] {
  let value = 1000
  return Array.from({ length: hours + 1 }, (_, i) => {
    const made = reading({ device: 'main-1', metric: 'elec_import_kwh', ts: fromMs + i * HOUR_MS, value })
    value += by(i)
    return made
  })
}

function grid(fromMs: number, hours: number, by: (hour: number) => number, device = 'grid-1'): Reading[] {
  return Array.from({ length: hours }, (_, i) =>
    reading({ device, metric: 'grid_carbon_kg_kwh', ts: fromMs + i * HOUR_MS, value: by(i) }),
  )
}

function plant(options: Record<string, unknown> = {}): PlantOptions {
  const sender = (id: string) => ({ id, metrics: { grid_carbon_kg_kwh: HOURLY } })
  return carbonPlant({
    devices: [sender('grid-1'), sender('other')],
    factors: [ownGrid(0.5)],
    carbon: { hourly_grid: { device: 'grid-1' } },
    ...options,
  })
}

async function run(readings: readonly Reading[], options = plant(), afterMs = DAY + 30 * DAY_MS): Promise<void> {
  bench = await Bench.open([options])
  await bench.feed(readings, afterMs)
}

const ofDay = (hour: number) => hour % 24
const MAIN = imported(DAY, 48, (hour) => kwhOf(ofDay(hour)))
const GRID = grid(DAY, 48, (hour) => carbonOfHour(ofDay(hour)))
const of = (window: '1h' | '1d', hour = 0) =>
  bench.point({ kpi: 'scope2_lb_hourly', window, start: DAY + hour * HOUR_MS })

describe('grid carbon by the hour', () => {
  test('weighs the import of each hour; the figure by the factor of the year stands beside it as it was', async () => {
    await run([...MAIN, ...GRID])
    for (const hour of [0, 9, 10, 13, 14, 23]) {
      expect((await of('1h', hour))?.value, `hour ${hour}`).toBeCloseTo(kwhOf(hour) * carbonOfHour(hour), 9)
    }
    const day = await of('1d')
    expect(day?.value).toBeCloseTo(DAY_KG, 9)
    expect(day).toMatchObject({ coverage: 1, reason: '', provisional: false })
    const byYear = await bench.point({ kpi: 'scope2_lb', window: '1d', start: DAY })
    expect(byYear?.value).toBeCloseTo(480 * 0.5, 9)
  })

  test('of another device than the named one counts for nothing', async () => {
    await run([...MAIN, ...GRID, ...grid(DAY, 48, () => 0.1, 'other')])
    expect((await of('1d'))?.value).toBeCloseTo(DAY_KG, 9)
  })

  test('that is missing makes its hour unknown, and takes from the coverage of the day', async () => {
    await run([...MAIN, ...GRID.filter(({ ts }) => ts < DAY + 12 * HOUR_MS || ts >= DAY + 16 * HOUR_MS)])
    expect(await of('1h', 14)).toMatchObject({ value: null, reason: 'no_data' })
    const day = await of('1d')
    expect(day?.coverage).toBeLessThan(1)
    expect(day?.coverage).toBeGreaterThan(0.75)
    await bench.close()
    await run([...MAIN, ...GRID.filter(({ ts }) => ts < DAY + 12 * HOUR_MS)])
    expect(await of('1d')).toMatchObject({ value: null, reason: 'low_coverage' })
    await bench.close()
    await run(MAIN)
    expect(await of('1d')).toMatchObject({ value: null, reason: 'no_data' })
  })

  test('makes no figure where no device is named', async () => {
    await run([...MAIN, ...GRID], plant({ carbon: {} }))
    expect(await of('1d')).toBeUndefined()
  })

  test('gives the same in any order of arrival', async () => {
    await run([...MAIN, ...GRID])
    const [first, hour] = [await of('1d'), await of('1h', 11)]
    const next = randomStream('grid', 3)
    for (let round = 0; round < 3; round++) {
      await bench.close()
      const shuffled = [...MAIN, ...GRID].map((one) => ({ one, by: next() })).toSorted((a, b) => a.by - b.by)
      await run(shuffled.map(({ one }) => one))
      expect([(await of('1d'))?.value, (await of('1h', 11))?.value]).toEqual([first?.value, hour?.value])
    }
  })

  test.each([
    ['23', '2024-03-31', '2024-03-30T23:00Z', 23],
    ['25', '2024-10-27', '2024-10-26T22:00Z', 25],
  ])('has %s hours on the day that clocks change, %s in Berlin', async (_, _day, start, hours) => {
    const fromMs = at(start)
    const options = plant({ timezone: 'Europe/Berlin', grid_region: 'DE' })
    // Hour i costs 10 + i kWh at 0.1 · (i + 1) kg.
    await run([...imported(fromMs, 50, (i) => 10 + i), ...grid(fromMs, 50, (i) => (i + 1) / 100)], options)
    const expected = Array.from({ length: hours }, (_, i) => ((10 + i) * (i + 1)) / 100).reduce((a, b) => a + b)
    const day = await bench.point({ kpi: 'scope2_lb_hourly', window: '1d', start: fromMs })
    expect(day?.endMs).toBe(fromMs + hours * HOUR_MS)
    expect(day?.value).toBeCloseTo(expected, 9)
  })
})
