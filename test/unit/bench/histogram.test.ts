import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Histogram } from '../../bench/measure/histogram.js'

describe('a histogram of times', () => {
  test('without any time there is no quantile', () => {
    expect(new Histogram().summary()).toEqual({ count: 0, p50: null, p99: null, p999: null, max: null })
  })

  test('times below 128 us are kept as they are', () => {
    const histogram = new Histogram()
    for (let us = 1; us <= 100; us++) histogram.record(us / 1000)
    expect(histogram.summary()).toEqual({ count: 100, p50: 0.05, p99: 0.099, p999: 0.1, max: 0.1 })
  })

  test('a quantile is the time at that place in the sorted list, at most a 64th too large', () => {
    const times = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (us, share) => {
        const histogram = new Histogram()
        for (const one of us) histogram.record(one / 1000)
        const exact = [...us].sort((a, b) => a - b)[Math.max(1, Math.ceil(share * us.length)) - 1]!
        const found = histogram.quantile(share)! * 1000
        expect(found).toBeGreaterThanOrEqual(exact - 1e-6)
        expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 64) + 1e-6)
      }),
    )
  })

  test('a time beyond the last bucket counts as half an hour', () => {
    const histogram = new Histogram()
    histogram.record(1e12)
    expect(histogram.quantile(0.5)).toBe(2_147_483.647)
  })
})
