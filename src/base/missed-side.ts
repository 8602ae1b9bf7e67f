import type { BudgetKind } from './options/budgets.js'

/** Side of an amount on which its KPI misses it. */
export type MissedSide = 'above' | 'below'

/** KPIs of which more is better: their budgets and targets are missed from below. */
const MORE_IS_BETTER: ReadonlySet<string> = new Set([
  ...['energy_saving_kwh', 'energy_export_revenue', 'energy_elec_export', 'energy_elec_onsite', 'energy_water_reused'],
  ...['energy_comprehensive_pv', 'renewable_share', 'water_reuse', 'scope2_covered_share'],
  ...['clean_energy_matched_annual', 'clean_energy_matched_hourly', 'power_factor', 'power_factor_lag', 'load_factor'],
  ...['good_units', 'cycles', 'time_producing', 'fpy', 'rty', 'cp', 'cpk', 'pp', 'ppk', 'cm', 'mtbf'],
  ...['oee', 'availability', 'effectiveness', 'quality_ratio', 'nee', 'allocation_efficiency', 'technical_efficiency'],
  ...['utilization_efficiency', 'throughput_rate', 'production_process_ratio', 'inherent_availability'],
  ...['robot_util_calendar', 'robot_util_planned', 'robot_auto_mode_share', 'robot_density', 'automation_share'],
  ...['valid_capture_nox', 'valid_capture_so2', 'valid_capture_pm', 'valid_capture_co'],
  ...['data_completeness', 'data_validity', 'data_timeliness', 'connectivity'],
])

/** Emissions that are covered are missed from above, nothing saved from below, other amounts as their KPI is better. */
export function missedSideOf(kpi: string, kind: BudgetKind | 'baseline'): MissedSide {
  if (kind === 'allowance') return 'above'
  return kind === 'baseline' || MORE_IS_BETTER.has(kpi) ? 'below' : 'above'
}
