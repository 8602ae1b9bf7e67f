import { describe, expect, test } from 'vitest'
import { comparisonSection } from '../../../src/audit/report/comparison.js'
import { differenceOf } from '../../../src/audit/report/difference.js'
import { ReportFigures } from '../../../src/audit/report/figures.js'
import { periodBefore } from '../../../src/audit/report/period-before.js'
import type { PeriodBefore, Report, ReportFigure, ReportSection, StatedFigure } from '../../../src/base/report.js'

test.each([
  ['a month', '2026-10-01', '2026-11-01', '2026-09-01'],
  ['March, longer than the month before it', '2026-03-01', '2026-04-01', '2026-02-01'],
  ['January', '2026-01-01', '2026-02-01', '2025-12-01'],
  ['a quarter', '2026-04-01', '2026-07-01', '2026-01-01'],
  ['a year', '2025-01-01', '2026-01-01', '2024-01-01'],
  ['two years', '2024-01-01', '2026-01-01', '2022-01-01'],
  ['a day', '2026-10-01', '2026-10-02', '2026-09-30'],
  ['a week', '2026-10-05', '2026-10-12', '2026-09-28'],
  ['a month that begins on another day', '2026-02-15', '2026-03-15', '2026-01-18'],
  ['40 days from the first of a month', '2026-03-01', '2026-04-10', '2026-01-20'],
])('before %s', (_, from, to, begins) => {
  expect(periodBefore({ from, to })).toEqual({ from: begins, to: from })
})

const PLAIN: StatedFigure = { value: '100', unit: 'kgCO2e', reason: '', coverage: 1, estimated_share: 0, flags: [] }
const NAME = { en: 'Figure', zh: '数值' }

interface Beside {
  readonly now: Readonly<Record<string, Partial<StatedFigure>>>
  readonly before: Readonly<Record<string, Partial<StatedFigure>>>
  readonly plants?: readonly string[]
}

/** The rows of all tables with figures, as values and words. */
function compared({ now, before, plants = ['p'] }: Beside): readonly (readonly (string | null)[])[] {
  const figures = new ReportFigures()
  for (const [id, figure] of Object.entries(now)) {
    const made = { by: 'statement', source: 'test' } as const
    figures.put(id, (): ReportFigure => ({ ...PLAIN, ...figure, name: NAME, factors: [], made }))
  }
  const shown = Object.keys(now).map((figure) => {
    const cell = { figure, unit: 'tCO2e', scale: 0.001, decimals: 3 }
    return { level: 0, strong: false, cells: [cell] } as const
  })
  const sections: ReportSection[] = [
    { id: 'results', title: NAME, tables: [{ id: 'results', title: NAME, columns: [], rows: shown }] },
  ]
  const stated = Object.fromEntries(Object.entries(before).map(([id, figure]) => [id, { ...PLAIN, ...figure }]))
  const report = { version: 1, rules: 1, sha256: 'a', entry: 'b', figures: stated }
  const said: PeriodBefore = { id: 'before', period: { from: '2026-09-01', to: '2026-10-01' }, report, reason: '' }
  const own = plants.map((id) => ({ id, name: NAME, timezone: 'UTC', start: '', end: '', configurations: [] }))
  const { tables } = comparisonSection(said, { plants: own, sections, figures, edition: 2 })
  const word = (
    cell:
      | (typeof shown)[number]['cells'][number]
      | null
      | { readonly text: { readonly en: string } }
      | { readonly word: string },
  ) => {
    if (cell === null) return null
    if ('text' in cell) return cell.text.en
    if ('word' in cell) return cell.word
    const { value, reason } = figures.get(cell.figure)
    return value ?? reason
  }
  return tables
    .filter(({ id }) => id !== 'period-before')
    .flatMap(({ rows }) => rows.map(({ cells }) => cells.map((cell) => word(cell as Parameters<typeof word>[0]))))
}

