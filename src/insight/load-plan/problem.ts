/** A day in which loads, storages and chargers may be placed: all that a plan is made of. Nothing in it has a clock or a file. */

/** One step of the day, a quarter of an hour as a rule. */
export interface PlanStep {
  /** Price of a bought kWh, in the currency of the tariff. */
  readonly price: number
  /** Price of a kWh that is fed in; 0 when nothing is paid. */
  readonly exportPrice: number
  /** Expected import less export with everything as usual, kW; negative when electricity is fed in. */
  readonly netKw: number
  /** Emissions of a bought kWh, kgCO2e; null when no factor is known. */
  readonly kgCo2ePerKwh: number | null
}

/** A load of constant power that runs once a day. */
export interface ShiftableLoad {
  readonly id: string
  readonly powerKw: number
  /** Steps that it runs for. */
  readonly steps: number
  /** Steps in which it may run, [from, until). */
  readonly from: number
  readonly until: number
  /** First step of its run without a plan. */
  readonly usualFrom: number
  /** The expected power has it in its usual steps already; else it comes on top of it. */
  readonly isExpected: boolean
  readonly mayPause: boolean
  /** Loads that have to have ended before it begins. */
  readonly after: readonly string[]
  /** Worth of a run, in the currency: it may be left out where it costs more. Null when it has to run. */
  readonly worth: number | null
}

/** A storage that may be charged and discharged; without a plan it rests. */
export interface PlannedStorage {
  readonly id: string
  readonly capacityKwh: number
  /** Energy that always stays in it. */
  readonly leastKwh: number
  /** Energy in it at the start of the day, which is an assumption; at the end it has as much at least. */
  readonly startKwh: number
  readonly chargeKw: number
  readonly dischargeKw: number
  /** Part of what is charged that can be discharged again, above 0 and below 1. */
  readonly efficiency: number
  /** Cost of wear of a discharged kWh, in the currency. */
  readonly wearPerKwh: number
  /**
   * Energy by step that it keeps to hold the demand of the running quarter; absent of one that follows its plan alone. No demand is planned of one that
   * holds: it gives what is needed at that moment, and takes no more than there is room for.
   */
  readonly reserveKwh?: readonly number[]
}

/** A charging point that has to have given so much energy in its time. Without a plan it charges at full power at once. */
export interface PlannedCharger {
  readonly id: string
  readonly powerKw: number
  readonly energyKwh: number
  /** Steps in which the vehicle is there, [from, until). */
  readonly from: number
  readonly until: number
  /** The expected power has it already. */
  readonly isExpected: boolean
}

export interface PlannedDemand {
  /** Cost of a kW of the month's highest demand, in the currency; 0 when it is not billed. */
  readonly pricePerKw: number
  /** Highest demand that the month has reached before the day, kW. */
  readonly reachedKw: number
  /** Contract demand, kW; null without one. Where the rest of the plant is above it already, the plan adds nothing. */
  readonly limitKw: number | null
  /**
   * Ways in which the power may differ from what is expected, kW by step, each as likely as the others: a block that is dear by mistake is paid for a
   * month, so what a day adds to the demand is the mean over them. Without any the power comes as expected.
   */
  readonly deviationsKw: readonly (readonly number[])[]
}

export interface PlanProblem {
  /** Length of a step, h. */
  readonly stepH: number
  readonly steps: readonly PlanStep[]
  readonly demand: PlannedDemand
  /** Cost that is put on a kgCO2e, in the currency; 0 when emissions are only told. */
  readonly pricePerKgCo2e: number
  readonly loads: readonly ShiftableLoad[]
  readonly storages: readonly PlannedStorage[]
  readonly chargers: readonly PlannedCharger[]
}

/** Power by step of everything that is placed, kW: above 0 it is taken, below 0 it is given by a storage. */
export type PlacedPower = ReadonlyMap<string, readonly number[]>

/** Power of everything that is placed as it is without a plan: loads in their usual steps, chargers at once, storages at rest. */
export function usualPower({ stepH, steps, loads, storages, chargers }: PlanProblem): PlacedPower {
  const byStep = (powerAt: (step: number) => number) => steps.map((_, step) => powerAt(step))
  return new Map([
    ...loads.map(({ id, powerKw, usualFrom, steps: length }) => {
      const power = byStep((step) => (step >= usualFrom && step < usualFrom + length ? powerKw : 0))
      return [id, power] as const
    }),
    ...storages.map(({ id }) => [id, byStep(() => 0)] as const),
    ...chargers.map(({ id, powerKw, energyKwh, from, until }) => {
      const power = byStep((step) => {
        const leftKw = energyKwh / stepH - powerKw * (step - from)
        return step < from || step >= until ? 0 : Math.min(powerKw, Math.max(0, leftKw))
      })
      return [id, power] as const
    }),
  ])
}

/** Expected import less export of the plant without anything that is placed, kW by step. */
export function restOfPlant(problem: PlanProblem): readonly number[] {
  const usual = usualPower(problem)
  const expected = [...problem.loads, ...problem.chargers].filter(({ isExpected }) => isExpected)
  return problem.steps.map(
    ({ netKw }, step) => netKw - expected.reduce((sum, { id }) => sum + usual.get(id)![step]!, 0),
  )
}

/** Import less export of the plant with what is placed, kW by step. */
export function netPower(problem: PlanProblem, placed: PlacedPower): readonly number[] {
  const powers = [...placed.values()]
  return restOfPlant(problem).map((rest, step) => powers.reduce((sum, power) => sum + power[step]!, rest))
}

/** Import less export that demand is reckoned by, kW by step: of a storage that holds demand neither what it takes nor what it gives is in it. */
export function demandPower(problem: PlanProblem, placed: PlacedPower): readonly number[] {
  const holding = problem.storages.filter(({ reserveKwh }) => reserveKwh !== undefined).map(({ id }) => placed.get(id)!)
  return netPower(problem, placed).map((net, step) => holding.reduce((kw, power) => kw - power[step]!, net))
}

/** Power that the plant may import in each step, kW: the contract demand, or the rest of the plant where that is above it. */
export function importMax(problem: PlanProblem): readonly number[] {
  const limitKw = problem.demand.limitKw ?? Number.POSITIVE_INFINITY
  return restOfPlant(problem).map((rest) => Math.max(limitKw, rest))
}

/** Ways in which the power may come, kW more than expected by step; at least one. */
export function deviationsOf({ demand, steps }: PlanProblem): readonly (readonly number[])[] {
  return demand.deviationsKw.length > 0 ? demand.deviationsKw : [steps.map(() => 0)]
}
