import { describe, expect, test } from 'vitest'
import type { PastStepKind } from '../../../src/kpi/plant/past-work.js'
import { CyclePace } from '../../../src/pipeline/cycle-pace.js'
import { LatePace } from '../../../src/pipeline/late-pace.js'

/** Cycles of an engine that takes so long for each reading of the past, ms; gives how many there are in the last of them. */
function pastInCycles(count: number, readingMs: number, pace = new CyclePace()): number {
  let past = 0
  for (let cycle = 0, nowMs = 0; cycle < count; cycle++) {
    past = 0
    while (!pace.isEnough(past, past)) past += 100
    pace.decoded(past, past)
    pace.begins()
    const startMs = nowMs
    nowMs += past * readingMs
    pace.ended(startMs, nowMs)
  }
  return past
}

describe('sums of many series over the past', () => {
  /** The wait behind a cycle that took so long, with so many readings of the past in it, and quick ones after it. */
  function waitMs(tookMs: number, { past = 100, quick = 0, isBusy = true } = {}): number {
    const pace = new CyclePace()
    for (let cycle = 0; cycle <= quick; cycle++) {
      pace.decoded(past, past)
      pace.begins()
      pace.ended(0, cycle === 0 ? tookMs : 10)
    }
    return pace.holdMs(isBusy)
  }

  test('wait the longer the slower a cycle was, and not for ever', () => {
    expect(waitMs(100)).toBe(5000)
    expect(waitMs(3000)).toBe(24_000)
    expect(waitMs(60_000)).toBe(60_000)
    expect(waitMs(3000, { quick: 100 })).toBe(5000)
  })

  test('wait for more as long as it comes, also where the journal has been read to its end, and no longer', () => {
    expect(waitMs(3000, { isBusy: false })).toBe(24_000)
    expect(waitMs(3000, { isBusy: false, past: 0 })).toBe(0)
    expect(waitMs(3000, { past: 0 })).toBe(24_000)
  })
})

describe('readings of the past in a cycle', () => {
  test('are fewer where an engine is slow, by what the last cycles took, and as many as before where it is not', () => {
    expect(pastInCycles(10, 0.01)).toBe(20_000)
    expect(pastInCycles(10, 0.1)).toBeLessThanOrEqual(10_100)
    expect(pastInCycles(10, 0.1)).toBeGreaterThanOrEqual(9900)
    expect(pastInCycles(10, 1)).toBe(4000)
    const pace = new CyclePace()
    expect(pastInCycles(10, 1, pace)).toBe(4000)
    expect(pastInCycles(10, 0.01, pace)).toBe(20_000)
  })

  test('do not bound those that are live: a slow engine takes as many of them', () => {
    const pace = new CyclePace()
    pastInCycles(10, 1, pace)
    expect(pace.isEnough(49_999, 0)).toBe(false)
    expect(pace.isEnough(50_000, 0)).toBe(true)
  })

  test('say nothing of a cycle that took long for what is live', () => {
    const pace = new CyclePace()
    pace.decoded(40_000, 100)
    pace.begins()
    pace.ended(0, 60_000)
    expect(pace.isEnough(0, 19_999)).toBe(false)
  })
})

describe('series in a step over the past', () => {
  /** The bound after so many steps of an engine that takes so long for a series, ms. */
  const seriesAfter = (steps: number, seriesMs: number, pace = new LatePace(), kind: PastStepKind = 'compute') => {
    for (let step = 0; step < steps; step++) {
      const series = pace.seriesMax(kind)
      pace.stepped({ kind, series }, series * seriesMs)
    }
    return pace.seriesMax(kind)
  }

  test('are as many as take two tenths of a second, whatever steps of another kind take', () => {
    expect(seriesAfter(20, 1)).toBe(200)
    expect(seriesAfter(20, 10)).toBe(20)
    expect(seriesAfter(20, 1000)).toBe(4)
    expect(seriesAfter(20, 0)).toBe(4096)
    const pace = new LatePace()
    seriesAfter(20, 1, pace, 'read')
    expect(seriesAfter(20, 10, pace)).toBe(20)
    expect(pace.seriesMax('read')).toBe(200)
  })

  test('are not fewer for a plant that is one step by itself, nor for new samples that were taken in between', () => {
    const pace = new LatePace()
    seriesAfter(20, 10, pace)
    pace.stepped({ kind: 'compute', series: 700 }, 7000)
    expect(pace.seriesMax('compute')).toBe(20)
    pace.stepped(null, 60_000)
    expect(pace.seriesMax('compute')).toBe(20)
  })
})
