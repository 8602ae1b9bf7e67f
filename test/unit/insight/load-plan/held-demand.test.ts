import { expect, test } from 'vitest'
import { asOneStorage, heldDemand, reserveOf } from '../../../../src/insight/load-plan/held-demand.js'
import type { PlannedStorage } from '../../../../src/insight/load-plan/problem.js'
import { heldDay } from '../../../support/held-day.js'

/** Proves what a storage can hold of days that are known, and that it holds them when it is asked to. */

const battery: PlannedStorage = {
  ...{ id: 'battery', capacityKwh: 220, leastKwh: 20, startKwh: 120, chargeKw: 100, dischargeKw: 100 },
  ...{ efficiency: 0.8, wearPerKwh: 0 },
}
const flat = (kw: number) => Array<number>(96).fill(kw)
const peak = (from: number, to: number, kw: number) =>
  flat(200).map((one, step) => (step >= from && step < to ? kw : one))

test('a short peak is held by the power of a storage, a long one by its energy', () => {
  expect(heldDemand([peak(40, 41, 500)], battery, 0.25).powerKw).toBeCloseTo(400, 0)
  // 200 kWh in four hours are 50 kW.
  expect(heldDemand([peak(40, 56, 500)], battery, 0.25).powerKw).toBeCloseTo(450, 0)
})

test('a peak before a storage can be full is held by what is in it by then', () => {
  // 100 kWh at midnight, and 12 kWh a quarter: 124 kWh two quarters later, in two hours 62 kW.
  expect(heldDemand([peak(2, 10, 500)], battery, 0.25).powerKw).toBeCloseTo(438, 0)
})

test('the worst day counts, and energy is kept from half an hour before the time at which a peak ever came until half an hour behind it', () => {
  const { powerKw, reserveKwh } = heldDemand([flat(200), peak(40, 48, 500), peak(60, 64, 430)], battery, 0.25)
  expect(powerKw).toBeCloseTo(400, 0)
  expect(reserveKwh.slice(37, 42).map(Math.round)).toEqual([220, 220, 220, 220, 220])
  expect(reserveKwh[42]!).toBeLessThan(220)
  // In its last quarter the second peak still needs 7.5 kWh, here at 400 kW.
  expect(reserveKwh[64]!).toBeCloseTo(27.5, 0)
  expect(reserveKwh[65]).toBe(20)
})

test('several storages hold as one, and each keeps its part, as far as it is charged by then', () => {
  const small = { ...battery, id: 'small', capacityKwh: 120, leastKwh: 20, startKwh: 20 }
  const all = asOneStorage([battery, small])
  const held = heldDemand([peak(40, 42, 500)], all, 0.25)
  expect(held.powerKw).toBeCloseTo(300, 0)
  const [first, second] = [battery, small].map((one) => reserveOf(one, all, held, 0.25))
  expect(first![38]! - 20).toBeCloseTo(2 * (second![38]! - 20), 6)
  expect(second![0]).toBe(20)
  expect(first!.at(-1)).toBe(20)
})

test('a day like those that were known is held, and the storage is as full at its end as at its start', () => {
  const day = peak(40, 56, 500)
  const { powerKw } = heldDemand([day], battery, 0.25)
  const plan = day.map((_, step) => (step < 8 ? 62.5 : step >= 90 ? 100 : 0))
  const power = heldDay(day, plan, battery, powerKw)
  expect(Math.max(...day.map((kw, step) => kw + power[step]!))).toBeCloseTo(powerKw, 3)
  const kwh = power.reduce((sum, kw) => sum + (kw > 0 ? kw * 0.8 : kw) * 0.25)
  expect(kwh).toBeGreaterThanOrEqual(-1e-9)
})
