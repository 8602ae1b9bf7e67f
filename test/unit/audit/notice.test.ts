import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../../src/base/report.js'
import { reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const DAY = 86_400_000
const START = Date.parse('2018-01-01T00:00:00Z')
const PLANT = plantOf({
  name: { en: 'Works', zh: '工厂' },
  grid_region: 'KR',
  factors: [
    {
      id: 'own.grid',
      activity: 'grid_electricity',
      value: 0.5,
      unit: 'kgCO2/kWh',
      valid_from: '2018-01-01',
      published: '2017-04-01',
      source: 'example value of this trial',
    },
  ],
  devices: [{ id: 'main', role: 'main', metrics: { elec_import_kwh: { period_s: 21_600 } } }],
})

let bench: Bench
let report: Report
beforeAll(async () => {
  // The configuration came eight years after what it is about.
  bench = await Bench.open([PLANT], Date.parse('2026-11-01T00:00:00Z'))
  const readings = Array.from({ length: 24 }, (_, i) =>
    reading({ device: 'main', metric: 'elec_import_kwh', ts: START + i * (DAY / 4), value: i * 100 }),
  )
  await bench.feed(readings, START + 9 * DAY)
  report = await reportOf(bench, { from: '2018-01-01', to: '2018-01-04', now: '2026-11-02T00:00:00Z' })
})
afterAll(() => bench.close())

function said(what: string): string {
  const [table] = report.sections[0]?.tables ?? []
  const row = table?.rows.find(
    ({ cells: [cell] }) => cell !== null && cell !== undefined && 'text' in cell && cell.text.en === what,
  )
  const cell = row?.cells[1] ?? null
  return cell !== null && 'text' in cell ? cell.text.en : ''
}

test('the first section says what is not configured, not known, from another year, and came after the period', () => {
  expect(report.sections[0]?.id).toBe('notice')
  expect(said('Not configured')).toContain('organisation')
  expect(said('Scope 1')).toContain('not known')
  expect(said('Configuration')).toContain('2026-11-01')
  expect(said('Own factors')).toContain('own.grid ("example value of this trial")')
  expect(said('Years of factors')).toContain('electricity_equivalent (valid 2021-04-01 to further notice)')
  expect(said('Open proposals')).toBe('')
})

test('a total without scope 1 is named for what it is, and where a factor is from is not made up', () => {
  expect(report.figures['p/total_lb']?.name.en).toBe('Scope 2 alone, location-based; scope 1 is not known')
  expect(report.factors.find(({ id }) => id === 'own.grid')?.param_source).toBe('not_stated')
  expect(JSON.stringify(report.sections)).not.toContain('supplier"')
})
