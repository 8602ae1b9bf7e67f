import { eventSeries } from '../../base/events.js'
import { type FlagBits, flagBit } from '../../base/flags.js'
import type { FactorLookup, MissingFactor } from '../factors/factor.js'
import type { Combustion, FuelUnit } from '../factors/fuels.js'
import {
  BIOGENIC_NCV,
  biogenicTerm,
  carbonOf,
  FUEL_METERS,
  type FuelUse,
  fuelTerm,
  MEASURED_CO2,
  NCV,
  useOf,
} from '../settings/sources.js'
import { type GasAmount, type Gases, GasTally, NO_GASES } from './carbon-amount.js'
import { MEASURED_TERMS, measuredHours, measuredInput } from './measured-co2.js'
import { type Basis, type InputSum, isKnownEnough, type KpiEvent } from './recipe.js'
import { refrigerantOf } from './refrigerants.js'

const APPROX = flagBit('approx')

/** Kinds of sources of scope 1; together they are all of it, and no gas is counted in two. */
export const SOURCE_KINDS = ['stationary', 'measured', 'mobile', 'process', 'fugitive'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** Terms of the meters of each kind. */
const METERS: Readonly<Record<SourceKind, readonly string[]>> = {
  stationary: FUEL_METERS.flatMap(({ metric }) => [fuelTerm('stationary', metric), fuelTerm('replaced', metric)]),
  measured: [MEASURED_CO2],
  mobile: FUEL_METERS.map(({ metric }) => fuelTerm('mobile', metric)),
  process: [],
  fugitive: [],
}

const EVENTS: Readonly<Record<SourceKind, readonly string[]>> = {
  stationary: [eventSeries('fuel_used')],
  measured: [],
  mobile: [eventSeries('fuel_used')],
  process: [eventSeries('process_input')],
  fugitive: [eventSeries('refrigerant_refill')],
}

const BIOGENIC_METERS = FUEL_METERS.map(({ metric }) => biogenicTerm(metric))

/** Terms of fuels that grew: registers of them, and events that report fuel. */
export const BIOGENIC_TERMS = {
  needsAny: [...BIOGENIC_METERS, eventSeries('fuel_used')],
  uses: [BIOGENIC_NCV],
} as const

/** Terms without any of which there are no such sources, and those that are used with them. */
export function sourceTermsOf(kinds: readonly SourceKind[]): {
  readonly needsAny: readonly string[]
  readonly uses: readonly string[]
} {
  return {
    needsAny: [...new Set(kinds.flatMap((kind) => [...METERS[kind], ...EVENTS[kind]]))],
    uses: [NCV, ...MEASURED_TERMS],
  }
}

/** Gases that one source gave off in one hour of the window. */
export interface SourceEmission {
  readonly hourMs: number
  readonly device: string
  /** The metrics it was computed from; none: an event. */
  readonly metrics: readonly string[]
  /** The fuel, material or gas that an event names, with its type; '' of a meter. */
  readonly reported: string
  /** Nothing where a factor is missing. */
  readonly gases: Gases
  readonly factors: readonly FactorLookup[]
  readonly flags: FlagBits
}

/** The gases of some kinds of sources in a window, hour by hour with the factors of that hour. */
export function scope1Of(basis: Basis, kinds: readonly SourceKind[] = SOURCE_KINDS): GasAmount {
  return amountOf(emissionsOf(basis, kinds), scope1Inputs(basis, kinds), isReportedByEvents(basis, kinds))
}

/** Fuels that grew, metered and reported: what they give off is `kgBiogenic`. */
export function biogenicOf(basis: Basis): GasAmount {
  const { biogenic } = carbonOf(basis.version)
  return amountOf(
    [
      ...metered(basis, 'stationary', { termOf: biogenicTerm, ncvTerm: BIOGENIC_NCV }),
      ...reported(basis, (fuel) => biogenic.includes(fuel)),
    ],
    BIOGENIC_METERS.map((term) => basis.input(term)),
    isReportedByEvents(basis, ['stationary']),
  )
}

/** Consumption that the meters of some kinds counted, for coverage. */
export function scope1Inputs(basis: Basis, kinds: readonly SourceKind[]): (InputSum | null)[] {
  return kinds.flatMap((kind) => {
    return kind === 'measured' ? [measuredInput(basis)] : METERS[kind].map((term) => basis.input(term))
  })
}

/** Somebody reports sources of some kinds by events. */
export function isReportedByEvents(basis: Basis, kinds: readonly SourceKind[]): boolean {
  return kinds.some((kind) => EVENTS[kind].some((term) => basis.input(term) !== null))
}

/** Adds up what sources gave off; `inputs` is what their meters counted. */
export function amountOf(
  emissions: Iterable<SourceEmission>,
  inputs: readonly (InputSum | null)[],
  isReported: boolean,
): GasAmount {
  const tally = new GasTally()
  for (const { hourMs, gases, factors, flags } of emissions) {
    tally.add(hourMs, gases)
    tally.flag(flags)
    for (const answer of factors) tally.use(answer)
  }
  return tally.amount(inputs, isReported)
}

/** Every source of some kinds, hour by hour. */
export function* emissionsOf(basis: Basis, kinds: readonly SourceKind[]): Generator<SourceEmission> {
  const has = (kind: SourceKind) => kinds.includes(kind)
  if (has('stationary')) {
    yield* metered(basis, 'stationary')
    yield* metered(basis, 'replaced')
  }
  if (has('measured')) yield* measured(basis)
  if (has('mobile')) yield* metered(basis, 'mobile')
  if (has('stationary') || has('mobile')) {
    yield* reported(basis, (_, use) => has(use === 'mobile' ? 'mobile' : 'stationary'))
  }
  if (has('process')) yield* processes(basis)
  if (has('fugitive')) yield* leaks(basis)
}

function* metered(
  basis: Basis,
  use: FuelUse,
  { termOf, ncvTerm } = { termOf: (metric: string) => fuelTerm(use, metric), ncvTerm: NCV },
): Generator<SourceEmission> {
  const { plantFactors } = basis.version
  for (const { metric, fuel, unit } of FUEL_METERS) {
    const term = termOf(metric)
    // Most plants have one fuel or two: nothing is asked of the hours of the others.
    if (basis.input(term) === null) continue
    for (const { device, inputs, startMs, endMs } of basis.slices('1h', term, ncvTerm)) {
      const [consumed = null, ncv = null] = inputs
      if (consumed === null || consumed.expectedMs === 0) continue
      const ncvGj = metric === 'ng_volume_nm3' ? measuredNcv(ncv) : undefined
      const found = plantFactors.combustion(fuel, unit, startMs, endMs, ncvGj)
      yield {
        hourMs: startMs,
        device,
        metrics: ncvGj === undefined ? [metric] : [metric, NCV],
        reported: '',
        ...burnt(basis, { fuel, use, amount: consumed.sum }, found),
      }
    }
  }
}

/** The heating value of a meter's own analyser over an hour, GJ/1e4Nm3; undefined unless it is known for most of it. */
function measuredNcv(ncv: InputSum | null): number | undefined {
  if (!isKnownEnough(ncv)) return undefined
  const kjNm3 = ncv.sum / ncv.coveredMs
  return kjNm3 > 0 ? kjNm3 / 100 : undefined
}

function burnt(
  basis: Basis,
  { fuel, use, amount }: { readonly fuel: string; readonly use: FuelUse; readonly amount: number },
  found: Combustion | MissingFactor,
): Pick<SourceEmission, 'gases' | 'factors' | 'flags'> {
  const { biogenic, combustion } = carbonOf(basis.version)
  if (found.value === null) return { gases: NO_GASES, factors: [found], flags: 0 }
  // CH4 and N2O by the guidelines of the IPCC; by carbon content none are computed.
  const others = (found.value - found.kgCo2) * amount
  const kgCo2 = found.kgCo2 * amount
  const isBiogenic = biogenic.includes(fuel)
  const isReckoned = use !== 'replaced'
  const isFossil = isReckoned && !isBiogenic
  return {
    gases: {
      kgCo2e: isFossil ? found.value * amount : others,
      kgCo2: isFossil ? kgCo2 : 0,
      kgCh4: found.kgCh4 * amount,
      kgN2o: found.kgN2o * amount,
      kgBiogenic: isReckoned && isBiogenic ? kgCo2 : 0,
    },
    factors: [found],
    // The tables have CH4 and N2O of furnaces alone; engines differ.
    flags: use === 'mobile' && combustion === 'ipcc' ? APPROX : 0,
  }
}

/** Fuel that people report, as far as it is asked for. */
function* reported(basis: Basis, isWanted: (fuel: string, use: FuelUse) => boolean): Generator<SourceEmission> {
  const carbon = carbonOf(basis.version)
  for (const event of basis.events('fuel_used')) {
    const { fuel, amount, unit = 't' } = event.fields
    if (typeof fuel !== 'string' || typeof amount !== 'number') continue
    const use = useOf(fuel, event.device, carbon)
    if (!isWanted(fuel, use)) continue
    const { found, units } = inUnits(basis, event, { fuel, amount, unit })
    yield { ...placed(basis, event, `fuel_used/${fuel}`), ...burnt(basis, { fuel, use, amount: units }, found) }
  }
}

/** A reported amount in the unit of the tables. Heat is what it is, whatever the fuel weighs. */
function inUnits(
  basis: Basis,
  event: KpiEvent,
  { fuel, amount, unit }: { readonly fuel: string; readonly amount: number; readonly unit: unknown },
): { readonly found: Combustion | MissingFactor; readonly units: number } {
  const { startMs, endMs } = hourOf(basis, event)
  const per = (of: FuelUnit) => basis.version.plantFactors.combustion(fuel, of, startMs, endMs)
  if (unit === 'Nm3') return { found: per('Nm3'), units: amount }
  const byMass = per('t')
  if (unit !== 'GJ') return { found: byMass, units: unit === 'kg' ? amount / 1000 : amount }
  const found = byMass.value === null ? per('Nm3') : byMass
  return { found, units: found.value === null ? 0 : amount / found.gj }
}

function* processes(basis: Basis): Generator<SourceEmission> {
  for (const event of basis.events('process_input')) {
    const { material, t } = event.fields
    if (typeof material !== 'string' || typeof t !== 'number') continue
    const { startMs, endMs } = hourOf(basis, event)
    const found = basis.version.plantFactors.process(material, startMs, endMs)
    const kg = (found.value ?? 0) * t * 1000
    const isCo2 = found.value !== null && !found.unit.includes('CO2e')
    const gases = { ...NO_GASES, kgCo2e: kg, kgCo2: isCo2 ? kg : 0 }
    yield { ...placed(basis, event, `process_input/${material}`), gases, factors: [found], flags: 0 }
  }
}

function* leaks(basis: Basis): Generator<SourceEmission> {
  for (const event of basis.events('refrigerant_refill')) {
    const { gas: said, kg } = event.fields
    if (typeof said !== 'string' || typeof kg !== 'number') continue
    const { name, parts, flags } = refrigerantOf(said, basis.version.edition)
    for (const { gas, part } of parts) {
      const found = basis.version.plantFactors.gwp(gas)
      const leaked = kg * part
      const gases = {
        ...NO_GASES,
        kgCo2e: leaked * (found.value ?? 0),
        kgCo2: gas === 'co2' ? leaked : 0,
        kgCh4: gas === 'ch4' ? leaked : 0,
        kgN2o: gas === 'n2o' ? leaked : 0,
      }
      yield { ...placed(basis, event, `refrigerant_refill/${name}`), gases, factors: [found], flags }
    }
  }
}

function* measured(basis: Basis): Generator<SourceEmission> {
  for (const { hourMs, device, kgCo2, metrics, lacks } of measuredHours(basis)) {
    const gases = { ...NO_GASES, kgCo2e: kgCo2, kgCo2 }
    yield { hourMs, device, metrics, reported: '', gases, factors: lacks === null ? [] : [lacks], flags: 0 }
  }
}

/** The hour that an event lies in, cut to the window as slices are. */
function hourOf({ version, span }: Basis, { ts }: KpiEvent): { readonly startMs: number; readonly endMs: number } {
  const hour = version.calendar.spanAt('1h', ts)
  return { startMs: Math.max(hour.startMs, span.startMs), endMs: Math.min(hour.endMs, span.endMs) }
}

function placed(
  basis: Basis,
  event: KpiEvent,
  reported: string,
): Pick<SourceEmission, 'hourMs' | 'device' | 'metrics' | 'reported'> {
  return { hourMs: hourOf(basis, event).startMs, device: event.device, metrics: [], reported }
}
