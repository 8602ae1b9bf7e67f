import { describe, expect, it } from 'vitest'
import { carbonBars, carbonOf } from '../../../dashboards/src/plant/carbon.js'
import { gapsOf } from '../../../dashboards/src/series/points.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

type Figures = Readonly<Record<string, readonly KpiPoint[]>>
const carbon = (figures: Figures) => carbonOf((kpi) => figures[kpi] ?? [])
const hours = (...values: (number | null)[]) => values.map((value, hour) => hourPoint(hour, value))

/** 100 kWh at 0.5 and 50 Nm3 of gas at 2, as the gateway gives them of the range. */
const PLANT: Figures = {
  energy_elec_import: hours(100),
  energy_natural_gas: hours(50),
  scope1_co2e: hours(100),
  scope1_stationary: hours(100),
  scope1_mobile: hours(0),
  scope2_lb: hours(50),
  scope2_mb: hours(30),
  carbon_total_lb: hours(150),
}

describe('the carbon of a plant', () => {
  it('both methods stand beside each other: 150 kg by location, 130 kg by market', () => {
    const { location, market } = carbon(PLANT)
    expect(location.value).toBe(150)
    expect(market.value).toBe(100 + 30)
  })

  it('the sources add up to the location-based sum; one that emitted nothing is not listed', () => {
    const { sources, location } = carbon(PLANT)
    expect(sources.map(({ id, scope }) => [id, scope])).toEqual([
      ['scope2_lb', 2],
      ['scope1_stationary', 1],
    ])
    expect(sources.reduce((sum, { total }) => sum + (total.value ?? 0), 0)).toBe(location.value)
    expect(sources.reduce((sum, { share }) => sum + (share ?? 0), 0)).toBe(1)
  })

  it('what one thing alone stands behind: how much of it, and what a unit of it emitted', () => {
    const [bought, burnt] = carbon(PLANT).sources
    expect(bought?.activity).toEqual({ kpi: 'energy_elec_import', value: 100, factor: 0.5 })
    expect(burnt?.activity).toEqual({ kpi: 'energy_natural_gas', value: 50, factor: 2 })
  })

  it('what clean contracts cover stands by both ways of matching, and nowhere in a plant without contracts', () => {
    const figures = { clean_energy_matched_annual: hours(0.6), clean_energy_matched_hourly: hours(0.2) }
    expect(carbon({ ...PLANT, ...figures }).matched.map(({ id, total }) => [id, total.value])).toEqual([
      ['clean_energy_matched_annual', 0.6],
      ['clean_energy_matched_hourly', 0.2],
    ])
    expect(carbon(PLANT).matched).toEqual([])
  })

  it('several fuels, or heat beside electricity: no factor is made up', () => {
    const [bought, burnt] = carbon({ ...PLANT, energy_lpg: hours(1), energy_heat_gj: hours(2) }).sources
    expect([bought?.activity, burnt?.activity]).toEqual([null, null])
  })

  it('diesel that a burner may have had: no factor for gas', () => {
    const mixed = PLANT.scope1_stationary!.map((point) => ({ ...point, factors: ['cn.fuel.diesel.cc'] }))
    expect(carbon({ ...PLANT, scope1_stationary: mixed }).sources[1]?.activity).toBeNull()
  })

  it('without a grid factor neither sum is known, each with its reason, and scope 1 still is', () => {
    const unknown = hours(null).map((point) => ({ ...point, reason: 'no_factor' as const }))
    const { location, market, sources } = carbon({
      ...PLANT,
      scope2_lb: unknown,
      scope2_mb: unknown,
      carbon_total_lb: unknown,
    })
    expect([location.value, location.reason]).toEqual([null, 'no_factor'])
    expect([market.value, market.reason]).toEqual([null, 'no_factor'])
    expect(sources.map(({ total, share }) => [total.value, share])).toEqual([
      [null, null],
      [100, null],
    ])
  })

  it('no hour of the market-based figure: it is not taken for scope 1 alone', () => {
    expect(carbon({ ...PLANT, scope2_mb: [] }).market.value).toBeNull()
  })

  it('bars: an hour that one scope lacks is shown with what is known, and not as nothing', () => {
    const bars = carbonBars(hours(60, null), hours(30))
    expect(bars.map(({ scope1, scope2 }) => [scope1, scope2])).toEqual([
      [60, 30],
      [null, null],
    ])
  })

  it('bars: an hour in which either scope is missing, provisional or estimated is marked so', () => {
    const [mine, ...others] = carbonBars(
      [hourPoint(0, null), hourPoint(1, 5, { provisional: true }), hourPoint(2, 5), hourPoint(3, 5)],
      [hourPoint(0, 30), hourPoint(1, 30), hourPoint(2, 30, { estimated_share: 0.2 }), hourPoint(3, 30)],
    )
    expect(gapsOf([mine!.point], { fromMs: 0, toMs: Date.parse(mine!.point.end) })).toHaveLength(1)
    expect(others.map(({ isProvisional, isEstimated }) => [isProvisional, isEstimated])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ])
  })

  it('bars: a scope that nothing was due of leaves no gap beside what the other has', () => {
    const bars = carbonBars([hourPoint(0, null, { reason: 'no_denominator' })], [hourPoint(0, 30)])
    expect(
      gapsOf(
        bars.map(({ point }) => point),
        { fromMs: 0, toMs: Date.parse(bars[0]!.point.end) },
      ),
    ).toEqual([])
  })
})
