import type { FlagBits } from '../../base/flags.js'
import { carbonOf } from '../settings/sources.js'
import type { PlantVersion } from '../settings/version.js'
import type { FactoredTally } from './amount.js'
import { STEAM_CLASSES, type SteamClass, steamAt, steamHeatGj } from './arithmetic/steam.js'
import { type Basis, type InputSum, isKnownEnough } from './recipe.js'

/** Terms of steam: what a meter counts, and what it reads beside that. */
export const STEAM_TERMS = ['steam_mass_t', 'steam_pressure_mpa', 'steam_temp_c'] as const
const [STEAM] = STEAM_TERMS

/**
 * Heat of steam, meter by meter and hour by hour: by the means of its own pressure (gauge) and temperature, else by the
 * level that the configuration names, else by the enthalpy of bought steam, else null with `bad_config`. Hours in which a
 * meter that has both lacks one are not known where nothing stands in. The heat of feed water is taken off where that is
 * configured.
 * Source: KPI specification §2.1; IAPWS-IF97.
 * @param perGj what one GJ adds to the amount
 */
export function addSteam(basis: Basis, tally: FactoredTally, perGj: number): void {
  const { version } = basis
  const feedKjKg = version.options?.energy.feed_water_kj_kg ?? 0
  const stated = statedEnthalpy(version)
  for (const { inputs, startMs, endMs } of basis.slices('1h', ...STEAM_TERMS)) {
    const [mass = null, pressure = null, temp = null] = inputs
    if (mass === null || mass.expectedMs === 0) continue
    const read = readEnthalpy(pressure, temp)
    if (read.kjKg !== null) {
      tally.cover(STEAM, { ...mass, flags: mass.flags | read.flags })
      tally.plain(steamHeatGj(mass.sum, read.kjKg, feedKjKg) * perGj)
    } else if (stated !== null) {
      tally.cover(STEAM, mass)
      tally.plain(steamHeatGj(mass.sum, stated.kjKg, feedKjKg) * perGj)
      const factor = stated.level === null ? null : version.plantFactors.coalEquivalent(stated.level, startMs, endMs)
      if (factor !== null && factor.value !== null) tally.use(factor)
    } else if (read.why === 'gap' && mass.sum !== 0) {
      tally.cover(STEAM, { ...mass, coveredMs: 0, estimatedMs: 0 })
    } else {
      tally.cover(STEAM, mass)
      // A cold pipe is no fault where nothing flows; a meter that reads nothing but tonnes is always one.
      if (read.why === 'no_sensors' || mass.sum !== 0) tally.miss('bad_config')
    }
  }
}

export interface ReadEnthalpy {
  /** null when the readings say nothing; then `why`. */
  readonly kjKg: number | null
  readonly flags: FlagBits
  readonly why: 'no_sensors' | 'gap' | 'no_steam' | ''
}

const NO_SENSORS: ReadEnthalpy = { kjKg: null, flags: 0, why: 'no_sensors' }
const GAP: ReadEnthalpy = { kjKg: null, flags: 0, why: 'gap' }
const NO_STEAM: ReadEnthalpy = { kjKg: null, flags: 0, why: 'no_steam' }

/** The enthalpy of steam over an hour by the means of the pressure and temperature that its meter reads. */
export function readEnthalpy(pressure: InputSum | null, temp: InputSum | null): ReadEnthalpy {
  if (pressure === null || temp === null || pressure.expectedMs === 0 || temp.expectedMs === 0) return NO_SENSORS
  if (!isKnownEnough(pressure) || !isKnownEnough(temp)) return GAP
  const state = steamAt(pressure.sum / pressure.coveredMs, temp.sum / temp.coveredMs)
  return state.value === null ? NO_STEAM : { kjKg: state.value.enthalpyKjKg, flags: state.flags, why: '' }
}

/** The enthalpy that the configuration states, and the name of its level in the table. The first edition knew levels alone. */
function statedEnthalpy(version: PlantVersion): { readonly kjKg: number; readonly level: string | null } | null {
  const level = levelOf(version)
  if (level !== null) return { kjKg: level.enthalpyKjKg, level: level.id.toLowerCase() }
  const kjKg = version.edition < 2 ? undefined : carbonOf(version).purchased_steam?.enthalpy_kj_kg
  return kjKg === undefined ? null : { kjKg, level: null }
}

/** `1.0MPa` is `steam_1p0MPa` in the table. */
function levelOf({ options }: PlantVersion): SteamClass | null {
  const level = options?.energy.steam_class
  if (level === undefined) return null
  return STEAM_CLASSES.find(({ id }) => id === `steam_${level.replace('.', 'p')}`) ?? null
}
