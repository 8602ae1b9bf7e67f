// @module-tag slow

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonical } from '../../../../src/audit/ledger/entry.js'
import { Ledger } from '../../../../src/audit/ledger/ledger.js'
import { inWords } from '../../../../src/audit/verify/run.js'
import { type Verification, verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { systemClock } from '../../../../src/base/clock.js'
import type { PeriodBefore, Report } from '../../../../src/base/report.js'
import type { Bench } from '../../../support/engine.js'
import { type EvidenceOf, evidenceBundle, type MadeEvidence } from '../../../support/evidence.js'
import { meterPlant } from '../../../support/small-plant.js'

/** A report beside the one of the period before: what the verifier finds when somebody altered what is stated of it. */
const BEFORE = { profile: 'ghg', from: '2026-09-29', to: '2026-10-01' } as const
const NOW = { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' } as const
const BEFORE_ID = 'p.ghg.2026-09-29.2026-10-01'

let dir: string
let bench: Bench
let before: MadeEvidence
let made: MadeEvidence

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'period-before-'))
  bench = await meterPlant()
  before = await evidenceBundle(bench, { dir, request: BEFORE })
  made = await evidenceBundle(bench, { dir, request: NOW, before })
})

afterAll(async () => {
  await bench.close()
  rmSync(dir, { recursive: true, force: true })
})

function failing({ findings }: Verification): readonly string[] {
  return findings.filter(({ ok }) => !ok).map(({ code, subject, text }) => `${code} ${subject}: ${text.en}`)
}

/** The verifier's findings on a report that was altered before it was frozen, with the ledger of both periods. */
async function told(options: Partial<EvidenceOf>): Promise<readonly string[]> {
  const apart = mkdtempSync(join(dir, 'apart-'))
  const first = await evidenceBundle(bench, { dir: apart, request: BEFORE })
  const { zip } = await evidenceBundle(bench, { dir: apart, request: NOW, before: first, ...options })
  return failing(await verifyPath(zip))
}

type Earlier = NonNullable<PeriodBefore['report']>

function withEarlier(said: PeriodBefore, change: (earlier: Earlier) => Earlier): PeriodBefore {
  return { ...said, report: change(said.report!) }
}

/** The report with another value of one figure. */
function replaced(report: Report, id: string, value: string): Report {
  const { figures } = report
  return { ...report, figures: { ...figures, [id]: { ...figures[id]!, value } } }
}

const LB = 'period-before/p/scope2_lb'

describe('a report that is compared with the period before', () => {
  test('states the earlier figures, and takes them off its own', () => {
    const { figures, sections } = made.report
    const [now, earlier] = [figures['p/scope2_lb']!, before.report.figures['p/scope2_lb']!]
    expect(figures[`${LB}/earlier`]).toMatchObject({
      value: earlier.value,
      made: { by: 'statement', source: `${BEFORE_ID} v1` },
    })
    expect(Number(figures[`${LB}/difference`]!.value)).toBeCloseTo(Number(now.value) - Number(earlier.value), 6)
    const change = (Number(now.value) / Number(earlier.value) - 1) * 100
    expect(Number(figures[`${LB}/change`]!.value)).toBeCloseTo(change, 9)
    const section = sections.find(({ id }) => id === 'period-before')
    expect(section?.note?.en).toContain(
      `stated as frozen in report ${BEFORE_ID}, version 1, and are not computed again here`,
    )
    expect(section?.note?.zh).toContain('未重新计算')
    expect(canonical(section!)).toContain(before.entry)
  })

  test('holds, and the verifier says what it has not computed', async () => {
    const verification = await verifyPath(made.zip)
    expect(failing(verification)).toEqual([])
    const english = inWords(verification, 'en').join('\n')
    expect(english).toContain(`are those of ${BEFORE_ID}, version 1`)
    expect(english).toContain('they are stated, and not computed again here')
    const own = Object.keys(made.report.figures).filter((id) => !id.startsWith('period-before/'))
    expect(english).toContain(`all ${own.length} figures follow from the readings`)
    expect(inWords(verification, 'zh').join('\n')).toContain('这些数值为引用，在此未重新计算')
  })

  test('holds with the bundle of that period, and then the earlier figures follow from its readings', async () => {
    const verification = await verifyPath(made.zip, { before: before.zip })
    expect(failing(verification)).toEqual([])
    expect(inWords(verification, 'en').join('\n')).toContain('the earlier figures follow from its readings')
  })

  test('does not hold with a bundle that is another', async () => {
    const [first] = failing(await verifyPath(made.zip, { before: made.zip }))
    expect(first).toContain(`is not the bundle of ${BEFORE_ID} version 1`)
    expect(failing(await verifyPath(made.zip, { before: join(dir, 'none.zip') }))).toHaveLength(1)
    // The report is the same; the ledger that froze it is another.
    const apart = mkdtempSync(join(dir, 'ledger-'))
    const other = await evidenceBundle(bench, { dir: apart, request: BEFORE })
    expect(failing(await verifyPath(made.zip, { before: other.zip }))).toEqual([
      expect.stringContaining('is not the bundle of'),
    ])
  })

  test('with a bundle of before that does not hold: what is wrong in it stands under its name', async () => {
    const apart = mkdtempSync(join(dir, 'wrong-'))
    const wrong = await evidenceBundle(bench, {
      dir: apart,
      request: BEFORE,
      lie: (report) => replaced(report, 'p/energy_elec_import', '1'),
    })
    const { zip } = await evidenceBundle(bench, { dir: apart, request: NOW, before: wrong })
    expect(failing(await verifyPath(zip))).toEqual([])
    const found = failing(await verifyPath(zip, { before: wrong.zip }))
    expect(found.join('\n')).toContain(`${basename(wrong.zip)}: figure p/energy_elec_import`)
  })
})

