import { describe, expect, test } from 'vitest'
import { PlantVersion } from '../../../src/kpi/settings/version.js'
import { coveredKwh } from '../../../src/kpi/windows/contracts.js'
import { plantOf } from '../../support/engine.js'
import { library } from '../../support/factors.js'

const HOUR_MS = 3_600_000
const hour = (time: string) => [Date.parse(time), Date.parse(time) + HOUR_MS] as const
/** 1 kWh an hour in a year of 365 days. */
const wind = { id: 'ppa', kwh: 8760, factor: 0, vintage: 2025 }
const hydro = { id: 'gec', kwh: 17_520, factor: 0.01, vintage: 2025 }

function plant(contracts: readonly Record<string, unknown>[], options: Record<string, unknown> = {}): PlantVersion {
  return new PlantVersion(0, 0, plantOf({ contracts, ...options }), library)
}

describe('what contracts cover (KPI specification §2.3)', () => {
  test('8,760 kWh of a year are 1 kWh an hour', () => {
    const { contracts, coveredKwh: kwh } = coveredKwh(plant([wind]), ...hour('2025-07-01T10:00:00Z'), 100)
    expect(kwh).toBeCloseTo(1, 12)
    expect(contracts).toEqual([{ id: 'ppa', kwh: expect.closeTo(1, 12), factor: 0, isRenewable: true }])
  })

  test('never more than the hour imports, and the rest is lost to other hours', () => {
    expect(coveredKwh(plant([wind]), ...hour('2025-07-01T10:00:00Z'), 0.25).coveredKwh).toBe(0.25)
    expect(coveredKwh(plant([wind]), ...hour('2025-07-01T11:00:00Z'), 100).coveredKwh).toBeCloseTo(1, 12)
  })

  test('two are used up in order of their ids, one with certificates before any other', () => {
    const used = (...contracts: Record<string, unknown>[]) =>
      coveredKwh(plant(contracts), ...hour('2025-07-01T10:00:00Z'), 2.5).contracts.map(
        ({ id, kwh }) => `${id} ${kwh.toFixed(6)}`,
      )
    expect(used(wind, hydro)).toEqual(['gec 2.000000', 'ppa 0.500000'])
    expect(used(hydro, { ...wind, certificates: ['2025-1'] })).toEqual(['ppa 1.000000', 'gec 1.500000'])
  })

  test('nothing before its year and nothing after it, in the zone of the plant', () => {
    const shanghai = plant([wind], { timezone: 'Asia/Shanghai' })
    const at = (time: string) => coveredKwh(shanghai, ...hour(time), 100).coveredKwh
    expect(at('2024-12-31T15:00:00Z')).toBe(0)
    expect(at('2024-12-31T16:00:00Z')).toBeCloseTo(1, 12)
    expect(at('2025-12-31T15:00:00Z')).toBeCloseTo(1, 12)
    expect(at('2025-12-31T16:00:00Z')).toBe(0)
  })

  test('a leap year has 8,784 hours to cover', () => {
    const leap = plant([{ ...wind, kwh: 8784, vintage: 2024 }])
    expect(coveredKwh(leap, ...hour('2024-07-01T10:00:00Z'), 100).coveredKwh).toBeCloseTo(1, 12)
  })

  test('of another market it covers nothing', () => {
    const chinese = (market: string) => plant([{ ...wind, market }], { grid_region: 'CN-JS' })
    expect(coveredKwh(chinese('CN'), ...hour('2025-07-01T10:00:00Z'), 100).coveredKwh).toBeCloseTo(1, 12)
    expect(coveredKwh(chinese('US'), ...hour('2025-07-01T10:00:00Z'), 100).coveredKwh).toBe(0)
  })

  test('no import, nothing to cover', () => {
    const none = { contracts: [], coveredKwh: 0 }
    expect(coveredKwh(plant([wind]), ...hour('2025-07-01T10:00:00Z'), 0)).toEqual(none)
    expect(coveredKwh(plant([wind]), ...hour('2025-07-01T10:00:00Z'), Number.NaN)).toEqual(none)
  })
})
