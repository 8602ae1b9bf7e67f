import type { SavingsBaseline } from './baseline.js'
import { columnsOf, modelTerms, type SavingsDay } from './day.js'
import { dot, quadratic } from './regression.js'

/** Something that changed the use of energy and is no saving: a hall more, a line that was sold. */
export interface NonRoutineEvent {
  readonly from: string
  /** Last day, itself included; `null` until further notice. */
  readonly to: string | null
  /** Energy of a day that is there because of it; less than 0 when it took energy away. */
  readonly kwhPerDay: number
  readonly reason: string
  readonly author: string
}

export interface EnergySaving {
  /** Expected without the change, events included, and used, over the days that are known, kWh. */
  readonly expectedKwh: number
  readonly actualKwh: number
  /** Expected less actual, and the bounds that hold it nine times of ten, kWh; negative when more was used. */
  readonly savedKwh: number
  readonly bounds90: readonly [lower: number, upper: number]
  /** True when it is one: the lower bound is above 0. */
  readonly isShown: boolean
  readonly days: number
  /** Days of which something is not known: nothing is saved or wasted on them. */
  readonly leftOut: number
  /** Days on which an output or a temperature was beyond what the baseline has seen. */
  readonly outsideRange: number
  /** Sum of the savings up to each known day, kWh: the CUSUM chart. */
  readonly cusum: readonly { readonly day: string; readonly savedKwh: number }[]
}

/**
 * The saving on the days after the change. The bounds hold both chances: that the days differ from the model, and
 * that the model was drawn from some days only. Errors that stay for days make fewer independent ones of them: both are
 * widened by (1 + ρ) / (1 − ρ). Source: ASHRAE Guideline 14, annex on uncertainty, and IPMVP (from memory).
 */
export function energySavingOf(
  baseline: SavingsBaseline,
  days: readonly SavingsDay[],
  events: readonly NonRoutineEvent[] = [],
): EnergySaving | null {
  const { fit } = baseline
  const terms = modelTerms(baseline.model)
  const known = days.flatMap((day) => {
    const columns = day.energyKwh === null ? null : columnsOf(terms, day)
    return columns === null ? [] : [{ day: day.day, columns, actual: day.energyKwh! }]
  })
  if (known.length === 0) return null
  let [expectedKwh, actualKwh, outsideRange] = [0, 0, 0]
  const cusum = known.map(({ day, columns, actual }) => {
    expectedKwh += dot(columns, fit.coefficients) + eventsOf(events, day)
    actualKwh += actual
    if (isOutside(baseline, columns)) outsideRange++
    return { day, savedKwh: expectedKwh - actualKwh }
  })
  const sums = fit.coefficients.map((_, c) => known.reduce((sum, { columns }) => sum + columns[c]!, 0))
  const widening = (1 + baseline.persistence) / (1 - baseline.persistence)
  const variance = baseline.variance * widening * (known.length + quadratic(sums, fit.chance))
  const freedom = Math.max(1, baseline.days / widening - fit.coefficients.length)
  const half = studentQuantile95(freedom) * Math.sqrt(variance)
  const savedKwh = expectedKwh - actualKwh
  const bounds90 = [savedKwh - half, savedKwh + half] as const
  const isShown = bounds90[0] > 0
  const leftOut = days.length - known.length
  return { expectedKwh, actualKwh, savedKwh, bounds90, isShown, days: known.length, leftOut, outsideRange, cusum }
}

function eventsOf(events: readonly NonRoutineEvent[], day: string): number {
  return events.reduce(
    (sum, { from, to, kwhPerDay }) => (from <= day && (to === null || day <= to) ? sum + kwhPerDay : sum),
    0,
  )
}

/** A tenth beyond what was seen is still taken for seen. */
function isOutside({ ranges }: SavingsBaseline, columns: readonly number[]): boolean {
  return ranges.some(([least, greatest], c) => {
    const margin = (greatest - least) / 10
    return columns[c]! < least - margin || columns[c]! > greatest + margin
  })
}

/** 95 % quantile of Student's t. Source: Abramowitz and Stegun, 26.7.5: four digits from eight degrees of freedom on. */
export function studentQuantile95(freedom: number): number {
  const z = 1.6448536269514722
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ]
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z)
}
