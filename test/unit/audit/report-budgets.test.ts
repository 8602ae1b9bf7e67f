import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { budgetOptions } from '../../../src/base/options/budgets.js'
import { plantOptions } from '../../../src/base/plant.js'
import type { Report, ReportTable } from '../../../src/base/report.js'
import { reportOf } from '../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** Proves that a report says beside the amounts of its plant what its period came to, and whether they were kept where it has all of their days. */

const HOUR = 3_600_000
const START = Date.parse('2026-09-28T00:00:00Z')
const PLANT = plantOf({
  tariffs: [
    {
      id: 'flat',
      valid_from: '2026-01-01',
      currency: 'CNY',
      periods: [{ name: 'flat', price_per_kwh: 0.5, from: '00:00', to: '24:00' }],
    },
  ],
  budgets: budgetOptions.budgets.parse([
    { kpi: 'energy_elec_import', year: 2026, amount: 1_000_000 },
    { kpi: 'energy_elec_import', year: 2026, month: 10, amount: 80_000 },
    { kpi: 'energy_elec_import', year: 2026, month: 9, amount: 1 },
    { kpi: 'energy_cost', year: 2026, month: 10, amount: 37_000.5 },
    { kpi: 'carbon_total_lb', year: 2026, amount: 10, kind: 'allowance' },
    { kpi: 'good_units', year: 2026, amount: 5 },
  ]),
  targets: plantOptions.shape.targets.parse([
    { kpi: 'energy_elec_import', window: '1mo', max: 70_000 },
    { kpi: 'energy_elec_import', window: '1mo', budget: 90_000, min: 60_000 },
    { kpi: 'peak_demand_15', window: '1mo', max: 1 },
  ]),
  devices: [{ id: 'main', role: 'main', metrics: { elec_import_kwh: { period_s: 21_600 } } }],
})

let bench: Bench
let month: Report
let days: Report

beforeAll(async () => {
  bench = await Bench.open([PLANT], START)
  const readings = Array.from({ length: 160 }, (_, i) =>
    reading({ device: 'main', metric: 'elec_import_kwh', ts: START + i * 6 * HOUR, value: 600 * i }),
  )
  await bench.feed(readings, START + 41 * 24 * HOUR)
  const now = '2026-11-06T00:00:00Z'
  month = await reportOf(bench, { from: '2026-10-01', to: '2026-11-01', now })
  days = await reportOf(bench, { from: '2026-10-01', to: '2026-10-03', now })
})
afterAll(() => bench.close())

function rowsOf(report: Report): readonly (readonly (string | null)[])[] {
  const tables = report.sections.find(({ id }) => id === 'budgets')?.tables ?? []
  return tables.flatMap(({ rows }: ReportTable) =>
    rows.map(({ cells }) =>
      cells.map((cell) => {
        if (cell === null) return null
        if ('figure' in cell) return report.figures[cell.figure]!.value
        return 'word' in cell ? cell.word : 'text' in cell ? cell.text.en : null
      }),
    ),
  )
}

describe('a month of 100 kWh an hour', () => {
  test('is beside its amounts and those of its year; figures without days, or that do not add up, are not listed', () => {
    const [energy, cost] = ['Electricity import', 'Cost of electricity']
    expect(rowsOf(month)).toEqual([
      [energy, '2026', 'budget', '1000000', '74400', '7.44', 'part of it'],
      [energy, '2026-10', 'budget', '80000', '74400', '93', 'yes'],
      [
        expect.stringContaining(cost.slice(0, 4)),
        '2026-10',
        'budget',
        '37000.5',
        '37200',
        expect.stringMatching(/^100\.539/),
        'no',
      ],
      [expect.any(String), '2026', 'allowance', '10', null, null, 'part of it'],
      [energy, '2026-10', 'target', '70000', '74400', expect.stringMatching(/^106\.28/), 'no'],
      [energy, '2026-10', 'budget', '90000', '74400', expect.stringMatching(/^82\.66/), 'yes'],
      [energy, '2026-10', 'target', '60000', '74400', '124', 'yes'],
    ])
    expect(month.form).toBe(3)
  })

  test('of which the report has two days says no more than their share', () => {
    expect(rowsOf(days)[1]).toEqual([expect.any(String), '2026-10', 'budget', '80000', '4800', '6', 'part of it'])
  })
})
