import type { ReportFormula } from '../../base/report.js'

type Formula = Pick<ReportFormula, 'formula' | 'source' | 'confidence'>

/** Formula, source and confidence of each KPI that a report can hold, as the first edition of the rules said them. */
const FORMULAS: Readonly<Record<string, readonly [formula: string, source: string, confidence: string]>> = {
  biogenic_co2: [
    'Σ CO2 of the fuels in carbon.biogenic; never in the total, which has their CH4 and N2O',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  data_completeness: [
    'Σ min(received, expected) / Σ expected, over the metrics of all devices',
    'KPI specification §3',
    'project',
  ],
  data_timeliness: [
    'samples that arrived within 10 s of their time / samples received, over the metrics of all devices',
    'KPI specification §3',
    'project',
  ],
  data_validity: [
    'samples of quality good / samples received, over the metrics of all devices',
    'KPI specification §3',
    'project',
  ],
  energy_coal: [
    'Δ coal_mass_t + Σ events fuel_used that name it, kg / 1000, GJ / NCV',
    'KPI specification §1.1 and §2',
    'project',
  ],
  energy_coal_gj: [
    'Σ over hours of (Δ coal_mass_t + events fuel_used that name it) × NCV of the plant, else of the table',
    'KPI specification §2; GB/T 32150 for default heating values',
    'secondary_source',
  ],
  energy_comp_air: ['Δ comp_air_nm3', 'KPI specification §1.1 and §2', 'project'],
  energy_comprehensive: [
    'Σ fuels, steam, heat and bought media × coal equivalent + (ΔE_imp − max(0, ΔE_exp − ΔE_pv)) × the value of electricity that carbon.electricity_basis names: equivalent or primary; the factors of the figure say which',
    'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)',
    'secondary_source',
  ],
  energy_comprehensive_equivalent: [
    'Σ fuels, steam, heat and bought media × coal equivalent + (ΔE_imp − max(0, ΔE_exp − ΔE_pv)) × 0.1229 kgce/kWh, without on-site generation',
    'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)',
    'secondary_source',
  ],
  energy_comprehensive_primary: [
    'Σ fuels, steam, heat and bought media × coal equivalent + (ΔE_imp − max(0, ΔE_exp − ΔE_pv)) × coal_equivalent.electricity_primary of the plant, which has no default',
    'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)',
    'secondary_source',
  ],
  energy_comprehensive_pv: [
    'Σ over hours of max(0, ΔE_pv − ΔE_exp) × 0.1229 kgce/kWh',
    'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)',
    'project',
  ],
  energy_comprehensive_with_pv: [
    'energy_comprehensive + energy_comprehensive_pv; generation always at its equivalent value',
    'KPI specification §2.1; GB/T 2589-2020 (read in secondary sources)',
    'project',
  ],
  energy_diesel: [
    'Δ diesel_mass_t + Σ events fuel_used that name it, kg / 1000, GJ / NCV',
    'KPI specification §1.1 and §2',
    'project',
  ],
  energy_diesel_gj: [
    'Σ over hours of (Δ diesel_mass_t + events fuel_used that name it) × NCV of the plant, else of the table',
    'KPI specification §2; GB/T 32150 for default heating values',
    'secondary_source',
  ],
  energy_elec_consumed: ['ΔE_imp + ΔE_pv − ΔE_exp + Δdischarge − Δcharge', 'KPI specification §2', 'project'],
  energy_elec_export: [
    'ΔE_exp',
    'KPI specification §2.3: exports are shown apart and never taken off scope 2',
    'project',
  ],
  energy_elec_import: ['ΔE_imp', 'KPI specification §2; GB/T 2589-2020 for what counts as purchased', 'project'],
  energy_elec_onsite: ['ΔE_pv', 'KPI specification §2', 'project'],
  energy_gasoline: [
    'Δ gasoline_mass_t + Σ events fuel_used that name it, kg / 1000, GJ / NCV',
    'KPI specification §1.1 and §2',
    'project',
  ],
  energy_gasoline_gj: [
    'Σ over hours of (Δ gasoline_mass_t + events fuel_used that name it) × NCV of the plant, else of the table',
    'KPI specification §2; GB/T 32150 for default heating values',
    'secondary_source',
  ],
  energy_heat: ['Δ heat_gj', 'KPI specification §1.1 and §2', 'project'],
  energy_heat_gj: ['Δ heat_gj', 'KPI specification §2', 'project'],
  energy_lpg: [
    'Δ lpg_mass_t + Σ events fuel_used that name it, kg / 1000, GJ / NCV',
    'KPI specification §1.1 and §2',
    'project',
  ],
  energy_lpg_gj: [
    'Σ over hours of (Δ lpg_mass_t + events fuel_used that name it) × NCV of the plant, else of the table',
    'KPI specification §2; GB/T 32150 for default heating values',
    'secondary_source',
  ],
  energy_n2: ['Δ n2_nm3', 'KPI specification §1.1 and §2', 'project'],
  energy_natural_gas: [
    'Δ ng_volume_nm3 + Σ events fuel_used that name it, kg / 1000, GJ / NCV',
    'KPI specification §1.1 and §2',
    'project',
  ],
  energy_natural_gas_gj: [
    "Σ over hours of (Δ ng_volume_nm3 + events fuel_used that name it) × NCV: the mean of ng_ncv_kj_nm3 in the hour, else the plant's own, else that of the table",
    'KPI specification §2; GB/T 32150 for default heating values',
    'secondary_source',
  ],
  energy_o2: ['Δ o2_nm3', 'KPI specification §1.1 and §2', 'project'],
  energy_steam: ['Δ steam_mass_t', 'KPI specification §1.1 and §2', 'project'],
  energy_steam_gj: [
    'Σ over hours and meters of mass × (h − energy.feed_water_kj_kg) / 1000, h by IAPWS-IF97 from the mean pressure and temperature, else of energy.steam_class',
    'KPI specification §2.1; IAPWS R7-97(2012); GB 30251-2024 for the levels',
    'secondary_source',
  ],
  energy_water_fresh: ['Δ water_fresh_m3', 'KPI specification §1.1 and §2', 'project'],
  energy_water_reused: ['Δ water_reused_m3', 'KPI specification §1.1 and §2', 'project'],
  exceed_hours_co: [
    'count of valid running hours with C_ref > L; the full value is compared, equal is not above',
    'KPI specification §2.4.7; GB/T 8170 for the comparison (from memory)',
    'from_memory',
  ],
  exceed_hours_nox: [
    'count of valid running hours with C_ref > L; the full value is compared, equal is not above',
    'KPI specification §2.4.7; GB/T 8170 for the comparison (from memory)',
    'from_memory',
  ],
  exceed_hours_pm: [
    'count of valid running hours with C_ref > L; the full value is compared, equal is not above',
    'KPI specification §2.4.7; GB/T 8170 for the comparison (from memory)',
    'from_memory',
  ],
  exceed_hours_so2: [
    'count of valid running hours with C_ref > L; the full value is compared, equal is not above',
    'KPI specification §2.4.7; GB/T 8170 for the comparison (from memory)',
    'from_memory',
  ],
  exceed_multiple_co: [
    'max over valid running hours of (C_ref − L) / L; below 0 while the limit is kept',
    'KPI specification §2, exceed_multiple',
    'verified',
  ],
  exceed_multiple_nox: [
    'max over valid running hours of (C_ref − L) / L; below 0 while the limit is kept',
    'KPI specification §2, exceed_multiple',
    'verified',
  ],
  exceed_multiple_pm: [
    'max over valid running hours of (C_ref − L) / L; below 0 while the limit is kept',
    'KPI specification §2, exceed_multiple',
    'verified',
  ],
  exceed_multiple_so2: [
    'max over valid running hours of (C_ref − L) / L; below 0 while the limit is kept',
    'KPI specification §2, exceed_multiple',
    'verified',
  ],
  good_units: [
    'Σ good pieces, N_g; a step belongs whole to the window that holds its end',
    'KPI specification §1.5',
    'project',
  ],
  peak_demand_15: ['max over 15-minute blocks of ΔE_imp / 0.25 h', 'KPI specification §2, peak demand', 'verified'],
  pollutant_mass_co: [
    'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
    'KPI specification §2.4.3: mass from the measured concentration',
    'secondary_source',
  ],
  pollutant_mass_nox: [
    'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
    'KPI specification §2.4.3: mass from the measured concentration',
    'secondary_source',
  ],
  pollutant_mass_pm: [
    'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
    'KPI specification §2.4.3: mass from the measured concentration',
    'secondary_source',
  ],
  pollutant_mass_so2: [
    'Σ over valid hours of mean C × mean Q × 1e-6, stack by stack',
    'KPI specification §2.4.3: mass from the measured concentration',
    'secondary_source',
  ],
  renewable_share: [
    'Σ over hours of (max(0, ΔE_pv − ΔE_exp) + contracts, never above ΔE_imp) / Σ electricity consumed; a contract is spread evenly over its vintage year',
    'KPI specification §2, renewables detail',
    'project',
  ],
  scope1_ch4: [
    'Σ CH4 of all sources, before its warming potential',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_co2: [
    'Σ CO2 of all sources, before its warming potential',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_co2e: [
    'stationary + mobile + process + fugitive, hour by hour with the factors of the hour',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_fugitive: [
    'Σ kg filled in · GWP of the plant’s set; mixtures by their parts',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_measured: [
    'Σ over valid hours of CO2 % / 100 · Q · 44.0095 / 22.414; a part of stationary combustion',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_mobile: [
    'the same of fuel that drives vehicles: of the devices in carbon.mobile, else diesel and gasoline',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'project',
  ],
  scope1_n2o: [
    'Σ N2O of all sources, before its warming potential',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_process: [
    'Σ t of material · process factor',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope1_stationary: [
    'Σ fuel · NCV · CC · OF · 44/12, or by IPCC Σ fuel · NCV · EF · GWP; CO2 of measured stacks in its place',
    'KPI specification §2.2; GB/T 32150-2015 and IPCC 2006 (not checked against their texts)',
    'secondary_source',
  ],
  scope2_covered_share: [
    'Σ over hours of kWh covered by contracts / ΔE_imp',
    'KPI specification §2.3; GHG Protocol, scope 2 guidance (from memory)',
    'project',
  ],
  scope2_heat: [
    'Σ over hours of heat GJ · EF_heat; the same in both methods',
    'KPI specification §2.3; GHG Protocol, scope 2 guidance (from memory)',
    'from_memory',
  ],
  scope2_lb: [
    'Σ over hours of ΔE_imp · EF_grid(region, year) + heat GJ · EF_heat',
    'KPI specification §2.3; GHG Protocol, scope 2 guidance (from memory)',
    'from_memory',
  ],
  scope2_mb: [
    'Σ over hours of Σ covered · EF_contract + (ΔE_imp − Σ covered) · EF of the supplier, else residual mix, else grid, + heat',
    'KPI specification §2.3; GHG Protocol, scope 2 guidance (from memory)',
    'project',
  ],
  stack_hours_running: ['∫stack_running dt', 'KPI specification §6, pollutants: hours run', 'project'],
  valid_capture_co: [
    '(H − H_stop − H_invalid) / (H − H_stop) · 100',
    'KPI specification §2.4.5, after HJ 75-2017',
    'verified',
  ],
  valid_capture_nox: [
    '(H − H_stop − H_invalid) / (H − H_stop) · 100',
    'KPI specification §2.4.5, after HJ 75-2017',
    'verified',
  ],
  valid_capture_pm: [
    '(H − H_stop − H_invalid) / (H − H_stop) · 100',
    'KPI specification §2.4.5, after HJ 75-2017',
    'verified',
  ],
  valid_capture_so2: [
    '(H − H_stop − H_invalid) / (H − H_stop) · 100',
    'KPI specification §2.4.5, after HJ 75-2017',
    'verified',
  ],
}

/** Formula that reports of the first edition state of a KPI; null for one that there was not. */
export function firstFormula(kpi: string): Formula | null {
  const found = Object.hasOwn(FORMULAS, kpi) ? FORMULAS[kpi] : undefined
  if (found === undefined) return null
  const [formula, source, confidence] = found
  return { formula, source, confidence }
}
