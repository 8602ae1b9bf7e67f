import { LinearProgram, type LinearTerms } from './linear-program.js'
import {
  deviationsOf,
  importMax,
  type PlacedPower,
  type PlannedCharger,
  type PlannedStorage,
  type PlanProblem,
  type PlanStep,
  restOfPlant,
  type ShiftableLoad,
} from './problem.js'

/** Rules that may be left out to find which of them cannot be kept. */
export type LeftOutRule = 'order' | 'demand_limit'

export interface PlanModelRules {
  readonly leftOut: readonly LeftOutRule[]
  /** Forbids charging and discharging at once by a rule of its own in each step, which is harder to solve; else only where it would cost nothing. */
  readonly isStrict: boolean
}

/** Values of variables as a solver gives them. */
export type SolvedValues = (variable: string) => number

/** The model of a plan for the solver, and how its answer is read. */
export interface PlanModel {
  readonly program: LinearProgram
  placedOf(values: SolvedValues): PlacedPower
}

interface PlacedPart {
  readonly id: string
  /** Power in a step, kW; variables without a term there are 0. */
  readonly powerAt: (step: number) => LinearTerms
  readonly read: (values: SolvedValues) => readonly number[]
}

/** Writes the cheapest plan as a linear program: import and export by step, the highest import, and all that is placed. */
export function planModel(problem: PlanProblem, { leftOut, isStrict }: PlanModelRules): PlanModel {
  const program = new LinearProgram()
  const loads = problem.loads.map((load, at) => addLoad(program, load, at, problem.steps.length))
  if (!leftOut.includes('order')) addOrder(program, problem, loads)
  const parts: readonly PlacedPart[] = [
    ...loads,
    ...problem.storages.map((storage, at) => addStorage(program, storage, at, { problem, isStrict })),
    ...problem.chargers.map((charger, at) => addCharger(program, charger, at, problem)),
  ]
  addGrid(program, problem, parts, leftOut)
  return { program, placedOf: (values) => new Map(parts.map(({ id, read }) => [id, read(values)])) }
}

/** Cost of a bought kWh with that of its emissions. */
function costOf({ price, kgCo2ePerKwh }: PlanStep, pricePerKgCo2e: number): number {
  return price + (kgCo2ePerKwh ?? 0) * pricePerKgCo2e
}

function addGrid(
  program: LinearProgram,
  problem: PlanProblem,
  parts: readonly PlacedPart[],
  leftOut: readonly LeftOutRule[],
) {
  const { stepH, steps, demand, pricePerKgCo2e } = problem
  const rest = restOfPlant(problem)
  const most = leftOut.includes('demand_limit') ? rest.map(() => Number.POSITIVE_INFINITY) : importMax(problem)
  const placedKw = [
    ...problem.loads.map(({ powerKw }) => powerKw),
    ...problem.storages.map(({ chargeKw }) => chargeKw),
    ...problem.chargers.map(({ powerKw }) => powerKw),
  ].reduce((sum, kw) => sum + kw, 0)
  const peaks = demand.pricePerKw > 0 ? deviationsOf(problem).map((way, at) => ({ way, name: `peak${at}` })) : []
  const holding = problem.storages.flatMap(({ reserveKwh }, at) => (reserveKwh === undefined ? [] : [at]))
  for (const { name } of peaks) {
    program.variable(name, demand.reachedKw, Number.POSITIVE_INFINITY)
    program.minimize([[demand.pricePerKw / peaks.length, name]])
  }
  for (const [step, of] of steps.entries()) {
    const bought = program.variable(`g${step}`, 0, most[step]!)
    const cost = costOf(of, pricePerKgCo2e)
    program.minimize([[cost * stepH, bought]])
    const surplusKw = Math.max(0, -rest[step]!)
    const fed = surplusKw > 0 ? program.variable(`e${step}`, 0, surplusKw) : null
    if (fed !== null) {
      program.minimize([[-of.exportPrice * stepH, fed]])
      // Whoever earns more than he pays would buy and feed in at once.
      if (of.exportPrice > cost) {
        const buys = program.binary(`b${step}`)
        program.require(
          [
            [1, bought],
            [-placedKw, buys],
          ],
          '<=',
          0,
        )
        program.require(
          [
            [1, fed],
            [surplusKw, buys],
          ],
          '<=',
          surplusKw,
        )
      }
    }
    const placed = parts.flatMap(({ powerAt }) => powerAt(step)).map(([factor, name]) => [-factor, name] as const)
    program.require([[1, bought], ...(fed === null ? [] : [[-1, fed] as const]), ...placed], '=', rest[step]!)
    for (const { way, name } of peaks) {
      const deviation = way[step]!
      // Nothing that can be placed brings this step above what the month has reached.
      if (rest[step]! + placedKw + deviation <= demand.reachedKw) continue
      const held = holding.flatMap((id) => [[-1, `d${id}_${step}`] as const, [1, `c${id}_${step}`] as const])
      program.require([[1, name], [-1, bought], ...(fed === null ? [] : [[1, fed] as const]), ...held], '>=', deviation)
    }
  }
}

interface LoadPart extends PlacedPart {
  readonly load: ShiftableLoad
  /** Steps that are begun at most by the end of a step, of a load that does not pause; null of one that does. */
  readonly startsUpTo: ((step: number) => LinearTerms) | null
  /** Part of 1 that it runs in a step. */
  readonly runsAt: (step: number) => LinearTerms
  /** 1 when it runs at all. */
  readonly runs: LinearTerms
}

