import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHECKS, checkDocument } from '../../../src/audit/report/checks/all.js'
import { CheckedReport, findingsOf } from '../../../src/audit/report/checks/checked.js'
import type { Report, ReportFigure } from '../../../src/base/report.js'
import { reportOf } from '../../support/bench-report.js'
import type { Bench } from '../../support/engine.js'
import { smallPlant } from '../../support/small-plant.js'

/** Checks of a finished report by the document alone: each one finds a report that was made wrongly. */

let bench: Bench
let whole: Report

beforeAll(async () => {
  bench = await smallPlant()
  whole = await reportOf(bench, { from: '2026-10-01', to: '2026-10-03', now: '2026-10-15T00:00:00.000Z' })
})
afterAll(() => bench.close())

/** The report with some figures made otherwise. */
function withFigures(changes: Readonly<Record<string, Partial<ReportFigure>>>): Report {
  const changed = Object.entries(changes).map(([id, change]) => {
    const before = whole.figures[id]
    if (before === undefined) throw new Error(`there is no figure ${id}`)
    return [id, { ...before, ...change }] as const
  })
  return { ...whole, figures: { ...whole.figures, ...Object.fromEntries(changed) } }
}

const STACK = 'p/stack/boiler-1/nox'
const METER = 'p/stream/main-1/elec_import_kwh'

/** Reports of a program that computes wrongly, each with the check that finds it and the subject it names: the thing to look at. */
const WRONG: readonly (readonly [check: string, what: string, () => Report, subject: string])[] = [
  [
    'shares',
    'a capture above 100 %',
    () => withFigures({ [`${STACK}/capture`]: { value: '104.2' } }),
    `${STACK}/capture`,
  ],
  ['shares', 'a completeness below 0', () => withFigures({ 'p/data_validity': { value: '-1' } }), 'p/data_validity'],
  ['shares', 'a coverage above 1', () => withFigures({ 'p/scope2_lb': { coverage: 1.2 } }), 'p/scope2_lb'],
  [
    'coverage_of_period',
    'all is covered, and half of the period lies before the data',
    () => withFigures({ 'p/energy_elec_import': { data_from: '2026-10-02T00:00:00+08:00' } }),
    'p/energy_elec_import',
  ],
  [
    'amounts',
    'emissions below 0',
    () => withFigures({ 'p/scope1_stationary': { value: '-5' } }),
    'p/scope1_stationary',
  ],
  ['amounts', 'valid hours below 0', () => withFigures({ [`${STACK}/above`]: { value: '-1' } }), `${STACK}/above`],
  [
    'stacks',
    'a share printed as a percentage: 1.00 % with every hour valid',
    () => withFigures({ [`${STACK}/capture`]: { value: '1' } }),
    `${STACK}/capture`,
  ],
  [
    'stacks',
    'a mass whose coverage was divided by 100 once more',
    () => withFigures({ [`${STACK}/kg`]: { coverage: 0.01 } }),
    `${STACK}/capture`,
  ],
  [
    'stacks',
    'more hours than the period has',
    () => withFigures({ [`${STACK}/stopped`]: { value: '1' } }),
    `${STACK}/valid`,
  ],
  [
    'stacks',
    'more substituted than ran',
    () => withFigures({ [`${STACK}/substituted`]: { value: '50' } }),
    `${STACK}/substituted`,
  ],
  [
    'stacks',
    'more above the limit than valid',
    () => withFigures({ [`${STACK}/above`]: { value: '50' } }),
    `${STACK}/above`,
  ],
  ['stacks', 'a mass that nobody measured', () => withFigures({ [`${STACK}/kg`]: { value: '99' } }), `${STACK}/kg`],
  [
    'stacks',
    'above a limit that was kept',
    () => withFigures({ [`${STACK}/multiple`]: { value: '0.5' } }),
    `${STACK}/multiple`,
  ],
  ['made_of_others', 'a total that is no sum', () => withFigures({ 'p/total_lb': { value: '1' } }), 'p/total_lb'],
  ['made_of_others', 'a quotient that is none', () => withFigures({ 'p/sec': { value: '1' } }), 'p/sec'],
  [
    'made_of_others',
    'a total of parts that are not known',
    () => withFigures({ 'p/scope2_lb': { value: null, reason: 'no_data' } }),
    'p/total_lb',
  ],
  [
    'parts_of_totals',
    'sources that come to less than their kind',
    () => withFigures({ 'p/source/gas-1/scope1_stationary': { value: '1' } }),
    'p/scope1_stationary',
  ],
  [
    'parts_of_totals',
    'a day that is missing',
    () => withFigures({ 'p/day/2026-10-02/scope2_lb': { value: '0' } }),
    'p/scope2_lb',
  ],
  [
    'grid_factor',
    'emissions by no factor that is named',
    () => withFigures({ 'p/scope2_lb_electricity': { value: '999999' } }),
    'p/scope2_lb_electricity',
  ],
  [
    'streams',
    'more good readings than came',
    () => withFigures({ [`${METER}/good`]: { value: '97' } }),
    `${METER}/good`,
  ],
  [
    'streams',
    'gaps longer than the period',
    () => withFigures({ [`${METER}/gap_hours`]: { value: '49' } }),
    `${METER}/gap_hours`,
  ],
  [
    'streams',
    'a completeness of other readings',
    () => withFigures({ [`${METER}/completeness`]: { value: '50' } }),
    `${METER}/completeness`,
  ],
  [
    'streams',
    'a headline that its table does not know of',
    () =>
      withFigures({
        [`${METER}/received`]: { value: '48' },
        [`${METER}/good`]: { value: '48' },
        [`${METER}/completeness`]: { value: '50' },
      }),
    'p/data_completeness',
  ],
  [
    'cells',
    'kilograms shown as tonnes',
    () => ({
      ...whole,
      sections: whole.sections.map((section) => ({
        ...section,
        tables: section.tables.map((table) => ({
          ...table,
          rows: table.rows.map((row) => ({
            ...row,
            cells: row.cells.map((cell) =>
              cell !== null && 'figure' in cell && cell.figure === 'p/total_lb' ? { ...cell, scale: 1 } : cell,
            ),
          })),
        })),
      })),
    }),
    'totals',
  ],
]

