import { describe, expect, it } from 'vitest'
import {
  ageText,
  amountText,
  decimal,
  durationText,
  figureFor,
  figureText,
  lagText,
  referenceText,
  shareText,
} from '../../../dashboards/src/format.js'

const energy = { id: 'energy_elec_import', unit: 'kWh', shape: 'sum' } as const
const demand = { id: 'peak_demand_15', unit: 'kW', shape: 'level' } as const

describe('digits and units', () => {
  it.each([
    [energy, 999, '999', 'kWh'],
    [energy, 9_999.4, '9,999', 'kWh'],
    [energy, 10_000, '10.00', 'MWh'],
    [energy, 16_604, '16.60', 'MWh'],
    [demand, 1_096.4, '1,096', 'kW'],
    [demand, 12_345, '12.35', 'MW'],
    [{ id: 'power_factor', unit: '1', shape: 'ratio' } as const, 0.9434, '0.943', ''],
    [{ id: 'load_factor', unit: '1', shape: 'ratio' } as const, 0.567, '56.7', '%'],
    [{ id: 'oee', unit: '%', shape: 'ratio' } as const, 79.14, '79.1', '%'],
    [{ id: 'data_completeness', unit: '1', shape: 'ratio' } as const, 0.98391, '98.39', '%'],
    [{ id: 'scope2_lb', unit: 'tCO2e', shape: 'sum' } as const, 11.0234, '11.02', 'tCO2e'],
    [{ id: 'pollutant_nox', unit: 'mg/Nm3', shape: 'level' } as const, 158.24, '158.2', 'mg/Nm³'],
    [{ id: 'pollutant_mass_nox', unit: 'kg', shape: 'sum' } as const, 11.923, '11.92', 'kg'],
    [{ id: 'pollutant_mass_pm', unit: 'kg', shape: 'sum' } as const, 0.0042, '4.2', 'g'],
    [{ id: 'cycles', unit: '1', shape: 'sum' } as const, 12_345, '12,345', ''],
    [{ id: 'time_held', unit: 's', shape: 'sum' } as const, 42, '42', 's'],
    [{ id: 'time_held', unit: 's', shape: 'sum' } as const, 90, '1.5', 'min'],
    [{ id: 'time_held', unit: 's', shape: 'sum' } as const, 32_400, '9.0', 'h'],
  ])('of %o: %d is written %s %s', (info, value, text, unit) => {
    const figure = figureFor(info, value)
    expect(figureText(value, figure, 'en')).toBe(text)
    expect(figure.unit).toBe(unit)
  })

  it('a minute of energy keeps the digits that a whole number would hide', () => {
    expect(figureText(4.866, figureFor(energy, 5.6), 'en')).toBe('4.87')
    expect(figureText(48.66, figureFor(energy, 56), 'en')).toBe('48.7')
  })

  it('all values of a column have the unit of the largest', () => {
    const figure = figureFor(energy, 25_000)
    expect(figureText(600, figure, 'en')).toBe('0.60')
  })

  it('a little beside much is not nothing', () => {
    const figure = figureFor({ id: 'pollutant_mass_nox', unit: 'kg', shape: 'sum' }, 49)
    expect(amountText(0.0042, figure, 'en')).toBe('< 0.01')
    expect(amountText(0.005, figure, 'en')).toBe('0.01')
    expect(amountText(0, figure, 'en')).toBe('0.00')
  })

  it('a limit is written with the digits it was configured with', () => {
    expect(referenceText(17_000, figureFor(energy, 17_000), 'en')).toBe('17')
    expect(referenceText(1_150, figureFor(demand, 1_150), 'en')).toBe('1,150')
    expect(referenceText(0.9, figureFor({ id: 'power_factor', unit: '1', shape: 'ratio' }, 1), 'en')).toBe('0.9')
  })
})

describe('numbers', () => {
  it('minus is U+2212', () => {
    expect(decimal(-12_345.6, 1, 'en')).toBe('\u221212,345.6')
    expect(decimal(-1, 0, 'zh')).toBe('\u22121')
  })

  it('a half is rounded away from zero on both sides', () => {
    expect(decimal(0.5, 0, 'en')).toBe('1')
    expect(decimal(-0.5, 0, 'en')).toBe('\u22121')
    expect(decimal(2.5, 0, 'en')).toBe('3')
  })

  it('what rounds to nothing is 0 without a sign', () => {
    expect(decimal(-0.4, 0, 'en')).toBe('0')
    expect(decimal(-0, 1, 'en')).toBe('0.0')
  })

  it('a share is written as per cent', () => {
    expect(shareText(0.9912, 'en')).toBe('99.1 %')
    expect(shareText(1, 'zh')).toBe('100.0 %')
  })
})

describe('lengths of time', () => {
  it('stay in hours, also on a day of 25 of them', () => {
    expect(durationText(33_120_000, 'en')).toBe('9 h 12 min')
    expect(durationText(90_000_000, 'zh')).toBe('25 小时')
  })
})

describe('ages', () => {
  it.each([
    [-5_000, '0 s', '0 秒'],
    [3_999, '3 s', '3 秒'],
    [59_999, '59 s', '59 秒'],
    [60_000, '1 min', '1 分钟'],
    [18 * 60_000, '18 min', '18 分钟'],
    [3_600_000, '1 h', '1 小时'],
    [13 * 3_600_000 + 37 * 60_000, '13 h', '13 小时'],
    [86_400_000, '1 day', '1 天'],
    [3_000 * 86_400_000, '3,000 days', '3,000 天'],
  ])('%d ms is %s, %s', (ms, en, zh) => {
    expect(ageText(ms, 'en')).toBe(en)
    expect(ageText(ms, 'zh')).toBe(zh)
  })

  it('being behind is told in tenths below ten seconds', () => {
    expect(lagText(420, 'en')).toBe('0.4 s')
    expect(lagText(9_949, 'en')).toBe('9.9 s')
    expect(lagText(9_999, 'en')).toBe('9 s')
    expect(lagText(61_000, 'zh')).toBe('1 分钟')
  })
})
