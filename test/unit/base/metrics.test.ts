import { describe, expect, test } from 'vitest'
import { isMetricClass, isMetricName, METRICS } from '../../../src/base/metrics.js'

/** Names of a class as KPI specification §1.1 to §1.3 lists them. */
const listed = {
  energy: `elec_import_kwh elec_export_kwh elec_import_kw elec_export_kw elec_reactive_kvarh elec_reactive_lead_kvarh
    elec_submeter_kwh renew_onsite_kwh storage_charge_kwh storage_discharge_kwh grid_carbon_kg_kwh ng_volume_nm3 ng_ncv_kj_nm3 coal_mass_t diesel_mass_t
    gasoline_mass_t lpg_mass_t steam_mass_t steam_pressure_mpa steam_temp_c heat_gj water_fresh_m3 water_reused_m3
    comp_air_nm3 o2_nm3 n2_nm3`,
  emissions: `so2_mgm3 nox_mgm3 pm_mgm3 so2_ref_mgm3 nox_ref_mgm3 pm_ref_mgm3 co_mgm3 co2_pct o2_pct stack_velocity_ms
    stack_temp_c stack_pressure_kpa stack_moisture_pct stack_flow_nm3h stack_running`,
  robot: `state order_active changeover op_mode safety_state parts_total parts_good parts_reject parts_rework
    cycle_count cycle_time_s operating_hours motor_on_hours`,
}

const namesOf = (kind: string) =>
  [...METRICS].filter(([, metric]) => metric.kind === kind).map(([metricName]) => metricName)

describe('the metric table', () => {
  test.each(Object.entries(listed))('holds what the specification lists under %s, and nothing else', (under, names) => {
    const held = [...METRICS].filter(([, metric]) => (metric.classes as readonly string[]).includes(under))
    expect(held.map(([metricName]) => metricName).sort()).toEqual(names.split(/\s+/).sort())
  })

  test('gives machines the choice between robot and production', () => {
    expect(METRICS.get('parts_good')?.classes).toEqual(['robot', 'production'])
  })

  test('has words only for the three states, and 0 or 1 for the switches', () => {
    expect(namesOf('state')).toEqual(['state', 'op_mode', 'safety_state'])
    expect(namesOf('switch')).toEqual(['stack_running', 'order_active', 'changeover'])
  })

  test('refuses negative registers and impossible oxygen, and nothing else', () => {
    for (const [metricName, { kind, possible }] of METRICS) {
      if (kind === 'counter' || kind === 'pieces') expect(possible, metricName).toEqual([0, Infinity])
      else expect(possible, metricName).toEqual(metricName === 'o2_pct' ? [0, 21] : undefined)
    }
  })

  test('has only names that may be sent', () => {
    for (const metricName of METRICS.keys()) expect(isMetricName(metricName), metricName).toBe(true)
  })
})

describe('a metric name', () => {
  test.each(['a', 'own_metric_2', 'constructor', 'a'.repeat(64)])('may be %s', (metricName) => {
    expect(isMetricName(metricName)).toBe(true)
  })

  test.each(['', '_a', '2a', 'A', 'a-b', 'a b', 'a\n', '__proto__', 'quality', 'time', 'value', 'a'.repeat(65)])(
    'is not %j',
    (metricName) => {
      expect(isMetricName(metricName)).toBe(false)
    },
  )
})

test('status is a topic, not a class of metrics', () => {
  expect(isMetricClass('production')).toBe(true)
  expect(isMetricClass('status')).toBe(false)
})
