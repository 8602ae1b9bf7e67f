import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import { comparison } from '../../../../src/audit/verify/compare.js'
import { type Verification, verifyPath } from '../../../../src/audit/verify/verify-path.js'
import type { Report } from '../../../../src/base/report.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { lotPlant } from '../../../support/lot-plant.js'
import { MARKET_DAYS, MARKET_EVENTS, MARKET_OPTIONS } from '../../../support/market-plant.js'
import { Dice } from '../../../support/mutations.js'

/** Proves that a frozen report of a month of a carbon market is made again from readings and entries, and that no mutation of it stays unseen. */

/** Other mutations with MUTATION_SEED. */
const SEED = Number(process.env.MUTATION_SEED ?? 112)

let dir: string
let frozen: { readonly report: Report; readonly verification: Verification }

async function frozenReport(lie?: (report: Report) => Report) {
  const bench = await lotPlant(MARKET_EVENTS, MARKET_OPTIONS)
  const request = { ...MARKET_DAYS, profile: 'ets-month' as const }
  const { zip, report } = await evidenceBundle(bench, {
    dir: mkdtempSync(join(dir, 'b-')),
    request,
    ...(lie && { lie }),
  })
  await bench.close()
  return { report, verification: await verifyPath(zip) }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'market-'))
  frozen = await frozenReport()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function failing({ findings }: Verification): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ code, subject }) => `${code} ${subject}`)
}

interface MutableReport {
  readonly figures: Record<string, Record<string, unknown>>
  readonly sections: readonly {
    readonly tables: readonly { readonly id: string; readonly rows: { strong: boolean; cells: unknown[] }[] }[]
  }[]
}

/** A report in which one thing about the market is another than it was. */
function mutated(report: Report, dice: Dice): { readonly what: string; readonly report: Report } {
  const copy = structuredClone(report) as unknown as MutableReport
  if (dice.below(2) === 0) {
    const id = dice.of(Object.keys(copy.figures).filter((one) => one.includes('/market/')))
    const { [id]: one } = copy.figures
    const key = dice.of(['value', 'unit', 'reason', 'coverage', 'made'] as const)
    const others = {
      value: `${one!.value ?? 0}1`,
      unit: 'x',
      reason: 'x',
      coverage: 0.123,
      made: { by: 'count', of: 'x' },
    }
    copy.figures[id] = { ...one, [key]: others[key] }
    return { what: `${key} of ${id}`, report: copy as unknown as Report }
  }
  const tables = copy.sections
    .flatMap((section) => section.tables)
    .filter(({ id }) => /^(plan|allow|orig|attest|covered)/.test(id))
  const { rows } = dice.of(tables)
  const row = dice.of(rows)
  const at = dice.below(row.cells.length)
  const kind = dice.below(3)
  if (kind === 0) rows.splice(rows.indexOf(row), 1)
  else if (kind === 1) row.cells[at] = { word: `${JSON.stringify(row.cells[at])}x` }
  else row.strong = !row.strong
  return { what: `row ${JSON.stringify(row.cells)}, ${kind}`, report: copy as unknown as Report }
}

function missed(report: Report, count: number): readonly string[] {
  const dice = new Dice(SEED)
  const found: string[] = []
  for (let i = 0; i < count; i++) {
    const { what, report: other } = mutated(report, dice)
    if (comparison(other, report).every(({ ok }) => ok)) found.push(what)
  }
  return found
}

test('a frozen report is made again from the readings and entries of its bundle', () => {
  const { report, verification } = frozen
  expect(failing(verification)).toEqual([])
  expect(report.figures['p/market/left']?.value).toBe('-886')
  expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
})

test('it differs after each of 100 mutations', () => expect(missed(frozen.report, 100)).toEqual([]))

test('it differs after each of 1000 mutations', { tags: ['deep'] }, () => {
  expect(missed(frozen.report, 1000)).toEqual([])
})

test('it does not hold when a gateway lied about the market', async () => {
  const { verification } = await frozenReport((report) => mutated(report, new Dice(SEED)).report)
  expect(failing(verification)).not.toEqual([])
})
