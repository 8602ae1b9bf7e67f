import { demandPower, deviationsOf, netPower, type PlacedPower, type PlanProblem } from './problem.js'

/** The cost of a day with what is placed in it, in the currency of the tariff. */
export interface PlanCost {
  /** Energy that is bought. */
  readonly energy: number
  /** Earned by what is fed in. */
  readonly exported: number
  /** Cost that the day adds to the demand of its month, on average over the ways in which its power may come. */
  readonly demand: number
  /** Wear of storages. */
  readonly wear: number
  /** Worth of loads that do not run. */
  readonly leftOut: number
  /** Emissions at the cost that is put on them; 0 when their amount is not known. */
  readonly carbon: number
  /** Sum of all of them. */
  readonly total: number
  /** Highest import of a step, kW. */
  readonly peakKw: number
  /** Emissions of what is bought; null when a factor is missing. */
  readonly kgCo2e: number | null
}

/** The cost of a day, by the same rules with a plan and without one. */
export function planCost(problem: PlanProblem, placed: PlacedPower): PlanCost {
  const { stepH, steps, demand: of, loads, storages, pricePerKgCo2e } = problem
  const net = netPower(problem, placed)
  const bought = net.map((kw) => Math.max(0, kw) * stepH)
  const sum = (amountAt: (step: number) => number) => steps.reduce((all, _, step) => all + amountAt(step), 0)
  const energy = sum((step) => bought[step]! * steps[step]!.price)
  const exported = sum((step) => Math.max(0, -net[step]!) * stepH * steps[step]!.exportPrice)
  const peakKw = Math.max(0, ...net)
  const ways = deviationsOf(problem)
  const billed = demandPower(problem, placed)
  const addedKw = ways.map((way) => Math.max(0, ...billed.map((kw, step) => kw + way[step]! - of.reachedKw)))
  const demand = (of.pricePerKw * addedKw.reduce((all, kw) => all + kw, 0)) / ways.length
  const wear = storages.reduce((all, { id, wearPerKwh }) => {
    return all + placed.get(id)!.reduce((kwh, kw) => kwh + Math.max(0, -kw) * stepH, 0) * wearPerKwh
  }, 0)
  const leftOut = loads.reduce(
    (all, { id, worth }) => all + (placed.get(id)!.some((kw) => kw > 0) ? 0 : (worth ?? 0)),
    0,
  )
  const isKnown = steps.every(({ kgCo2ePerKwh }) => kgCo2ePerKwh !== null)
  const kgCo2e = isKnown ? sum((step) => bought[step]! * (steps[step]!.kgCo2ePerKwh ?? 0)) : null
  const carbon = (kgCo2e ?? 0) * pricePerKgCo2e
  const total = energy - exported + demand + wear + leftOut + carbon
  return { energy, exported, demand, wear, leftOut, carbon, total, peakKw, kgCo2e }
}