describe('a lie about the period before is found, though the report agrees with itself', { tags: ['deep'] }, () => {
  test('another earlier value', async () => {
    const state = (said: PeriodBefore) =>
      withEarlier(said, (earlier) => {
        const figure = earlier.figures['p/scope2_lb']!
        return { ...earlier, figures: { ...earlier.figures, 'p/scope2_lb': { ...figure, value: '1' } } }
      })
    expect(await told({ state })).toEqual([
      expect.stringMatching(
        /^period_before p\/scope2_lb: .* this report states 1 kgCO2e, the report that was frozen has [\d.]+ kgCO2e$/,
      ),
    ])
  })

  test('an earlier figure that was left out', async () => {
    const state = (said: PeriodBefore) =>
      withEarlier(said, (earlier) => {
        const { 'p/scope2_lb': _, ...figures } = earlier.figures
        return { ...earlier, figures }
      })
    expect(await told({ state })).toEqual([expect.stringMatching(/^period_before p\/scope2_lb: .* states –/)])
  })

  test.each(['sha256', 'entry'] as const)('another %s', async (member) => {
    const state = (said: PeriodBefore) => withEarlier(said, (earlier) => ({ ...earlier, [member]: 'a'.repeat(64) }))
    expect(await told({ state })).toEqual([expect.stringContaining('the last freeze of it in the ledger is entry')])
  })

  test('another edition of the rules', async () => {
    const state = (said: PeriodBefore) => withEarlier(said, (earlier) => ({ ...earlier, rules: 1 }))
    expect(await told({ state })).toEqual([expect.stringContaining('this report states version 1, edition 1')])
  })

  test('another report in the place of the earlier one', async () => {
    const beforeBytes = canonical(replaced(before.report, 'p/scope2_lb', '1'))
    expect(await told({ beforeBytes })).toEqual([
      expect.stringContaining('evidence/period-before.json is not the report that entry'),
    ])
  })

  test('the report of another period', async () => {
    const state = (said: PeriodBefore) => ({ ...said, id: 'p.ghg.2026-09-01.2026-09-03' })
    expect(await told({ state })).toEqual([expect.stringContaining(`the report of the period before is ${BEFORE_ID}`)])
  })

  test('none, where one was frozen', async () => {
    const state = (said: PeriodBefore): PeriodBefore => ({ ...said, report: null, reason: 'not_frozen' })
    expect(await told({ state })).toEqual([
      expect.stringMatching(/no report of the period before was frozen, and entry \d+ of the ledger froze/),
    ])
  })

  test('a version that a later one had replaced', async () => {
    const apart = mkdtempSync(join(dir, 'restated-'))
    const first = await evidenceBundle(bench, { dir: apart, request: BEFORE })
    const ledger = await Ledger.open({ dir: first.ledgerDir, clock: systemClock, program: 'test' })
    const again = { report: BEFORE_ID, version: 2, sha256: 'b'.repeat(64), by: 'Ms Li', days: [] }
    await ledger.append([{ kind: 'report', act: 'frozen', ...again }])
    const { zip } = await evidenceBundle(bench, { dir: apart, request: NOW, before: first })
    expect(failing(await verifyPath(zip))).toEqual([expect.stringMatching(/is entry \d+: version 2, SHA-256 bbbb/)])
  })
})

describe('a lie in the document is found', { tags: ['deep'] }, () => {
  test('another earlier value in the comparison alone', async () => {
    const found = await told({ lie: (report) => replaced(report, `${LB}/earlier`, '1') })
    expect(found.join('\n')).toContain(`figure ${LB}/earlier: the report says 1 kgCO2e`)
  })

  test.each(['difference', 'change'])('another %s', async (what) => {
    const found = await told({ lie: (report) => replaced(report, `${LB}/${what}`, '1') })
    expect(found.join('\n')).toContain(`figure ${LB}/${what}: the report says 1`)
  })

  test('what has the form of nothing', async () => {
    const lie = (report: Report): Report => ({
      ...report,
      period_before: withEarlier(report.period_before!, (earlier) => ({
        ...earlier,
        figures: { 'p/scope2_lb': 7 as never },
      })),
    })
    expect((await told({ lie })).join('\n')).toContain('it does not have the form of a report (period_before')
  })
})

test('where nothing was frozen before, the section says so and has no number', async () => {
  const apart = mkdtempSync(join(dir, 'none-'))
  const state = (said: PeriodBefore): PeriodBefore => ({ ...said, report: null, reason: 'not_frozen' })
  const { zip, report } = await evidenceBundle(bench, { dir: apart, request: NOW, before, state })
  const verification = await verifyPath(zip)
  expect(failing(verification)).toEqual([])
  expect(inWords(verification, 'en').join('\n')).toContain(`the ledger has no freeze of ${BEFORE_ID}`)
  expect(Object.keys(report.figures).filter((id) => id.startsWith('period-before/'))).toEqual([])
  const section = report.sections.find(({ id }) => id === 'period-before')
  expect(canonical(section!)).toContain('no report of the period before was frozen when this one was made')
  expect(failing(await verifyPath(zip, { before: before.zip }))).toEqual([
    expect.stringContaining('the report is compared with no report of a period before'),
  ])
})
