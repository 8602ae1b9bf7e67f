import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { comparison } from '../../src/audit/verify/compare.js'
import { type Verification, verifyPath } from '../../src/audit/verify/verify-path.js'
import type { Report } from '../../src/base/report.js'
import { evidenceBundle } from './evidence.js'
import { Dice } from './mutations.js'

/** Frozen reports as the verifier finds them, and mutations of one that it must not overlook. */

export interface FrozenReport {
  readonly report: Report
  readonly verification: Verification
}

type EvidenceBench = Parameters<typeof evidenceBundle>[0] & { close(): Promise<void> }
type EvidenceOrder = Pick<Parameters<typeof evidenceBundle>[1], 'dir' | 'request' | 'lie'>

/** Freezes a report of a bench, which is closed, and verifies its bundle; with `lie` that of a gateway that lies. */
export async function frozenReportOf(bench: EvidenceBench, { dir, ...order }: EvidenceOrder): Promise<FrozenReport> {
  const { zip, report } = await evidenceBundle(bench, { dir: mkdtempSync(join(dir, 'b-')), ...order })
  await bench.close()
  return { report, verification: await verifyPath(zip) }
}

/** Everything that the verifier does not find in order, by code and subject. */
export function failing({ findings }: Verification): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ code, subject }) => `${code} ${subject}`)
}

/** The part of a report that is mutated, by the ids of its figures and tables. */
export interface MutatedPart {
  isFigure(id: string): boolean
  isTable(id: string): boolean
}

interface MutableReport {
  readonly figures: Record<string, Record<string, unknown>>
  readonly sections: readonly {
    readonly tables: readonly { readonly id: string; readonly rows: { strong: boolean; cells: unknown[] }[] }[]
  }[]
}

/** A report in which one thing of a part is another than it was. */
export function mutatedReport(report: Report, part: MutatedPart, dice: Dice) {
  const copy = structuredClone(report) as unknown as MutableReport
  const what = dice.below(2) === 0 ? figureMutated(copy, part, dice) : rowMutated(copy, part, dice)
  return { what, report: copy as unknown as Report }
}

function figureMutated({ figures }: MutableReport, { isFigure }: MutatedPart, dice: Dice): string {
  const id = dice.of(Object.keys(figures).filter(isFigure))
  const { [id]: one } = figures
  const key = dice.of(['value', 'unit', 'reason', 'coverage', 'made'] as const)
  const others = {
    value: `${one!.value ?? 0}1`,
    unit: 'x',
    reason: 'x',
    coverage: 0.123,
    made: { by: 'count', of: 'x' },
  }
  figures[id] = { ...one, [key]: others[key] }
  return `${key} of ${id}`
}

function rowMutated({ sections }: MutableReport, { isTable }: MutatedPart, dice: Dice): string {
  const { rows } = dice.of(sections.flatMap(({ tables }) => tables).filter(({ id }) => isTable(id)))
  const row = dice.of(rows)
  const at = dice.below(row.cells.length)
  const kind = dice.below(3)
  if (kind === 0) rows.splice(rows.indexOf(row), 1)
  else if (kind === 1) row.cells[at] = { word: `${JSON.stringify(row.cells[at])}x` }
  else row.strong = !row.strong
  return `row ${JSON.stringify(row.cells)}, ${kind}`
}

/** Mutations of a part, of so many that are drawn, in which a comparison with the report finds nothing. */
export function missedMutations(report: Report, part: MutatedPart, seed: number, count: number): readonly string[] {
  const dice = new Dice(seed)
  return Array.from({ length: count }, () => mutatedReport(report, part, dice))
    .filter(({ report: other }) => comparison(other, report).every(({ ok }) => ok))
    .map(({ what }) => what)
}
