import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'
import { evidenceBundle } from '../../../support/evidence.js'

// Contracts are matched over days that a bundle has no readings of: these are stated, and the verifier comes to the same.

const HOUR_MS = 3_600_000
const FROM_MS = Date.parse('2026-09-28T16:00:00Z')
const TO_MS = Date.parse('2026-10-05T16:00:00Z')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'matching-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test.each([
  ['over', '2026-09-29', '2026-10-04'],
  ['going on', '2026-09-29', '2026-12-31'],
])(
  'a report of two days holds where the period of its contract is %s',
  async (_what, valid_from, valid_to) => {
    const contract = { id: 'wind', kwh: 4000, factor: 0, vintage: 2026, valid_from, valid_to }
    const bench = await Bench.open(
      [
        plantOf({
          timezone: 'Asia/Shanghai',
          grid_region: 'CN-JS',
          devices: [{ id: 'main-1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 3600 } } }],
          contracts: [contract],
        }),
      ],
      FROM_MS - 30 * 86_400_000,
    )
    let value = 1000
    const readings = []
    for (let ts = FROM_MS, i = 0; ts <= TO_MS; ts += HOUR_MS, i++) {
      readings.push(reading({ device: 'main-1', metric: 'elec_import_kwh', ts, value, receivedAt: ts + 1000 }))
      // More from day to day, and by day alone.
      value += i % 24 >= 8 && i % 24 < 16 ? 100 + i : 0
    }
    await bench.commit(readings)
    bench.tick(TO_MS + 3 * 86_400_000)
    await bench.settle()
    await bench.cycle()
    const { zip, report } = await evidenceBundle(bench, {
      dir,
      request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' },
    })
    await bench.close()
    expect(Number(report.figures['p/covered_share']!.value)).toBeGreaterThan(1)
    const { findings } = await verifyPath(zip)
    expect(findings.filter(({ ok }) => !ok).map(({ code, subject, text }) => `${code} ${subject} ${text.en}`)).toEqual(
      [],
    )
  },
  60_000,
)
