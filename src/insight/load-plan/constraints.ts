import {
  importMax,
  netPower,
  type PlacedPower,
  type PlannedCharger,
  type PlannedStorage,
  type PlanProblem,
  restOfPlant,
  type ShiftableLoad,
} from './problem.js'

/** Power and energy that count as none: solvers are exact to a millionth. */
const TOLERANCE = 1e-4

/** Constraints by their kind; each is of one load, storage or charger, or of the plant. */
export type PlanConstraint = 'window' | 'run' | 'order' | 'power' | 'energy' | 'charge' | 'demand_limit' | 'feed_in'

export interface BrokenConstraint {
  readonly constraint: PlanConstraint
  /** Load, storage or charger; '' for the plant. */
  readonly of: string
}

/** Every constraint that what is placed breaks; none of a plan that is given out. It is told by itself, not by the model of the solver. */
export function brokenConstraints(problem: PlanProblem, placed: PlacedPower): readonly BrokenConstraint[] {
  const { loads, storages, chargers, stepH } = problem
  const broken = (constraint: PlanConstraint, of: string, isBroken: boolean): readonly BrokenConstraint[] =>
    isBroken ? [{ constraint, of }] : []
  const net = netPower(problem, placed)
  const rest = restOfPlant(problem)
  const most = importMax(problem)
  return [
    ...loads.flatMap((load) => {
      const power = placed.get(load.id)!
      return [
        ...broken('window', load.id, !isInside(power, load)),
        ...broken('run', load.id, !runsAsItShould(power, load)),
        ...broken('order', load.id, !load.after.every((id) => endsBefore(placed.get(id)!, power))),
      ]
    }),
    ...chargers.flatMap((charger) => {
      const power = placed.get(charger.id)!
      return [
        ...broken('window', charger.id, !isInside(power, charger)),
        ...broken('power', charger.id, !power.every((kw) => isBetween(kw, 0, charger.powerKw))),
        ...broken('energy', charger.id, !hasEnergy(power, charger, stepH)),
      ]
    }),
    ...storages.flatMap((storage) => {
      const power = placed.get(storage.id)!
      const isAllowed = power.every((kw) => isBetween(kw, -storage.dischargeKw, storage.chargeKw))
      return [
        ...broken('power', storage.id, !isAllowed),
        ...broken('charge', storage.id, !staysCharged(power, storage, stepH)),
      ]
    }),
    ...broken('demand_limit', '', !net.every((kw, step) => kw <= most[step]! + TOLERANCE)),
    ...broken('feed_in', '', !net.every((kw, step) => kw >= Math.min(0, rest[step]!) - TOLERANCE)),
  ]
}

/** Energy in a storage at the end of each step, kWh. */
export function chargeOf(power: readonly number[], storage: PlannedStorage, stepH: number): readonly number[] {
  let kwh = storage.startKwh
  return power.map((kw) => {
    kwh += (kw > 0 ? kw * storage.efficiency : kw) * stepH
    return kwh
  })
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low - TOLERANCE && value <= high + TOLERANCE
}

function isInside(
  power: readonly number[],
  { from, until }: { readonly from: number; readonly until: number },
): boolean {
  return power.every((kw, step) => (step >= from && step < until) || Math.abs(kw) <= TOLERANCE)
}

/** A load runs for all of its steps at its power, or not at all where it may be left out. */
function runsAsItShould(power: readonly number[], { powerKw, steps, mayPause, worth }: ShiftableLoad): boolean {
  const running = power.flatMap((kw, step) => (kw > TOLERANCE ? [step] : []))
  if (running.length === 0) return worth !== null
  const isWhole = running.length === steps && running.every((step) => isBetween(power[step]!, powerKw, powerKw))
  return isWhole && (mayPause || running.at(-1)! - running[0]! === steps - 1)
}

/** Nothing is required of a load that does not run; one that runs waits for all that it comes after. */
function endsBefore(earlier: readonly number[], later: readonly number[]): boolean {
  const first = later.findIndex((kw) => kw > TOLERANCE)
  const last = earlier.findLastIndex((kw) => kw > TOLERANCE)
  return first === -1 || (last !== -1 && last < first)
}

function hasEnergy(power: readonly number[], { energyKwh }: PlannedCharger, stepH: number): boolean {
  const kwh = power.reduce((sum, kw) => sum + kw * stepH, 0)
  return isBetween(kwh, energyKwh, energyKwh)
}

function staysCharged(power: readonly number[], storage: PlannedStorage, stepH: number): boolean {
  const charge = chargeOf(power, storage, stepH)
  const { reserveKwh = [] } = storage
  const isInBounds = charge.every((kwh, step) =>
    isBetween(kwh, Math.max(storage.leastKwh, reserveKwh[step] ?? 0), storage.capacityKwh),
  )
  return isInBounds && (charge.at(-1) ?? storage.startKwh) >= storage.startKwh - TOLERANCE
}
