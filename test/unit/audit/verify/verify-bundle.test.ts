import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { evidenceBundle, type MadeEvidence } from '../../../support/evidence.js'
import { smallPlant } from '../../../support/small-plant.js'

describe('the bundle of a small plant', () => {
  let dir: string
  let made: MadeEvidence

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'verify-'))
    const bench = await smallPlant()
    made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' } })
    await bench.close()
  }, 60_000)
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('holds when nobody has touched it', async () => {
    const { findings, ok } = await verifyPath(made.zip)
    expect(findings.filter((finding) => !finding.ok)).toEqual([])
    expect(ok).toBe(true)
  })
})
