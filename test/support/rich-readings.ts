import { fc } from '@fast-check/vitest'
import type { Reading } from '../../src/base/reading.js'
import { reading } from './engine.js'
import { MINUTE_MS, type Value } from './random-plants.js'

type Shape = 'register' | 'level' | 'state' | 'mode' | 'switch'
type Source = readonly [device: string, metric: string, shape: Shape, base: number, step: number]

/** Sources in bundles that formulas want together. */
export const BUNDLES: Readonly<Record<string, readonly Source[]>> = {
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
const BUNDLE_NAMES = Object.keys(BUNDLES)

const WORDS = ['Execute', 'Execute', 'Idle', 'Suspended', 'Held', 'Aborted', 'Starting', 'Stopped', 'off', 'Complete']
const MODES = ['AUTOMATIC', 'AUTOMATIC', 'MANUAL_REDUCED_SPEED', 'AUTOMATIC_EXTERNAL', 'OTHER', 'singing']

/** Irregularities of one sample of a signal. */
const QUIRKS = ['reset', 'to_zero_once', 'a_little_down', 'jump', 'manual', 'stopped', 'calibration', 'fault'] as const

/** Sending habits of one source, drawn at random. */
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
