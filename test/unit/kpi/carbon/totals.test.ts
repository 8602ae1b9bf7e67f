import { afterEach, describe, expect, test } from 'vitest'
import type { PlantOptions } from '../../../../src/base/plant.js'
import type { Reading } from '../../../../src/base/reading.js'
import { heatTimesFactor } from '../../../../src/kpi/factors/combustion.js'
import { at, carbonPlant, ownGrid, register } from '../../../support/carbon.js'
import { Bench, reading } from '../../../support/engine.js'
import { factor, grossFactor } from '../../../support/factors.js'

const LONG_AFTER = at('2027-06-01T00:00Z')
const HOUR = ['2024-07-01T09:00Z', '2024-07-01T10:00Z'] as const

let bench: Bench | undefined
afterEach(() => bench?.close())

async function run(readings: readonly Reading[], plant: PlantOptions): Promise<void> {
  bench = await Bench.open([plant])
  await bench.feed(
    [...readings].sort((a, b) => a.ts - b.ts),
    LONG_AFTER,
  )
}

const hourOf = (kpi: string) => bench!.point({ kpi, window: '1h', start: at(HOUR[0]) })

/** A counting point that makes so many good pieces in the hour. */
function pieces(count: number): Reading[] {
  return [0, 15, 30, 45, 60].map((minute) => {
    const value = 100 + (count * minute) / 60
    return reading({ device: 'pack-1', metric: 'parts_good', ts: at(HOUR[0]) + minute * 60_000, value })
  })
}

const PACK = { id: 'pack-1', counting_point: true, metrics: { parts_good: { period_s: 900 } } }
const electricity = register('main-1', 'elec_import_kwh', HOUR, 1000)
const gas = register('gas-1', 'ng_volume_nm3', HOUR, 100)

describe('both scopes together (KPI specification §2)', () => {
  test('216.2 kg of gas and 561.7 kg of electricity over 100 good pieces are 7.779 kg a piece', async () => {
    await run([...electricity, ...gas, ...pieces(100)], carbonPlant({ devices: [PACK] }))
    expect((await hourOf('carbon_total_lb'))?.value).toBeCloseTo(216.2189 + 561.7, 3)
    const point = await hourOf('carbon_per_unit')
    expect(point?.value).toBeCloseTo(7.779189, 6)
    expect(point).toMatchObject({ denominator: 100, coverage: 1 })
    expect(point?.factors).toContain('cn.grid.region.e.2022')
    // By the market, with the residual mix of China: 585.6 kg.
    expect((await hourOf('carbon_per_unit_mb'))?.value).toBeCloseTo((216.2189 + 585.6) / 100, 5)
  })

  test('O16, as far as it is ours: 200 t over 100 t of product are 2 t a tonne; which goods carry which part is for the report', async () => {
    const factors = [ownGrid(200)]
    await run([...electricity, ...pieces(100)], carbonPlant({ grid_region: 'DE', factors, devices: [PACK] }))
    expect((await hourOf('carbon_per_unit'))!.value! / 1000).toBeCloseTo(2, 9)
  })

  test('without a good piece there is no quotient, but its parts are given', async () => {
    await run([...electricity, ...pieces(0)], carbonPlant({ devices: [PACK] }))
    const point = await hourOf('carbon_per_unit')
    expect(point).toMatchObject({ value: null, reason: 'no_denominator', denominator: 0 })
    expect(point?.numerator).toBeCloseTo(561.7, 9)
  })

  test('without a factor it says so, not that there were no pieces', async () => {
    await run([...electricity, ...pieces(0)], carbonPlant({ grid_region: 'DE', devices: [PACK] }))
    expect(await hourOf('carbon_per_unit')).toMatchObject({ value: null, reason: 'no_factor' })
  })

  test('fuel that has no factor is not hidden by electricity that has one', async () => {
    await run([...electricity, ...register('coal-1', 'coal_mass_t', HOUR, 1)], carbonPlant())
    expect(await hourOf('carbon_total_lb')).toMatchObject({ value: null, reason: 'bad_config' })
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(561.7, 9)
  })

  test('a kWh consumed has the power made on site below the line: 561.7 kg over 1250 kWh', async () => {
    await run([...electricity, ...register('pv-1', 'renew_onsite_kwh', HOUR, 250)], carbonPlant())
    const point = await hourOf('carbon_per_kwh')
    expect(point?.value).toBeCloseTo(0.44936, 9)
    expect(point?.denominator).toBeCloseTo(1250, 9)
  })

  test('a month by the piece divides sums: 1 kg a piece on a day of 900, 3 kg on one of 100 are 1.2, not 2', async () => {
    const days = ['2024-07-01T16:00Z', '2024-07-02T16:00Z', '2024-07-03T16:00Z'] as const
    const plant = carbonPlant({ grid_region: 'DE', factors: [ownGrid(1)], devices: [PACK] })
    const counted = (day: number, from: number, count: number) =>
      Array.from({ length: 96 }, (_, i) => {
        const ts = at(days[0]) + day * 86_400_000 + (i + 1) * 900_000
        return reading({ device: 'pack-1', metric: 'parts_good', ts, value: from + Math.floor((count * (i + 1)) / 96) })
      })
    const start = reading({ device: 'pack-1', metric: 'parts_good', ts: at(days[0]), value: 0 })
    const kwh = [
      ...register('main-1', 'elec_import_kwh', [days[0], days[1]], 900),
      ...register('main-1', 'elec_import_kwh', [days[1], days[2]], 300)
        .slice(1)
        .map((one) => ({ ...one, value: (one.value as number) + 900 })),
    ]
    bench = await Bench.open([plant])
    const all = [...kwh, start, ...counted(0, 0, 900), ...counted(1, 900, 100)]
    await bench.feed(
      all.sort((a, b) => a.ts - b.ts),
      at('2024-07-03T17:00Z'),
    )
    const month = await bench.point({ kpi: 'carbon_per_unit', window: '1mo', start: at('2024-06-30T16:00Z') })
    expect(month?.numerator).toBeCloseTo(1200, 6)
    expect(month?.denominator).toBeCloseTo(1000, 6)
  })
})

