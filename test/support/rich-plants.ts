import { fc } from '@fast-check/vitest'
import type { EventType } from '../../src/base/events.js'
import type { PlantOptions } from '../../src/base/plant.js'
import type { DeviceEvent, Reading } from '../../src/base/reading.js'
import { plantOf, reading } from './engine.js'
import { MINUTE_MS, type Value } from './random-plants.js'

/** Random plants that have everything: each KPI of the catalogue has something to be made of in one of them. */

/** What sends what, in bundles that formulas want together. */
type Shape = 'register' | 'level' | 'state' | 'mode' | 'switch'
type Source = readonly [device: string, metric: string, shape: Shape, base: number, step: number]

const BUNDLES: Readonly<Record<string, readonly Source[]>> = {
  grid: [
    ['main', 'elec_import_kwh', 'register', 1000, 3],
    ['main', 'elec_export_kwh', 'register', 50, 0.3],
    ['main', 'elec_reactive_kvarh', 'register', 70, 1],
    ['main', 'elec_reactive_lead_kvarh', 'register', 0, 0.1],
    ['pv', 'renew_onsite_kwh', 'register', 99_990, 1],
    ['pv', 'storage_charge_kwh', 'register', 0, 0.4],
    ['pv', 'storage_discharge_kwh', 'register', 0, 0.3],
    ['area', 'elec_submeter_kwh', 'register', 10, 0.7],
    ['area', 'elec_import_kw', 'level', 20, 3],
    ['u', 'elec_import_kwh', 'register', 0, 1],
  ],
  carriers: [
    ['main', 'elec_import_kwh', 'register', 1000, 3],
    ['boiler', 'ng_volume_nm3', 'register', 500, 5],
    ['boiler', 'ng_ncv_kj_nm3', 'level', 35_000, 150],
    ['boiler', 'coal_mass_t', 'register', 0, 0.2],
    ['truck', 'diesel_mass_t', 'register', 0, 0.01],
    ['truck', 'gasoline_mass_t', 'register', 0, 0.01],
    ['truck', 'lpg_mass_t', 'register', 0, 0.01],
    ['q', 'parts_good', 'register', 0, 1],
  ],
  heat: [
    ['main', 'elec_import_kwh', 'register', 1000, 3],
    ['heat', 'steam_mass_t', 'register', 0, 0.4],
    ['heat', 'steam_pressure_mpa', 'level', 0.8, 0.02],
    ['heat', 'steam_temp_c', 'level', 190, 2],
    ['heat', 'heat_gj', 'register', 0, 1],
    ['water', 'water_fresh_m3', 'register', 0, 2],
    ['water', 'water_reused_m3', 'register', 0, 1],
    ['water', 'comp_air_nm3', 'register', 0, 40],
    ['water', 'o2_nm3', 'register', 0, 10],
    ['water', 'n2_nm3', 'register', 0, 20],
    ['q', 'parts_good', 'register', 0, 1],
  ],
  stack: [
    ['stack', 'nox_mgm3', 'level', 80, 9],
    ['stack', 'so2_mgm3', 'level', 20, 9],
    ['stack', 'pm_mgm3', 'level', 5, 2],
    ['stack', 'co_mgm3', 'level', 30, 9],
    ['stack', 'co2_pct', 'level', 10, 0.2],
    ['stack', 'o2_pct', 'level', 8, 1],
    ['stack', 'stack_flow_nm3h', 'level', 50_000, 400],
    ['stack', 'stack_running', 'switch', 0, 1],
    ['boiler', 'ng_volume_nm3', 'register', 500, 5],
  ],
  chimney: [
    ['vent', 'nox_mgm3', 'level', 80, 9],
    ['vent', 'nox_ref_mgm3', 'level', 90, 9],
    ['vent', 'so2_ref_mgm3', 'level', 30, 9],
    ['vent', 'co2_pct', 'level', 10, 0.2],
    ['vent', 'o2_pct', 'level', 3, 1],
    ['vent', 'stack_velocity_ms', 'level', 8, 0.3],
    ['vent', 'stack_temp_c', 'level', 120, 2],
    ['vent', 'stack_pressure_kpa', 'level', -1, 0.1],
    ['vent', 'stack_moisture_pct', 'level', 7, 0.5],
  ],
  machine: [
    ['q', 'state', 'state', 0, 1],
    ['q', 'order_active', 'switch', 0, 1],
    ['q', 'changeover', 'switch', 0, 1],
    ['q', 'parts_total', 'register', 0, 2],
    ['q', 'parts_good', 'register', 0, 1.6],
    ['q', 'parts_reject', 'register', 0, 0.3],
    ['q', 'parts_rework', 'register', 0, 0.2],
    ['q', 'elec_submeter_kwh', 'register', 10, 0.7],
    ['q', 'cycle_count', 'register', 0, 2],
  ],
  robots: [
    ['r', 'state', 'state', 0, 1],
    ['r', 'op_mode', 'mode', 0, 1],
    ['r', 'order_active', 'switch', 0, 1],
    ['r', 'cycle_count', 'register', 0, 2],
    ['r', 'parts_total', 'register', 0, 2],
    ['r', 'parts_reject', 'register', 0, 0.3],
    ['r', 'elec_import_kwh', 'register', 10, 0.7],
    ['u', 'state', 'state', 0, 1],
    ['u', 'parts_good', 'register', 0, 2],
  ],
}
export const BUNDLE_NAMES = Object.keys(BUNDLES)

