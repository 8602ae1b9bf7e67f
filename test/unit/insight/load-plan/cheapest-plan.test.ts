import { describe, expect, test } from 'vitest'
import { cheapestPlan } from '../../../../src/insight/load-plan/cheapest-plan.js'
import { brokenConstraints } from '../../../../src/insight/load-plan/constraints.js'
import type {
  PlannedCharger,
  PlannedStorage,
  PlanProblem,
  ShiftableLoad,
} from '../../../../src/insight/load-plan/problem.js'

/** Proves plans of a day of four hours that can be worked out by hand: prices 3, 1, 2, 4, nothing else running. */

const PRICES = [3, 1, 2, 4]
const day = (of: Partial<PlanProblem> = {}, netKw: readonly number[] = [0, 0, 0, 0]): PlanProblem => ({
  stepH: 1,
  steps: PRICES.map((price, step) => ({ price, exportPrice: 0, netKw: netKw[step]!, kgCo2ePerKwh: 0.5 })),
  demand: { pricePerKw: 0, reachedKw: 0, limitKw: null, deviationsKw: [] },
  ...{ pricePerKgCo2e: 0, loads: [], storages: [], chargers: [] },
  ...of,
})
const load = (of: Partial<ShiftableLoad> = {}): ShiftableLoad => ({
  ...{ id: 'oven', powerKw: 10, steps: 1, from: 0, until: 4, usualFrom: 0 },
  ...{ isExpected: false, mayPause: false, after: [], worth: null },
  ...of,
})
const storage = (of: Partial<PlannedStorage> = {}): PlannedStorage => ({
  ...{ id: 'battery', capacityKwh: 10, leastKwh: 0, startKwh: 0, chargeKw: 10, dischargeKw: 10 },
  ...{ efficiency: 0.8, wearPerKwh: 0 },
  ...of,
})
const charger = (of: Partial<PlannedCharger> = {}): PlannedCharger => ({
  ...{ id: 'van', powerKw: 10, energyKwh: 15, from: 0, until: 4, isExpected: false },
  ...of,
})
const placed = async (problem: PlanProblem) => {
  const { plan, reason } = await cheapestPlan(problem)
  return plan === null ? reason : Object.fromEntries(plan.placed)
}

describe('a load', () => {
  test('runs when it is cheapest, and the saving is what it costs less than at its usual time', async () => {
    const { plan, usual } = await cheapestPlan(day({ loads: [load()] }))
    expect(plan?.placed.get('oven')).toEqual([0, 10, 0, 0])
    expect([usual.cost.total, plan?.cost.total, plan?.saved]).toEqual([30, 10, 20])
    expect([usual.cost.kgCo2e, plan?.savedKgCo2e]).toEqual([5, 0])
  })

  test('that runs for two hours takes the two that are cheapest together, or apart when it may pause', async () => {
    const prices = (loads: ShiftableLoad[]): PlanProblem => {
      const steps = [1, 4, 2, 4].map((price) => ({ price, exportPrice: 0, netKw: 0, kgCo2ePerKwh: null }))
      return { ...day({ loads }), steps }
    }
    const usual = { steps: 2, usualFrom: 2 }
    expect(await placed(prices([load(usual)]))).toEqual({ oven: [10, 10, 0, 0] })
    expect(await placed(prices([load({ ...usual, mayPause: true })]))).toEqual({ oven: [10, 0, 10, 0] })
  })

  test('that is expected already is taken from its usual time', async () => {
    const { plan, usual } = await cheapestPlan(day({ loads: [load({ isExpected: true })] }, [12, 2, 2, 2]))
    expect(plan?.netKw).toEqual([2, 12, 2, 2])
    expect([usual.cost.total, plan?.cost.total]).toEqual([12 * 3 + 2 * 7, 2 * 3 + 12 + 2 * 6])
  })

  test('waits for the one that it comes after', async () => {
    const pair = [load({ id: 'a', usualFrom: 2 }), load({ id: 'b', usualFrom: 3, after: ['a'] })]
    expect(await placed(day({ loads: pair }))).toEqual({ a: [0, 10, 0, 0], b: [0, 0, 10, 0] })
    const pausing = pair.map((one) => ({ ...one, mayPause: true }))
    expect(await placed(day({ loads: pausing }))).toEqual({ a: [0, 10, 0, 0], b: [0, 0, 10, 0] })
  })

  test('is left out when no hour is cheap enough for what a run is worth', async () => {
    const { plan } = await cheapestPlan(day({ loads: [load({ worth: 9 })] }))
    expect(plan?.placed.get('oven')).toEqual([0, 0, 0, 0])
    expect(plan?.cost).toMatchObject({ energy: 0, leftOut: 9, total: 9 })
    expect(await placed(day({ loads: [load({ worth: 11 })] }))).toEqual({ oven: [0, 10, 0, 0] })
  })

  test('avoids the hour in which it would raise the demand of the month', async () => {
    // At 1 the hour is cheapest, but 20 + 10 kW are 5 above what the month has reached, at 3 each.
    const demand = { pricePerKw: 3, reachedKw: 25, limitKw: null, deviationsKw: [] }
    const { plan, usual } = await cheapestPlan(day({ demand, loads: [load({ usualFrom: 1 })] }, [0, 20, 0, 0]))
    expect(plan?.placed.get('oven')).toEqual([0, 0, 10, 0])
    expect([usual.cost.demand, plan?.cost.demand, plan?.saved]).toEqual([15, 0, 5])
  })
})

