import { describe, expect, test } from 'vitest'
import { FULL_ANSWERS } from '../../../../src/audit/report/cbam/full-answers.js'
import { FULL_ITEMS } from '../../../../src/audit/report/cbam/full-items.js'
import { answeredItems } from '../../../../src/audit/report/cbam/item.js'
import { SUMMARY_ANSWERS } from '../../../../src/audit/report/cbam/summary-answers.js'
import { SUMMARY_ITEMS } from '../../../../src/audit/report/cbam/summary-items.js'
import type { Report, ReportRow } from '../../../../src/base/report.js'
import { reportOf } from '../../../support/bench-report.js'
import type { CbamPlant } from '../../../support/cbam-plant.js'
import { CBAM_DAYS, cbamPlant } from '../../../support/cbam-plant.js'

const NOW = '2026-10-08T00:00:00Z'

/** The item tables of a report, rows in their order. */
function itemRows({ sections }: Report): readonly ReportRow[] {
  return sections.flatMap(({ tables }) => tables.filter(({ id }) => id.startsWith('items')).flatMap(({ rows }) => rows))
}

function wordOf(row: ReportRow): string {
  const [cell = null] = row.cells
  return cell !== null && 'word' in cell ? cell.word : ''
}

interface BothReports {
  readonly full: Report
  readonly summary: Report
}

/** Made once, whichever test asks first. */
const made = new Map<CbamPlant, Promise<BothReports>>()

function reportsOf(which: CbamPlant): Promise<BothReports> {
  const found = made.get(which) ?? makeReports(which)
  made.set(which, found)
  return found
}

async function makeReports(which: CbamPlant): Promise<BothReports> {
  const bench = await cbamPlant(which)
  const full = await reportOf(bench, { ...CBAM_DAYS, now: NOW, profile: 'cbam' })
  const summary = await reportOf(bench, { ...CBAM_DAYS, now: NOW, profile: 'cbam-summary' })
  await bench.close()
  return { full, summary }
}

/** Each row of an item without parts that answers it has a value, or a reason why there is none. */
function isAnswered(report: Report, { cells }: ReportRow): boolean {
  const [, , answer = null, lacks = null] = cells
  if (answer === null) return lacks !== null
  if (!('figure' in answer)) return lacks === null
  return (report.figures[answer.figure]!.value === null) === (lacks !== null)
}

function answersTo(report: Report, id: string): readonly ReportRow[] {
  const rows = itemRows(report).filter((row) => wordOf(row) === id)
  // The words of an item stand above its answers where it has several.
  return rows.length > 1 ? rows.slice(1) : rows
}

describe('the items of the regulation', () => {
  test('are 35 and 16, numbered without a gap', () => {
    expect(FULL_ITEMS.map(({ id }) => id)).toEqual(Array.from({ length: 35 }, (_, i) => `${i + 1}`))
    expect(SUMMARY_ITEMS.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, i) => `(${i + 1})`))
  })

  test('have one way each in which they are answered', () => {
    expect(Object.keys(FULL_ANSWERS).sort()).toEqual(
      answeredItems(FULL_ITEMS)
        .map(({ id }) => id)
        .sort(),
    )
    expect(Object.keys(SUMMARY_ANSWERS).sort()).toEqual(
      answeredItems(SUMMARY_ITEMS)
        .map(({ id }) => id)
        .sort(),
    )
  })
})

describe.each(['demo', 'whole', 'bare'] as const)('of the %s plant', (which) => {
  test('35 of 35 and 16 of 16 items are filled, or null with a reason, in their order', {
    tags: ['slow'],
  }, async () => {
    const { full, summary } = await reportsOf(which)
    for (const [report, items] of [
      [full, FULL_ITEMS],
      [summary, SUMMARY_ITEMS],
    ] as const) {
      const said = itemRows(report).map(wordOf)
      const wanted = items.flatMap(function idsOf({ id, parts }): readonly string[] {
        return [id, ...parts.flatMap(idsOf)]
      })
      expect(said.filter((id, i) => id !== said[i - 1])).toEqual(wanted)
      const filled = items.filter((item) =>
        answeredItems([item]).every(({ id }) => {
          const rows = answersTo(report, id)
          return rows.length > 0 && rows.every((row) => isAnswered(report, row))
        }),
      )
      expect(filled.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    }
  })

  test('the summary has its 16 items, the figures that they show, and nothing else', async () => {
    const { summary } = await reportsOf(which)
    const tables = summary.sections.flatMap((section) => section.tables)
    expect(summary.sections.map(({ id }) => id)).toEqual(['items'])
    expect(tables.map(({ id }) => id)).toEqual(['items'])
    const ids = new Set(SUMMARY_ITEMS.flatMap((item) => [item, ...answeredItems([item])]).map(({ id }) => id))
    for (const { parts } of SUMMARY_ITEMS) for (const { id } of parts) ids.add(id)
    expect(tables.flatMap(({ rows }) => rows.map(wordOf)).filter((id) => !ids.has(id))).toEqual([])
    const cells = tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells))
    const shown = cells.flatMap((cell) => (cell !== null && 'figure' in cell ? [cell.figure] : []))
    expect(Object.keys(summary.figures)).toEqual([...new Set(shown)].sort())
    const { factors, period_before, previous } = summary
    expect({ factors, period_before, previous }).toEqual({ factors: [], period_before: undefined, previous: null })
    // Amounts of production, energy and precursors are what an operator keeps to itself.
    const units = new Set(Object.values(summary.figures).map(({ unit }) => unit))
    expect([...units].filter((unit) => !['tCO2e/t', 'kgCO2e', '%'].includes(unit))).toEqual([])
  })
})

