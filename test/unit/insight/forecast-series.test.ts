import { expect, test } from 'vitest'
import { chosenSeries, type ForecastCandidate } from '../../../src/insight/stage/forecast-series.js'

/** Proves which series are forecast first when there is no room for all. */

const of = (scope: ForecastCandidate['scope'], id: string, kpi: string, isMain = false): ForecastCandidate => {
  return { plant: 'works', scope, id, kpi, unit: '', isMain }
}
const CANDIDATES = [
  of('device', 'press', 'energy_elec_import'),
  of('device', 'press', 'good_units'),
  of('line', 'hall', 'energy_elec_import'),
  of('plant', 'works', 'good_units'),
  of('plant', 'works', 'energy_natural_gas'),
  of('device', 'main', 'energy_elec_import', true),
  of('plant', 'works', 'energy_elec_import'),
]
const namesOf = (meters: 'main' | 'all') => chosenSeries(CANDIDATES, meters).map(({ id, kpi }) => `${id} ${kpi}`)

test('electricity of the plant, main meters and lines goes before other energy, and that before other KPIs', () => {
  expect(namesOf('main')).toEqual([
    'works energy_elec_import',
    'main energy_elec_import',
    'hall energy_elec_import',
    'works energy_natural_gas',
    'works good_units',
  ])
})

test('other devices come last, where they are asked for', () => {
  expect(namesOf('all').slice(4)).toEqual(['works good_units', 'press energy_elec_import', 'press good_units'])
})