test('the report of a plant with meters, a stack and a robot agrees with itself', () => {
  expect(checkDocument(whole)).toEqual([])
})

test.each(WRONG)('%s finds %s', (id, _, report, subject) => {
  const check = CHECKS.find((one) => one.id === id)!
  const found = findingsOf(check, new CheckedReport(report()))
  expect(found.filter(({ ok }) => !ok).map((one) => one.subject)).toContain(subject)
  for (const { text } of found) expect(text.zh).not.toBe('')
})

test('a figure that covers nothing, because its data begin behind the period, breaks no bound', () => {
  const later = { coverage: 0, data_from: '2026-10-05T00:00:00+08:00' }
  const check = CHECKS.find(({ id }) => id === 'coverage_of_period')!
  expect(findingsOf(check, new CheckedReport(withFigures({ 'p/energy_elec_import': later })))).toEqual([])
  const more = { ...later, coverage: 0.1 }
  expect(findingsOf(check, new CheckedReport(withFigures({ 'p/energy_elec_import': more })))).toHaveLength(1)
})

test('every check is proved by a report that it finds wrong', () => {
  expect(new Set(WRONG.map(([id]) => id))).toEqual(new Set(CHECKS.map(({ id }) => id)))
})

test('contracts do not cover more than was bought', () => {
  const covered = { ...whole.figures['p/energy_elec_import']!, value: '999999' }
  const report = { ...whole, figures: { ...whole.figures, 'p/covered_kwh': covered } }
  expect(checkDocument(report).map(({ subject }) => subject)).toContain('p/covered_kwh')
})

test('a report of edition 1 is told to have the faults of its rules, which are not held against it', async () => {
  const old = await reportOf(bench, {
    from: '2026-10-01',
    to: '2026-10-03',
    now: '2026-10-15T00:00:00.000Z',
    edition: 1,
  })
  const findings = checkDocument(old)
  expect(findings.map(({ ok, code, subject }) => ({ ok, code, subject }))).toEqual([
    { ok: true, code: 'edition_fault', subject: `${STACK}/capture` },
  ])
  expect(findings[0]?.text.en).toContain('48 of 48 hours are valid: 100 %; the rules of edition 1 made it so')
})
