import { describe, expect, test } from 'vitest'
import { randomStream } from '../../../simulators/random.js'
import { AdaptiveIntervals, quantile } from '../../../src/insight/score/conformal.js'
import { ErrorProducts } from '../../../src/insight/score/error-products.js'
import { ErrorSums, errsLess, gainsMore, Scoreboard, type TellsBetter } from '../../../src/insight/score/scoreboard.js'
import { bell } from '../../support/forecasts.js'

/** Proves how a forecast is judged: its errors, the blend of its models, its intervals, and whether it is shown. */

const outcome = (forecast: number, measured: number, naive: readonly number[], day = 0) => ({
  day,
  forecast,
  measured,
  naive,
  in50: null,
  in90: null,
})

test('errors of four intervals, worked by hand', () => {
  const sums = new ErrorSums(1)
  for (const [forecast, measured, naive] of [
    [10, 12, 8],
    [10, 10, 14],
    [14, 12, 14],
    [20, 16, NaN],
  ] as const)
    sums.note(outcome(forecast, measured, [naive]))
  const { mae, rmse, mase, bias, naiveRmse, naiveMae, coverage90 } = sums.score()
  expect(mae).toBe(2)
  expect(rmse).toBeCloseTo(Math.sqrt(24 / 4))
  expect(bias).toBe(1)
  expect(mase).toBeCloseTo(2 / (10 / 3))
  expect(naiveRmse).toEqual([Math.sqrt(36 / 3)])
  expect(naiveMae).toEqual([10 / 3])
  expect(coverage90).toBeNull()
})

describe('a blend', () => {
  test('of two models that err to opposite sides takes both', () => {
    const products = new ErrorProducts(3)
    for (let day = 0; day < 10; day++) products.note(day, Float64Array.of(2, -2, 9))
    expect([...products.weights(7)!]).toEqual([0.5, 0.5, 0])
  })

  test('has nobody before models have been judged long enough', () => {
    const products = new ErrorProducts(2)
    for (let day = 0; day < 6; day++) products.note(day, Float64Array.of(1, 2))
    expect(products.weights(7)).toBeNull()
  })

  test('leaves out a model that has not forecast', () => {
    const products = new ErrorProducts(2)
    for (let day = 0; day < 10; day++) products.note(day, Float64Array.of(3, Number.NaN))
    expect([...products.weights(7)!]).toEqual([1, 0])
  })

  test('turns to the other model within two weeks after the better one has become bad', () => {
    const products = new ErrorProducts(2)
    for (let day = 0; day < 60; day++) products.note(day, Float64Array.of(1, 2))
    for (let day = 60; day < 74; day++) products.note(day, Float64Array.of(8, 2))
    expect(products.weights(7)![1]).toBeGreaterThan(0.8)
  })
})

test('a quantile lies between the two nearest values', () => {
  expect(quantile(Float64Array.of(0, 10, 20), 0.25)).toBe(5)
  expect(quantile(Float64Array.of(7), 0.9)).toBe(7)
})

test.each([
  ['as large as the forecast', (forecast: number) => forecast],
  ['that double half-way', (forecast: number, i: number) => (i < 10_000 ? 1 : 2) * forecast],
])('intervals hold 50 and 90 %% of errors %s', (_, scale) => {
  const random = randomStream('intervals')
  const intervals = [0.5, 0.9].map((share) => ({
    share,
    learnt: new AdaptiveIntervals(share, 0.01),
    held: 0,
    count: 0,
  }))
  for (let i = 0; i < 20_000; i++) {
    const forecast = 10 + 90 * random()
    const measured = forecast + scale(forecast, i) * bell(random)
    for (const one of intervals) {
      if (i % 500 === 0) one.learnt.regroup()
      const bounds = one.learnt.around(forecast)
      if (bounds !== null) {
        one.count++
        if (bounds.low <= measured && measured <= bounds.high) one.held++
      }
      one.learnt.learn(forecast, measured, bounds)
    }
  }
  for (const { share, held, count } of intervals) {
    expect(count).toBeGreaterThan(19_000)
    expect(Math.abs(held / count - share)).toBeLessThan(0.01)
  }
})

describe('a forecast is shown', () => {
  const hidden = (error: (random: () => number) => number, days = 28) => {
    const board = new Scoreboard(1)
    const random = randomStream('shown')
    for (let day = 0; day < days; day++) {
      for (let i = 0; i < 24; i++) board.note(outcome(error(random), 0, [bell(random)], day))
    }
    return board.hidden(days)
  }

  test('when it errs clearly less than the naive one', () => expect(hidden((random) => 0.7 * bell(random))).toBeNull())
  test('and not when it errs as much', () => expect(hidden((random) => bell(random))).toBe('not_better_than_naive'))
  test('nor before it has been judged for two weeks', () =>
    expect(hidden((random) => 0.7 * bell(random), 13)).toBe('too_short'))

  describe('with one day unlike the others', () => {
    /** 28 days of errors; on the twelfth those of both are so many times as large. */
    const hiddenBy = (isBetter: TellsBetter, own: number, times: { readonly own: number; readonly naive: number }) => {
      const board = new Scoreboard(1, isBetter)
      const random = randomStream('unlike')
      for (let day = 0; day < 28; day++) {
        const [a, b] = day === 11 ? [times.own, times.naive] : [1, 1]
        for (let i = 0; i < 24; i++) board.note(outcome(own * a * bell(random), 0, [b * bell(random)], day))
      }
      return board.hidden(28)
    }

    test('also where the naive one was far off on it, which versions 1 and 2 hid for four weeks', () => {
      const [own, times] = [0.5, { own: 1, naive: 20 }]
      expect(hiddenBy(gainsMore, own, times)).toBe('not_better_than_naive')
      expect(hiddenBy(errsLess, own, times)).toBeNull()
    })

    test('but not where it is better on that day alone, and by less than a tenth over all days', () =>
      expect(hiddenBy(errsLess, 1, { own: 1, naive: 2 })).toBe('not_better_than_naive'))

    test('nor where it was so far off itself that it errs more over all days', () =>
      expect(hiddenBy(errsLess, 0.5, { own: 20, naive: 1 })).toBe('not_better_than_naive'))

    test('nor in the week behind a day on which it was far off alone, although it errs less over all days', () => {
      const shownOn = (day: number) => {
        const board = new Scoreboard(1)
        const random = randomStream('late')
        for (let at = 0; at < day; at++) {
          for (let i = 0; i < 24; i++) board.note(outcome((at === 27 ? 4 : 0.5) * bell(random), 0, [bell(random)], at))
        }
        return board.hidden(day) === null
      }
      expect(Array.from({ length: 10 }, (_, i) => shownOn(27 + i))).toEqual([true, ...Array(7).fill(false), true, true])
    })
  })
})
