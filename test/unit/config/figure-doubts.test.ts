import { expect, test } from 'vitest'
import { formatProblem } from '../../../src/config/config.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { accepted } from '../../support/house-config.js'

/** Targets and alarms that would never judge anything are said by check-config, and the gateway starts all the same. */

const SHIFTS = 'shifts: [ { name: day, start: "08:00", end: "16:00" } ]'
const yamlOf = (more: string) => `plants: [ { id: p, name: {}, timezone: UTC, ${more} } ]\n`
const warningsOf = (more: string) => accepted({ yaml: yamlOf(more), kpis: CATALOGUE }).warnings.map(formatProblem)
const alarm = (kpi: string, window: string, scope = 'plant') =>
  `alarms: [ { id: a, kpi: ${kpi}, window: ${window}, scope: ${scope}, above: 1 } ]`

test('a target, a budget or an alarm of no KPI', () => {
  for (const [list, one] of [
    ['targets', '{ kpi: oeee, window: 1d, min: 0.8 }'],
    ['alarms', '{ id: a, kpi: oeee, window: 1d, above: 1 }'],
  ] as const) {
    expect(warningsOf(`${list}: [ ${one} ]`)).toEqual([
      expect.stringContaining(`plants[0].${list}[0].kpi = "oeee" is not a KPI of this version; did you mean oee?`),
    ])
    expect(warningsOf(`${list}: [ ${one.replace('oeee', 'oee')} ]`)).toEqual([])
  }
})

test('a window in which the figure is not computed, with those in which it is', () => {
  const said = 'is a window in which peak_demand_15 is not computed: nothing is ever judged; it is computed in: 1h, '
  expect(warningsOf(alarm('peak_demand_15', '15m'))).toEqual([
    expect.stringContaining(`plants[0].alarms[0].window = "15m" ${said}`),
  ])
  expect(warningsOf('targets: [ { kpi: peak_demand_15, window: 1m, max: 10 } ]')).toEqual([
    expect.stringContaining(`plants[0].targets[0].window = "1m" ${said}`),
  ])
  expect(warningsOf(alarm('peak_demand_15', '1h'))).toEqual([])
})

test('a scope of which the figure is not computed: of an alarm its scope, of a target the figure itself', () => {
  expect(warningsOf(alarm('energy_elec_consumed', '1h', 'device'))).toEqual([
    expect.stringContaining(
      'scope = "device" means figures of each device, of which energy_elec_consumed is not computed: nothing is ever judged; it is computed of: plant',
    ),
  ])
  expect(warningsOf('targets: [ { kpi: cm, window: 1d, min: 1 } ]')).toEqual([
    expect.stringContaining('targets[0].kpi = "cm" means figures of each plant'),
  ])
})

test('shifts of a plant that has none', () => {
  expect(warningsOf(alarm('oee', 'shift'))).toEqual([
    expect.stringContaining('window = "shift" is a window that never comes, since p has no shifts'),
  ])
  expect(warningsOf(`${alarm('oee', 'shift')}, ${SHIFTS}`)).toEqual([])
})

test('a budget of a figure whose days do not add up', () => {
  const budget = (kpi: string) => `budgets: [ { kpi: ${kpi}, year: 2026, amount: 5 } ]`
  expect(warningsOf(budget('peak_demand_15'))).toEqual([
    expect.stringContaining('budgets[0].kpi = "peak_demand_15" is a KPI whose days do not add up to months'),
  ])
  expect(warningsOf(budget('energy_elec_import'))).toEqual([])
})

test('a forecast of a figure without quarters of an hour that add up', () => {
  const warnings = (kpis: string) => {
    return accepted({ yaml: `${yamlOf('')}insight: { kpis: [ ${kpis} ] }\n`, kpis: CATALOGUE }).warnings.map(
      formatProblem,
    )
  }
  expect(warnings('energy_elec_export, oeee')).toEqual([
    expect.stringContaining(
      'insight.kpis[0] = "energy_elec_export" is a KPI that has no quarters of an hour which add up',
    ),
    expect.stringContaining('insight.kpis[1] = "oeee" is not a KPI of this version; did you mean oee?'),
  ])
  expect(warnings('good_units, energy_cost')).toEqual([])
})

test('every window and scope of the catalogue is right', () => {
  const alarms = CATALOGUE.flatMap(({ id, windows, scopes }, k) =>
    windows.map((window, w) => `{ id: a${k}-${w}, kpi: ${id}, window: ${window}, scope: ${scopes[0]}, above: 1 }`),
  )
  for (let at = 0; at < alarms.length; at += 200) {
    expect(warningsOf(`${SHIFTS}, alarms: [ ${alarms.slice(at, at + 200).join(', ')} ]`)).toEqual([])
  }
})
