// @module-tag slow

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inEarlierWords } from '../../../../src/audit/report/earlier-words.js'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import type { Report } from '../../../../src/base/report.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { meterPlant } from '../../../support/small-plant.js'

/** A report that was made before its words were improved is verified for ever, by the words that it was made with. */
const dir = mkdtempSync(join(tmpdir(), 'earlier-words-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const REQUEST = { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' } as const

async function verified(lie: (report: Report) => Report) {
  const bench = await meterPlant()
  const { zip, report } = await evidenceBundle(bench, { dir: mkdtempSync(join(dir, 'bundle-')), request: REQUEST, lie })
  await bench.close()
  const { findings } = await verifyPath(zip)
  return { report, failing: findings.filter(({ ok }) => !ok) }
}

test('a report in the words of before holds', async () => {
  const { report, failing } = await verified(inEarlierWords)
  expect(JSON.stringify(report)).toContain('关口电表')
  expect(JSON.stringify(report)).not.toContain('关口表')
  expect(failing).toEqual([])
})

test('any other word is still found, and nothing else is said to be wrong', async () => {
  const { failing } = await verified((report) =>
    JSON.parse(JSON.stringify(inEarlierWords(report)).replace('关口电表', '总表')),
  )
  expect(failing.length).toBe(1)
  expect(failing[0]?.text.zh).toContain('总表')
})

test('words of the plant are left as they are', async () => {
  const { report } = await verified((one) => ({ ...one, title: { en: '排气筒', zh: '排气筒' } }))
  expect(inEarlierWords(report).title).toEqual({ en: '排气筒', zh: '排气筒' })
})