const WORDS = ['Execute', 'Execute', 'Idle', 'Suspended', 'Held', 'Aborted', 'Starting', 'Stopped', 'off', 'Complete']
const MODES = ['AUTOMATIC', 'AUTOMATIC', 'MANUAL_REDUCED_SPEED', 'AUTOMATIC_EXTERNAL', 'OTHER', 'singing']

/** What goes wrong with one sample of a signal. */
const QUIRKS = ['reset', 'to_zero_once', 'a_little_down', 'jump', 'manual', 'stopped', 'calibration', 'fault'] as const

/** How one source sends. */
const signal = fc.record({
  isThere: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
  startMin: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 1, 7) }, fc.integer({ min: 0, max: 1000 })),
  everyS: fc.constantFrom(60, 240, 300, 300, 600, 1200, 3000),
  count: fc.integer({ min: 1, max: 40 }),
  rises: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 9, size: 'max' }),
  /** Before which sample nothing comes for so long. */
  gap: fc.option(fc.tuple(fc.integer({ min: 1, max: 39 }), fc.integer({ min: 100, max: 60_000 }))),
  quirks: fc.array(fc.tuple(fc.integer({ min: 0, max: 39 }), fc.constantFrom(...QUIRKS)), { maxLength: 3 }),
})
type Signal = Omit<Value<typeof signal>, 'everyS'> & { readonly everyS: number }

export const signals = fc.record({
  bundles: fc.uniqueArray(fc.constantFrom(...BUNDLE_NAMES), { minLength: 1, maxLength: 2 }),
  each: fc.array(signal, { minLength: 5, maxLength: 19, size: 'max' }),
  /** After so many days all registers are read once more. */
  readAgainDays: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constantFrom(3, 33)),
})

/** The sources of the bundles, each once. */
function sourcesOf(bundles: readonly string[]): readonly Source[] {
  const found = new Map<string, Source>()
  for (const source of bundles.flatMap((name) => BUNDLES[name]!)) found.set(`${source[0]}/${source[1]}`, source)
  return [...found.values()]
}

/** In order of time; each key once. */
export function richReadings({ bundles, each, readAgainDays }: Value<typeof signals>, fromMs: number): Reading[] {
  const readings: Reading[] = []
  let lastMs = fromMs
  const registers: { device: string; metric: string; level: number }[] = []
  for (const [i, source] of sourcesOf(bundles).entries()) {
    const how = each[i % each.length]!
    if (!how.isThere) continue
    const [device, metric, shape] = source
    const { samples, level } = samplesOf(source, how, fromMs)
    readings.push(...samples)
    lastMs = Math.max(lastMs, samples.at(-1)!.ts)
    if (shape === 'register') registers.push({ device, metric, level })
  }
  if (readAgainDays > 0) {
    const ts = lastMs + readAgainDays * 1440 * MINUTE_MS
    for (const { device, metric, level } of registers) {
      readings.push(reading({ device, metric, ts, value: Math.round(level + 500) }))
    }
  }
  return readings.sort((a, b) => a.ts - b.ts)
}

function samplesOf([device, metric, shape, base, step]: Source, how: Signal, fromMs: number) {
  const quirks = new Map(how.quirks)
  const samples: Reading[] = []
  const isWhole = metric.startsWith('parts_') || metric === 'cycle_count'
  let ts = fromMs + how.startMin * MINUTE_MS
  let level = base
  for (let k = 0; k < how.count; k++) {
    if (k > 0) ts += 1000 * (how.gap?.[0] === k ? how.gap[1] : how.everyS)
    const rise = how.rises[k % how.rises.length]!
    const quirk = quirks.get(k)
    const quality = { manual: 1, stopped: 2, calibration: 4, fault: 5 }[quirk as string] ?? 0
    if (shape === 'register') {
      if (quirk === 'reset') level = 0
      level += quirk === 'a_little_down' ? -rise * step : rise * step
      if (quirk === 'jump') level += 5000
      level = Math.max(0, isWhole ? Math.round(level) : level)
      samples.push(reading({ device, metric, ts, value: quirk === 'to_zero_once' ? 0 : level, quality }))
    } else {
      samples.push(reading({ device, metric, ts, value: saidOf(shape, rise, base + rise * step), quality }))
    }
  }
  return { samples, level }
}

function saidOf(shape: Shape, n: number, level: number): number | string {
  if (shape === 'state') return WORDS[n % WORDS.length]!
  if (shape === 'mode') return MODES[n % MODES.length]!
  return shape === 'switch' ? (n % 4 === 0 ? 0 : 1) : level
}

