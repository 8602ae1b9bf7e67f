import { expect, test } from 'vitest'
import { CyclePace } from '../../../src/pipeline/cycle-pace.js'

/** Proves that cycles full of the past stay short where that is to be had, and large where it is not. */

const READINGS_MAX = 20_000

/** Sizes of so many cycles that take what `costMs` says of their readings, each as full as it may be. */
function sizesOf(cycles: number, costMs: (readings: number, cycle: number) => number): readonly number[] {
  const pace = new CyclePace()
  let nowMs = 1_000_000
  return Array.from({ length: cycles }, (_, cycle) => {
    // Messages have hundreds of readings each, so a cycle is never filled to the last one.
    let readings = 0
    while (!pace.isEnough(readings, readings)) readings += 300
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

test('no readings of a cycle say nothing of the past', () => {
  const pace = new CyclePace()
  for (let cycle = 0; cycle < 50; cycle++) {
    pace.begins()
    pace.ended(cycle * 1000, cycle * 1000 + 5000)
  }
  expect(pace.isEnough(READINGS_MAX - 1, READINGS_MAX - 1)).toBe(false)
  expect(pace.isEnough(READINGS_MAX, READINGS_MAX)).toBe(true)
})
