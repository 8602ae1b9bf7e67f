import { expect, test } from 'vitest'
import type { Window } from '../../../src/base/kpi.js'
import type { Stream } from '../../../src/kpi/windows/point.js'
import { windowRunsOf } from '../../../src/stores/influx/window-runs.js'

const MINUTE_MS = 60_000
const streamOf = (window: Window, id = 'm1'): Stream => ({
  plant: 'p',
  scope: 'device',
  id,
  kpi: 'oee',
  window,
  unit: '1',
})

/** First and last start of each stretch, in minutes. */
function minutesOf(stream: Stream, ...minutes: readonly number[]): number[][] {
  const stretches = windowRunsOf(minutes.map((minute) => ({ stream, startMs: minute * MINUTE_MS })))
  return stretches.map(({ fromMs, lastMs }) => [fromMs / MINUTE_MS, lastMs / MINUTE_MS])
}

test('windows that follow each other are one stretch, in whatever order they come, and however often', () => {
  expect(minutesOf(streamOf('1m'), 3, 1, 2, 2, 7)).toEqual([
    [1, 3],
    [7, 7],
  ])
  expect(minutesOf(streamOf('15m'), 0, 15, 30, 60)).toEqual([
    [0, 30],
    [60, 60],
  ])
  expect(minutesOf(streamOf('1h'), 0, 60, 180)).toEqual([
    [0, 60],
    [180, 180],
  ])
})

test('days, months and shifts stand alone: what lies between two of them is not known', () => {
  expect(minutesOf(streamOf('1d'), 0, 1440)).toEqual([
    [0, 0],
    [1440, 1440],
  ])
  expect(minutesOf(streamOf('shift'), 0, 1, 480)).toEqual([
    [0, 0],
    [1, 1],
    [480, 480],
  ])
})

test('another stream is another stretch; two objects of the same stream are one', () => {
  const windows = [streamOf('1m'), streamOf('1m', 'm2'), streamOf('1m')].map((stream, i) => ({
    stream,
    startMs: i * MINUTE_MS,
  }))
  expect(windowRunsOf(windows).map(({ stream, fromMs, lastMs }) => [stream.id, fromMs, lastMs])).toEqual([
    ['m1', 0, 0],
    ['m1', 2 * MINUTE_MS, 2 * MINUTE_MS],
    ['m2', MINUTE_MS, MINUTE_MS],
  ])
})
