import { describe, expect, it } from 'vitest'
import { Past } from '../../../dashboards/src/series/past.js'
import { isMovedByClock, mergePoints, pointsIn, within } from '../../../dashboards/src/series/points.js'
import { Streams } from '../../../dashboards/src/series/streams.js'
import { streamKey } from '../../../src/base/kpi.js'
import { hourPoint } from './point.js'

const at = (hour: number) => Date.UTC(2026, 10, 24, hour)
const span = (from: number, to: number) => ({ fromMs: at(from), toMs: at(to) })
const hours = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => hourPoint(from + i, from + i))
const valuesOf = (past: Past) => past.of('energy').value.map((p) => p.value)

describe('the past that has been read', () => {
  it('only what is missing of a range is read', () => {
    const past = new Past()
    expect(past.missing('energy', span(0, 8))).toEqual(span(0, 8))
    past.add('energy', span(0, 8), hours(0, 8))
    expect(past.missing('energy', span(2, 5))).toBeNull()
    expect(past.missing('energy', span(4, 12))).toEqual(span(8, 12))
    expect(past.missing('energy', span(-4, 4))).toEqual(span(-4, 0))
    expect(past.missing('gas', span(2, 5))).toEqual(span(2, 5))
  })

  it('two that touch are one, two that do not leave the hole between them', () => {
    const past = new Past()
    past.add('energy', span(0, 4), hours(0, 4))
    past.add('energy', span(8, 12), hours(8, 12))
    expect(past.missing('energy', span(1, 11))).toEqual(span(4, 8))
    past.add('energy', span(4, 8), hours(4, 8))
    expect(past.missing('energy', span(0, 12))).toBeNull()
    expect(valuesOf(past)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it('what the feed says goes on where the past ends, and corrects what is in it', () => {
    const past = new Past()
    past.add('energy', { fromMs: at(0), toMs: Number.POSITIVE_INFINITY }, hours(0, 3))
    past.correct('energy', [hourPoint(3, 30, { provisional: true }), hourPoint(1, 10, { rev: 1 })])
    expect(valuesOf(past)).toEqual([0, 10, 2, 30])
    expect(past.missing('energy', span(0, 99))).toBeNull()
  })

  it('a point of a time that nobody has read is not taken for all of that time', () => {
    const past = new Past()
    past.add('energy', span(0, 3), hours(0, 3))
    past.correct('energy', [hourPoint(9, 9)])
    expect(valuesOf(past)).toEqual([0, 1, 2])
  })

  it('after a break of the feed all is read again, and shown until then', () => {
    const past = new Past()
    past.add('energy', span(0, 3), hours(0, 3))
    past.invalidate(at(9))
    expect(past.missing('energy', span(0, 3))).toEqual(span(0, 3))
    expect(past.isKnown('energy', span(0, 3))).toBe(true)
    expect(valuesOf(past)).toEqual([0, 1, 2])
    expect(past.isKnown('energy', span(0, 4))).toBe(false)
  })

  it('what the feed would have said after a break is not taken for known', () => {
    const past = new Past()
    past.add('energy', { fromMs: at(0), toMs: Number.POSITIVE_INFINITY }, hours(0, 3))
    expect(past.isKnown('energy', span(1, 5))).toBe(true)
    past.invalidate(at(3))
    expect(past.isKnown('energy', span(1, 3))).toBe(true)
    expect(past.isKnown('energy', span(1, 5))).toBe(false)
  })

  it('of more than can be kept, what is in view stays: the period, and the one it is compared with', () => {
    const past = new Past()
    const live = { fromMs: at(0), toMs: Number.POSITIVE_INFINITY }
    past.add('energy', span(-6_500, -3_000), hours(-6_500, -3_000))
    past.add('energy', live, hours(0, 2_000), span(-2_000, 2_000))
    past.add('energy', span(-2_000, 0), hours(-2_000, 0), span(-2_000, 2_000))
    expect(past.isKnown('energy', span(-2_000, 0))).toBe(true)
    expect(past.isKnown('energy', span(0, 2_000))).toBe(true)
    expect(past.missing('energy', span(-2_000, 2_001))).toBeNull()
    expect(past.missing('energy', span(-6_500, -6_000))).toEqual(span(-6_500, -6_000))
    expect(valuesOf(past)).toHaveLength(4_000)
  })

  it('panned far back, the past in view stays and what lies after it is given up', () => {
    const past = new Past()
    past.add('energy', { fromMs: at(-4_000), toMs: Number.POSITIVE_INFINITY }, hours(-4_000, 0))
    past.add('energy', span(-7_000, -4_000), hours(-7_000, -4_000), span(-7_000, -3_000))
    expect(past.missing('energy', span(-7_000, -3_000))).toBeNull()
    expect(past.missing('energy', span(-3_000, 0))).toEqual(span(-3_000, 0))
    expect(valuesOf(past)).toHaveLength(4_000)
  })

  it('a look at a past of many windows costs the live stream none of its own', () => {
    const streams = new Streams((flush) => flush())
    const newest = hourPoint(9, 9)
    const key = streamKey(newest)
    streams.offer([newest])
    streams.flush()
    const startMs = Date.UTC(2020, 0)
    const many = Array.from({ length: 7_000 }, (_, i) => {
      const start = new Date(startMs + i * 3_600_000).toISOString()
      return hourPoint(0, i, { start, end: new Date(startMs + (i + 1) * 3_600_000).toISOString() })
    })
    const long = { fromMs: startMs, toMs: startMs + 7_000 * 3_600_000 }
    streams.past.add(key, long, many)
    expect(streams.of(key).value).toEqual([newest])
    expect(streams.past.of(key).value).toHaveLength(6_000)
    expect(streams.past.of(key).value.at(-1)?.value).toBe(6_999)
  })
})

describe('the windows of a range', () => {
  it('each belongs to the range it starts in, so that neighbours add up', () => {
    const all = hours(0, 6)
    expect(within(all, span(1, 3)).map((p) => p.value)).toEqual([1, 2])
    expect(within(all, span(3, 5)).map((p) => p.value)).toEqual([3, 4])
  })

  it('a range within one window shows that window', () => {
    const quarter = { fromMs: at(2) + 900_000, toMs: at(2) + 1_800_000 }
    expect(within(hours(0, 6), quarter).map((p) => p.value)).toEqual([2])
    expect(within(hours(0, 6), span(8, 9))).toEqual([])
  })

  it('are there after weeks in which the feed has told hundreds of them since', () => {
    const live = hours(100, 500)
    expect(pointsIn(hours(0, 24), live, span(0, 24)).map((p) => p.value)).toEqual(hours(0, 24).map((p) => p.value))
    expect(pointsIn(hours(90, 101), live, span(98, 102)).map((p) => p.value)).toEqual([98, 99, 100, 101])
  })

  it('stand for a moment when the hour changes, but not under the name of another range', () => {
    expect(isMovedByClock(span(0, 25), span(1, 26))).toBe(true)
    expect(isMovedByClock(span(0, 24), span(-24, 0))).toBe(false)
    expect(isMovedByClock(span(-144, 24), span(0, 24))).toBe(false)
  })

  it('a history that comes after newer live points goes before them', () => {
    expect(mergePoints(hours(4, 6), hours(0, 5), 100).map((p) => p.value)).toEqual([0, 1, 2, 3, 4, 5])
  })
})
