import { afterEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { DayTotals } from '../../../src/kpi/windows/days.js'
import type { KpiSubject } from '../../../src/kpi/windows/subjects.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const FROM = Date.parse('2025-07-01T00:00:00Z')
const METER = { id: 'm1', role: 'main', metrics: { elec_import_kwh: { period_s: 3600, max_gap_s: 7200 } } }

let bench: Bench | undefined
afterEach(async () => {
  await bench?.close()
  bench = undefined
})

/** An hour takes 0.1 kWh and a little more each time. */
function hours(from: number, to: number): Reading[] {
  return Array.from({ length: to - from }, (_, i) => {
    const k = from + i
    return reading({ metric: 'elec_import_kwh', ts: FROM + k * HOUR_MS, value: 1000 + 0.1 * k + 0.0001 * k * k })
  })
}

const month = (of: Bench) => of.point({ kpi: 'energy_elec_import', window: '1mo', start: FROM })

async function sumOfDays(of: Bench): Promise<number> {
  const points = (await of.points()).filter(({ stream }) => {
    return stream.scope === 'plant' && stream.kpi === 'energy_elec_import' && stream.window === '1d'
  })
  return points.sort((a, b) => a.startMs - b.startMs).reduce((sum, { numerator }) => sum + numerator, 0)
}

describe('a month, of which the days that are over for long are kept as one sum', () => {
  test('is the sum of its days, day by day as it goes on and when it is over', { tags: ['slow'] }, async () => {
    bench = await Bench.open([plantOf({ devices: [METER] })], FROM - DAY_MS)
    for (let day = 0; day < 32; day++) {
      await bench.feed(hours(24 * day, 24 * (day + 1)), FROM + (day + 1) * DAY_MS)
      if (day % 5 === 4) {
        await bench.cycle()
        expect((await month(bench))?.numerator).toBe(await sumOfDays(bench))
      }
    }
    bench.tick(FROM + 40 * DAY_MS)
    await bench.settle()
    await bench.cycle()
    expect(await month(bench)).toMatchObject({ provisional: false, coverage: 1 })
    expect((await month(bench))?.numerator).toBeCloseTo(0.1 * 744 + 0.0001 * 744 * 744, 9)
  })

  test('has what comes late to a day that is in the sum', async () => {
    bench = await Bench.open([plantOf({ devices: [METER] })], FROM - DAY_MS)
    const [early, missing, rest] = [hours(0, 30), hours(30, 40), hours(40, 24 * 20)]
    await bench.feed(early, FROM + 2 * DAY_MS)
    for (let day = 2; day < 20; day++) {
      const ofDay = rest.filter(({ ts }) => Math.floor((ts - FROM) / DAY_MS) === day)
      await bench.feed(day === 2 ? [...rest.slice(0, 8), ...ofDay] : ofDay, FROM + (day + 1) * DAY_MS)
    }
    expect((await month(bench))?.estimatedShare).toBeGreaterThan(0)
    await bench.feed(missing, FROM + 21 * DAY_MS)
    await bench.cycle()
    const late = await month(bench)
    expect(late?.estimatedShare).toBe(0)
    expect(late?.numerator).toBe(await sumOfDays(bench))
  })
})

test('days that are added up are no longer kept one by one, and are all missing when one of them has changed', () => {
  const subject = { key: 'plant/p', kpis: [{ kpi: { id: 'k', windows: ['1mo'] } }] } as unknown as KpiSubject
  const total = { total: 1, isDue: true, isFinal: true }
  const days = new DayTotals()
  for (const day of [0, 1, 2]) days.set(subject, day * DAY_MS, 'k', total)
  days.addUp(subject, 0, { toMs: 2 * DAY_MS, totals: new Map([['k', total]]) })
  expect([0, 1, 2].map((day) => days.has(subject, day * DAY_MS, true))).toEqual([false, false, true])
  expect(days.firstDays(subject, 0)?.toMs).toBe(2 * DAY_MS)
  days.set(subject, DAY_MS, 'k', total)
  expect(days.firstDays(subject, 0)).toBeNull()
})
