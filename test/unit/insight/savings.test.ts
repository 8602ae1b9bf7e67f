import { describe, expect, test } from 'vitest'
import { type SavingsBaseline, savingsBaseline } from '../../../src/insight/savings/baseline.js'
import type { SavingsDay } from '../../../src/insight/savings/day.js'
import { linearFit } from '../../../src/insight/savings/regression.js'
import { energySavingOf, studentQuantile95 } from '../../../src/insight/savings/saving.js'
import { plantedPlant } from '../../support/savings.js'

const BASELINE_DAYS = 365
const REPORTED_DAYS = 92
const RUNS = 100

function baselineFor(days: readonly SavingsDay[]): SavingsBaseline {
  const { value } = savingsBaseline(days)
  expect(value).not.toBeNull()
  return value!
}

function played(seed: number, share: number) {
  const plant = plantedPlant({ seed, days: BASELINE_DAYS + REPORTED_DAYS, savedFrom: BASELINE_DAYS, share })
  const baseline = baselineFor(plant.days.slice(0, BASELINE_DAYS))
  const reported = plant.days.slice(BASELINE_DAYS)
  const without = plant.without.slice(BASELINE_DAYS)
  const truthKwh = reported.reduce((sum, { energyKwh }, i) => (energyKwh === null ? sum : sum + share * without[i]!), 0)
  return { baseline, saving: energySavingOf(baseline, reported)!, truthKwh }
}

describe('planted savings, 100 plants each', () => {
  test('the 90 % bounds hold a saving of 5 % in 85 to 95 of them', () => {
    const all = Array.from({ length: RUNS }, (_, seed) => played(seed, 0.05))
    const held = all.filter(({ saving, truthKwh }) => saving.bounds90[0] <= truthKwh && truthKwh <= saving.bounds90[1])
    expect(held.length).toBeGreaterThanOrEqual(85)
    expect(held.length).toBeLessThanOrEqual(95)
    expect(all.filter(({ saving }) => saving.isShown).length).toBeGreaterThanOrEqual(85)
  })

  test('at most 10 of those without a saving claim one', () => {
    const all = Array.from({ length: RUNS }, (_, seed) => played(1_000 + seed, 0))
    expect(all.filter(({ saving }) => saving.isShown).length).toBeLessThanOrEqual(10)
  })
})

describe('a baseline', () => {
  const { days } = plantedPlant({ seed: 7, days: BASELINE_DAYS, savedFrom: BASELINE_DAYS, share: 0 })

  test('finds what the plant goes by, and says how well', () => {
    const { model, r2, cvRmse, nmbe, days: counted, leftOut, next } = baselineFor(days)
    expect(model.outputs).toEqual(['product_a', 'product_b'])
    expect(model.heatingBaseC).toBeGreaterThanOrEqual(14)
    expect(model.heatingBaseC).toBeLessThanOrEqual(16)
    expect(model.coolingBaseC).toBeNull()
    expect(r2).toBeGreaterThan(0.9)
    expect(cvRmse).toBeLessThan(0.1)
    expect(Math.abs(nmbe)).toBeLessThan(1e-9)
    expect(counted + leftOut).toBe(BASELINE_DAYS)
    expect(leftOut).toBe(days.filter(({ energyKwh }) => energyKwh === null).length)
    expect(next.every(({ worseBy }) => worseBy >= 0)).toBe(true)
  })

  test('is the same whatever the order of its days', () => {
    const [a, b] = [baselineFor(days), baselineFor(days.toReversed())]
    expect(b.model).toEqual(a.model)
    for (const [i, value] of b.fit.coefficients.entries()) expect(value).toBeCloseTo(a.fit.coefficients[i]!, 6)
  })

  test('needs 60 days of which everything is known', () => {
    expect(savingsBaseline(days.slice(0, 59))).toEqual({ value: null, reason: 'low_sample' })
    const unknown = days.map((day) => ({ ...day, outputs: { ...day.outputs, product_b: null } }))
    expect(savingsBaseline(unknown)).toEqual({ value: null, reason: 'low_sample' })
    expect(savingsBaseline(days.map((day) => ({ ...day, energyKwh: 0 })))).toEqual({ value: null, reason: 'no_energy' })
  })

  test('does not go by an output that never changes', () => {
    const same = days.map((day) => ({ ...day, outputs: { ...day.outputs, product_c: 5 } }))
    expect(baselineFor(same).model.outputs).toEqual(['product_a', 'product_b'])
  })
})

