import type { LastReadings } from '../../archive/recent.js'
import { HOUR_MS } from '../../base/durations.js'
import { because, type ProposalReason } from '../../base/proposal-reasons.js'

/** A meter of electricity among new devices of one plant. */
export interface NewMeter {
  readonly device: string
  /** Mean power of its last readings, kW; null where they do not say. */
  readonly powerKw: number | null
}

/** The meter that most probably stands at the grid, in front of all other new ones of its plant. */
export interface LikelyMain {
  readonly device: string
  readonly reason: ProposalReason
}

/** Words in the id of a meter at the grid. */
const CALLED_MAIN = /(?:^|[-_])(?:main|mains|grid|incomer|utility|pcc|netz|haupt\w*|zong|zongbiao)(?:[-_]|\d|$)/
/** Fewer other meters say nothing: of two, one is always larger. */
const OTHERS_MIN = 2
/** Meters do not stop at one instant, so that a sum of others may seem a little larger than the meter in front of them. */
const SUM_MAX = 1.03
/** The others are a good part of it: a large machine beside small ones is no main meter. */
const SUM_MIN = 0.3

/**
 * Finds the main meter among the new meters of a plant that has none: the one that its name says, else the one that measures about
 * what all others do together. Null where neither says so, or two names do.
 */
export function likelyMain(meters: readonly NewMeter[]): LikelyMain | null {
  const called = meters.filter(({ device }) => CALLED_MAIN.test(device))
  if (called.length > 0) {
    const [{ device }] = called as [NewMeter]
    return called.length > 1 ? null : { device, reason: because('called_main', { name: device }) }
  }
  const [largest, ...others] = meters.toSorted((a, b) => (b.powerKw ?? 0) - (a.powerKw ?? 0))
  if (largest === undefined || others.length < OTHERS_MIN || meters.some(({ powerKw }) => powerKw === null)) return null
  const sum = others.reduce((all, { powerKw }) => all + (powerKw ?? 0), 0)
  const [power, share] = [largest.powerKw ?? 0, sum / (largest.powerKw ?? 0)]
  if (!(power > 0) || share < SUM_MIN || share > SUM_MAX) return null
  const values = { main: largest.device, others: others.length, sum: rounded(sum), power: rounded(power) }
  return { device: largest.device, reason: because('largest_meter', values) }
}

/** Mean power out of a register of kWh, else out of readings of kW; null where neither says. */
export function meanPowerKw(register: LastReadings | undefined, power: LastReadings | undefined): number | null {
  const hours = ((register?.ts.at(-1) ?? 0) - (register?.ts[0] ?? 0)) / HOUR_MS
  const grown = Number(register?.values.at(-1)) - Number(register?.values[0])
  if (hours > 0 && grown >= 0) return grown / hours
  const numbers = (power?.values ?? []).filter((value) => typeof value === 'number')
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

/** At most three digits that say something. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
