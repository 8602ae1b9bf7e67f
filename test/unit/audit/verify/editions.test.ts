// @module-tag slow

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inWords } from '../../../../src/audit/verify/run.js'
import { type Verification, verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { RULES_EDITION } from '../../../../src/kpi/rules-edition.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { meterPlant } from '../../../support/small-plant.js'

/**
 * Bundles are verified for ever by the calculation rules that they were made with. Those of a folder were made by the last
 * program of its edition and never change; what they hold is said in `test/cases/editions/README.md`.
 */
const KEPT = 'test/cases/editions'
const REQUEST = { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' } as const

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'editions-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function failing({ findings }: Verification): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ code, subject, text }) => `${code} ${subject}: ${text.en}`)
}

const kept = ['1', '2'].flatMap((edition) =>
  readdirSync(join(KEPT, edition))
    .filter((name) => name.endsWith('.zip'))
    .map((name) => ({ edition, name })),
)

test.each(kept)('$name of edition $edition holds by the rules of its own edition', async ({ edition, name }) => {
  const verification = await verifyPath(join(KEPT, edition, name))
  expect(failing(verification)).toEqual([])
  expect(inWords(verification, 'en').join('\n')).toContain(
    `checked by the calculation rules of edition ${edition}, those of the report's own version; today's edition is ${RULES_EDITION}`,
  )
})

test('bundles of each older edition are kept', () => {
  expect(
    readdirSync(KEPT)
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  ).toEqual(Array.from({ length: RULES_EDITION - 1 }, (_, i) => i + 1))
  expect(kept.length).toBeGreaterThanOrEqual(6)
})

test('a report of today states its edition, and is checked by it', async () => {
  const bench = await meterPlant()
  const { zip, report } = await evidenceBundle(bench, { dir, request: REQUEST })
  await bench.close()
  expect(report.basis.rules).toBe(RULES_EDITION)
  const basis = report.sections.flatMap(({ tables }) => tables).find(({ id }) => id === 'basis')
  expect(JSON.stringify(basis?.rows)).toContain(`edition ${RULES_EDITION}`)
  const verification = await verifyPath(zip)
  expect(failing(verification)).toEqual([])
  expect(inWords(verification, 'zh').join('\n')).toContain(`按第 ${RULES_EDITION} 版（最新）计算规则核对`)
})

test('a report of an edition that the verifier does not know is said to be unchecked', async () => {
  const bench = await meterPlant()
  const { zip } = await evidenceBundle(bench, {
    dir: mkdtempSync(join(dir, 'newer-')),
    request: REQUEST,
    lie: (report) => ({ ...report, basis: { ...report.basis, rules: RULES_EDITION + 1 } }),
  })
  await bench.close()
  const verification = await verifyPath(zip)
  expect(verification.ok).toBe(false)
  const [told, ...more] = failing(verification)
  expect(more).toEqual([])
  expect(told).toContain(`edition ${RULES_EDITION + 1}, and this program knows editions up to ${RULES_EDITION}`)
})
