import { type BrokenConstraint, brokenConstraints } from './constraints.js'
import { type PlanCost, planCost } from './plan-cost.js'
import { type LeftOutRule, type PlanModelRules, planModel } from './plan-model.js'
import { netPower, type PlacedPower, type PlanProblem, type ShiftableLoad, usualPower } from './problem.js'

/** The package as it is loaded: its types are those of another module system. */
interface SolverModule {
  readonly default: typeof import('highs')['default']
}

/** Version of the rules by which plans are made. */
export const PLAN_VERSION = '1'

/**
 * The solver is given 20 s, and so many branches that it is done before: what it says then does not depend on the machine, unlike the time.
 * A plan is as good as the best when it costs at most half a thousandth more.
 */
const SOLVER_OPTIONS = { output_flag: false, time_limit: 20, mip_rel_gap: 5e-4, mip_max_nodes: 20_000, random_seed: 0 }
/** A plan that saves less of a currency unit is none. */
const LEAST_SAVED = 0.005

/** A plan is not made for one of these reasons. */
export type NoPlanReason = 'nothing_to_shift' | 'infeasible' | 'nothing_to_gain' | 'too_hard'

export interface LoadPlan {
  readonly placed: PlacedPower
  /** Import less export with the plan, kW by step. */
  readonly netKw: readonly number[]
  readonly cost: PlanCost
  /** Money that the plan costs less than the day as usual; below 0 only where that breaks a constraint or keeps too little to hold demand. */
  readonly saved: number
  /** Emissions that it has less; null when a factor is missing. */
  readonly savedKgCo2e: number | null
}

export interface PlanOutcome {
  readonly plan: LoadPlan | null
  /** Null when there is a plan. */
  readonly reason: NoPlanReason | null
  /** Constraints that cannot be kept; empty unless the reason is infeasible. */
  readonly impossible: readonly BrokenConstraint[]
  /** The day as usual, without a plan. */
  readonly usual: {
    readonly placed: PlacedPower
    readonly cost: PlanCost
    readonly broken: readonly BrokenConstraint[]
  }
}

/**
 * The cheapest day that keeps every constraint, or why there is none. The same problem has the same answer.
 * Loads need ids of their own, and `after` names loads of the problem.
 */
export async function cheapestPlan(problem: PlanProblem): Promise<PlanOutcome> {
  const placed = usualPower(problem)
  // A storage at rest keeps nothing for demand, and nobody asks that of the day as usual.
  const resting = { ...problem, storages: problem.storages.map(({ reserveKwh, ...one }) => one) }
  const usual = { placed, cost: planCost(problem, placed), broken: brokenConstraints(resting, placed) }
  const without = (reason: NoPlanReason, impossible: readonly BrokenConstraint[] = []): PlanOutcome => {
    return { plan: null, reason, impossible, usual }
  }
  if (problem.loads.length + problem.storages.length + problem.chargers.length === 0) return without('nothing_to_shift')
  const impossible = impossibleAlone(problem)
  if (impossible.length > 0) return without('infeasible', impossible)
  const solved = await solve(problem)
  if (solved === 'infeasible') return without('infeasible', await impossibleTogether(problem))
  if (solved === 'too_hard') return without('too_hard')
  const cost = planCost(problem, solved)
  const saved = usual.cost.total - cost.total
  if (saved < LEAST_SAVED && brokenConstraints(problem, placed).length === 0) return without('nothing_to_gain')
  const [kg, usualKg] = [cost.kgCo2e, usual.cost.kgCo2e]
  const savedKgCo2e = kg === null || usualKg === null ? null : usualKg - kg
  return {
    plan: { placed: solved, netKw: netPower(problem, solved), cost, saved, savedKgCo2e },
    reason: null,
    impossible: [],
    usual,
  }
}

/** Loads and chargers whose window is too short for them by themselves. */
function impossibleAlone({ stepH, loads, chargers }: PlanProblem): readonly BrokenConstraint[] {
  return [
    ...loads
      .filter(({ from, until, steps }) => until - from < steps)
      .map(({ id }) => ({ constraint: 'window' as const, of: id })),
    ...loads.filter((load) => isInCircle(load, loads)).map(({ id }) => ({ constraint: 'order' as const, of: id })),
    ...chargers
      .filter(({ from, until, powerKw, energyKwh }) => powerKw * stepH * Math.max(0, until - from) < energyKwh - 1e-9)
      .map(({ id }) => ({ constraint: 'energy' as const, of: id })),
  ]
}

/** True when a load would have to wait for itself. */
function isInCircle(load: ShiftableLoad, loads: readonly ShiftableLoad[]): boolean {
  const seen = new Set<string>()
  const open = [...load.after]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === load.id) return true
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(loads.find((one) => one.id === id)?.after ?? []))
  }
  return false
}

/** The rules between loads and plant of which one cannot be kept: without it there would be a plan. */
async function impossibleTogether(problem: PlanProblem): Promise<readonly BrokenConstraint[]> {
  const rules: readonly (readonly LeftOutRule[])[] = [['order'], ['demand_limit'], ['order', 'demand_limit']]
  for (const leftOut of rules) {
    if ((await solve(problem, leftOut)) === 'infeasible') continue
    return leftOut.flatMap((rule): readonly BrokenConstraint[] =>
      rule === 'order'
        ? problem.loads.filter(({ after }) => after.length > 0).map(({ id }) => ({ constraint: rule, of: id }))
        : [{ constraint: rule, of: '' }],
    )
  }
  return []
}

/** The solver once it is needed: 3.5 MB of code that each question finds in a state of its own. */
let loaded: ReturnType<typeof loadSolver> | undefined

async function loadSolver() {
  const { default: load } = (await import('highs')) as unknown as SolverModule
  return await load()
}

/** Asks the solver. What it says is looked at by `brokenConstraints`, so a plan never breaks a rule whatever the solver does. */
async function solve(
  problem: PlanProblem,
  leftOut: readonly LeftOutRule[] = [],
): Promise<PlacedPower | 'infeasible' | 'too_hard'> {
  const quick = await solveBy(problem, { leftOut, isStrict: false })
  if (typeof quick === 'string' || leftOut.length > 0 || brokenConstraints(problem, quick).length === 0) return quick
  const strict = await solveBy(problem, { leftOut, isStrict: true })
  return typeof strict === 'string' || brokenConstraints(problem, strict).length === 0 ? strict : 'too_hard'
}

async function solveBy(problem: PlanProblem, rules: PlanModelRules): Promise<PlacedPower | 'infeasible' | 'too_hard'> {
  const { program, placedOf } = planModel(problem, rules)
  loaded ??= loadSolver()
  const solver = await loaded
  const { Status: status, Columns: columns } = solver.solve(program.text, SOLVER_OPTIONS)
  if (status === 'Infeasible' || status === 'Primal infeasible or unbounded') return 'infeasible'
  if (status !== 'Optimal') return 'too_hard'
  return placedOf((name) => {
    const column = columns[name]
    return column !== undefined && 'Primal' in column ? column.Primal : 0
  })
}