test('demand is planned for the ways in which the power may come, each as likely as the others', async () => {
  // At 1 the hour is cheapest. On half of the days 20 kW come then, 5 kW above the reached 25 with the load: 5 · 6 / 2 = 15 on average.
  const demand = {
    pricePerKw: 6,
    reachedKw: 25,
    limitKw: null,
    deviationsKw: [
      [0, 20, 0, 0],
      [0, 0, 0, 0],
    ],
  }
  const { plan, usual } = await cheapestPlan(day({ demand, loads: [load({ usualFrom: 1 })] }))
  expect([usual.cost.demand, usual.cost.total]).toEqual([15, 25])
  expect(plan?.placed.get('oven')).toEqual([0, 0, 10, 0])
  expect(plan?.saved).toBe(5)
})

describe('a storage', () => {
  test('is charged when it is cheap and gives what is left of that when it is dear', async () => {
    const { plan } = await cheapestPlan(day({ storages: [storage()] }, [8, 0, 0, 8]))
    expect(plan?.placed.get('battery')?.map((kw) => Math.round(kw * 1e6) / 1e6)).toEqual([0, 10, 0, -8])
    expect(plan?.saved).toBeCloseTo(8 * 4 - 10, 6)
    expect(plan?.savedKgCo2e).toBeCloseTo(-1, 6)
  })

  test('rests when its wear costs more than it saves', async () => {
    expect(await placed(day({ storages: [storage({ wearPerKwh: 3 })] }, [8, 0, 0, 8]))).toBe('nothing_to_gain')
  })

  test('feeds nothing into the grid that the plant would not', async () => {
    const { plan } = await cheapestPlan(day({ storages: [storage()] }, [0, 0, 0, 4]))
    expect(plan?.netKw.at(-1)).toBeCloseTo(0, 6)
    expect(plan?.saved).toBeCloseTo(4 * 4 - 5, 6)
  })

  test('takes the surplus of the sun rather than let it go for little', async () => {
    const { plan } = await cheapestPlan(day({ storages: [storage()] }, [0, 0, -10, 8]))
    expect(plan?.netKw.map((kw) => Math.round(kw * 1e6) / 1e6)).toEqual([0, 0, 0, 0])
    expect(plan?.saved).toBeCloseTo(32, 6)
  })
})

describe('a storage that holds demand', () => {
  const demand = { pricePerKw: 10, reachedKw: 8, limitKw: null, deviationsKw: [] }
  const keeping = (reserveKwh: readonly number[]) =>
    day({ demand, storages: [storage({ reserveKwh, capacityKwh: 8 })] }, [8, 8, 8, 8])

  test('has no demand in its plan, as it takes no more than there is room for', async () => {
    expect(await placed(day({ demand, storages: [storage()] }, [8, 8, 8, 8]))).toBe('nothing_to_gain')
    const { plan } = await cheapestPlan(keeping([0, 0, 0, 0]))
    expect(plan?.placed.get('battery')?.map((kw) => Math.round(kw * 1e6) / 1e6)).toEqual([0, 10, 0, -8])
    expect([plan?.cost.demand, plan?.saved]).toEqual([0, expect.closeTo(8 * 4 - 10, 6)])
  })

  test('keeps its energy whatever that costs, and a plan that keeps less breaks a constraint', async () => {
    const problem = keeping([8, 8, 8, 8])
    const { plan, usual } = await cheapestPlan(problem)
    expect(plan?.placed.get('battery')?.map((kw) => Math.round(kw * 1e6) / 1e6)).toEqual([10, 0, 0, 0])
    expect([plan?.saved, usual.broken]).toEqual([expect.closeTo(-30, 6), []])
    expect(brokenConstraints(problem, usual.placed)).toEqual([{ constraint: 'charge', of: 'battery' }])
  })
})

