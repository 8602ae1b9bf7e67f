import type { KpiPoint } from '../base/kpi.js'
import type { DemandKnown } from '../insight/peak/demand-outlook.js'

/** Sums of the same energy in another order differ by less, kWh. */
const SUM_ERROR_KWH = 1e-6

/** Imported energy of the minutes of a block, ascending: of the plant, and of each of its main meters. */
export interface BlockMinutes {
  /** Start of the block, epoch ms. */
  readonly startMs: number
  readonly minutes: readonly KpiPoint[]
  readonly mains: readonly (readonly KpiPoint[])[]
}

/**
 * Energy of the running block up to the end of the last minute that is known. One main meter may be minutes behind another, and half
 * of the power would look like all of it; so a minute counts once it is final or all main meters are past it, and has no gap.
 */
export function measuredOf({ startMs, minutes, mains }: BlockMinutes): DemandKnown['measured'] {
  let [kwh, untilMs] = [0, startMs]
  for (const minute of minutes) {
    const { start, end, value } = minute
    if (value === null || minute.coverage < 1 || Date.parse(start) !== untilMs) break
    if (minute.provisional && !isSumOf(minute, mains)) break
    kwh += value
    untilMs = Date.parse(end)
  }
  return untilMs === startMs ? null : { kwh, untilMs }
}

/**
 * A minute of the plant stays provisional for the slowest of all its devices, that of a main meter for its own readings alone. Both
 * are read at different instants: where they do not agree, the plant's has still to be computed.
 */
function isSumOf({ start, value }: KpiPoint, mains: BlockMinutes['mains']): boolean {
  if (value === null || mains.length === 0) return false
  let kwh = 0
  for (const points of mains) {
    const own = points.find((point) => point.start === start)
    if (own === undefined || own.value === null || own.provisional || own.coverage < 1) return false
    kwh += own.value
  }
  return Math.abs(kwh - value) <= SUM_ERROR_KWH
}
