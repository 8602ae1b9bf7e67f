import { type EventFields, eventSeries } from '../../base/events.js'
import { KJ_PER_KGCE } from '../factors/coal.js'
import { type FactorLookup, type KnownFactor, missingFactor } from '../factors/factor.js'
import type { PlantFactors } from '../factors/plant-factors.js'
import type { TimeRange } from '../series/calendar.js'
import type { FactoredTally } from './amount.js'
import { type CarrierUnit, type Fuel, NCV_METRIC } from './carriers.js'
import type { Basis, InputSum } from './recipe.js'

/** The series of what was burnt by the batch. */
export const FUEL_EVENTS = eventSeries('fuel_used')
/** Terms of a fuel that is counted: its register, what was burnt by the batch, and the heating value of gas. */
export function fuelTermsOf({ id, metric }: Fuel): readonly string[] {
  return id === 'natural_gas' ? [metric, FUEL_EVENTS, NCV_METRIC] : [metric, FUEL_EVENTS]
}

/** A measure of fuels, such as GJ or kgce: how much of it one unit of a fuel comes to. */
export interface Rate {
  /** Keyed by the factors of an hour. */
  of(fuel: string, unit: 't' | 'Nm3', plantFactors: PlantFactors, hour: TimeRange): FactorLookup
  /** Amount for one GJ, whatever it is made from. */
  readonly perGj: number
}

/** Heat, GJ by the net heating value. */
export const IN_GJ: Rate = {
  of: (fuel, unit, plantFactors, { startMs, endMs }) => plantFactors.heatingValue(fuel, unit, startMs, endMs),
  perGj: 1,
}

/** Coal equivalents, kgce. Source: KPI specification §2.1. */
export const IN_KGCE: Rate = {
  of: (fuel, unit, plantFactors, { startMs, endMs }) =>
    perUnit(plantFactors.coalEquivalent(fuel, startMs, endMs), unit),
  perGj: 1e6 / KJ_PER_KGCE,
}

/**
 * Adds what the register of a fuel counted, hour by hour. Natural gas has the heating value that was measured in the hour at
 * the meter itself, else anywhere in the scope, else that of the book.
 */
export function addRegister(basis: Basis, fuel: Fuel, tally: FactoredTally, rate: Rate): void {
  const { plantFactors } = basis.version
  const name = fuel.fuels[0]!
  if (fuel.id !== 'natural_gas') {
    for (const hour of basis.sums('1h', fuel.metric)) {
      const used = hour.inputs[0] ?? null
      if (used === null || used.expectedMs === 0) continue
      tally.cover(fuel.metric, used)
      tally.add(used.sum, rate.of(name, fuel.unit, plantFactors, hour))
    }
    return
  }
  const measured = new Map<number, number>()
  for (const { startMs, inputs } of basis.sums('1h', NCV_METRIC)) {
    const [ncv] = inputs
    const kj = measuredKj(ncv)
    if (kj !== undefined) measured.set(startMs, kj)
  }
  for (const hour of basis.slices('1h', fuel.metric, NCV_METRIC)) {
    const [used = null, own = null] = hour.inputs
    if (used === null || used.expectedMs === 0) continue
    tally.cover(fuel.metric, used)
    const kj = measuredKj(own) ?? measured.get(hour.startMs)
    if (kj === undefined) tally.add(used.sum, rate.of(name, fuel.unit, plantFactors, hour))
    else tally.plain(((used.sum * kj) / 1e6) * rate.perGj)
  }
}

/** Mean heating value of an hour, kJ/Nm3; undefined where none is known: an analyser that stands at 0 measures no gas. */
function measuredKj(ncv: InputSum | null | undefined): number | undefined {
  if (ncv === null || ncv === undefined || ncv.coveredMs <= 0) return undefined
  const kj = ncv.sum / ncv.coveredMs
  return kj > 0 ? kj : undefined
}

/**
 * Adds what was burnt by the batch: the events of one fuel, or of every fuel there is; each by the factors of its hour.
 * Returns how many there were.
 */
export function addBatches(basis: Basis, fuel: Fuel | null, tally: FactoredTally, rate: Rate): number {
  let count = 0
  for (const { ts, fields } of basis.events('fuel_used')) {
    const used = fields as EventFields<'fuel_used'>
    if (fuel !== null && !fuel.fuels.includes(used.fuel)) continue
    count++
    const [amount, unit] = tonnes(used)
    if (unit === 'GJ') tally.plain(amount * rate.perGj)
    else
      tally.add(amount, rate.of(used.fuel, unit, basis.version.plantFactors, basis.version.calendar.spanAt('1h', ts)))
  }
  return count
}

/** The same in the unit of the fuel's register: heat by the heating value, and no volume of what is counted in tonnes. */
export function addBatchesAsCounted(basis: Basis, fuel: Fuel, tally: FactoredTally): number {
  let count = 0
  const { plantFactors, calendar } = basis.version
  for (const { ts, fields } of basis.events('fuel_used')) {
    const used = fields as EventFields<'fuel_used'>
    if (!fuel.fuels.includes(used.fuel)) continue
    count++
    const [amount, unit] = tonnes(used)
    if (unit === fuel.unit) tally.plain(amount)
    else if (unit !== 'GJ') tally.miss('bad_config')
    else {
      const { startMs, endMs } = calendar.spanAt('1h', ts)
      const heat = plantFactors.heatingValue(used.fuel, fuel.unit, startMs, endMs)
      tally.add(amount, heat.value === null ? heat : { ...heat, value: 1 / heat.value })
    }
  }
  return count
}

/** Counts the whole window as known where batches alone tell of it and there was one. */
export function coverBatches({ span }: Basis, tally: FactoredTally, count: number): void {
  if (count === 0 || tally.isExpected) return
  const ms = span.endMs - span.startMs
  tally.cover('batches', { coveredMs: ms, expectedMs: ms, estimatedMs: 0, flags: 0 })
}

function tonnes({ amount, unit = 't' }: EventFields<'fuel_used'>): readonly [number, 't' | 'Nm3' | 'GJ'] {
  return unit === 'kg' ? [amount / 1000, 't'] : [amount, unit]
}

/** Units of coal equivalents: what one unit of a carrier has of them. A cubic metre of water is a tonne. */
const PER: Readonly<Record<string, Partial<Record<CarrierUnit | 'kWh', number>>>> = {
  'kgce/kg': { t: 1000 },
  'kgce/t': { t: 1, m3: 1 },
  'kgce/m3': { Nm3: 1 },
  'kgce/MJ': { GJ: 1000 },
  'kgce/kWh': { kWh: 1 },
}

const OTHER_UNIT = missingFactor(
  'bad_config',
  'the coal equivalent is by mass and the meter by volume, or the other way; add the heating value in the unit of the meter',
)

/** A coal equivalent, kgce a unit of its meter. */
export function perUnit(answer: FactorLookup, unit: CarrierUnit | 'kWh'): FactorLookup {
  if (answer.value === null) return answer
  const scale = PER[answer.unit]?.[unit]
  if (scale === undefined) return OTHER_UNIT
  const { factors, flags } = answer
  const made: KnownFactor = { value: answer.value * scale, unit: `kgce/${unit}`, reason: null, factors, flags }
  return made
}
