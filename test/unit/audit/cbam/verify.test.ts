import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import { comparison } from '../../../../src/audit/verify/compare.js'
import type { Report } from '../../../../src/base/report.js'
import { CBAM_DAYS, cbamPlant } from '../../../support/cbam-plant.js'
import { type FrozenReport, failing, frozenReportOf } from '../../../support/frozen-report.js'
import { Dice } from '../../../support/mutations.js'

/** Other mutations with MUTATION_SEED. */
const SEED = Number(process.env.MUTATION_SEED ?? 100)
const PROFILES = ['cbam', 'cbam-summary'] as const

type CbamProfile = (typeof PROFILES)[number]

let dir: string
const frozen = {} as Record<CbamProfile, FrozenReport>

async function frozenReport(profile: CbamProfile, lie?: (report: Report) => Report) {
  const request = { ...CBAM_DAYS, profile }
  return frozenReportOf(await cbamPlant('whole'), { dir, request, ...(lie && { lie }) })
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cbam-'))
  for (const profile of PROFILES) frozen[profile] = await frozenReport(profile)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A report with one value, word, number of an item, reason or figure of a cell that is another than it was. */
function mutated(report: Report, dice: Dice): { readonly what: string; readonly report: Report } {
  const copy = structuredClone(report) as unknown as MutableReport
  if (dice.below(2) === 0) {
    const ids = Object.keys(copy.figures)
    const id = dice.of(ids)
    const figure = copy.figures[id]!
    const key = dice.of(['value', 'unit', 'reason', 'coverage'] as const)
    const other = {
      value: `${figure.value ?? 0}1`,
      unit: `${figure.unit}x`,
      reason: `${figure.reason}x`,
      coverage: 0.123,
    }
    copy.figures[id] = { ...figure, [key]: other[key] }
    return { what: `${key} of ${id}`, report: copy as unknown as Report }
  }
  const tables = copy.sections.flatMap((section) => section.tables).filter(({ id }) => id.startsWith('items'))
  const rows = dice.of(tables).rows
  const row = dice.of(rows)
  const at = dice.below(row.cells.length)
  const cell = row.cells[at]
  const kind = dice.below(4)
  if (kind === 0) rows.splice(rows.indexOf(row), 1)
  else if (kind === 1) row.cells[at] = cell === null ? { word: 'x' } : null
  else if (kind === 2) row.cells[at] = { word: `${JSON.stringify(cell)}x` }
  else row.strong = !row.strong
  return {
    what: `row ${row.cells.map((one) => JSON.stringify(one)).join(' ')}, ${kind}`,
    report: copy as unknown as Report,
  }
}

interface MutableReport {
  readonly figures: Record<string, { value: string | null; unit: string; reason: string; coverage: number | null }>
  readonly sections: readonly {
    readonly tables: readonly { readonly id: string; readonly rows: { strong: boolean; cells: unknown[] }[] }[]
  }[]
}

/** Mutations that a comparison with the report which the evidence gives does not find. */
function missed(report: Report, count: number): readonly string[] {
  const dice = new Dice(SEED)
  const found: string[] = []
  for (let i = 0; i < count; i++) {
    const { what, report: other } = mutated(report, dice)
    if (comparison(other, report).every(({ ok }) => ok)) found.push(what)
  }
  return found
}

describe.each(PROFILES)('a frozen report of the form %s', (profile) => {
  test('is made again from the readings of its bundle, every figure and every item', () => {
    const { report, verification } = frozen[profile]
    expect(failing(verification)).toEqual([])
    expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
  })

  test('differs from what the evidence gives after each of 100 mutations', { tags: ['slow'] }, () => {
    expect(missed(frozen[profile].report, 100)).toEqual([])
  })

  test('differs after each of 2000 mutations', { tags: ['deep'] }, () => {
    expect(missed(frozen[profile].report, 2000)).toEqual([])
  })

  test('does not hold when a gateway lied about an item', { tags: ['slow'] }, async () => {
    const dice = new Dice(SEED)
    const { verification } = await frozenReport(profile, (report) => mutated(report, dice).report)
    expect(failing(verification)).not.toEqual([])
  })
})

test('a form that the verifier does not know is said to be unchecked', { tags: ['slow'] }, async () => {
  const { verification } = await frozenReport('cbam', (report) => ({ ...report, form: 9 }))
  expect(failing(verification)).toEqual(['form '])
})
