import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyPath } from '../../../../src/audit/verify/verify-path.js'
import type { Reading } from '../../../../src/base/reading.js'
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
])('a report of two days holds where the period of its contract is %s', async (_what, valid_from, valid_to) => {
  const contract = { id: 'wind', kwh: 4000, factor: 0, vintage: 2026, valid_from, valid_to }
  const { report, faults } = await verified({ contracts: [contract] }, mainMeter())
  expect(Number(report.figures['p/covered_share']!.value)).toBeGreaterThan(1)
  expect(faults).toEqual([])
})

test('a report holds whose contract is covered by what its own meter counts, hour by hour', {
  tags: ['slow'],
}, async () => {
  const contract = { id: 'wind', kwh: 40_000, factor: 0, vintage: 2026, generation: { device: 'farm' } }
  const farm = register('farm', 'renew_onsite_kwh', (i) => (i % 24 < 12 ? 60 : 0))
  const { report, faults } = await verified({ contracts: [contract], carbon: { matching: 'hourly' } }, [
    ...mainMeter(),
    ...farm,
  ])
  // It consumes more than 60 kWh in each of eight hours a day, and in four of these 60 are generated.
  expect(Number(report.figures['p/covered_kwh']!.value)).toBeCloseTo(2 * 4 * 60, 6)
  expect(faults).toEqual([])
})

const HOURLY = { period_s: 3600 }
const DEVICES = [
  { id: 'main-1', line: 'l', role: 'main', metrics: { elec_import_kwh: HOURLY } },
  { id: 'farm', line: 'elsewhere', metrics: { renew_onsite_kwh: HOURLY } },
]

/** The report of two days in October, and what the verifier has against its bundle. */
async function verified(options: Record<string, unknown>, readings: readonly Reading[]) {
  const sending = new Set(readings.map(({ device }) => device))
  const devices = DEVICES.filter(({ id }) => sending.has(id))
  const bench = await Bench.open(
    [plantOf({ timezone: 'Asia/Shanghai', grid_region: 'CN-JS', devices, ...options })],
    FROM_MS - 30 * 86_400_000,
  )
  await bench.commit([...readings])
  bench.tick(TO_MS + 3 * 86_400_000)
  await bench.settle()
  await bench.cycle()
  const { zip, report } = await evidenceBundle(bench, {
    dir,
    request: { profile: 'ghg', from: '2026-10-01', to: '2026-10-03' },
  })
  await bench.close()
  const { findings } = await verifyPath(zip)
  const faults = findings.filter(({ ok }) => !ok).map(({ code, subject, text }) => `${code} ${subject} ${text.en}`)
  return { report, faults }
}

/** More from day to day, and by day alone. */
function mainMeter(): Reading[] {
  return register('main-1', 'elec_import_kwh', (i) => (i % 24 >= 8 && i % 24 < 16 ? 100 + i : 0))
}

/** An hourly register that grows by so many kWh in each hour. */
function register(device: string, metric: string, kwhOf: (i: number) => number): Reading[] {
  let value = 1000
  const readings: Reading[] = []
  for (let ts = FROM_MS, i = 0; ts <= TO_MS; ts += HOUR_MS, i++) {
    readings.push(reading({ device, metric, ts, value, receivedAt: ts + 1000 }))
    value += kwhOf(i)
  }
  return readings
}
