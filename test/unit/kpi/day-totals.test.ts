import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../../src/base/durations.js'
import { DayTotals } from '../../../src/kpi/windows/days.js'
import type { KpiSubject } from '../../../src/kpi/windows/subjects.js'

describe('days of a month that devices send weeks apart', () => {
  const subject = { key: 'plant/p', kpis: [{ kpi: { id: 'k', windows: ['1mo'] } }] } as unknown as KpiSubject
  const total = { total: 1, isDue: true, isFinal: true }
  const addedUp = { toMs: 10 * DAY_MS, totals: new Map([['k', total]]) }

  test('stay apart for a while from the one on that has changed in their sum, and no others do', () => {
    const days = new DayTotals()
    expect(days.apartFromMs(subject, 0)).toBe(Infinity)
    days.addUp(subject, 0, addedUp)
    days.set(subject, 11 * DAY_MS, 'k', total)
    expect(days.apartFromMs(subject, 0)).toBe(Infinity)
    days.set(subject, 4 * DAY_MS, 'k', total)
    expect(days.apartFromMs(subject, 0)).toBe(4 * DAY_MS)
    expect(days.apartFromMs(subject, 31 * DAY_MS)).toBe(Infinity)
    for (let times = 0; times < 400; times++) days.trim()
    expect(days.apartFromMs(subject, 0)).toBe(4 * DAY_MS)
    for (let times = 0; times < 200; times++) days.trim()
    expect(days.apartFromMs(subject, 0)).toBe(Infinity)
  })

  test('are kept one by one with those of the month before and of the one at hand', () => {
    const days = new DayTotals()
    const kept = [...Array(31).keys(), ...Array.from({ length: 31 }, (_, i) => 31 + i), 200, 201]
    for (const day of kept) days.set(subject, day * DAY_MS, 'k', total)
    days.trim()
    expect(kept.filter((day) => !days.has(subject, day * DAY_MS, true))).toEqual([])
    for (let day = 300; day < 400; day++) days.set(subject, day * DAY_MS, 'k', total)
    days.trim()
    expect(kept.filter((day) => days.has(subject, day * DAY_MS, true))).toEqual([])
  })
})
