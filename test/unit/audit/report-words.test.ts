import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../../../src/base/report.js'
import { reportOf } from '../../support/bench-report.js'
import type { Bench } from '../../support/engine.js'
import { GREEN_DAYS, GREEN_EVENTS, GREEN_OPTIONS } from '../../support/green-plant.js'
import { lotPlant, said } from '../../support/lot-plant.js'

/** Proves that reports say names, last days and the clocks of the plant, and that forms of before say what they said. */

const BILL = said('bill', 'b-1', '2026-09-30T16:00:00Z', {
  ...{ metric: 'elec_import_kwh', amount: 4800, from: '2026-10-01', to: '2026-10-02' },
})
const OPTIONS = { ...GREEN_OPTIONS, carbon: { ...GREEN_OPTIONS.carbon, activity_uncertainty_pct: 1 } }

let bench: Bench
beforeAll(async () => {
  bench = await lotPlant([...GREEN_EVENTS, BILL], OPTIONS)
})
afterAll(() => bench.close())

function made(form?: number): Promise<Report> {
  return reportOf(bench, { ...GREEN_DAYS, now: '2026-10-07T00:00:00.000Z', profile: 'ghg', form })
}

function row(report: Report, id: string, first: string): string {
  const table = report.sections.flatMap(({ tables }) => tables).find((one) => one.id === id)!
  return JSON.stringify(table.rows.find(({ cells }) => JSON.stringify(cells[0]).includes(first)))
}

test('bills have the name of what they are compared with and their last day, entries and the basis local times', async () => {
  const report = await made()
  expect(report.form).toBe(3)
  expect(row(report, 'bills', 'paper b-1')).toContain('"2026-10-01/2026-10-01"')
  expect(row(report, 'bills', 'paper b-1')).toContain('外购电量')
  expect(row(report, 'entries', '2026-10-01T00:00:00+08:00')).toContain('paper')
  expect(row(report, 'basis', 'Everything up to')).toContain('2026-10-07T08:00:00+08:00')
  expect(row(report, 'uncertainty', 'gas-1: ')).toContain('范围一')
  expect(row(report, 'activity', 'gas-1')).toContain('低位发热量：实测，单位热值含碳量：实测')
  expect(row(report, 'factors', 'own.grid')).toContain('2026-01-01 起')
  expect(row(report, 'clean-energy', 'hour by hour')).toContain('p/clean/hourly/covered_kwh')
})

test('a plant that has picked its figures is shown these, and told which of the report are not computed', async () => {
  const kpis = ['energy_elec_import', 'energy_comprehensive', 'scope2_lb']
  const picked = await lotPlant([], { ...OPTIONS, kpis })
  const days = { ...GREEN_DAYS, now: '2026-10-07T00:00:00.000Z', profile: 'ghg' } as const
  const [report, before] = [await reportOf(picked, days), await reportOf(picked, { ...days, form: 2 })]
  await picked.close()
  expect(row(report, 'notice', 'Not computed')).toMatch(
    /Electricity consumed \(energy_elec_consumed\).*plants\[\]\.kpis/,
  )
  expect(row(report, 'comprehensive-energy', '')).toContain('"p/energy_comprehensive"')
  expect(row(before, 'comprehensive-energy', '')).toContain('"p/energy_comprehensive_equivalent"')
  expect(row(report, 'daily', '2026-10-01').match(/p\/day/g)).toHaveLength(2)
  expect(row(before, 'daily', '2026-10-01').match(/p\/day/g)).toHaveLength(4)
})

test('the form of before is as it was', async () => {
  const report = await made(2)
  expect(row(report, 'bills', 'paper b-1')).toContain('{"word":"2026-10-01/2026-10-02"},{"word":"energy_elec_import"}')
  expect(row(report, 'entries', '2026-09-30T16:00:00.000Z')).toContain('paper')
  expect(row(report, 'basis', 'Everything up to')).toContain('2026-10-07T00:00:00.000Z')
  expect(row(report, 'uncertainty', '"gas-1/scope1_stationary"')).toContain('p/source/gas-1/scope1_stationary')
  expect(row(report, 'activity', 'gas-1')).toContain('ncv：实测，carbon_content：实测')
  expect(row(report, 'factors', 'own.grid')).toContain('"2026-01-01/"')
  expect(report.sections.flatMap(({ tables }) => tables).map(({ id }) => id)).not.toContain('clean-energy')
})
