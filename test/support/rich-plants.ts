import { fc } from '@fast-check/vitest'
import type { PlantOptions } from '../../src/base/plant.js'
import { plantOf } from './engine.js'
import type { Value } from './random-plants.js'
import { BUNDLES } from './rich-readings.js'

/** Random plants that have everything: each KPI of the catalogue has something to be made of in one of them. */

const CALENDAR = [
  { date: '2025-07-01', name: 'inventory', planned_stop: true },
  { date: '2024-03-31', to: '2024-04-01', shifts: [] },
  { date: '2025-11-02', shifts: ['ragged'] },
]
const DAY = {
  name: 'day',
  start: '08:00',
  end: '20:00',
  breaks: [{ start: '12:00', end: '12:45' }],
  breaks_in_pbt: false,
}
const RAGGED = {
  name: 'ragged',
  start: '07:50',
  end: '19:35',
  breaks: [{ start: '09:05', end: '09:20' }],
  breaks_in_pbt: true,
}
const NIGHT = { name: 'night', start: '19:35', end: '07:50' }

const SINCE = { valid_from: '2020-01-01', published: '2020-01-01', source: 'statement 17' }
const FACTORS = [
  { id: 'own.grid', activity: 'grid_electricity', value: 0.5, unit: 'kgCO2/kWh', ...SINCE },
  { id: 'own.residual', activity: 'grid_electricity_residual', value: 0.5, unit: 'kgCO2/kWh', ...SINCE },
  { id: 'own.primary', activity: 'coal_equivalent.electricity_primary', value: 0.3, unit: 'kgce/kWh', ...SINCE },
  { id: 'own.wood.ncv', activity: 'fuel.wood.ncv', value: 15, unit: 'GJ/t', ...SINCE },
  { id: 'own.wood.cc', activity: 'fuel.wood.cc', value: 0.03, unit: 'tC/GJ', ...SINCE },
  { id: 'own.wood.of', activity: 'fuel.wood.of', value: 0.98, unit: '1', ...SINCE },
]

const TARIFFS = [
  {
    id: 'one',
    valid_from: '2020-01-01',
    valid_to: '2025-06-30',
    currency: 'CNY',
    periods: [
      { name: 'peak', price_per_kwh: 1.2, from: '08:00', to: '12:15' },
      { name: 'flat', price_per_kwh: 0.7, from: '12:15', to: '23:00' },
      { name: 'valley', price_per_kwh: 0.3, from: '23:00', to: '08:00' },
    ],
    demand_price_per_kw_month: 40,
    export_price_per_kwh: 0.35,
  },
  {
    id: 'two',
    valid_from: '2025-07-01',
    currency: 'CNY',
    periods: [
      { name: 'sharp', price_per_kwh: 1.5, from: '18:00', to: '20:00' },
      { name: 'deep_valley', price_per_kwh: -0.1, from: '01:30', to: '04:00', days: ['sat', 'sun', 'tue'] },
      { name: 'own', price_per_kwh: 0.5, from: '20:00', to: '01:30' },
      { name: 'flat', price_per_kwh: 0.6, from: '04:00', to: '18:00' },
    ],
    demand_price_per_kw_month: 40,
    export_price_per_kwh: 0.35,
  },
]

const CARBON = [
  {},
  { combustion: 'ipcc', activity_uncertainty_pct: 2, factor_uncertainty_pct: 5 },
  { method: 'measurement', combustion: 'ipcc', gwp: 'AR5' },
  { measured: [{ stack: 'stack', replaces: ['boiler'] }], mobile: ['truck'], purchased_steam: {} },
  { coal: 'bituminous_coal', year_policy: 'match_year', purchased_steam: { enthalpy_kj_kg: 2800 } },
  { matching: 'hourly' },
  { electricity_basis: 'primary', activity_uncertainty_pct: 2, factor_uncertainty_pct: 5, coal: 'anthracite' },
]

