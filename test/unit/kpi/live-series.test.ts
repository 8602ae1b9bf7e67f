import { expect, test } from 'vitest'
import { LiveSeries } from '../../../src/kpi/series/live-series.js'
import { foldRules } from '../../support/fold-rules.js'

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-03-02T08:00:00Z')

const RULES = foldRules({ kind: 'gauge', max: 100, maxGapMs: 60_000, maxHoldMs: 60_000 })

/** A level each second, folded twice a second, from an instant on. */
function sends(series: LiveSeries, fromMs: number, seconds: number): number {
  for (let i = 0; i < seconds; i++) {
    expect(series.offer(fromMs + i * 1000, i % 7, 0, 0)).toBe(true)
    series.advance()
  }
  return fromMs + (seconds - 1) * 1000
}

test('a series in order keeps its last minute; one that had a sample out of order keeps eight, and an hour later one', () => {
  const start = { fromMs: START_MS, state: null }
  const first = { ts: [START_MS], value: [1], quality: [0], marks: [0] }
  const series = new LiveSeries([{ fromMs: -Infinity, rules: RULES }], start, first, 3 * HOUR_MS)
  let nowMs = sends(series, START_MS + 1000, 800)
  expect(series.offer(nowMs - 25_500, 1, 0, 0)).toBe(true)
  expect(series.offer(nowMs - 100_500, 1, 0, 0)).toBe(false)
  // The quarter of an hour ends, and with it what was kept of it.
  nowMs = sends(series, nowMs + 1000, 800)
  expect(series.offer(nowMs - 200_500, 1, 0, 0)).toBe(true)
  expect(series.offer(nowMs - 600_500, 1, 0, 0)).toBe(false)
  nowMs = sends(series, nowMs + 1000, 4500)
  expect(series.offer(nowMs - 100_500, 1, 0, 0)).toBe(false)
})
