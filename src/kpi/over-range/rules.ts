import type { KpiInfo } from '../../base/kpi.js'
import type { RangeRule } from '../../base/range-figure.js'

/**
 * Rules that cannot be told from the shape of a KPI. A capability needs the values themselves, a rolled yield the yield of
 * each step, and an uncertainty the amount of each source: no two windows of them say what both come to.
 */
const RULES: Readonly<Record<string, RangeRule>> = {
  peak_demand_15: 'max',
  peak_demand_15_sliding: 'max',
  load_factor: 'load',
  power_factor: 'root',
  power_factor_lag: 'root',
  exceed_multiple_nox: 'max',
  exceed_multiple_so2: 'max',
  exceed_multiple_pm: 'max',
  exceed_multiple_co: 'max',
  oee: 'product',
  nee: 'product',
  inherent_availability: 'mean_times',
  demand_cost: 'sum',
  data_completeness: 'due',
  connectivity: 'due',
  robot_util_calendar: 'due',
  valid_capture_nox: 'due',
  valid_capture_so2: 'due',
  valid_capture_pm: 'due',
  valid_capture_co: 'due',
  scope1_uncertainty: 'window',
  rty: 'window',
  cp: 'window',
  cpk: 'window',
  pp: 'window',
  ppk: 'window',
  cm: 'window',
}

/** Rule by which the windows of a KPI come to one figure: a sum adds up, and of all else numerators and denominators do. */
export function rangeRule({ id, shape }: Pick<KpiInfo, 'id' | 'shape'>): RangeRule {
  return RULES[id] ?? (shape === 'sum' ? 'sum' : 'ratio')
}

/** KPIs that a figure of a range is made of beside its own windows, in the order in which `combined` takes them. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  load_factor: ['peak_demand_15'],
  oee: ['effectiveness', 'quality_ratio'],
  nee: ['effectiveness', 'quality_ratio', 'setup_ratio', 'oee'],
  inherent_availability: ['mtbf', 'mttr'],
}

const STACK_MEAN = /^pollutant_(?:ref_)?mean_(nox|so2|pm|co)$/

/** A mean of a stack is known as well as the hours are in which the stack ran: its capture says how many these are. */
export function besideOf(kpi: string): readonly string[] {
  const pollutant = STACK_MEAN.exec(kpi)?.[1]
  return pollutant === undefined ? (BESIDE[kpi] ?? []) : [`valid_capture_${pollutant}`]
}

export const isStackMean = (kpi: string): boolean => STACK_MEAN.test(kpi)

/** They say themselves how much is missing: that is no reason to have no value. */
const SAYS_ITSELF = /^(?:data_completeness|connectivity|valid_capture_\w+)$/

export const saysWhatIsMissing = (kpi: string): boolean => SAYS_ITSELF.test(kpi)

/** Known by what was sent against what was due, or by a clock that never stands still: each window counts. */
const BY_CALENDAR = /^(?:data_|connectivity$|robot_util_calendar$|time_)/

/**
 * Figures of work and of what is inspected. At night and on Sunday machines are silent because nothing is planned, and
 * their windows do not say so: only those in which something was told count for how well such a figure is known.
 */
export function isOfWork({ id, pillar }: Pick<KpiInfo, 'id' | 'pillar'>): boolean {
  return pillar !== 'green' && !BY_CALENDAR.test(id)
}