const LIMITS = [
  ...['nox', 'so2', 'pm', 'co'].map((pollutant) => ({
    stack: 'stack',
    pollutant,
    standard: 'permit',
    limit: 25,
    o2_ref: 6,
  })),
  { stack: 'vent', pollutant: 'nox', standard: 'permit', limit: 90, o2_ref: 3, regime: 'us' },
  { stack: 'vent', pollutant: 'so2', standard: 'permit', limit: 35, valid_from: '2025-07-01', regime: 'eu' },
]

/** Configuration of a plant with everything, drawn at random. */
export const richConfiguration = fc.record({
  /** These are devices of the configuration, the others send all the same. */
  devices: fc.uniqueArray(
    fc.constantFrom('main', 'pv', 'area', 'boiler', 'truck', 'heat', 'water', 'stack', 'vent', 'q', 'r'),
    { minLength: 0, maxLength: 11, size: 'max' },
  ),
  period_s: fc.constantFrom(60, 300, 300, 1200),
  /** Each device says all that it sends; else that is known of a few. */
  listsAll: fc.boolean(),
  isOnChange: fc.boolean(),
  shifts: fc.constantFrom([], [DAY], [RAGGED, NIGHT]),
  calendar: fc.constantFrom([], CALENDAR),
  region: fc.constantFrom('CN-JS', 'CN', 'GB', undefined),
  own: fc.boolean(),
  tariffs: fc.constantFrom([], TARIFFS, TARIFFS),
  contractKwh: fc.constantFrom(0, 100, 300_000),
  /** A meter that stands elsewhere and counts for the contracts of both years. */
  contractMeter: fc.constantFrom(undefined, undefined, 'pv'),
  carbon: fc.constantFrom(...CARBON),
  steam: fc.constantFrom({}, { steam_class: '1.0MPa' }, { feed_water_kj_kg: 84 }),
  bought: fc.constantFrom([], ['water_fresh', 'comp_air', 'o2', 'n2_main']),
  demand_mode: fc.constantFrom('block', 'block', 'sliding'),
  limits: fc.constantFrom([], LIMITS, LIMITS),
  characteristics: fc.constantFrom(
    [],
    [{ id: 'bore', lsl: 9.8, usl: 10.8 }],
    [
      { id: 'bore', usl: 10.8, device: 'q' },
      { id: 'gap', lsl: 9 },
    ],
  ),
  process_steps: fc.constantFrom(undefined, ['weld', 'paint']),
  hasTree: fc.boolean(),
  isCounting: fc.boolean(),
  multiplier: fc.constantFrom(1, 1, 40),
  stack: fc.constantFrom(
    {},
    { area_m2: 3, moisture_pct: 9 },
    { area_m2: 3, basis: 'wet', o2_basis: 'wet', nox_as: 'no' },
  ),
  enpi: fc.constantFrom(undefined, 'good_units', 'cycles'),
  hasPeople: fc.boolean(),
})
export type Rich = Omit<Value<typeof richConfiguration>, 'carbon'> & { readonly carbon: Record<string, unknown> }

/** Everything at once, and nothing amiss. */
export const WHOLE_PLANT: Rich = {
  devices: ['main', 'pv', 'area', 'boiler', 'truck', 'heat', 'water', 'stack', 'vent', 'q', 'r'],
  period_s: 1200,
  listsAll: true,
  isOnChange: false,
  shifts: [RAGGED, NIGHT],
  calendar: [],
  region: 'CN-JS',
  own: true,
  tariffs: TARIFFS,
  contractKwh: 300_000,
  contractMeter: undefined,
  carbon: { coal: 'bituminous_coal', purchased_steam: {}, activity_uncertainty_pct: 2, factor_uncertainty_pct: 5 },
  steam: { feed_water_kj_kg: 84 },
  bought: ['water_fresh', 'comp_air', 'o2', 'n2_main'],
  demand_mode: 'sliding',
  limits: LIMITS,
  characteristics: [{ id: 'bore', lsl: 9.8, usl: 10.8 }],
  process_steps: ['weld', 'paint'],
  hasTree: true,
  isCounting: true,
  multiplier: 1,
  stack: { area_m2: 3, moisture_pct: 9 },
  enpi: 'good_units',
  hasPeople: true,
}

