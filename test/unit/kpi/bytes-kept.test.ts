// @module-tag slow

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { LiveSeries } from '../../../src/kpi/series/live-series.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { KpiStream } from '../../../src/kpi/windows/stream-numbers.js'
import { Streams } from '../../../src/kpi/windows/streams.js'
import { foldRules } from '../../support/fold-rules.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const HOUR_MS = 3_600_000
const START_MS = Date.parse('2026-03-02T08:00:00Z')

/** Bytes that what is made takes, each. */
function bytesEach<T>(count: number, make: (i: number) => T): number {
  const held: T[] = []
  // The first are compiled and cached with: they are not counted.
  for (let i = 0; i < 50; i++) make(-1 - i)
  collect()
  const before = process.memoryUsage()
  for (let i = 0; i < count; i++) held.push(make(i))
  collect()
  const after = process.memoryUsage()
  expect(held).toHaveLength(count)
  return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / count
}

test('a stream with an open window takes at most 420 bytes, and not one more for all the figures that it has had', () => {
  const streams = new Streams()
  const settle = (stream: KpiStream, value: number, provisional: boolean) => {
    const figure = {
      value,
      reason: '',
      numerator: value * 1.5,
      denominator: 1.5,
      coverage: 0.9,
      estimatedShare: 0,
    } as const
    const span = { startMs: START_MS, endMs: START_MS + HOUR_MS }
    const point: Point = { stream, ...span, ...figure, flags: 0, factors: [], provisional, rev: 0 }
    streams.settle([point], () => undefined)
    if (!provisional) for (const final of streams.inMemory(stream)) streams.stored(final)
  }
  const made = (i: number) => {
    const stream = new KpiStream({
      plant: 'p',
      scope: 'device',
      id: `d${i >> 6}`,
      kpi: `k${i & 63}`,
      window: '1h',
      unit: 'kWh',
    })
    for (let n = 0; n < 5; n++) settle(stream, n + 0.5, true)
    if (i % 2 === 0) settle(stream, 7.5, false)
    return stream
  }
  expect(bytesEach(20_000, made)).toBeLessThan(420)
})

test('a register that has come in order for ten minutes, once a second, takes at most 11 KiB', () => {
  const rules = foldRules({ kind: 'counter', maxGapMs: 60_000, maxHoldMs: 60_000 })
  const rulebook = [{ fromMs: -Infinity, rules }]
  const made = () => {
    const first = { ts: [START_MS], value: [1], quality: [0], marks: [0] }
    const series = new LiveSeries(rulebook, { fromMs: START_MS, state: null }, first, HOUR_MS)
    for (let i = 1; i < 600; i++) {
      series.offer(START_MS + i * 1000, 1 + i / 100, 0, 0)
      series.advance()
    }
    return series
  }
  expect(bytesEach(300, made)).toBeLessThan(11 * 1024)
})
