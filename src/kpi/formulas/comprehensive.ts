import type { KnownFactor, MissingFactor } from '../factors/factor.js'
import { carbonOf } from '../settings/sources.js'
import type { PlantVersion } from '../settings/version.js'
import { type FactoredAmount, FactoredTally } from './amount.js'
import { addBatches, addRegister, coverBatches, FUEL_EVENTS, IN_GJ, IN_KGCE, perUnit, type Rate } from './burnt.js'
import { CARRIERS, FUELS, MEDIA, NCV_METRIC } from './carriers.js'
import type { Basis } from './recipe.js'
import { addSteam, STEAM_TERMS } from './steam-heat.js'

const GJ_PER_KWH = 0.0036
const KG_PER_T = 1000

/** Without a member for one of these there is nothing to add up. */
export const ANY_ENERGY: readonly string[] = [
  'elec_import_kwh',
  ...CARRIERS.filter(({ kind }) => kind !== 'medium').map(({ metric }) => metric),
  FUEL_EVENTS,
]
/** Everything that comprehensive energy may be made of. */
export const ALL_ENERGY: readonly string[] = [
  ...ANY_ENERGY,
  'elec_export_kwh',
  'renew_onsite_kwh',
  NCV_METRIC,
  ...STEAM_TERMS.slice(1),
  ...new Set(Object.values(MEDIA).map(({ metric }) => metric)),
]
/** Terms that electricity consumed is made of, in the order of `energy_elec_consumed`. */
export const CONSUMED: readonly string[] = [
  ...['elec_import_kwh', 'renew_onsite_kwh', 'elec_export_kwh', 'storage_discharge_kwh', 'storage_charge_kwh'],
]
const CONSUMED_SIGNS = [1, 1, -1, 1, -1] as const

export type ElectricityBasis = 'equivalent' | 'primary'

/**
 * Comprehensive energy consumption, tce: what came from outside, in coal equivalents, less what went out again. On-site
 * generation is none of it, and stands on a line of its own. Exports are those of on-site generation first; only what
 * exceeds it is taken off the import. Steam and working media count where the plant says that it buys them.
 * Source: KPI specification §2.1, GB/T 2589-2020 (from a second source).
 */
export function comprehensive(basis: Basis, electricity: ElectricityBasis): FactoredAmount {
  const tally = new FactoredTally()
  const { plantFactors, options } = basis.version
  for (const { inputs, startMs, endMs } of basis.sums('1h', 'elec_import_kwh', 'elec_export_kwh', 'renew_onsite_kwh')) {
    const [bought = null, sold = null, made = null] = inputs
    // Generation tells whether what was exported had been bought: that is known as well as generation is.
    if (bought !== null) tally.cover('elec_import_kwh', bought)
    if (sold !== null) tally.cover('elec_export_kwh', sold)
    if (sold !== null && made !== null) tally.cover('renew_onsite_kwh', made)
    if (bought === null || bought.expectedMs === 0) continue
    const kwh = bought.sum - Math.max(0, (sold?.sum ?? 0) - (made?.sum ?? 0))
    tally.add(kwh / KG_PER_T, perUnit(plantFactors.electricityEquivalent(electricity, startMs, endMs), 'kWh'))
  }
  addCarriers(basis, tally, IN_TCE)
  for (const { inputs, startMs, endMs } of basis.sums('1h', 'heat_gj')) {
    const [heat = null] = inputs
    if (heat === null || heat.expectedMs === 0) continue
    tally.cover('heat_gj', heat)
    tally.add(heat.sum / KG_PER_T, perUnit(plantFactors.coalEquivalent('heat', startMs, endMs), 'GJ'))
  }
  for (const medium of options?.energy.bought ?? []) {
    const { metric, unit, name } = MEDIA[medium]
    for (const { inputs, startMs, endMs } of basis.sums('1h', metric)) {
      const [used = null] = inputs
      if (used === null || used.expectedMs === 0) continue
      tally.cover(metric, used)
      tally.add(used.sum / KG_PER_T, perUnit(plantFactors.coalEquivalent(name, startMs, endMs), unit))
    }
  }
  return tally.amount
}

/**
 * On-site generation that the plant used itself, tce at the equivalent value: hour by hour, generation less export.
 * Source: KPI specification §2 and §2.1, a decision of this project.
 */
export function ownGeneration(basis: Basis): FactoredAmount {
  const tally = new FactoredTally()
  for (const { inputs, startMs, endMs } of basis.sums('1h', 'renew_onsite_kwh', 'elec_export_kwh')) {
    const [made = null, sold = null] = inputs
    if (made !== null) tally.cover('renew_onsite_kwh', made)
    if (sold !== null) tally.cover('elec_export_kwh', sold)
    if (made === null || made.expectedMs === 0) continue
    const kwh = Math.max(0, made.sum - (sold?.sum ?? 0))
    const answer = basis.version.plantFactors.electricityEquivalent('equivalent', startMs, endMs)
    tally.add(kwh / KG_PER_T, perUnit(answer, 'kWh'))
  }
  return tally.amount
}

/** Energy by its heat, GJ: electricity consumed, fuels by the net heating value, purchased steam and heat. */
export function totalGj(basis: Basis): FactoredAmount {
  const tally = new FactoredTally()
  CONSUMED.forEach((term, i) => {
    const input = basis.input(term)
    if (input === null) return
    tally.cover(term, input)
    tally.plain(CONSUMED_SIGNS[i]! * input.sum * GJ_PER_KWH)
  })
  addCarriers(basis, tally, IN_GJ)
  const heat = basis.input('heat_gj')
  if (heat !== null) {
    tally.cover('heat_gj', heat)
    tally.plain(heat.sum)
  }
  return tally.amount
}

function addCarriers(basis: Basis, tally: FactoredTally, rate: Rate): void {
  for (const fuel of FUELS) addRegister(basis, fuel, tally, rate)
  if (isSteamFromOutside(basis.version)) addSteam(basis, tally, rate.perGj)
  coverBatches(basis, tally, addBatches(basis, null, tally, rate))
}

/**
 * Steam of the plant's own boiler came in as the fuel that made it. The first edition counted it all the same.
 * Source: KPI specification §2.1: only energy that crosses the boundary counts.
 */
function isSteamFromOutside(version: PlantVersion): boolean {
  return version.edition < 2 || carbonOf(version).purchased_steam !== undefined
}

const IN_TCE: Rate = {
  of: (fuel, unit, plantFactors, hour) => tonnes(IN_KGCE.of(fuel, unit, plantFactors, hour)),
  perGj: IN_KGCE.perGj / KG_PER_T,
}

function tonnes(answer: KnownFactor | MissingFactor): KnownFactor | MissingFactor {
  return answer.value === null ? answer : { ...answer, value: answer.value / KG_PER_T }
}
