// @module-tag slow

import { afterEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { at, carbonPlant, ownGrid, register as registerOf } from '../../../support/carbon.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** June of 2025 in Shanghai. */
const [JUNE, JULY] = [at('2025-05-31T16:00Z'), at('2025-06-30T16:00Z')]
const LONG_AFTER = at('2026-06-01T00:00Z')

let bench: Bench
afterEach(() => bench.close())

/** An hourly register that grows by so many kWh from each hour to the next. */
function register(fromMs: number, toMs: number, kwhOf: (ms: number) => number): Reading[] {
  const readings: Reading[] = []
  let value = 1000
  for (let ts = fromMs; ts <= toMs; ts += HOUR_MS) {
    readings.push(reading({ device: 'main-1', metric: 'elec_import_kwh', ts, value }))
    value += kwhOf(ts)
  }
  return readings
}

const hourOfDay = (ms: number) => ((ms + 8 * HOUR_MS) % DAY_MS) / HOUR_MS
/** 1,000 MWh in June, all of it from 8 to 16 o'clock. */
const byDay = (ms: number) => (hourOfDay(ms) >= 8 && hourOfDay(ms) < 16 ? 1_000_000 / 30 / 8 : 0)

const residual = ownGrid(0.45, { id: 'own.residual', activity: 'grid_electricity_residual' })
const month = { id: 'wind', kwh: 600_000, factor: 0, vintage: 2025, valid_from: '2025-06-01', valid_to: '2025-06-30' }

function plant(options: Record<string, unknown> = {}): PlantOptions {
  return carbonPlant({
    devices: [],
    factors: [ownGrid(0.2), residual],
    contracts: [month],
    ...options,
  })
}

async function run(readings: readonly Reading[], options: PlantOptions): Promise<void> {
  bench = await Bench.open([options])
  await bench.feed(readings, LONG_AFTER)
}

const of = (kpi: string, window: '1h' | '1d' | '1mo', start: number) => bench.point({ kpi, window, start })

describe('a contract of a month in a plant that works by day (KPI specification §2.3)', () => {
  const meter = register(JUNE - DAY_MS, JULY + DAY_MS, byDay)

  test('O13: covers 600 of 1,000 MWh: 200 t by location, 180 t by market', async () => {
    await run(meter, plant())
    expect((await of('scope2_covered_share', '1mo', JUNE))?.value).toBeCloseTo(0.6, 9)
    expect((await of('scope2_lb', '1mo', JUNE))?.value).toBeCloseTo(200_000, 4)
    expect((await of('scope2_mb', '1mo', JUNE))?.value).toBeCloseTo(180_000, 4)
  })

  test('covers the same part of every hour and day of it, and each month is the sum of its days', async () => {
    await run(meter, plant())
    for (let day = 0; day < 30; day++) {
      const point = await of('scope2_covered_share', '1d', JUNE + day * DAY_MS)
      expect(point).toMatchObject({ value: expect.closeTo(0.6, 9), provisional: false })
    }
    expect((await of('scope2_mb', '1h', JUNE + 10 * HOUR_MS))?.value).toBeCloseTo((1_000_000 / 240) * 0.18, 6)
  })

  test('tells both shares, whichever the plant has chosen', async () => {
    await run(meter, plant({ carbon: { matching: 'hourly' } }))
    expect((await of('clean_energy_matched_annual', '1mo', JUNE))?.value).toBeCloseTo(0.6, 9)
    expect((await of('clean_energy_matched_hourly', '1mo', JUNE))?.value).toBeCloseTo(0.2, 9)
    expect((await of('scope2_covered_share', '1mo', JUNE))?.value).toBeCloseTo(0.2, 9)
    expect((await of('scope2_mb', '1mo', JUNE))?.value).toBeCloseTo(360_000, 4)
  })

  test('comes to the same in whatever order the days come, and after a start', async () => {
    bench = await Bench.open([plant()])
    const [late, rest] = [meter.filter((_, i) => i > 200 && i < 400), meter.filter((_, i) => i <= 200 || i >= 400)]
    await bench.feed(rest, JULY + 2 * DAY_MS)
    await bench.restart()
    await bench.feed(late, LONG_AFTER)
    expect((await of('scope2_mb', '1mo', JUNE))?.value).toBeCloseTo(180_000, 4)
    for (const day of [0, 9, 15, 29]) {
      expect((await of('scope2_covered_share', '1d', JUNE + day * DAY_MS))?.value).toBeCloseTo(0.6, 9)
    }
  })

  test('while it goes on a day is covered as the days before it were', async () => {
    await run(register(JUNE - DAY_MS, JUNE + 10.5 * DAY_MS, byDay), plant())
    expect((await of('scope2_covered_share', '1d', JUNE + 9 * DAY_MS))?.value).toBeCloseTo(0.6, 9)
  })
})

test('two contracts share what there is: certificates first, each over what is left', async () => {
  const contracts = [
    { ...month, id: 'a-supplier', kwh: 800_000, factor: 0.3 },
    { ...month, id: 'b-wind', kwh: 600_000, certificates: ['c-1'] },
  ]
  await run(register(JUNE - DAY_MS, JULY + DAY_MS, byDay), plant({ contracts }))
  expect((await of('scope2_mb', '1mo', JUNE))?.value).toBeCloseTo(400_000 * 0.3, 4)
  expect((await of('scope2_covered_share', '1mo', JUNE))?.value).toBeCloseTo(1, 12)
  expect((await of('clean_energy_matched_annual', '1mo', JUNE))?.value).toBeCloseTo(0.6, 9)
})

test('a solar contract covers nothing at night where it is matched hour by hour', async () => {
  const contracts = [{ ...month, technology: 'solar' }]
  await run(
    register(JUNE - DAY_MS, JULY + DAY_MS, () => 1000),
    plant({ contracts, carbon: { matching: 'hourly' } }),
  )
  expect((await of('scope2_covered_share', '1h', JUNE + 2 * HOUR_MS))?.value).toBe(0)
  expect((await of('scope2_covered_share', '1h', JUNE + 12 * HOUR_MS))?.value).toBe(1)
  expect((await of('clean_energy_matched_annual', '1mo', JUNE))?.value).toBeCloseTo(600_000 / 720_000, 9)
})

test('an hour in which the main meter is replaced is covered as one whose meter stays', async () => {
  const [from, swap, to] = ['2025-06-02T08:00Z', '2025-06-02T09:30Z', '2025-06-02T11:00Z'] as const
  const swapped = '2025-06-02T09:30:00Z'
  const carbon = { matching: 'hourly' }
  const points: unknown[] = []
  for (const isReplaced of [false, true]) {
    const meters = [
      { id: 'main-1', role: 'main', ...(isReplaced ? { retired_from: swapped } : {}) },
      ...(isReplaced ? [{ id: 'main-2', role: 'main', effective_from: swapped }] : []),
    ]
    const { devices: _, ...options } = plant({ carbon })
    bench = await Bench.open([plantOf({ ...options, devices: meters })])
    const readings = isReplaced
      ? [
          ...registerOf('main-1', 'elec_import_kwh', [from, swap], 1500),
          ...registerOf('main-2', 'elec_import_kwh', [swap, to], 1500),
        ]
      : registerOf('main-1', 'elec_import_kwh', [from, to], 3000)
    await bench.feed(readings, LONG_AFTER)
    const hour = await of('scope2_mb', '1h', at('2025-06-02T09:00Z'))
    points.push({
      value: hour?.value?.toFixed(6),
      share: (await of('scope2_covered_share', '1h', at('2025-06-02T09:00Z')))?.value?.toFixed(9),
    })
    await bench.close()
  }
  bench = await Bench.open([plant()])
  // 600 MWh over 720 hours: 833.3 of 1,000 kWh, and the rest at 0.45.
  expect(points[0]).toEqual({ value: ((1000 - 600_000 / 720) * 0.45).toFixed(6), share: (600 / 720).toFixed(9) })
  expect(points[1]).toEqual(points[0])
})