describe('a saving', () => {
  const plant = plantedPlant({ seed: 3, days: BASELINE_DAYS + 30, savedFrom: BASELINE_DAYS, share: 0 })
  const baseline = baselineFor(plant.days.slice(0, BASELINE_DAYS))
  const reported = plant.days.slice(BASELINE_DAYS)
  const plain = energySavingOf(baseline, reported)!

  test('closes: expected less actual, and the last sum of its chart', () => {
    expect(plain.savedKwh).toBeCloseTo(plain.expectedKwh - plain.actualKwh, 6)
    expect(plain.cusum.at(-1)!.savedKwh).toBeCloseTo(plain.savedKwh, 6)
    expect(plain.cusum).toHaveLength(plain.days)
    expect(plain.days + plain.leftOut).toBe(30)
  })

  test('a new hall is no waste, once somebody has said so', () => {
    const more = reported.map((day) => ({ ...day, energyKwh: day.energyKwh === null ? null : day.energyKwh + 100 }))
    const event = {
      from: reported[0]!.day,
      to: reported.at(-1)!.day,
      kwhPerDay: 100,
      reason: 'hall 3',
      author: 'Li Wei',
    }
    expect(energySavingOf(baseline, more)!.savedKwh).toBeCloseTo(plain.savedKwh - 100 * plain.days, 6)
    expect(energySavingOf(baseline, more, [event])!.savedKwh).toBeCloseTo(plain.savedKwh, 6)
  })

  test('days beyond what the baseline has seen are counted', () => {
    expect(plain.outsideRange).toBe(0)
    const double = reported.map((day) => ({ ...day, outputs: { product_a: 5_000, product_b: 0 } }))
    expect(energySavingOf(baseline, double)!.outsideRange).toBe(plain.days)
  })

  test('of no known day is none', () => {
    expect(
      energySavingOf(
        baseline,
        reported.map((day) => ({ ...day, energyKwh: null })),
      ),
    ).toBeNull()
  })
})

describe('its arithmetic', () => {
  test('least squares, with columns of very different size', () => {
    const rows = Array.from({ length: 20 }, (_, i) => [1, i * 1e6, (i % 3) * 1e-3])
    const fit = linearFit(
      rows,
      rows.map(([, b, c]) => 5 + 2e-6 * b! + 3e3 * c!),
    )!
    expect(fit.coefficients[0]).toBeCloseTo(5, 8)
    expect(fit.coefficients[1]! * 1e6).toBeCloseTo(2, 8)
    expect(fit.coefficients[2]! / 1e3).toBeCloseTo(3, 8)
  })

  test('(XᵀX)⁻¹ of a line through 1, 2, 3', () => {
    const { chance } = linearFit(
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
      [1, 2, 4],
    )!
    expect(chance.flat().map((value) => Math.round(value * 1e9) / 1e9)).toEqual([2.333333333, -1, -1, 0.5])
  })

  test('columns that say the same have no fit', () => {
    expect(
      linearFit(
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
        [1, 2, 3],
      ),
    ).toBeNull()
    expect(
      linearFit(
        [
          [1, 1],
          [1, 2],
        ],
        [1, 2],
      ),
    ).toBeNull()
  })

  test.for([
    [8, 1.8595],
    [10, 1.8125],
    [30, 1.6973],
    [120, 1.6577],
  ] as const)("Student's t for %d degrees of freedom is that of the tables", ([freedom, expected]) => {
    expect(studentQuantile95(freedom)).toBeCloseTo(expected, 3)
  })
})
