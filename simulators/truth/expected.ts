import type { DeviceOptions, PlantOptions } from '../../src/base/plant.js'
import { seriesTimes } from '../../src/base/plant.js'
import { STATES } from '../../src/base/states.js'
import type { DeviceSamples } from '../device-samples.js'
import type { SampleFault } from '../sends.js'
import { type Expectation, expectation, type Finding, type Place } from './expectation.js'
import { MachineFindings } from './machines.js'
import { RegisterFindings } from './registers.js'
import { PlantPlan } from './shifts.js'
import { StackFindings } from './stacks.js'
import { isWithin, type LocalDay, localDays, type Span } from './windows.js'
import { Witness } from './witness.js'

/** One device of a run, as the truth looks at it. */
export interface Observed {
  readonly samples: DeviceSamples
  readonly faults: readonly SampleFault[]
}

/**
 * Every figure that a gateway with this configuration must come to for one plant, for all whole local hours and days of
 * [fromMs, toMs]. Nothing of the gateway's own reckoning is used: the same rules, read a second time.
 */
export function expectedOf(
  plant: PlantOptions,
  observed: readonly Observed[],
  fromMs: number,
  toMs: number,
): Expectation[] {
  const days = localDays(plant.timezone, fromMs, toMs)
  const plan = new PlantPlan(plant)
  const expected: Expectation[] = []
  const imports: Figures[] = []
  for (const { samples, faults } of observed) {
    const { path } = samples.device
    const options = plant.devices.find((device) => device.id === path.device)
    const witness = new Witness(samples, faults, toMs + 1)
    if (options === undefined || witness.firstMs === null) continue
    const place: Place = { plant: plant.id, scope: 'device', id: path.device }
    const whole = spansIn(days, Math.max(fromMs, witness.firstMs), toMs)
    const spans = whole.filter(({ span }) => span.startMs <= witness.lastTakenMs)
    for (const { kpi, figures } of figuresOf(witness, options, days, plan)) {
      expected.push(...expectationsOf(place, kpi, spans, figures))
      if (kpi === 'energy_elec_import' && options.role === 'main') imports.push(figures)
    }
  }
  if (imports.length > 0) {
    const place: Place = { plant: plant.id, scope: 'plant', id: plant.id }
    const sum: Figures = (span) => sumOf(imports.map((figures) => figures(span)))
    expected.push(...expectationsOf(place, 'energy_elec_import', spansIn(days, fromMs, toMs), sum))
  }
  return expected
}

/** A figure in each window; null where none can be said. */
type Figures = (span: Span) => Finding | null

interface Sized {
  readonly window: '1h' | '1d'
  readonly span: Span
}

function spansIn(days: readonly LocalDay[], fromMs: number, toMs: number): readonly Sized[] {
  return days.flatMap((day) => [
    ...day.hours.filter((hour) => isWithin(hour, fromMs, toMs)).map((span) => ({ window: '1h' as const, span })),
    ...(isWithin(day, fromMs, toMs) ? [{ window: '1d' as const, span: day }] : []),
  ])
}

function* expectationsOf(place: Place, kpi: string, spans: readonly Sized[], figures: Figures): Generator<Expectation> {
  for (const { window, span } of spans) {
    const finding = figures(span)
    if (finding !== null) yield expectation(place, kpi, window, span, finding)
  }
}

/** Figures that are reckoned from a device, by what it shows. */
function* figuresOf(
  witness: Witness,
  options: DeviceOptions,
  days: readonly LocalDay[],
  plan: PlantPlan,
): Generator<{ readonly kpi: string; readonly figures: Figures }> {
  const shows = metricsOf(witness)
  const times = (metric: string) => seriesTimes(options.metrics[metric])
  const energy = ['elec_import_kwh', 'elec_submeter_kwh'].find((metric) => shows.has(metric))
  if (energy !== undefined) {
    const rules = { isPieces: false, maxGapMs: times(energy).maxGapMs }
    const register = new RegisterFindings(witness, energy, days, rules)
    yield { kpi: 'energy_elec_import', figures: (span) => register.of(span) }
  }
  if (shows.has('nox_mgm3')) {
    const stack = new StackFindings(witness, 'nox_mgm3', days, times('nox_mgm3').periodMs)
    yield { kpi: 'pollutant_mean_nox', figures: (span) => stack.mean(span) }
    if (shows.has('stack_flow_nm3h')) yield { kpi: 'pollutant_mass_nox', figures: (span) => stack.mass(span) }
  }
  if (shows.has('cycle_count')) {
    const rules = { isPieces: true, maxGapMs: options.on_change ? Infinity : times('cycle_count').maxGapMs }
    const register = new RegisterFindings(witness, 'cycle_count', days, rules)
    yield { kpi: 'cycles', figures: (span) => register.of(span) }
  }
  if (shows.has('state')) {
    const machine = new MachineFindings(witness, days, plan, options.on_change ? Infinity : times('state').maxHoldMs)
    for (const state of STATES) {
      yield { kpi: `time_${state.toLowerCase()}`, figures: (span) => machine.time(state, span) }
    }
  }
}

/** Samples that are looked at to see what a device shows: one that sends on change may leave out what has not changed. */
const LOOKED_AT = 200

function metricsOf(witness: Witness): ReadonlySet<string> {
  const found = new Set<string>()
  let seen = 0
  for (const { metrics } of witness.sampled()) {
    for (const metric of Object.keys(metrics)) found.add(metric)
    if (++seen === LOOKED_AT) break
  }
  return found
}

function sumOf(findings: readonly (Finding | null)[]): Finding | null {
  let value = 0
  let ruled: number | null = 0
  let bound = 0
  for (const finding of findings) {
    if (finding === null || finding.value === null) return null
    value += finding.value
    ruled = ruled === null || finding.ruled === null ? null : ruled + finding.ruled
    bound += finding.bound
  }
  return {
    value,
    ruled,
    bound,
    flags: findings.flatMap((finding) => finding?.flags ?? []),
    flagsIfDifferent: findings.flatMap((finding) => finding?.flagsIfDifferent ?? []),
    isRejected: findings.some((finding) => finding?.isRejected),
  }
}
