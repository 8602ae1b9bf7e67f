import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagsOf } from '../../src/base/flags.js'
import { bundledLibrary, factorsFolder } from '../../src/kpi/factors/bundled.js'
import type { Factor, FactorLookup } from '../../src/kpi/factors/factor.js'
import { PlantFactors } from '../../src/kpi/factors/plant-factors.js'
import { COAL_FILE, EMISSION_FILE, type FactorLibrary, libraryOf } from '../../src/kpi/factors/table.js'
import { RULES_EDITION, type RulesEdition } from '../../src/kpi/rules-edition.js'
import { plantOf } from './engine.js'

export const library = bundledLibrary()

/** The book of a plant in Shanghai's zone. */
export function bookOf(
  options: Record<string, unknown>,
  tables: FactorLibrary = library,
  edition: RulesEdition = RULES_EDITION,
): PlantFactors {
  return new PlantFactors(tables, plantOf({ timezone: 'Asia/Shanghai', ...options }), [], edition)
}

/** A day in Shanghai as a window. */
export function dayOf(day: string): readonly [startMs: number, endMs: number] {
  const startMs = Date.parse(`${day}T00:00:00+08:00`)
  return [startMs, startMs + 86_400_000]
}

/** An own factor with what each of them needs. */
export function own(factor: Record<string, unknown>): Record<string, unknown> {
  return { id: 'own.1', valid_from: '2020-01-01', published: '2020-01-01', source: 'statement 17', ...factor }
}

/** A factor of the table that has to be there. */
export function factor(id: string): Factor {
  const found = [...library.factors, ...library.coal.flatMap((one) => one.rows)].find((one) => one.id === id)
  if (found === undefined) throw new Error(`the tables have no ${id}`)
  return found
}

/** A factor of a gross heating value, as the tables of older bundles have it. Source: US EPA Emission Factors Hub 2024. */
export function grossFactor(fuel: 'natural_gas' | 'anthracite', of: 'heat' | 'co2'): Factor {
  const found = olderTables().factors.find(({ id }) => id === `us.epa2024.${fuel}.${of}`)
  if (found === undefined) throw new Error(`the older tables have no ${fuel}`)
  return found
}

function olderTables(): FactorLibrary {
  const rest = 'US,2024-01-01,2024-12-31,US EPA Emission Factors Hub 2024,2024,,verified-from-secondary-source'
  const rows = [
    `us.epa2024.natural_gas.heat,natural_gas heat content (HHV),0.001026,mmBtu/scf,${rest}`,
    `us.epa2024.natural_gas.co2,natural_gas stationary combustion CO2 (HHV),53.06,kgCO2/mmBtu,${rest}`,
    `us.epa2024.anthracite.heat,anthracite heat content (HHV),25.09,mmBtu/short_ton,${rest}`,
    `us.epa2024.anthracite.co2,anthracite stationary combustion CO2 (HHV),103.69,kgCO2/mmBtu,${rest}`,
  ]
  return libraryOf([tableText(EMISSION_FILE).trimEnd(), ...rows, ''].join('\r\n'), tableText(COAL_FILE))
}

/** Value, ids and flags in one line, or the reason of a null. */
export function words(answer: FactorLookup): string {
  if (answer.value === null) return answer.reason
  return [answer.value, answer.unit, ...answer.factors, ...flagsOf(answer.flags)].join(' ')
}

/** The text of one of the tables. */
export function tableText(name: string): string {
  return readFileSync(join(factorsFolder, name), 'utf8')
}
