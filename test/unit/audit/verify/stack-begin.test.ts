import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { figureValue } from '../../../support/bench-report.js'
import { evidenceBundle } from '../../../support/evidence.js'
import { smallPlant } from '../../../support/small-plant.js'

// The verifier counts hours of a stack before its first data as the gateway did, though no reading of the bundle is of them.

test('a bundle whose stack begins in the middle of the period holds, with these hours as invalid', {
  tags: ['slow'],
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'verify-'))
  const bench = await smallPlant()
  const made = await evidenceBundle(bench, { dir, request: { profile: 'ghg', from: '2026-09-28', to: '2026-10-01' } })
  await bench.close()
  const of = (name: string) => Number(figureValue(made.report, `p/stack/boiler-1/nox/${name}`))
  // Data begin on the 29th at 08:07 by the clocks of the plant: 32 of the 72 hours have none.
  expect([of('valid') + of('invalid'), of('valid')]).toEqual([72, 40])
  const { findings, ok } = await verifyPath(made.zip)
  rmSync(dir, { recursive: true })
  expect(findings.filter((one) => !one.ok)).toEqual([])
  expect(ok).toBe(true)
})
