/** Proves that the list of figures has each figure once, by subject, and only those that the plant has. */
import { expect, test } from 'vitest'
import { FIGURE_GROUPS, grouped, groupOf } from '../../../dashboards/src/plant/figure-groups.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'

const idsOf = (groups: ReturnType<typeof grouped>) => groups.flatMap(({ figures }) => figures.map(({ id }) => id))

test('every figure stands in one group, and no group is empty', () => {
  const ids = idsOf(grouped(CATALOGUE, '', null))
  expect(ids.toSorted()).toEqual(CATALOGUE.map(({ id }) => id).toSorted())
  expect(new Set(CATALOGUE.map(groupOf))).toEqual(new Set(FIGURE_GROUPS))
})

test('carriers that the plant does not have are not listed', () => {
  const has = new Set(['energy_elec_import', 'energy_natural_gas', 'oee'])
  expect(idsOf(grouped(CATALOGUE, '', has))).toEqual(['energy_elec_import', 'energy_natural_gas', 'oee'])
})

test.each([
  ['demand 15', ['peak_demand_15', 'peak_demand_15_sliding']],
  ['天然气', ['energy_natural_gas', 'energy_natural_gas_gj']],
  ['cost_of_standing', ['cost_of_standing']],
  ['nothing like it', []],
])('%s finds figures by parts of their names in both languages, or of their ids', (text, ids) => {
  expect(idsOf(grouped(CATALOGUE, text, null)).toSorted()).toEqual(ids.toSorted())
})

test.each([
  ['energy_cost_peak', 'cost'],
  ['energy_import_valley', 'cost'],
  ['energy_elec_import', 'electricity'],
  ['kwh_per_good_part', 'intensity'],
  ['kwh_idle', 'states'],
  ['energy_steam', 'carriers'],
  ['scope1_ch4', 'carbon'],
  ['oee', 'machines'],
  ['fpy', 'quality'],
  ['connectivity', 'data'],
])('%s is of the group %s', (id, group) => {
  expect(groupOf(CATALOGUE.find((info) => info.id === id)!)).toBe(group)
})