test('the order in which readings arrive changes no figure of carbon, and neither does sending them twice', async () => {
  const contracts = [{ id: 'wind-24', kwh: 500 * 8784, factor: 0.01, vintage: 2024 }]
  const plant = carbonPlant({ devices: [PACK], contracts, carbon: { factor_uncertainty_pct: 4 } })
  const all = [...electricity, ...gas, ...pieces(100), ...register('heat-1', 'heat_gj', HOUR, 3)]
  const figures = async () => {
    const points = (await bench!.points()).map(({ stream, rev: _, ...point }) => ({ ...stream, ...point }))
    return points.filter(({ kpi }) => /scope|carbon/.test(kpi)).map((point) => JSON.stringify(point))
  }
  await run(all, plant)
  const forward = await figures()
  expect(forward.length).toBeGreaterThan(20)
  await bench!.close()
  bench = await Bench.open([plant])
  for (const one of [...all].reverse()) await bench.commit([one])
  await bench.commit(all)
  bench.tick(LONG_AFTER)
  await bench.settle()
  expect((await figures()).sort()).toEqual(forward.sort())
})

describe('published figures that are not of a plant', () => {
  test('O12: EPA factors are of the gross heating value: arithmetic of the library, and never a figure', () => {
    const of = (fuel: 'natural_gas' | 'anthracite') =>
      heatTimesFactor(grossFactor(fuel, 'heat'), grossFactor(fuel, 'co2'))
    expect(of('natural_gas')).toBeCloseTo(0.05444, 5)
    expect(of('anthracite')).toBeCloseTo(2602, 0)
    expect(() => heatTimesFactor(factor('cn.fuel.natural_gas.ncv'), grossFactor('natural_gas', 'co2'))).toThrow(
      /heating value/,
    )
  })

  test('O12: a plant in the United States burns gas by net heating values all the same', async () => {
    await run(gas, carbonPlant({ grid_region: 'US' }))
    const point = await hourOf('scope1_co2e')
    expect(point?.value).toBeCloseTo(216.2189, 3)
    expect(point?.factors.some((id) => id.startsWith('us.epa'))).toBe(false)
  })

  // The figure of the country divides what its power stations gave off by what they made: nothing that a plant measures. The
  // conversion of such a rate is ours.
  test('O14: 1650 Mt over 4,230,672 GWh are .86 lb/kWh, which as a plant’s factor weighs 1000 kWh with 390 kg', async () => {
    const lbPerKwh = (1650e6 * 1000) / (4_230_672e6 * 0.45359237)
    expect(lbPerKwh).toBeCloseTo(0.86, 2)
    const factors = [ownGrid(lbPerKwh * 1000, { unit: 'lbCO2/MWh' })]
    await run(electricity, carbonPlant({ grid_region: 'US', factors }))
    expect((await hourOf('scope2_lb'))?.value).toBeCloseTo(390.01, 2)
  })
})
