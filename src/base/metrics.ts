import type { StackGas } from './gases.js'

/** The topic class under which a metric is sent. */
export const METRIC_CLASSES = ['energy', 'emissions', 'robot', 'production'] as const
export type MetricClass = (typeof METRIC_CLASSES)[number]

export function isMetricClass(text: string): text is MetricClass {
  return (METRIC_CLASSES as readonly string[]).includes(text)
}

/**
 * Behaviour of a metric in time: a gauge is a level that holds until the next sample, a counter is a register that only
 * grows, pieces are a counter whose step is not split in time, a state is a word, a switch is a state of 0 and 1. An
 * event happens once; no metric that a device sends is one.
 */
export type MetricKind = 'gauge' | 'counter' | 'pieces' | 'state' | 'switch' | 'event'

export interface Metric {
  /** The unit in which it is stored and computed. */
  readonly unit: string
  readonly kind: MetricKind
  readonly classes: readonly MetricClass[]
  /** Outside this range a value is kept and flagged; only what `possible` excludes is rejected. */
  readonly min?: number
  readonly max?: number
  /** Outside this range a value cannot be a reading at all. */
  readonly possible?: readonly [min: number, max: number]
  /** Gas of a concentration, so that it may be sent in ppm; NOx counts as NO2, of which a ppm of NO becomes one. */
  readonly gas?: StackGas
}

const energy = ['energy'] as const
const emissions = ['emissions'] as const
const machine = ['robot', 'production'] as const

function counter(unit: string, classes: readonly MetricClass[] = energy): Metric {
  return { unit, kind: 'counter', classes, min: 0, possible: [0, Infinity] }
}
function pieces(): Metric {
  return { unit: 'pcs', kind: 'pieces', classes: machine, min: 0, possible: [0, Infinity] }
}
function gauge(unit: string, classes: readonly MetricClass[], min?: number, max?: number): Metric {
  return {
    unit,
    kind: 'gauge',
    classes,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  }
}
function concentration(gas: StackGas): Metric {
  return { ...gauge('mg/Nm3', emissions, 0), gas }
}

/**
 * Every metric that takes part in KPIs, by name. Source: KPI specification §1.1 to §1.3. A metric that is not here is
 * kept as a reading in the unit it came with and takes no part in KPIs.
 */
export const METRICS: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ['elec_import_kwh', counter('kWh')],
  ['elec_export_kwh', counter('kWh')],
  ['elec_import_kw', gauge('kW', energy, 0)],
  ['elec_export_kw', gauge('kW', energy, 0)],
  ['elec_reactive_kvarh', counter('kvarh')],
  ['elec_reactive_lead_kvarh', counter('kvarh')],
  ['elec_submeter_kwh', counter('kWh')],
  ['renew_onsite_kwh', counter('kWh')],
  ['storage_charge_kwh', counter('kWh')],
  ['storage_discharge_kwh', counter('kWh')],
  ['grid_carbon_kg_kwh', gauge('kgCO2e/kWh', energy, 0, 2)],
  ['ng_volume_nm3', counter('Nm3')],
  ['ng_ncv_kj_nm3', gauge('kJ/Nm3', energy, 31_000, 40_000)],
  ['coal_mass_t', counter('t')],
  ['diesel_mass_t', counter('t')],
  ['gasoline_mass_t', counter('t')],
  ['lpg_mass_t', counter('t')],
  ['steam_mass_t', counter('t')],
  ['steam_pressure_mpa', gauge('MPa', energy, 0, 15)],
  ['steam_temp_c', gauge('°C', energy, 100, 600)],
  ['heat_gj', counter('GJ')],
  ['water_fresh_m3', counter('m3')],
  ['water_reused_m3', counter('m3')],
  ['comp_air_nm3', counter('Nm3')],
  ['o2_nm3', counter('Nm3')],
  ['n2_nm3', counter('Nm3')],

  ['so2_mgm3', concentration('so2')],
  ['nox_mgm3', concentration('nox')],
  ['pm_mgm3', gauge('mg/Nm3', emissions, 0)],
  ['so2_ref_mgm3', concentration('so2')],
  ['nox_ref_mgm3', concentration('nox')],
  ['pm_ref_mgm3', gauge('mg/Nm3', emissions, 0)],
  ['co_mgm3', concentration('co')],
  ['co2_pct', gauge('%', emissions, 0, 25)],
  ['o2_pct', { unit: '%', kind: 'gauge', classes: emissions, min: 0, max: 21, possible: [0, 21] }],
  ['stack_velocity_ms', gauge('m/s', emissions, 0, 40)],
  ['stack_temp_c', gauge('°C', emissions, -20, 500)],
  ['stack_pressure_kpa', gauge('kPa', emissions, -20, 20)],
  ['stack_moisture_pct', gauge('%', emissions, 0, 50)],
  ['stack_flow_nm3h', gauge('Nm3/h', emissions, 0)],
  ['stack_running', { unit: '1', kind: 'switch', classes: emissions }],

  ['state', { unit: '', kind: 'state', classes: machine }],
  ['op_mode', { unit: '', kind: 'state', classes: machine }],
  ['safety_state', { unit: '', kind: 'state', classes: machine }],
  ['order_active', { unit: '1', kind: 'switch', classes: machine }],
  ['changeover', { unit: '1', kind: 'switch', classes: machine }],
  ['parts_total', pieces()],
  ['parts_good', pieces()],
  ['parts_reject', pieces()],
  ['parts_rework', pieces()],
  ['cycle_count', { ...pieces(), unit: '1' }],
  ['cycle_time_s', gauge('s', machine, 0)],
  ['operating_hours', counter('h', machine)],
  ['motor_on_hours', counter('h', machine)],
])

const NAME = /^[a-z][a-z0-9_]{0,63}$/
const RESERVED = new Set(['quality', 'time', 'value'])

/** True for what may stand as the name of a metric, known or not. */
export function isMetricName(name: string): boolean {
  return NAME.test(name) && !RESERVED.has(name)
}
