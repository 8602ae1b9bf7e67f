/** Proves that a peak is told of before it comes, once a block, and taken back when its chance has clearly fallen. */
import { describe, expect, test } from 'vitest'
import { HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { plantOptions } from '../../../src/base/plant.js'
import type { DeviceFact } from '../../../src/base/reading.js'
import type { BlockOutlook } from '../../../src/insight/peak/demand-outlook.js'
import { DemandLooks } from '../../../src/pipeline/demand-ahead/demand-looks.js'
import { DemandWatch } from '../../../src/pipeline/demand-ahead/demand-watch.js'
import { type PeakFinding, peakFindingOf } from '../../../src/pipeline/demand-ahead/peak-finding.js'
import { HandClock } from '../views/hand-clock.js'

const START_MS = Date.parse('2026-06-11T10:00:00Z')
const RULE = { chance: 0.7, ahead_h: 3 }

/** A block so many quarters of an hour ahead. */
function block(quarter: number, chance: number | null): BlockOutlook {
  const startMs = START_MS + quarter * QUARTER_HOUR_MS
  const kw = { value: 100, low50: 90, high50: 110, low90: 80, high90: 120 }
  return { startMs, endMs: startMs + QUARTER_HOUR_MS, ...kw, chance }
}

const found = (running: BlockOutlook | null, ...later: BlockOutlook[]) =>
  peakFindingOf({ running, later }, RULE, START_MS)

describe('a look at the blocks ahead', () => {
  test('finds the first one that has the chance of the rule, up to its hours', () => {
    expect(found(block(0, 0.1), block(4, 0.69), block(8, 0.7), block(9, 0.9)).expected).toEqual({
      startMs: START_MS + 2 * HOUR_MS,
    })
    expect(found(block(0, 0.1), block(13, 0.95))).toEqual({ expected: null, isOver: true })
    expect(found(block(0, 1)).expected).toEqual({ startMs: START_MS })
  })

  test('takes nothing back while a chance is near that of the rule, or none is known', () => {
    expect(found(block(0, 0.1), block(4, 0.55)).isOver).toBe(false)
    expect(found(block(0, 0.1), block(4, 0.45)).isOver).toBe(true)
    expect(found(null)).toEqual({ expected: null, isOver: null })
    expect(found(block(0, null))).toEqual({ expected: null, isOver: null })
  })
})

describe('the watch', () => {
  const peak = (quarter: number): PeakFinding => ({
    expected: { startMs: START_MS + quarter * QUARTER_HOUR_MS },
    isOver: false,
  })
  const over: PeakFinding = { expected: null, isOver: true }

  test('tells of a block once, with the time until then, and of its end', () => {
    const watch = new DemandWatch([])
    const facts = (finding: PeakFinding | null) => {
      if (finding !== null) watch.found('works', finding)
      return watch.at(START_MS).map(({ isBad, value }) => [isBad, value])
    }
    expect(facts(null)).toEqual([])
    expect(facts(peak(8))).toEqual([[true, 7200]])
    expect(facts(peak(8))).toEqual([])
    expect(facts(peak(9))).toEqual([])
    expect(facts(over)).toEqual([[false, 7200]])
    expect(facts(over)).toEqual([])
    // The chance of the same block has gone up again: nobody is told a second time.
    expect(facts(peak(8))).toEqual([])
    expect(facts(peak(9))).toEqual([[true, 8100]])
  })

  test('goes on after a start from what was told before', () => {
    const last = { plant: 'works', device: '', what: 'demand', atMs: START_MS, isBad: true, value: 60 } as const
    const watch = new DemandWatch([last])
    watch.found('works', peak(8))
    expect(watch.at(START_MS)).toEqual([])
    watch.found('works', over)
    expect(watch.at(START_MS)).toMatchObject([{ isBad: false, what: 'demand', device: '' }])
  })

  test('takes a peak back when its block has ended and nothing is known, and tells of the next one', () => {
    const unknown: PeakFinding = { expected: null, isOver: null }
    const told = new DemandWatch([])
    told.found('works', peak(2))
    const [first] = told.at(START_MS)
    for (const watch of [told, new DemandWatch([first!])]) {
      const facts = (quarters: number, finding: PeakFinding) => {
        watch.found('works', finding)
        return watch.at(START_MS + quarters * QUARTER_HOUR_MS).map(({ isBad, value }) => [isBad, value])
      }
      expect(facts(2.9, unknown)).toEqual([])
      expect(facts(3, unknown)).toEqual([[false, -900]])
      expect(facts(3, unknown)).toEqual([])
      expect(facts(3, peak(5))).toEqual([[true, 1800]])
    }
  })

  test('knows after a start which block was told of, be it one that had begun or one that was taken back', () => {
    const restarted = (quarters: number, finding: PeakFinding, last: DeviceFact) => {
      const watch = new DemandWatch([last])
      watch.found('works', finding)
      return watch.at(START_MS + quarters * QUARTER_HOUR_MS)
    }
    const before = new DemandWatch([])
    before.found('works', peak(0))
    const [told] = before.at(START_MS + 123_456)
    expect(told).toMatchObject({ isBad: true, value: 0 })
    const [back] = restarted(0.5, over, told!)
    expect(back).toMatchObject({ isBad: false })
    expect(restarted(0.6, peak(0), back!)).toEqual([])
    expect(restarted(0.6, peak(1), back!)).toMatchObject([{ isBad: true, value: 360 }])
  })
})

test('plants with a limit are looked at twice a minute, others never, and a failure ends nothing', async () => {
  const clock = new HandClock('2026-06-11T10:00:00Z')
  const target = { kpi: 'peak_demand_15', window: '1d', max: 300 }
  const plans = [
    plantOptions.parse({ id: 'bound', name: {}, timezone: 'UTC', targets: [target] }),
    plantOptions.parse({ id: 'bare', name: {}, timezone: 'UTC' }),
    plantOptions.parse({
      ...{ id: 'off', name: {}, timezone: 'UTC', targets: [target] },
      alarm_defaults: { demand: { enabled: false } },
    }),
  ]
  const told: (readonly [string, PeakFinding])[] = []
  const warnings: string[] = []
  let isBroken = true
  const looks = new DemandLooks({
    configs: { plants: plans },
    progress: { hasComputed: true },
    watch: { found: (plant, finding) => told.push([plant, finding]) },
    isOwner: () => true,
    log: (_, text) => warnings.push(text),
  })
  const startMs = clock.nowMs()
  const value = { value: 90, low_50: 88, high_50: 92, low_90: 85, high_90: 95 }
  const values = [
    { start: new Date(startMs).toISOString(), end: new Date(startMs + QUARTER_HOUR_MS).toISOString(), ...value },
  ]
  const stop = new AbortController()
  void looks.run(stop.signal, {
    clock,
    plants: () => plans.map((plan) => ({ ...plan, lines: [] }) as never),
    latest: () => [],
    points: async () => [],
    forecasts: () => {
      if (isBroken) throw new Error('no disk')
      return { forecasts: [{ horizon: 'next_interval', reason: '', newest: { values } } as never], left_out: 0 }
    },
  })
  await clock.advance(30_000)
  expect(warnings[0]).toMatch(/bound was not looked at for demand: no disk/)
  expect(told).toEqual([])
  isBroken = false
  await clock.advance(30_000)
  await clock.advance(30_000)
  stop.abort()
  // 90 kWh in a quarter of an hour are 360 kW.
  expect(told.map(([plant]) => plant)).toEqual(['bound', 'bound'])
  expect(told[0]![1]).toEqual({ expected: { startMs }, isOver: false })
})
