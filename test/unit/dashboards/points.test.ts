import { describe, expect, it } from 'vitest'
import { extremesOf } from '../../../dashboards/src/chart/facts.js'
import { gapsOf, mergePoints, spanOf, within } from '../../../dashboards/src/series/points.js'
import { Streams } from '../../../dashboards/src/series/streams.js'
import { streamKey } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

const HOUR = 3_600_000
const at = (hour: number) => Date.UTC(2026, 10, 24, hour)

describe('points of a stream', () => {
  it('a window that comes again takes the place of the old one', () => {
    const before = [hourPoint(8, 10), hourPoint(9, 5, { provisional: true })]
    const after = mergePoints(before, [hourPoint(9, 7, { provisional: true })])
    expect(after.map((p) => p.value)).toEqual([10, 7])
  })

  it('are in order of time whatever order they came in', () => {
    expect(
      mergePoints([hourPoint(9, 2)], [hourPoint(11, 4), hourPoint(8, 1), hourPoint(10, 3)]).map((p) => p.value),
    ).toEqual([1, 2, 3, 4])
  })

  it('the same start is the same window however it is written', () => {
    const shifted = hourPoint(8, 2, { start: '2026-11-24T16:00:00+08:00' })
    expect(mergePoints([hourPoint(8, 1)], [shifted]).map((p) => p.value)).toEqual([2])
  })

  it('a final window does not fall back to a provisional one that was on its way', () => {
    expect(mergePoints([hourPoint(8, 10)], [hourPoint(8, 9, { provisional: true })])[0]?.value).toBe(10)
  })

  it('of two final ones the higher revision stays', () => {
    const newer = hourPoint(8, 12, { rev: 2 })
    expect(mergePoints([newer], [hourPoint(8, 11, { rev: 1 })])[0]?.value).toBe(12)
    expect(mergePoints([hourPoint(8, 11, { rev: 1 })], [newer])[0]?.value).toBe(12)
  })

  it('are bounded, the oldest go', () => {
    const many = [1, 2, 3, 4].map((hour) => hourPoint(hour, hour))
    expect(mergePoints([], many, 2).map((p) => p.value)).toEqual([3, 4])
  })
})

describe('the span in view', () => {
  it('ends with the newest window while data come', () => {
    expect(spanOf([hourPoint(8, 1)], 24 * HOUR, at(8) + 60_000).toMs).toBe(at(9))
  })

  it('ends now when data stopped a while ago', () => {
    expect(spanOf([hourPoint(8, 1)], 24 * HOUR, at(12))).toEqual({ fromMs: at(12) - 24 * HOUR, toMs: at(12) })
  })

  it('lies where the data are when they are older than itself', () => {
    expect(spanOf([hourPoint(8, 1)], HOUR, at(20)).toMs).toBe(at(9))
  })

  it('holds windows by their start, the end excluded', () => {
    const points = [hourPoint(7, 1), hourPoint(8, 2), hourPoint(9, 3)]
    expect(within(points, { fromMs: at(8), toMs: at(9) }).map((p) => p.value)).toEqual([2])
  })
})

describe('gaps', () => {
  it('are holes between windows, windows without data and the silence at the end', () => {
    const points = [hourPoint(6, 1), hourPoint(8, null), hourPoint(9, 2)]
    expect(gapsOf(points, { fromMs: at(0), toMs: at(12) })).toEqual([
      { fromMs: at(7), toMs: at(9) },
      { fromMs: at(10), toMs: at(12) },
    ])
  })

  it('nothing was promised before the first window', () => {
    expect(gapsOf([hourPoint(8, 1)], { fromMs: at(0), toMs: at(9) })).toEqual([])
  })

  it('a window with nothing to measure is no gap', () => {
    expect(gapsOf([hourPoint(8, null, { reason: 'no_denominator' })], { fromMs: at(0), toMs: at(9) })).toEqual([])
  })
})

describe('what stands out of what is in view', () => {
  it('the highest and the lowest of the windows that are known', () => {
    const { highest, lowest } = extremesOf([hourPoint(8, 10), hourPoint(9, 30), hourPoint(10, null, { coverage: 0 })])
    expect([highest?.value, lowest?.value]).toEqual([30, 10])
    expect(extremesOf([])).toEqual({ highest: null, lowest: null })
  })
})

describe('streams', () => {
  it('merge once a frame, however often the feed speaks', () => {
    const frames: (() => void)[] = []
    const streams = new Streams((flush) => frames.push(flush))
    const stream = streams.of(streamKey(hourPoint(8, 0)))
    let paints = -1 // a subscriber is told the state it finds
    stream.subscribe(() => paints++)
    for (const value of [1, 2, 3]) streams.offer([hourPoint(8, value, { provisional: true })])
    expect(frames).toHaveLength(1)
    expect(stream.value).toEqual([])
    frames[0]!()
    expect(stream.value.map((p) => p.value)).toEqual([3])
    expect(paints).toBe(1)
  })

  it('a stream that did not change is not told', () => {
    const streams = new Streams((flush) => flush())
    const other = streams.of('another')
    let paints = -1
    other.subscribe(() => paints++)
    streams.offer([hourPoint(8, 1)])
    streams.flush()
    expect(paints).toBe(0)
  })
})