describe('a charger', () => {
  test('gives its energy in the cheapest hours of its time, not at once', async () => {
    const { plan, usual } = await cheapestPlan(day({ chargers: [charger({ from: 0, until: 3 })] }))
    expect(usual.placed.get('van')).toEqual([10, 5, 0, 0])
    expect(plan?.placed.get('van')).toEqual([0, 10, 5, 0])
    expect(plan?.saved).toBeCloseTo(30 + 5 - 10 - 10, 6)
  })

  test('follows the carbon of the grid when that has a price', async () => {
    const base = day({ chargers: [charger({ energyKwh: 10 })], pricePerKgCo2e: 5 })
    const steps = base.steps.map((one, step) => ({ ...one, kgCo2ePerKwh: step === 2 ? 0.1 : 0.6 }))
    expect(await placed({ ...base, steps })).toEqual({ van: [0, 0, 10, 0] })
  })
})

describe('there is no plan', () => {
  const infeasible = async (problem: PlanProblem) => {
    const { plan, reason, impossible } = await cheapestPlan(problem)
    return { plan, reason, impossible: impossible.map(({ constraint, of }) => `${constraint} ${of}`) }
  }
  const none = (...impossible: string[]) => ({ plan: null, reason: 'infeasible', impossible })

  test('when nothing can be shifted, or nothing is gained', async () => {
    expect(await placed(day())).toBe('nothing_to_shift')
    expect(await placed(day({ loads: [load({ usualFrom: 1 })] }))).toBe('nothing_to_gain')
  })

  test('when a window is too short, and it says whose', async () => {
    expect(await infeasible(day({ loads: [load({ steps: 3, until: 2 })] }))).toEqual(none('window oven'))
    expect(await infeasible(day({ chargers: [charger({ until: 1 })] }))).toEqual(none('energy van'))
  })

  test('when no order can be kept', async () => {
    const late = load({ id: 'a', from: 3, usualFrom: 3 })
    expect(await infeasible(day({ loads: [late, load({ id: 'b', until: 3, after: ['a'] })] }))).toEqual(none('order b'))
    const circle = [load({ id: 'a', after: ['b'] }), load({ id: 'b', after: ['a'] })]
    expect(await infeasible(day({ loads: circle }))).toEqual(none('order a', 'order b'))
  })

  test('when every hour would be above the contract demand, which the rest of the plant may be alone', async () => {
    const demand = { pricePerKw: 0, reachedKw: 0, limitKw: 15, deviationsKw: [] }
    const rest = [6, 7, 20, 8]
    expect(await infeasible(day({ demand, loads: [load()] }, rest))).toEqual(none('demand_limit '))
    expect(await placed(day({ demand, loads: [load()] }, [6, 7, 20, 5]))).toEqual({ oven: [0, 0, 0, 10] })
  })
})

test('a day that breaks the contract as usual has a plan that keeps it, though it costs more', async () => {
  const demand = { pricePerKw: 0, reachedKw: 0, limitKw: 15, deviationsKw: [] }
  const { plan, usual } = await cheapestPlan(day({ demand, loads: [load({ usualFrom: 1 })] }, [0, 10, 10, 0]))
  expect(usual.broken).toEqual([{ constraint: 'demand_limit', of: '' }])
  expect(plan?.placed.get('oven')).toEqual([10, 0, 0, 0])
  expect(plan?.saved).toBe(-20)
})

test('who earns more for feeding in than he pays does not buy and feed in at once', async () => {
  const base = day({ loads: [load({ usualFrom: 3 })] }, [-10, 0, 0, 0])
  const steps = base.steps.map((one) => ({ ...one, exportPrice: 9 }))
  const { plan } = await cheapestPlan({ ...base, steps })
  expect(plan?.placed.get('oven')).toEqual([0, 10, 0, 0])
  expect(plan?.cost).toMatchObject({ energy: 10, exported: 90 })
})
