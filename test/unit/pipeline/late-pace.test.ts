import { describe, expect, test } from 'vitest'
import type { PastStepKind } from '../../../src/kpi/plant/past-work.js'
import { LatePace } from '../../../src/pipeline/late-pace.js'

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
