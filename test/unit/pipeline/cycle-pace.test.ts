import { describe, expect, test } from 'vitest'
import { CyclePace } from '../../../src/pipeline/cycle-pace.js'

/** Proves that cycles full of the past stay short where that is to be had, and large where it is not. */

const READINGS_MAX = 20_000

/** Sizes of so many cycles that take what `costMs` says of their readings, each as full as it may be. */
function sizesOf(
  cycles: number,
  costMs: (readings: number, cycle: number) => number,
  pace = new CyclePace(),
): readonly number[] {
  let nowMs = 1_000_000
  return Array.from({ length: cycles }, (_, cycle) => {
    let readings = 0
    while (!pace.isEnough(readings, readings)) readings += 100
    pace.decoded(readings, readings)
    pace.begins()
    const startMs = nowMs
    nowMs += costMs(readings, cycle)
    pace.ended(startMs, nowMs)
    return readings
  })
}

/** The mean of the last ten. */
function settled(sizes: readonly number[]): number {
  return sizes.slice(-10).reduce((sum, size) => sum + size, 0) / 10
}

test.each([
  ['quick ones are as large as may be', 0, 0.02, READINGS_MAX, READINGS_MAX],
  ['those that cost by the reading take a second', 0, 0.1, 9000, 11_000],
  ['slow ones are as small as may be', 0, 1, 4000, 4300],
  ['those that take long anyhow are large: a smaller one would be no quicker', 1400, 0.02, READINGS_MAX, READINGS_MAX],
  ['what they take anyhow is at most as much again', 600, 0.06, 9000, 11_000],
])('of cycles full of the past %s', (_, anyhowMs, readingMs, least, most) => {
  const size = settled(sizesOf(60, (readings) => anyhowMs + readings * readingMs))
  expect(size).toBeGreaterThanOrEqual(least)
  expect(size).toBeLessThanOrEqual(most + 300)
})

test('they follow what changes: a start that is slow anyhow, and quick ones behind it that cost by the reading', () => {
  const sizes = sizesOf(120, (readings, cycle) => (cycle < 40 ? 1500 + readings * 0.01 : readings * 0.1))
  expect(settled(sizes.slice(0, 40))).toBeGreaterThanOrEqual(READINGS_MAX)
  expect(settled(sizes)).toBeLessThanOrEqual(11_300)
})

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
  /** The last of so many cycles of an engine that takes so long for each reading, ms. */
  const pastInCycles = (cycles: number, readingMs: number, pace = new CyclePace()) =>
    sizesOf(cycles, (readings) => readings * readingMs, pace).at(-1)!

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
