// @module-tag deep
/** Proves the report of a year of a real steel works. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { add } from '../../src/audit/report/decimal.js'
import type { Report } from '../../src/base/report.js'
import { figureValue, reportOf } from '../support/bench-report.js'
import { DATASETS_REMEDY, datasetFile } from '../support/datasets.js'
import { Bench, plantOf, reading } from '../support/engine.js'

// Source: UCI 851, "Steel Industry Energy Consumption", doi 10.24432/C52G8C. DAEWOO Steel, Gwangyang, the year 2018.
const file = datasetFile('steel-energy.csv')
const QUARTER_MS = 900_000
const YEAR_START_MS = Date.parse('2018-01-01T00:00:00+09:00')

/**
 * kgCO2e/kWh. An example for a plant in Korea, where the tables have no factor: of the size of what the country states for
 * those years, from memory and not looked up.
 */
const FACTOR = 0.4594

const PLANT = plantOf({
  name: { en: 'Steel works', zh: '钢厂' },
  timezone: 'Asia/Seoul',
  grid_region: 'KR',
  factors: [
    {
      id: 'own.grid.kr.2018',
      activity: 'grid_electricity',
      value: FACTOR,
      unit: 'kgCO2e/kWh',
      region: 'KR',
      valid_from: '2018-01-01',
      published: '2018-01-01',
      source: 'example value of a test, from memory',
    },
  ],
  kpis: ['energy_elec_import', 'energy_elec_consumed', 'scope2_lb', 'scope2_mb'],
  devices: [{ id: 'main-1', line: 'mill', role: 'main', metrics: { elec_import_kwh: { period_s: 900 } } }],
})

/** Quarters of the file in order, kWh in whole hundredths: nothing of the product is used here. */
function quarters(path: string): readonly { readonly month: number; readonly hundredths: number }[] {
  const lines = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
    .slice(1)
  return lines.map((line) => {
    const [date = '', kwh] = line.split(',')
    return { month: Number(date.slice(3, 5)), hundredths: Math.round(Number(kwh) * 100) }
  })
}

const month = (number: number) =>
  `20${18 + Math.floor((number - 1) / 12)}-${String(((number - 1) % 12) + 1).padStart(2, '0')}-01`

describe.runIf(file !== null)(`the report of the steel works for 2018 (${DATASETS_REMEDY})`, () => {
  const rows = file === null ? [] : quarters(file)
  let bench: Bench
  let year: Report
  const months: Report[] = []

  beforeAll(async () => {
    bench = await Bench.open([PLANT], YEAR_START_MS)
    let hundredths = 0
    const readings = [{ hundredths: 0 }, ...rows].map((row, i) => {
      hundredths += row.hundredths
      const ts = YEAR_START_MS + i * QUARTER_MS
      return reading({ device: 'main-1', line: 'mill', metric: 'elec_import_kwh', ts, value: hundredths / 100 })
    })
    await bench.feed(readings, Date.parse('2019-01-02T00:00:00Z'))
    const now = '2019-01-05T00:00:00Z'
    year = await reportOf(bench, { from: '2018-01-01', to: '2019-01-01', now })
    for (let m = 1; m <= 12; m++) months.push(await reportOf(bench, { from: month(m), to: month(m + 1), now }))
  })
  afterAll(() => bench.close())

  test('kWh and tCO2e are those of the file to 1e-9', () => {
    const kwh = rows.reduce((sum, row) => sum + row.hundredths, 0) / 100
    expect(kwh).toBe(959_636.71)
    const got = (id: string) => Number(figureValue(year, id))
    expect(Math.abs(got('p/energy_elec_import') - kwh)).toBeLessThan(1e-9 * kwh)
    for (const id of ['p/scope2_lb', 'p/scope2_mb', 'p/total_lb']) {
      expect(Math.abs(got(id) - kwh * FACTOR), id).toBeLessThan(1e-9 * kwh * FACTOR)
    }
    expect(year.figures['p/scope2_lb']).toMatchObject({ coverage: 1, factors: ['own.grid.kr.2018'] })
    expect(year.figures['p/scope1_co2e']).toMatchObject({ value: null, reason: 'not_configured' })
    expect(year.factors).toMatchObject([{ id: 'own.grid.kr.2018', value: '0.4594', unit: 'kgCO2e/kWh' }])
  })

  test('the reports of twelve months come to that of the year to the last digit', () => {
    for (const id of ['p/energy_elec_import', 'p/scope2_lb', 'p/scope2_mb', 'p/total_lb', 'p/total_mb']) {
      expect(add(...months.map((report) => figureValue(report, id) ?? '?')), id).toBe(figureValue(year, id))
    }
    for (const [m, report] of months.entries()) {
      const kwh = rows.filter((row) => row.month === m + 1).reduce((sum, row) => sum + row.hundredths, 0) / 100
      expect(Math.abs(Number(figureValue(report, 'p/energy_elec_import')) - kwh)).toBeLessThan(1e-9 * kwh)
    }
  })
})
