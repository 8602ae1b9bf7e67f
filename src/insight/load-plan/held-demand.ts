import type { PlannedStorage } from './problem.js'

/** Halvings of the range in which the power lies: to a thousandth of a storage's power. */
const HALVINGS = 12
/** Steps by which a peak may come earlier or later than it ever did. */
const NEAR = 2

/** Part of its power at which a storage is charged on average while it is filled. */
const REACHED_PART = 0.6

export type HoldingStorage = Pick<
  PlannedStorage,
  'capacityKwh' | 'leastKwh' | 'startKwh' | 'chargeKw' | 'dischargeKw' | 'efficiency'
>

/** A demand that a storage can hold by giving whatever the running quarter has above it. */
export interface HeldDemand {
  readonly powerKw: number
  /** Energy that has to be in the storage at the end of each step for what may come behind it. */
  readonly reserveKwh: readonly number[]
}

/**
 * The lowest power above which a storage that begins with its charge of the morning could have given everything on each of these days, and the energy that it needed for
 * that by time of day, on the worst of them.
 * @param days import less export without the storage, kW by step; at least one day
 */
export function heldDemand(days: readonly (readonly number[])[], storage: HoldingStorage, stepH: number): HeldDemand {
  const highest = Math.max(...days.flat())
  let [low, high] = [highest - storage.dischargeKw, highest]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    if (days.every((day) => neededFor(day, middle, storage, stepH) !== null)) high = middle
    else low = middle
  }
  const needed = days.map((day) => neededFor(day, high, storage, stepH) ?? [])
  const reserveKwh = days[0]!.map((_, step) => {
    const around = needed.flatMap((one) => one.slice(Math.max(0, step + 1 - NEAR), step + 2 + NEAR))
    return storage.leastKwh + Math.max(0, ...around)
  })
  return { powerKw: high, reserveKwh }
}

/** Energy above the least that is needed at the start of each step to hold a power until the end of the day; null where the storage has less by then. */
function neededFor(
  day: readonly number[],
  powerKw: number,
  storage: HoldingStorage,
  stepH: number,
): readonly number[] | null {
  const { leastKwh, chargeKw, dischargeKw, efficiency } = storage
  const needed = new Array<number>(day.length)
  let kwh = 0
  for (let step = day.length - 1; step >= 0; step--) {
    const above = day[step]! - powerKw
    if (above > dischargeKw) return null
    kwh = Math.max(0, kwh + (above > 0 ? above : -efficiency * Math.min(chargeKw, -above)) * stepH)
    if (kwh > chargedBy(storage, step, stepH) - leastKwh) return null
    needed[step] = kwh
  }
  return needed
}

/** Energy that a storage can have after so many steps. */
function chargedBy({ capacityKwh, startKwh, chargeKw, efficiency }: HoldingStorage, steps: number, stepH: number) {
  return Math.min(capacityKwh, startKwh + REACHED_PART * efficiency * chargeKw * stepH * steps)
}

/** Several storages as one. */
export function asOneStorage(storages: readonly HoldingStorage[]): HoldingStorage {
  const sum = (of: (one: HoldingStorage) => number) => storages.reduce((all, one) => all + of(one), 0)
  return {
    ...{ capacityKwh: sum((one) => one.capacityKwh), leastKwh: sum((one) => one.leastKwh) },
    startKwh: sum((one) => one.startKwh),
    ...{ chargeKw: sum((one) => one.chargeKw), dischargeKw: sum((one) => one.dischargeKw) },
    efficiency: Math.min(...storages.map((one) => one.efficiency)),
  }
}

/** Energy that a storage keeps of what all of them have to keep, by its part of the capacity, and no more than it can have by then. */
export function reserveOf(storage: PlannedStorage, of: HoldingStorage, { reserveKwh }: HeldDemand, stepH: number) {
  const { capacityKwh, leastKwh } = storage
  const part = (capacityKwh - leastKwh) / Math.max(Number.MIN_VALUE, of.capacityKwh - of.leastKwh)
  return reserveKwh.map((kwh, step) => {
    const wanted = leastKwh + (kwh - of.leastKwh) * part
    const isLast = step === reserveKwh.length - 1
    return isLast ? leastKwh : Math.max(leastKwh, Math.min(wanted, chargedBy(storage, step, stepH)))
  })
}
