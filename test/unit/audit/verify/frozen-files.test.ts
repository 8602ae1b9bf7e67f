import { expect, test } from 'vitest'
import { checkFrozenFiles } from '../../../../src/audit/verify/frozen-files.js'
import type { VerifiedManifest } from '../../../../src/audit/verify/manifest.js'
import type { Finding } from '../../../../src/base/report.js'
import { bundleOf } from '../../../support/mutations.js'

const NAME = 'report/report.en.pdf'

async function found(frozen: Readonly<Record<string, string>> | null): Promise<Finding[]> {
  const findings: Finding[] = []
  const manifest = { files: [{ name: NAME, bytes: 4, sha256: 'aa' }] } as unknown as VerifiedManifest
  const bundle = bundleOf(new Map([[NAME, Buffer.from('%PDF')]]))
  for await (const finding of checkFrozenFiles(bundle, manifest, frozen)) findings.push(finding)
  return findings
}

test('a freeze of before its files were sealed is said to be so, and holds', async () => {
  const [finding] = await found(null)
  expect(finding).toMatchObject({ ok: true, code: 'stated' })
  expect(finding!.text.en).toMatch(/^not sealed: .* rely on report\.json$/)
})

test('files that were frozen hold by name; one that is gone, another, or new does not', async () => {
  const [whole] = await found({ [NAME]: 'aa' })
  expect(whole!.text.en).toContain('report.en.pdf among them')
  const wrong = await found({ 'report/report.zh.pdf': 'bb' })
  expect(wrong.map(({ ok, code, subject }) => [ok, code, subject])).toEqual([
    [false, 'missing', 'report/report.zh.pdf'],
    [false, 'frozen_file', NAME],
  ])
})
