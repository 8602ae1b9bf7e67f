// @module-tag slow

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDocument } from '../../../../src/audit/report/checks/all.js'
import type { Report } from '../../../../src/base/report.js'
import {
  type FrozenReport,
  failing,
  frozenReportOf,
  type MutatedPart,
  missedMutations,
  mutatedReport,
} from '../../../support/frozen-report.js'
import { GREEN_DAYS, GREEN_EVENTS, GREEN_OPTIONS } from '../../../support/green-plant.js'
import { lotPlant } from '../../../support/lot-plant.js'
import { Dice } from '../../../support/mutations.js'

/** Proves that a frozen report of the indicators of a zero-carbon factory is made again from readings and entries, and that no mutation of it stays unseen. */

/** Other mutations with MUTATION_SEED. */
const SEED = Number(process.env.MUTATION_SEED ?? 113)
const PART: MutatedPart = {
  isFigure: (id) => /\/(green|centre|clean)\//.test(id),
  isTable: (id) => /^(green-|clean-energy)/.test(id),
}

let dir: string
let frozen: FrozenReport

async function frozenReport(lie?: (report: Report) => Report): Promise<FrozenReport> {
  const request = { ...GREEN_DAYS, profile: 'zero-carbon-factory' as const }
  return frozenReportOf(await lotPlant(GREEN_EVENTS, GREEN_OPTIONS), { dir, request, ...(lie && { lie }) })
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'green-'))
  frozen = await frozenReport()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a frozen report is made again from the readings and entries of its bundle', () => {
  const { report, verification } = frozen
  expect(failing(verification)).toEqual([])
  expect(report.figures['p/green/physical_share']?.value).toBe('20')
  expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
})

test('it differs after each of 100 mutations', () => {
  expect(missedMutations(frozen.report, PART, SEED, 100)).toEqual([])
})

test('it differs after each of 1000 mutations', { tags: ['deep'] }, () => {
  expect(missedMutations(frozen.report, PART, SEED, 1000)).toEqual([])
})

test('it does not hold when a gateway lied about an indicator', async () => {
  const { verification } = await frozenReport((report) => mutatedReport(report, PART, new Dice(SEED)).report)
  expect(failing(verification)).not.toEqual([])
})

describe('the declaration of a centre', () => {
  const part: MutatedPart = {
    isFigure: (id) => /\/(centre|benchmark|use)\//.test(id),
    isTable: (id) => /^(centre-|benchmarks|plan-points|energy-uses)/.test(id),
  }
  let declared: FrozenReport

  beforeAll(async () => {
    const request = { ...GREEN_DAYS, profile: 'centre-declaration' as const }
    declared = await frozenReportOf(await lotPlant(GREEN_EVENTS, GREEN_OPTIONS), { dir, request })
  })

  test('is made again from its bundle, with what was found last of each function', () => {
    const { report, verification } = declared
    expect(failing(verification)).toEqual([])
    const table = report.sections.flatMap(({ tables }) => tables).find(({ id }) => id === 'centre-functions')!
    const [monitoring, flow] = table.rows.map(({ cells }) => JSON.stringify(cells))
    expect(monitoring).toContain('in use')
    // Its day, as the window of a day ends on the next one.
    expect(monitoring).toContain('(2026-10-04)')
    expect(JSON.stringify(table.rows.at(-1))).toContain('2026-10-05T09:00:00+08:00')
    expect(flow).toContain('nobody has put on record')
    expect(table.rows).toHaveLength(12)
    expect(report.figures['p/use/unseen']?.value).toBe('5280')
    expect(report.figures['p/benchmark/1/value']).toMatchObject({ value: '2', made: { source: 'norm 1, table 2' } })
  })

  test('differs after each of 100 mutations', () => {
    expect(missedMutations(declared.report, part, SEED, 100)).toEqual([])
  })

  test('differs after each of 1000 mutations', { tags: ['deep'] }, () => {
    expect(missedMutations(declared.report, part, SEED, 1000)).toEqual([])
  })
})