describe('a figure beside the one of the period before', () => {
  const id = 'p/scope2_lb'
  test('has its difference and that in percent', () => {
    const rows = compared({ now: { [id]: { value: '80.5' } }, before: { [id]: {} } })
    expect(rows).toEqual([['Figure', '100', '80.5', '-19.5', '-19.5']])
  })

  test('that was 0 has no percent', () => {
    const rows = compared({ now: { [id]: {} }, before: { [id]: { value: '0' } } })
    expect(rows).toEqual([['Figure', '0', '100', '100', 'no_denominator']])
  })

  test('that was below 0 has no percent, and says why', () => {
    const rows = compared({ now: { [id]: {} }, before: { [id]: { value: '-5' } } })
    expect(rows).toEqual([['Figure', '-5', '100', '105', 'none: it was below 0 before']])
  })

  test('that was not known, or is not, has neither, with the reason', () => {
    const unknown = { value: null, reason: 'low_coverage' } as const
    expect(compared({ now: { [id]: {} }, before: { [id]: unknown } })).toEqual([
      ['Figure', 'low_coverage', '100', 'low_coverage', 'low_coverage'],
    ])
    expect(compared({ now: { [id]: unknown }, before: { [id]: {} } })).toEqual([
      ['Figure', '100', 'low_coverage', 'low_coverage', 'low_coverage'],
    ])
  })

  test('in another unit, or of CO2 alone on one side, is not compared', () => {
    const other = [['Figure', '100', '100', 'not comparable: other units', null]]
    expect(compared({ now: { [id]: {} }, before: { [id]: { unit: 'tCO2e' } } })).toEqual(other)
    expect(compared({ now: { [id]: {} }, before: { [id]: { flags: ['co2_only'] } } })).toEqual(other)
    const both = { flags: ['co2_only'] } as const
    expect(compared({ now: { [id]: both }, before: { [id]: both } })).toEqual([['Figure', '100', '100', '0', '0']])
  })

  test('of a period that is not known in whole says so', () => {
    const rows = compared({ now: { [id]: {} }, before: { [id]: { coverage: 0.8309 }, 'p/scope2_mb': {} } })
    expect(rows).toEqual([['Figure', '100', '100', '0', '0', '83.1 % / 100.0 %']])
  })

  test('that one of the two does not hold is left out', () => {
    expect(compared({ now: { 'p/energy_natural_gas': {} }, before: { [id]: {} } })).toEqual([])
  })
})

describe('a total', () => {
  const none = { value: null, reason: 'not_configured' } as const
  test('of both scopes is not compared with one of scope 2 alone', () => {
    const now = { 'p/scope1_co2e': {}, 'p/total_lb': {} }
    const rows = compared({ now, before: { 'p/scope1_co2e': none, 'p/total_lb': {} } })
    expect(rows[1]).toEqual(['Figure', '100', '100', 'not comparable: scope 1 is in one of the two alone', null])
  })

  test('of all plants neither, where that is so of one of them', () => {
    const now = { 'a/scope1_co2e': {}, 'b/scope1_co2e': none, 'group/total_lb': {}, 'b/total_lb': {} }
    const before = { ...now, 'a/scope1_co2e': none }
    const rows = compared({ now, before, plants: ['a', 'b'] })
    expect(rows[0]?.[3]).toBe('not comparable: scope 1 is in one of the two alone')
    expect(rows.at(-1)).toEqual(['Figure', '100', '100', '0', '0'])
  })
})

test('what is stated of another period is no difference between two versions', () => {
  const made = { by: 'statement', source: 'test' } as const
  const figure = { ...PLAIN, name: NAME, factors: [], made }
  const before = { version: 1, figures: { 'p/scope2_lb': figure } } as unknown as Report
  const after = { plants: [], figures: { ...before.figures, 'period-before/p/scope2_lb/earlier': figure } }
  expect(differenceOf(before, after, { sha256: '', threshold: 0.05, restated: [] }).differences).toEqual([])
})
