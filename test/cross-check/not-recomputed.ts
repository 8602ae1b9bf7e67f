/**
 * KPIs that the recomputation does not say anything of, with the reason: whatever is in neither is found by the test. Of the
 * first kind no figure of the world differs from one that is recomputed; the others have proofs of their own.
 */
export const NOT_RECOMPUTED: readonly (readonly [RegExp, string])[] = [
  [
    /^energy_(coal|diesel|gasoline|lpg|steam|o2|n2|comp_air|elec_export)(_gj)?$/,
    'a register like that of natural gas, which the world does not always have; fuel that is reported alone is known in some windows only',
  ],
  [/_(so2|pm|co|co2)$/, 'a pollutant like NOx, which is recomputed'],
  [/^exceed_multiple_nox$/, 'the highest hour over its limit: its hours are compared as reference means'],
  [/^scope2_lb_hourly$/, 'needs a device that sends the carbon of the grid: worked examples in test/unit/kpi'],
  [/^energy_comprehensive_primary$/, 'needs an own factor of electricity: worked examples in test/unit/kpi'],
  [
    /^scope1_(measured|ch4|n2o|co2|uncertainty)$|^biogenic_co2$/,
    'sources by events and configuration: worked examples in test/unit/kpi',
  ],
  [
    /^energy_unmetered|^enpi$|^energy_saving_kwh$|^energy_export_revenue$|^energy_(import|cost)_(sharp|flat|deep_valley)$|^demand_cost$|^energy_cost_peak_share$/,
    'needs configuration that the world does not draw',
  ],
  [/^(data_timeliness|connectivity)$/, 'of arrival, which readings of the past do not say'],
  [/^stack_hours_running$/, 'needs stack_running, which the world does not draw'],
]