function addLoad(program: LinearProgram, load: ShiftableLoad, at: number, stepCount: number): LoadPart {
  const { id, powerKw, steps, from, until, mayPause, worth } = load
  const last = mayPause ? until : until - steps + 1
  const places = Array.from({ length: last - from }, (_, i) => from + i)
  const variables = new Map(places.map((step) => [step, program.binary(`${mayPause ? 'x' : 's'}${at}_${step}`)]))
  const length = mayPause ? steps : 1
  const all: LinearTerms = [...variables.values()].map((name) => [1, name])
  const runs = addRuns(program, load, at, all, length)
  if (worth !== null) program.minimize(runs.map(([factor, name]) => [-worth * factor, name]))
  const within = (first: number, end: number): LinearTerms =>
    [...variables].filter(([step]) => step >= first && step < end).map(([, name]) => [1, name])
  const runsAt = (step: number) => (mayPause ? within(step, step + 1) : within(step - steps + 1, step + 1))
  return {
    ...{ id, load, runsAt, runs },
    startsUpTo: mayPause ? null : (step) => within(0, step + 1),
    powerAt: (step) => runsAt(step).map(([factor, name]) => [factor * powerKw, name]),
    read: (values) =>
      Array.from({ length: stepCount }, (_, step) =>
        runsAt(step).some(([, name]) => values(name) > 0.5) ? powerKw : 0,
      ),
  }
}

/** A load runs for its length, or not at all where it may be left out. */
function addRuns(
  program: LinearProgram,
  load: ShiftableLoad,
  at: number,
  all: LinearTerms,
  length: number,
): LinearTerms {
  if (load.worth === null) {
    program.require(all, '=', length)
    return []
  }
  const runs = program.binary(`r${at}`)
  program.require([...all, [-length, runs]], '=', 0)
  return [[1, runs]]
}

/** A load that comes after another begins when that has ended. */
function addOrder(program: LinearProgram, { steps }: PlanProblem, loads: readonly LoadPart[]) {
  for (const later of loads) {
    for (const id of later.load.after) {
      const earlier = loads.find((one) => one.id === id)!
      for (const step of steps.keys()) {
        const { steps: length } = earlier.load
        // It is enough for loads that do not pause, and much easier to solve, that no later one has started before an earlier one has ended.
        const [begun, ended] =
          later.startsUpTo !== null && earlier.startsUpTo !== null
            ? [later.startsUpTo(step), earlier.startsUpTo(step - length)]
            : [scaled(later.runsAt(step), length), [...steps.keys()].slice(0, step).flatMap(earlier.runsAt)]
        if (begun.length > 0) program.require([...begun, ...scaled(ended, -1)], '<=', 0)
      }
    }
  }
}

function scaled(terms: LinearTerms, by: number): LinearTerms {
  return terms.map(([factor, name]) => [factor * by, name])
}

function addStorage(
  program: LinearProgram,
  storage: PlannedStorage,
  at: number,
  { problem, isStrict }: { readonly problem: PlanProblem; readonly isStrict: boolean },
): PlacedPart {
  const { stepH, steps, pricePerKgCo2e } = problem
  const rest = restOfPlant(problem)
  const { id, capacityKwh, leastKwh, startKwh, chargeKw, dischargeKw, efficiency, wearPerKwh } = storage
  const { reserveKwh = [] } = storage
  for (const [step, of] of steps.entries()) {
    const [taken, given] = [
      program.variable(`c${at}_${step}`, 0, chargeKw),
      program.variable(`d${at}_${step}`, 0, dischargeKw),
    ]
    const isLast = step === steps.length - 1
    const charge = program.variable(
      `q${at}_${step}`,
      Math.max(isLast ? startKwh : leastKwh, reserveKwh[step] ?? 0),
      capacityKwh,
    )
    const gain: LinearTerms = [
      [-efficiency * stepH, taken],
      [stepH, given],
    ]
    if (step === 0) program.require([[1, charge], ...gain], '=', startKwh)
    else program.require([[1, charge], [-1, `q${at}_${step - 1}`], ...gain], '=', 0)
    program.minimize([[wearPerKwh * stepH, given]])
    // Electricity that is worth nothing could be lost for free, by charging and discharging at once.
    if (!isStrict && costOf(of, pricePerKgCo2e) > 0 && rest[step]! >= 0) continue
    const charges = program.binary(`k${at}_${step}`)
    program.require(
      [
        [1, taken],
        [-chargeKw, charges],
      ],
      '<=',
      0,
    )
    program.require(
      [
        [1, given],
        [dischargeKw, charges],
      ],
      '<=',
      dischargeKw,
    )
  }
  const powerAt = (step: number): LinearTerms => [
    [1, `c${at}_${step}`],
    [-1, `d${at}_${step}`],
  ]
  return { id, powerAt, read: (values) => [...steps.keys()].map((step) => kwOf(powerAt(step), values)) }
}

function addCharger(
  program: LinearProgram,
  charger: PlannedCharger,
  at: number,
  { stepH, steps }: PlanProblem,
): PlacedPart {
  const { id, powerKw, energyKwh, from, until } = charger
  const places = Array.from({ length: until - from }, (_, i) => program.variable(`v${at}_${from + i}`, 0, powerKw))
  program.require(
    places.map((name) => [stepH, name]),
    '=',
    energyKwh,
  )
  const powerAt = (step: number): LinearTerms => (step >= from && step < until ? [[1, `v${at}_${step}`]] : [])
  return { id, powerAt, read: (values) => [...steps.keys()].map((step) => kwOf(powerAt(step), values)) }
}

/** Power out of a solver's values; what is a rounding of nothing is nothing. */
function kwOf(terms: LinearTerms, values: SolvedValues): number {
  const kw = terms.reduce((sum, [factor, name]) => sum + factor * values(name), 0)
  return Math.abs(kw) < 1e-6 ? 0 : kw
}
