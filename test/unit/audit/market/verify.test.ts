import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
import { lotPlant } from '../../../support/lot-plant.js'
import { MARKET_DAYS, MARKET_EVENTS, MARKET_OPTIONS } from '../../../support/market-plant.js'
import { Dice } from '../../../support/mutations.js'

/** Proves that a frozen report of a month of a carbon market is made again from readings and entries, and that no mutation of it stays unseen. */

/** Other mutations with MUTATION_SEED. */
const SEED = Number(process.env.MUTATION_SEED ?? 112)
const PART: MutatedPart = {
  isFigure: (id) => id.includes('/market/'),
  isTable: (id) => /^(plan|allow|orig|attest|covered)/.test(id),
}

let dir: string
let frozen: FrozenReport

async function frozenReport(lie?: (report: Report) => Report): Promise<FrozenReport> {
  const request = { ...MARKET_DAYS, profile: 'ets-month' as const }
  return frozenReportOf(await lotPlant(MARKET_EVENTS, MARKET_OPTIONS), { dir, request, ...(lie && { lie }) })
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'market-'))
  frozen = await frozenReport()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('a frozen report is made again from the readings and entries of its bundle', () => {
  const { report, verification } = frozen
  expect(failing(verification)).toEqual([])
  expect(report.figures['p/market/left']?.value).toBe('-886')
  expect(checkDocument(report).filter(({ ok }) => !ok)).toEqual([])
})

test('it differs after each of 100 mutations', () => {
  expect(missedMutations(frozen.report, PART, SEED, 100)).toEqual([])
})

test('it differs after each of 1000 mutations', { tags: ['deep'] }, () => {
  expect(missedMutations(frozen.report, PART, SEED, 1000)).toEqual([])
})

test('it does not hold when a gateway lied about the market', { tags: ['slow'] }, async () => {
  const { verification } = await frozenReport((report) => mutatedReport(report, PART, new Dice(SEED)).report)
  expect(failing(verification)).not.toEqual([])
})
