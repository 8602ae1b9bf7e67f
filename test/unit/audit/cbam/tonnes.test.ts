import { afterAll, beforeAll, expect, test } from 'vitest'
import { figureValue, reportOf } from '../../../support/bench-report.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'

/** Tonnes of a good as they are stated for the days of a report. */

const DAYS = { from: '2026-10-01', to: '2026-10-05', now: '2026-10-08T00:00:00Z', profile: 'cbam' } as const
const EACH_DAY = ['01', '02', '03', '04'].map((day, i) => ({
  ...{ from: `2026-10-${day}`, to: `2026-10-0${i + 2}`, t: 250, source: `scale, day ${day}` },
}))
const ALL = { from: '2026-10-01', to: '2026-10-05', t: 1000, source: 'scale, all days' }
const LAST_TWO = { from: '2026-10-03', to: '2026-10-05', t: 500, source: 'scale, last two' }
const MONTH = { from: '2026-10-01', to: '2026-11-01', t: 9000, source: 'scale, month' }
const GOODS = {
  'by-day': EACH_DAY,
  whole: [ALL],
  'both-ways': [...EACH_DAY, ALL],
  'whole-and-part': [ALL, LAST_TWO],
  'longer-beside': [...EACH_DAY, MONTH],
  'with-gap': EACH_DAY.toSpliced(1, 1),
}

let bench: Bench
beforeAll(async () => {
  const goods = Object.entries(GOODS).map(([id, produced]) => ({
    ...{ id, cn_code: '76011000', category: 'Aluminium', route: 'casting', produced, direct_share: 0.1 },
  }))
  bench = await Bench.open([plantOf({ devices: [{ id: 'main', role: 'main' }], report: { cbam: { goods } } })])
  const at = Date.parse('2026-09-30T00:00:00Z')
  await bench.commit([reading({ device: 'main', metric: 'elec_import_kwh', ts: at, value: 1 })])
  bench.tick(Date.parse('2026-10-07T00:00:00Z'))
  await bench.settle()
})
afterAll(() => bench.close())

test('are added where each day is stated once', async () => {
  const report = await reportOf(bench, DAYS)
  const mass = (good: string) => figureValue(report, `p/cbam/${good}/mass`)
  expect(mass('by-day')).toBe('1000')
  expect(mass('whole')).toBe('1000')
  expect(mass('longer-beside')).toBe('1000')
  expect(report.figures['p/cbam/with-gap/mass']).toMatchObject({ value: null, reason: 'not_configured' })
})

test('are not known where a day is stated twice, and the source names the overlap', async () => {
  const { figures } = await reportOf(bench, DAYS)
  expect(figures['p/cbam/both-ways/mass']).toMatchObject({
    ...{ value: null, reason: 'bad_config' },
    made: {
      source: expect.stringContaining(
        'scale, day 01 (2026-10-01/2026-10-02) ∩ scale, all days (2026-10-01/2026-10-05)',
      ),
    },
  })
  expect(figures['p/cbam/whole-and-part/mass']).toMatchObject({ value: null, reason: 'bad_config' })
  expect(figures['p/cbam/whole-and-part/kg_per_t']?.value).toBeNull()
})

test('were all added by the rules of before', async () => {
  const report = await reportOf(bench, { ...DAYS, edition: 2 })
  expect(figureValue(report, 'p/cbam/both-ways/mass')).toBe('2000')
  expect(figureValue(report, 'p/cbam/whole-and-part/mass')).toBe('1500')
})