/** All sources, each as often as can be, nothing amiss; `n` in a row tell what each says. */
export function wholeReadings(fromMs: number, everyS: number, count: number, without: ReadonlySet<string>): Reading[] {
  return sourcesOf(BUNDLE_NAMES)
    .flatMap((source, i) => {
      const rises = [1, 2, 0, 4 + (i % 3), 5, 3]
      const how: Signal = { isThere: true, startMin: 0, everyS, count, rises, gap: null, quirks: [] }
      return without.has(source[1]) ? [] : samplesOf(source, how, fromMs).samples
    })
    .sort((a, b) => a.ts - b.ts)
}

/** What happens once; `n` picks the details. */
export const occurrences = fc.array(
  fc.record({
    afterMin: fc.oneof(fc.constantFrom(0, 1, 15), fc.integer({ min: 0, max: 400 })),
    type: fc.constantFrom<EventType[]>(
      'order',
      'order',
      'measure',
      'measure',
      'serial_result',
      'fuel_used',
      'refrigerant_refill',
      'process_input',
      'meter_replaced',
      'correction',
      'correction',
      'cems_calibration',
      'downtime_reason',
    ),
    n: fc.integer({ min: 0, max: 99 }),
  }),
  { maxLength: 14, size: 'max' },
)

/** In order of their ids; event times go up, but for corrections, which speak of any reading. */
export function richEvents(
  all: Value<typeof occurrences>,
  readings: readonly Reading[],
  fromMs: number,
): DeviceEvent[] {
  let ts = fromMs
  return all.flatMap(({ afterMin, type, n }, i) => {
    ts += afterMin * MINUTE_MS
    // Sixty parts are measured one after the other: fewer have no spread.
    const count = type === 'measure' && n % 2 === 0 ? 60 : 1
    return Array.from({ length: count }, (_, k): DeviceEvent[] => {
      const what = occurrenceOf(type, n + k, readings)
      if (what === null) return []
      const at = ts + k * 1000
      return [{ plant: 'p', line: 'l', id: `e${i}-${k}`, type, ts: at, receivedAt: at, ...what }]
    }).flat()
  })
}

function occurrenceOf(
  type: EventType,
  n: number,
  readings: readonly Reading[],
): Pick<DeviceEvent, 'device' | 'fields'> | null {
  switch (type) {
    case 'order': {
      const status = n % 5 === 0 ? 'end' : 'start'
      return { device: n % 2 === 0 ? 'q' : 'r', fields: { status, product: n % 3 === 0 ? 'even' : 'odd' } }
    }
    case 'measure': {
      const fields = { char: n % 7 === 0 ? 'gap' : 'bore', value: 10 + ((n * 7) % 11) / 20, subgroup: n >> 2 }
      return { device: n % 16 === 0 ? 'r' : 'q', fields }
    }
    case 'serial_result': {
      const result = n % 7 === 0 ? 'fail' : 'pass'
      const fields = { serial: `s${n % 10}`, op: n % 2 === 0 ? 'weld' : 'paint', result, first_attempt: n % 5 !== 0 }
      return { device: n % 3 === 0 ? 'r' : 'q', fields }
    }
    case 'fuel_used': {
      const [fuel, unit] = (
        [
          ['diesel', 't'],
          ['natural_gas', 'Nm3'],
          ['wood', 't'],
          ['bituminous_coal', 'kg'],
          ['anthracite', 't'],
        ] as const
      )[n % 5]!
      return { device: n % 2 === 0 ? 'boiler' : 'truck', fields: { fuel, amount: 1 + n / 3, unit } }
    }
    case 'refrigerant_refill':
      return { device: n % 2 === 0 ? 'area' : 'u', fields: { gas: n % 3 === 0 ? 'sf6' : 'hfc134a', kg: 1 + n / 3 } }
    case 'process_input':
      return { device: 'boiler', fields: { material: n % 3 === 0 ? 'dolomite' : 'caco3', t: 1 + n / 3 } }
    case 'meter_replaced': {
      const of = readings[(n * 131) % Math.max(1, readings.length)]
      if (of === undefined) return null
      return { device: of.device, fields: n % 2 === 0 ? {} : { metric: of.metric } }
    }
    case 'correction': {
      const numbers = readings.filter(({ value }) => typeof value === 'number')
      const of = numbers[(n * 131) % Math.max(1, numbers.length)]
      if (of === undefined || typeof of.value !== 'number') return null
      // One of four speaks of a value that only a reading has which loses.
      const before = n % 4 === 0 ? of.value + 1 : of.value
      const fields = { metric: of.metric, before, after: of.value + (n % 9) - 3, author: 'li', reason: 'read wrongly' }
      return { device: of.device, fields: { ...fields, at: new Date(of.ts).toISOString() } }
    }
    case 'cems_calibration':
      return { device: 'stack', fields: { metric: 'nox_mgm3', passed: n % 2 === 0 } }
    default:
      return { device: 'q', fields: { code: 'jam' } }
  }
}

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

/** What a plant with everything says of itself. */
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
        : [2024, 2025].map((vintage) => ({ id: `green-${vintage}`, kwh: of.contractKwh, factor: 0.01, vintage })),
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