export function richPlant(timezone: string, of: Rich): PlantOptions {
  const has = (device: Rich['devices'][number]) => of.devices.includes(device)
  const tree = of.hasTree && has('main')
  const virtual = tree && has('area') && has('q')
  return plantOf({
    timezone,
    ...(of.region === undefined ? {} : { grid_region: of.region }),
    shifts: of.shifts,
    calendar: of.shifts.length === 2 ? of.calendar : [],
    products: [
      { id: 'even', ideal_cycle_s: 12.5 },
      { id: 'odd', ideal_cycle_s: 7, valid_from: '2025-07-01' },
      { id: 'odd', ideal_cycle_s: 9 },
    ],
    tariffs: of.tariffs,
    factors: of.own ? FACTORS : [],
    contracts:
      of.contractKwh === 0
        ? []
        : [2024, 2025].map((vintage) => ({
            id: `green-${vintage}`,
            kwh: of.contractKwh,
            factor: 0.01,
            vintage,
            ...(of.contractMeter === undefined ? {} : { generation: { device: of.contractMeter } }),
          })),
    carbon: of.carbon,
    energy: { ...of.steam, bought: of.bought, demand_mode: of.demand_mode },
    limits: of.limits,
    characteristics: of.characteristics,
    ...(of.process_steps === undefined ? {} : { process_steps: of.process_steps }),
    ...(of.enpi === undefined ? {} : { enpi: [enpiOf(of.enpi)] }),
    ...(of.hasPeople ? { employees: 12, automation: { automatic_operations: 3, all_operations: 4 } } : {}),
    ...(virtual
      ? {
          virtual_meters: [
            { id: 'hall', plus: ['area', 'q'] },
            { id: 'rest', plus: ['main'], minus: ['q'] },
          ],
        }
      : {}),
    devices: of.devices.map((id) => ({ id, ...listing(id, of, deviceOf(id, of, tree)) })),
  })
}

function enpiOf(variable: string) {
  return { id: 'base', baseline: { from: '2024-01-01', to: '2024-01-31' }, variable, a: 10, b: 0.2, source: 'study 3' }
}

function listing(id: string, { listsAll, period_s }: Rich, options: Record<string, unknown>): Record<string, unknown> {
  if (!listsAll) return options
  const sends = Object.values(BUNDLES).flatMap((bundle) => bundle.filter(([device]) => device === id))
  const listed = Object.fromEntries(sends.map(([, metric]) => [metric, { period_s }]))
  return { ...options, metrics: { ...listed, ...(options.metrics as object | undefined) } }
}

/** As one device is configured; of most it is not said what they send. */
function deviceOf(id: string, of: Rich, tree: boolean): Record<string, unknown> {
  const { period_s, multiplier } = of
  const parent = tree ? { parent: 'main' } : {}
  switch (id) {
    case 'main':
      return { role: 'main', metrics: { elec_import_kwh: { period_s, multiplier, uncertainty_pct: 1 } } }
    case 'pv':
      return { role: 'pv' }
    case 'area':
      return { role: 'sub', line: 'l', ...parent, metrics: { elec_submeter_kwh: { period_s } } }
    case 'stack':
    case 'vent':
      return { role: 'stack', line: 'boiler', stack: of.stack, metrics: { nox_mgm3: { period_s } } }
    case 'q': {
      const meter = of.devices.includes('area') && !of.isCounting ? { energy_meter: 'area' } : {}
      return {
        role: 'machine',
        line: 'l',
        ...parent,
        ...meter,
        counting_point: of.isCounting,
        product: 'even',
        capacity_per_h: 300,
      }
    }
    case 'r': {
      const metrics = { state: { period_s }, parts_total: { period_s } }
      return { role: 'robot', product: 'odd', on_change: of.isOnChange, capacity_per_h: 200, metrics }
    }
    case 'boiler':
      return { metrics: { ng_volume_nm3: { period_s, multiplier } } }
    default:
      return {}
  }
}