describe('a plant with every setting', () => {
  test('leaves nothing unsaid but what no setting knows', async () => {
    const { full, summary } = await reportsOf('whole')
    const unsaid = (report: Report) =>
      itemRows(report).flatMap((row) => {
        const lacks = row.cells[3] ?? null
        return lacks !== null && 'text' in lacks && lacks.text.en.startsWith('not configured')
          ? `${wordOf(row)} ${lacks.text.en}`
          : []
      })
    expect([...unsaid(full), ...unsaid(summary)]).toEqual([])
  })

  test('adds 10 % to default values in 2026, and says so', async () => {
    const { full } = await reportsOf('whole')
    const value = (id: string) => full.figures[`p/cbam/rods/${id}`]?.value
    expect(value('precursor/1/see_direct')).toBe('2.2')
    expect(value('precursor/1/mass')).toBe('13.75')
    expect(Number(value('embedded_direct'))).toBeCloseTo(Number(value('see_direct')) + 1.1 * 2.2 + 1.1 * 2, 12)
    expect(JSON.stringify(answersTo(full, '22(d)'))).toContain('10 %')
  })

  test('names the first and the last day of the period of each precursor, and no day after', async () => {
    const { full, summary } = await reportsOf('whole')
    for (const [report, id] of [
      [full, '23(d)'],
      [summary, '(13)(d)'],
    ] as const) {
      const words = answersTo(report, id).flatMap(({ cells }) => {
        const answer = cells[2] ?? null
        return answer !== null && 'word' in answer ? answer.word : []
      })
      const periods = words.filter((word) => word.includes('-'))
      expect(new Set(periods)).toEqual(
        new Set(['2026-10-01 – 2026-10-02', '2025-01-01 – 2025-12-31', '2026-01-01 – 2026-12-31']),
      )
    }
  })

  test('sums two goods to their process, and shares of indirect emissions to all of them', async () => {
    const { full } = await reportsOf('whole')
    const value = (id: string) => Number(full.figures[`p/${id}`]?.value)
    expect(value('cbam_process/rods/mass')).toBe(25)
    expect(value('cbam_process/rods/indirect')).toBeCloseTo(
      (value('cbam/rods/kwh') + value('cbam/lime/kwh')) * 0.125,
      9,
    )
    expect(value('cbam/lime/indirect_actual_share') + value('cbam/lime/indirect_default_share')).toBeCloseTo(100, 9)
    // For steel direct emissions alone count.
    expect(full.figures['p/cbam/rods/indirect_actual_share']).toBeUndefined()
  })
})

test('gaps come from the record of what was received', async () => {
  const { full } = await reportsOf('demo')
  const rows = answersTo(full, '16(e)').map((row) => JSON.stringify(row.cells))
  expect(rows.filter((row) => row.includes('gap of gas-1, ng_volume_nm3'))).toHaveLength(1)
  expect(Number(full.figures['p/cbam/gaps']?.value)).toBeGreaterThanOrEqual(1)
})

test('words in Chinese alone are none in a report that has to be in English', { tags: ['slow'] }, async () => {
  const { full } = await reportsOf('chinese')
  expect(JSON.stringify(answersTo(full, '1(a)'))).toContain('not configured in English: report.cbam.operator')
})

test('an earlier form is still made as it was, and one that is not known is none', async () => {
  const bench = await cbamPlant('demo')
  const request = { ...CBAM_DAYS, now: NOW, profile: 'cbam' } as const
  const first = await reportOf(bench, { ...request, form: 1 })
  await expect(reportOf(bench, { ...request, form: 4 })).rejects.toThrow('there is no edition 4 of the form cbam')
  await bench.close()
  const { full } = await reportsOf('demo')
  expect([first.form, full.form]).toEqual([undefined, 3])
  expect(itemRows(first)).toEqual([])
  expect(first.title.en).toBe('CBAM operator extract: Works')
  const ids = Object.keys(first.figures).filter((id) => id.includes('/cbam/'))
  expect(ids.map((id) => full.figures[id])).toEqual(ids.map((id) => first.figures[id]))
})
