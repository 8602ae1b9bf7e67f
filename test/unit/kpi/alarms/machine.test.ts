import { expect, test } from 'vitest'
import {
  type AlarmLimit,
  type Delays,
  NORMAL,
  type Occurrence,
  step,
  verdictOf,
} from '../../../../src/kpi/alarms/machine.js'

/** Above 100, clear at 90 or less. */
const LIMIT: AlarmLimit = { side: 'above', limit: 100, hysteresis: 10 }
const AT_ONCE: Delays = { onMs: 0, offMs: 0 }

/** Minutes without a gap from 0 on, one figure each; a figure that is left out is a window that is missing. */
function run(figures: readonly (number | null | undefined)[], delays = AT_ONCE): readonly Occurrence[] {
  const occurrences = new Map<number, Occurrence>()
  let state = NORMAL
  for (const [minute, value] of figures.entries()) {
    if (value === undefined) continue
    const judged = { startMs: minute, endMs: minute + 1, value, verdict: verdictOf(value, LIMIT) }
    const next = step(state, judged, delays)
    state = next.state
    if (next.changed !== null) occurrences.set(next.changed.firstMs, next.changed)
  }
  return [...occurrences.values()]
}

/** When it was raised and cleared. */
const times = (occurrences: readonly Occurrence[]) =>
  occurrences.map(({ raisedMs, clearedMs }) => [raisedMs, clearedMs])

test('a figure at its limit is allowed, one above it is raised at the end of its window', () => {
  expect(times(run([100, 100.001, 80]))).toEqual([[2, 3]])
  expect(run([100])).toEqual([])
})

test('between limit and hysteresis it neither is raised nor clears', () => {
  expect(times(run([95, 101, 91, 95, 90, 95]))).toEqual([[2, 5]])
})

test('below a limit is the mirror image', () => {
  const below: AlarmLimit = { side: 'below', limit: 0.75, hysteresis: 0.25 }
  expect([0.74, 0.75, 0.99, 1, null].map((value) => verdictOf(value, below))).toEqual([
    'breach',
    'band',
    'band',
    'clear',
    'unknown',
  ])
})

test('an on-delay of two minutes: two windows are not enough, the third raises it, and it began with the first', () => {
  const delays = { onMs: 2, offMs: 0 }
  expect(run([101, 101, 80, 101, 101, 95], delays)).toEqual([])
  expect(run([80, 101, 102, 103], delays)).toMatchObject([{ firstMs: 1, raisedMs: 4, value: 103 }])
})

test('an off-delay of two minutes: what comes and goes is one alarm', () => {
  expect(times(run([101, 80, 80, 101, 80, 80, 80, 80], { onMs: 0, offMs: 2 }))).toEqual([[1, 7]])
})

test('a gap neither raises nor clears, and starts the delays anew', () => {
  expect(times(run([101, null, undefined, undefined, 80]))).toEqual([[1, 5]])
  expect(run([null, null, undefined, null])).toEqual([])
  const delays = { onMs: 1, offMs: 1 }
  expect(run([101, null, 101, undefined, 101], delays)).toEqual([])
  expect(times(run([101, 101, 80, null, 80, undefined, 80, 80], delays))).toEqual([[2, 8]])
})

test('while there is a gap it is said that nobody watches, and the figure stays that with which it was raised', () => {
  expect(run([101, 120, null])).toMatchObject([{ isWatched: false, clearedMs: null, value: 101 }])
  expect(run([101, 120, null, 95])).toMatchObject([{ isWatched: true, clearedMs: null, value: 101 }])
  expect(run([101, 120, null, 90])).toMatchObject([{ isWatched: true, clearedMs: 4, value: 101 }])
})
