import type { PlannedStorage } from '../../src/insight/load-plan/problem.js'

/** Steps of a quarter of an hour. */
const STEP_H = 0.25

/**
 * Power of a storage on a day as it comes, kW by step: it goes by its plan, gives what the rest of the plant has above what it holds, takes no more than there is room for, and is as
 * full at the end as at the start. It knows the running step and none behind it.
 * @param restKw import less export of everything else by step
 */
export function heldDay(
  restKw: readonly number[],
  plannedKw: readonly number[],
  { capacityKwh, leastKwh, startKwh, chargeKw, dischargeKw, efficiency }: PlannedStorage,
  holdKw: number,
): readonly number[] {
  let kwh = startKwh
  return restKw.map((rest, step) => {
    // So much has to be in it that the steps that are left can fill it up again.
    const least = Math.max(leastKwh, startKwh - (restKw.length - 1 - step) * chargeKw * efficiency * STEP_H)
    const most = Math.min(chargeKw, (capacityKwh - kwh) / (efficiency * STEP_H))
    const wanted = Math.min(plannedKw[step]!, Math.max(holdKw - rest, -dischargeKw))
    const lowest =
      kwh < least ? (least - kwh) / (efficiency * STEP_H) : -Math.min(dischargeKw, (kwh - least) / STEP_H, rest)
    const kw = Math.min(most, Math.max(lowest, wanted))
    kwh += kw > 0 ? kw * efficiency * STEP_H : kw * STEP_H
    return kw
  })
}
