import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { add } from '../../../src/audit/report/decimal.js'
import { differenceOf } from '../../../src/audit/report/difference.js'
import { lineageOf } from '../../../src/audit/report/lineage.js'
import { lineageSources, liveSources } from '../../../src/audit/report/live-sources.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import type { Report } from '../../../src/base/report.js'
import { toWire } from '../../../src/kpi/windows/point.js'
import { figureValue, partsOf, reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.parse('2026-09-28T00:00:00Z')
const SPLIT = '2026-10-01'
const period = { period_s: 21_600 }

const PLANT = plantOf({
  name: { en: 'Works', zh: '工厂' },
  grid_region: 'CN-JS',
  factors: [
    {
      id: 'own.grid',
      activity: 'grid_electricity',
      value: 0.5,
      unit: 'kgCO2/kWh',
      valid_from: '2020-01-01',
      published: '2020-01-01',
      source: 'test',
      uncertainty_pct: 4,
    },
  ],
  carbon: { activity_uncertainty_pct: 3, factor_uncertainty_pct: 4 },
  report: {
    organisation: { en: 'Test Works Ltd', zh: '测试工厂有限公司' },
    calibrations: [{ device: 'main', on: '2026-03-04', certificate: 'C-17' }],
    cbam: {
      goods: [
        {
          id: 'screws',
          cn_code: '73181500',
          category: 'Iron or steel products',
          route: 'forming of purchased wire rod',
          produced: [
            { from: '2026-09-28', to: '2026-10-01', t: 2, source: 'weighbridge' },
            { from: '2026-10-01', to: '2026-10-04', t: 8, source: 'weighbridge' },
          ],
          direct_share: 0.5,
          electricity_share: 0.25,
          precursors: [
            { name: 'wire rod', t_per_t: 1.1, see_direct: 2, see_indirect: 0.3, is_default: true, source: 'test' },
          ],
        },
      ],
    },
  },
  devices: [
    { id: 'main', role: 'main', metrics: { elec_import_kwh: period } },
    { id: 'gas', metrics: { ng_volume_nm3: period } },
    { id: 'dead', metrics: { heat_gj: period } },
  ],
})

function registers(device: string, metric: string, perHour: number): Reading[] {
  return Array.from({ length: 30 }, (_, i) =>
    reading({ device, metric, ts: START + i * 6 * HOUR, value: 1000 + i * 6 * perHour }),
  )
}

const REFILL: DeviceEvent = {
  plant: 'p',
  line: 'l',
  device: 'chiller',
  id: 'r1',
  type: 'refrigerant_refill',
  ts: START + DAY + HOUR,
  receivedAt: START + DAY + HOUR,
  fields: { gas: 'HFC-134a', kg: 2 },
}

let bench: Bench
const reports: Record<'all' | 'first' | 'second' | 'gbt' | 'cbam', Report> = {} as never

beforeAll(async () => {
  bench = await Bench.open([PLANT], START)
  await bench.commit([], [REFILL])
  await bench.feed(
    [...registers('main', 'elec_import_kwh', 100), ...registers('gas', 'ng_volume_nm3', 10)],
    START + 9 * DAY,
  )
  const now = '2026-10-06T00:00:00Z'
  const [from, to] = ['2026-09-28', '2026-10-04']
  reports.all = await reportOf(bench, { from, to, now })
  reports.first = await reportOf(bench, { from, to: SPLIT, now })
  reports.second = await reportOf(bench, { from: SPLIT, to, now })
  reports.gbt = await reportOf(bench, { from, to, now, profile: 'gbt32150' })
  reports.cbam = await reportOf(bench, { from, to, now, profile: 'cbam' })
})
afterAll(() => bench.close())

const HOURS = 6 * 24
/** 389.31 GJ/1e4Nm3 · 0.0153 tC/GJ · 0.99 · 44/12, kg a Nm3. */
const GAS = ((389.31 / 10_000) * 0.0153 * 0.99 * 44 * 1000) / 12

describe('six days of 100 kWh and 10 Nm3 an hour, and 2 kg of refrigerant', () => {
  test('electricity by the own factor, gas by GB/T 32150, the refill by its warming potential', () => {
    const value = (id: string) => figureValue(reports.all, id)
    expect(value('p/energy_elec_import')).toBe(String(100 * HOURS))
    expect(value('p/scope2_lb_electricity')).toBe(null)
    expect(Number(value('p/scope1_stationary'))).toBeCloseTo(GAS * 10 * HOURS, 5)
    expect(value('p/scope1_fugitive')).toBe(String(2 * 1530))
    expect(value('p/leaks/hfc134a')).toBe('2')
    expect(value('p/scope1_co2e')).toBe(add(value('p/scope1_stationary')!, value('p/scope1_fugitive')!))
    expect(value('p/activity/main/elec_import_kwh')).toBe(String(100 * HOURS))
    expect(value('p/activity/gas/ng_volume_nm3')).toBe(String(10 * HOURS))
  })

  test('a heat meter that never sent makes purchased energy unknown, and says that nothing came', () => {
    const { figures } = reports.all
    expect(figures['p/scope2_heat']).toMatchObject({ value: null, reason: 'no_data' })
    expect(figures['p/energy_heat']).toMatchObject({ value: null, reason: 'no_data', coverage: 0 })
    expect(figures['p/total_lb']?.value).toBe(null)
  })

  test('two parts come to the whole to the last digit', () => {
    // Nothing was filled in during the second part: then it has no such source.
    for (const id of [
      'p/energy_elec_import',
      'p/scope1_stationary',
      'p/scope1_fugitive',
      'p/scope1_co2e',
      'p/energy_natural_gas_gj',
    ]) {
      expect(add(figureValue(reports.first, id)!, reports.second.figures[id]?.value ?? '0'), id).toBe(
        figureValue(reports.all, id),
      )
    }
  })

  test('every number of a table is a figure of the report, and every table has a name of its own', () => {
    for (const report of Object.values(reports)) {
      const tables = report.sections.flatMap((section) => section.tables)
      expect(new Set(tables.map(({ id }) => id)).size).toBe(tables.length)
      for (const { id, columns, rows } of tables) {
        expect(id).toMatch(/^[a-z0-9-]+$/)
        for (const { cells } of rows) {
          expect(cells.length, id).toBe(columns.length)
          for (const cell of cells) {
            if (cell !== null && 'figure' in cell) expect(Object.keys(report.figures)).toContain(cell.figure)
          }
        }
      }
      for (const { made } of Object.values(report.figures)) {
        if (made.by === 'rule' || made.by === 'days') {
          const formula = made.by === 'rule' ? made.formula : made.kpi
          expect(report.formulas.map(({ id }) => id)).toContain(formula)
        }
      }
    }
  })

  test('a CBAM good has its share of gas, its precursor, and the mass that was weighed for all of the period', () => {
    const value = (id: string) => Number(figureValue(reports.cbam, `p/cbam/screws/${id}`))
    expect(value('mass')).toBe(10)
    expect(value('direct')).toBeCloseTo((GAS * 10 * HOURS + 3060) / 2, 5)
    expect(value('see_direct')).toBeCloseTo((GAS * 10 * HOURS + 3060) / 2 / 1000 / 10, 9)
    expect(value('embedded_direct')).toBeCloseTo((GAS * 10 * HOURS + 3060) / 20_000 + 2.2, 9)
    expect(value('kwh_per_t')).toBe((100 * HOURS) / 4 / 10)
    expect(figureValue(reports.cbam, 'p/cbam/screws/see_indirect')).toBe(null)
  })

  test('GB/T 32150 names combustion and purchased electricity', () => {
    expect(figureValue(reports.gbt, 'p/gbt/combustion')).toBe(figureValue(reports.all, 'p/scope1_stationary'))
    expect(reports.gbt.unchecked.length).toBeGreaterThan(3)
  })
})

test('from a figure down to its days, its factor, and the two readings on either side of both ends', async () => {
  const version = { status: 'frozen', days: 6, sealedDays: 6, entry: 'abc' } as const
  const deps = partsOf(bench)
  const sources = lineageSources(liveSources(deps), deps, toWire)
  const answer = await lineageOf(reports.first, 'p/energy_elec_import', sources, version)
  expect(answer?.days.map(({ value }) => value)).toEqual([2400, 2400, 2400])
  expect(answer?.formula).toMatchObject({ id: 'energy_elec_import', formula: 'ΔE_imp' })
  const [series, ...others] = answer?.readings ?? []
  expect(others).toEqual([])
  expect(series).toMatchObject({ device: 'main', metric: 'elec_import_kwh', count: 12, missing: 0 })
  expect(series?.around_start.map(({ value }) => value)).toEqual([1000, 1600])
  expect(series?.around_end.map(({ ts }) => ts)).toEqual([
    '2026-09-30T12:00:00.000Z',
    '2026-09-30T18:00:00.000Z',
    '2026-10-01T00:00:00.000Z',
    '2026-10-01T06:00:00.000Z',
  ])
  const peak = await lineageOf(reports.all, 'p/peak_demand_15', sources, version)
  expect(peak?.formula).toMatchObject({
    formula: 'max over 15-minute blocks of ΔE_imp / 0.25 h',
    formula_zh: '各 15 分钟时段 ΔE_imp / 0.25 h 的最大值',
    source_zh: '指标规范 §2，最大需量',
  })
  const sum = await lineageOf(reports.all, 'p/scope1_co2e', sources, version)
  expect(Object.keys(sum?.inputs ?? {})).toEqual(['p/scope1_stationary', 'p/scope1_fugitive'])
  expect(sum?.factors.map(({ id }) => id)).toContain('cn.fuel.natural_gas.ncv')
  expect(await lineageOf(reports.all, 'p/no_such', sources, version)).toBe(null)
})

test('a later reading makes a difference that names its figures, its reason, and whether a version is due', async () => {
  const before = reports.all
  const changed = { ...before.figures }
  const raise = (id: string, by: string) => {
    changed[id] = { ...changed[id]!, value: add(changed[id]!.value!, by) }
  }
  raise('p/scope1_stationary', '400')
  raise('p/scope1_co2e', '400')
  const day = {
    plant: 'p',
    scope: 'plant',
    id: 'p',
    kpi: 'scope1_stationary',
    startMs: START,
    reason: 'late_data',
  } as const
  const said = { sha256: 'x', threshold: 0.05, restated: [day] }
  const found = differenceOf(before, { ...before, figures: changed }, said)
  expect(found.differences).toEqual([
    expect.objectContaining({ figure: 'p/scope1_co2e', delta: '400', reasons: ['late_data'] }),
    expect.objectContaining({ figure: 'p/scope1_stationary', delta: '400', reasons: ['late_data'] }),
  ])
  expect(found.change).toBeCloseTo(400 / Number(figureValue(before, 'p/scope1_co2e')), 9)
  expect(found.mandatory).toBe(true)
  expect(differenceOf(before, before, said)).toMatchObject({ differences: [], change: 0, mandatory: false })
})
