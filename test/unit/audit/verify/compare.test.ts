import { describe, expect, test } from 'vitest'
import { comparison } from '../../../../src/audit/verify/compare.js'
import type { Report, ReportFigure } from '../../../../src/base/report.js'

const text = (en: string) => ({ en, zh: en })

const figure: ReportFigure = {
  name: text('scope 2'),
  value: '257.137',
  unit: 'tCO2e',
  reason: '',
  coverage: 1,
  estimated_share: 0,
  flags: [],
  factors: ['own.grid'],
  made: { by: 'count', of: 'readings' },
}

const report: Report = {
  format: 'greengauge-report-1',
  id: 'p.ghg.2026-10-01.2026-11-01',
  version: 1,
  profile: 'ghg',
  title: text('Report'),
  period: { from: '2026-10-01', to: '2026-11-01' },
  plants: [],
  basis: {
    code: { version: '1', commit: '' },
    factors_sha256: 'ff',
    gwp: 'AR6',
    archive: { position: 7, now: '2026-11-02T00:00:00.000Z' },
    rule: text('exact'),
  },
  sections: [
    {
      id: 'results',
      title: text('Results'),
      tables: [
        {
          id: 'scope-2',
          title: text('Scope 2'),
          columns: [{ id: 'what', title: text('What'), align: 'left' }],
          rows: [
            { level: 0, strong: true, cells: [{ word: 'grid' }] },
            { level: 0, strong: true, cells: [{ word: 'heat' }] },
          ],
        },
      ],
    },
  ],
  figures: { 'p/scope2_lb': figure },
  formulas: [{ id: 'scope2_lb', name: text('scope 2'), formula: 'kWh × factor', source: '', confidence: '' }],
  factors: [],
  unchecked: [],
  previous: null,
}

describe('a report beside the one that the evidence gives', () => {
  test('the same: one finding that holds, with the number of figures', () => {
    const findings = comparison(report, structuredClone(report))
    expect(findings).toMatchObject([{ ok: true, code: 'figure' }])
    expect(findings[0]!.text.en).toContain('the one figure follows from the readings')
  })

  test('another value: both are said, with the id of the figure', () => {
    const stated = { ...report, figures: { 'p/scope2_lb': { ...figure, value: '257.138' } } }
    expect(comparison(stated, report)).toEqual([
      {
        ok: false,
        code: 'figure',
        subject: 'p/scope2_lb',
        text: {
          en: 'figure p/scope2_lb: the report says 257.138 tCO2e, the readings give 257.137 tCO2e',
          zh: '数值 p/scope2_lb：报告为 257.138 tCO2e，由读数得出 257.137 tCO2e',
        },
      },
    ])
  })

  test.each([
    ['a figure left out', { ...report, figures: {} }, 'p/scope2_lb'],
    ['a figure made up', { ...report, figures: { ...report.figures, 'p/x': figure } }, 'p/x'],
    ['other factors', { ...report, figures: { 'p/scope2_lb': { ...figure, factors: [] } } }, 'p/scope2_lb'],
    ['another basis', { ...report, basis: { ...report.basis, gwp: 'AR5' } }, 'basis/gwp'],
    [
      'another formula',
      { ...report, formulas: [{ ...report.formulas[0]!, formula: 'kWh' }] },
      'formulas/scope2_lb/formula',
    ],
    ['a section less', { ...report, sections: [] }, 'scope-2'],
  ])('%s is named', (_, stated, subject) => {
    const findings = comparison(stated, report)
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.every(({ ok }) => !ok)).toBe(true)
    expect(findings.map((finding) => finding.subject)).toContain(subject)
  })

  test.each([
    ['swapped', [1, 0], 'row 1'],
    ['left out', [0], 'row 2'],
    ['doubled', [0, 1, 1], 'row 3'],
  ])('a row that is %s is named with its table', (_, order, row) => {
    const table = report.sections[0]!.tables[0]!
    const rows = order.map((i) => table.rows[i]!)
    const stated = { ...report, sections: [{ ...report.sections[0]!, tables: [{ ...table, rows }] }] }
    const findings = comparison(stated, report)
    expect(findings).toMatchObject([{ ok: false, code: 'table', subject: 'scope-2' }])
    expect(findings[0]!.text.en).toContain(row)
  })

  test('a cell that differs is named by its row and column, with both as people read them', () => {
    const table = report.sections[0]!.tables[0]!
    const long = 'x'.repeat(500)
    const rows = (factor: string) => [
      { ...table.rows[0]!, cells: [{ word: 'grid' }, { word: long }, { word: factor }] },
    ]
    const columns = ['what', 'note', 'factor'].map((id) => ({ id, title: text(id), align: 'left' as const }))
    const of = (factor: string) => ({
      ...report,
      sections: [{ ...report.sections[0]!, tables: [{ ...table, columns, rows: rows(factor) }] }],
    })
    expect(comparison(of('0.5'), of('0.6')).map((finding) => finding.text.en)).toEqual([
      'table scope-2 (Scope 2), row 1 (grid), column "factor": the report says "0.5", the evidence gives "0.6"',
    ])
  })

  test('a thousand figures that differ are told as fifty and how many more', () => {
    const figures = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p/${i}`, figure]))
    const findings = comparison({ ...report, figures }, { ...report, figures: {} })
    expect(findings).toHaveLength(51)
    expect(findings.at(-1)!.text.en).toBe('and 950 more of this kind')
  })
})
