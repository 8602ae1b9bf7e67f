import { MINUTE_MS } from '../base/durations.js'
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
export function measuredOf(block: BlockMinutes): DemandKnown['measured'] {
  const known = knownMinutes(block)
  if (known.length === 0) return null
  const kwh = known.reduce((sum, one) => sum + one, 0)
  return { kwh, untilMs: block.startMs + known.length * MINUTE_MS }
}

/** Energy of the minutes from the start on that are known by the same rule, kWh each. */
export function knownMinutes({ startMs, minutes, mains }: BlockMinutes): readonly number[] {
  const known: number[] = []
  for (const minute of minutes) {
    const { start, value } = minute
    if (Date.parse(start) < startMs) continue
    if (value === null || minute.coverage < 1 || Date.parse(start) !== startMs + known.length * MINUTE_MS) break
    if (minute.provisional && !isSumOf(minute, mains)) break
    known.push(value)
  }
  return known
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
