import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cheapestPlan } from '../../../../src/insight/load-plan/cheapest-plan.js'
import { brokenConstraints } from '../../../../src/insight/load-plan/constraints.js'
import { planCost } from '../../../../src/insight/load-plan/plan-cost.js'
import {
  type PlacedPower,
  type PlanProblem,
  type ShiftableLoad,
  usualPower,
} from '../../../../src/insight/load-plan/problem.js'

/** Proves on days that are drawn that a plan keeps every constraint and never costs more than a day as usual that keeps them too. */

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true })

const problemOf = (stepCount: number): fc.Arbitrary<PlanProblem> => {
  const step = fc.record({
    price: between(-0.2, 2),
    exportPrice: between(0, 0.8),
    netKw: between(-50, 300),
    kgCo2ePerKwh: fc.option(between(0, 1), { freq: 8 }),
  })
  const window = fc.tuple(fc.nat(stepCount - 1), fc.integer({ min: 1, max: stepCount }))
  const load = (at: number): fc.Arbitrary<ShiftableLoad> =>
    fc
      .record({
        powerKw: between(1, 80),
        steps: fc.integer({ min: 1, max: Math.max(1, Math.floor(stepCount / 4)) }),
        window,
        shift: fc.nat(100),
        isExpected: fc.boolean(),
        mayPause: fc.boolean(),
        isAfter: fc.boolean(),
        worth: fc.option(between(0, 60), { freq: 3 }),
      })
      .map(({ window: [start, length], shift, isAfter, ...rest }) => {
        // One window in ten or so is too short.
        const least = shift % 10 === 0 ? 1 : rest.steps
        const from = Math.min(start, stepCount - least)
        const until = Math.min(stepCount, from + Math.max(least, length))
        const room = Math.max(0, until - from - rest.steps)
        const usualFrom = Math.min(from + (shift % (room + 1)), stepCount - rest.steps)
        return { ...rest, id: `load-${at}`, from, until, usualFrom, after: isAfter && at > 0 ? [`load-${at - 1}`] : [] }
      })
  const storage = fc
    .record({
      kwh: between(5, 200),
      kw: between(1, 100),
      start: between(0, 1),
      efficiency: between(0.5, 0.99),
      wear: between(0, 0.2),
    })
    .map(({ kwh, kw, start, efficiency, wear }) => ({
      ...{ id: 'battery', capacityKwh: kwh, leastKwh: kwh * 0.1, startKwh: kwh * (0.1 + 0.9 * start) },
      ...{ chargeKw: kw, dischargeKw: kw, efficiency, wearPerKwh: wear },
    }))
  const charger = fc
    .record({ powerKw: between(1, 50), part: between(0, 1.01), window, isExpected: fc.boolean() })
    .map(({ powerKw, part, window: [from, length], isExpected }) => {
      const until = Math.min(stepCount, from + length)
      return { id: 'van', powerKw, energyKwh: part * powerKw * (until - from) * 0.25, from, until, isExpected }
    })
  return fc.record({
    stepH: fc.constant(0.25),
    steps: fc.array(step, { minLength: stepCount, maxLength: stepCount }),
    demand: fc.record({
      pricePerKw: fc.constantFrom(0, 1, 40),
      reachedKw: between(0, 300),
      limitKw: fc.option(between(50, 400)),
      deviationsKw: fc.array(fc.array(between(-40, 60), { minLength: stepCount, maxLength: stepCount }), {
        maxLength: 3,
      }),
    }),
    pricePerKgCo2e: fc.constantFrom(0, 0.08),
    loads: fc.nat(3).chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => load(at)))),
    storages: fc.array(storage, { maxLength: 1 }),
    chargers: fc.array(charger, { maxLength: 1 }),
  })
}

/** Looks whether a plan is what it has to be; false when there is none. */
async function judged(problem: PlanProblem): Promise<boolean> {
  const { plan, reason, impossible, usual } = await cheapestPlan(problem)
  expect(reason).not.toBe('too_hard')
  if (plan === null) {
    // A day as usual that keeps all constraints is a plan, so there is one.
    if (reason === 'infeasible') expect([usual.broken.length > 0, impossible.length > 0]).toEqual([true, true])
    return false
  }
  expect(brokenConstraints(problem, plan.placed)).toEqual([])
  if (usual.broken.length === 0) expect(plan.saved).toBeGreaterThan(0)
  expect(plan.cost.total).toBeCloseTo(planCost(problem, plan.placed).total, 9)
  return true
}

describe('whatever is drawn', () => {
  test('a plan of eight steps keeps its constraints and saves something', { tags: ['slow'] }, async () => {
    let plans = 0
    await fc.assert(
      fc.asyncProperty(problemOf(8), async (problem) => {
        if (await judged(problem)) plans++
      }),
      { seed: 27, numRuns: 40 },
    )
    expect(plans).toBeGreaterThan(15)
  })

  test('many days of a quarter of an hour do', { tags: ['deep'], timeout: 900_000 }, async () => {
    const property = fc.asyncProperty(problemOf(96), async (problem) => void (await judged(problem)))
    await fc.assert(property, { seed: 28, numRuns: 150 })
    await fc.assert(
      fc.asyncProperty(problemOf(12), async (problem) => void (await judged(problem))),
      { seed: 29, numRuns: 1000 },
    )
  })

  test('no other way of placing one load by hand is cheaper', async () => {
    await fc.assert(
      fc.asyncProperty(problemOf(8), async (drawn) => {
        const [load] = drawn.loads
        if (load === undefined || load.mayPause) return
        const problem = { ...drawn, loads: [{ ...load, after: [] }], storages: [], chargers: [] }
        const { plan, usual } = await cheapestPlan(problem)
        const least = Math.min(plan?.cost.total ?? usual.cost.total, Number.POSITIVE_INFINITY)
        for (let from = load.from; from + load.steps <= load.until; from++) {
          const placed: PlacedPower = usualPower({ ...problem, loads: [{ ...problem.loads[0]!, usualFrom: from }] })
          if (brokenConstraints(problem, placed).length > 0) continue
          expect(planCost(problem, placed).total).toBeGreaterThan(least - 0.006)
        }
      }),
      { seed: 31, numRuns: 40 },
    )
  })
})

test('the same day has the same plan to the last bit', async () => {
  for (const problem of fc.sample(problemOf(96), { seed: 30, numRuns: 3 })) {
    const text = async () => {
      const { plan, ...rest } = await cheapestPlan(problem)
      return JSON.stringify([rest.reason, plan === null ? null : [...plan.placed], plan?.cost])
    }
    expect(await text()).toBe(await text())
  }
})
