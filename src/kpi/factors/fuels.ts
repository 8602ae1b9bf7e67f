import { boundedEntryOf } from '../../base/entry-of.js'
import type { CarbonOptions } from '../../base/options/factors.js'
import type { RulesEdition } from '../rules-edition.js'
import { type FuelCarbon, tCo2PerUnit } from './combustion.js'
import {
  CO2_ONLY,
  type Factor,
  type FactorLookup,
  type KnownFactor,
  type MissingFactor,
  madeOf,
  missingFactor,
  type ParamSource,
} from './factor.js'
import { NAMES_MAX, type Selector, type Selectors } from './selectors.js'

export type FuelUnit = 't' | 'Nm3'

/** Emissions of burning one unit of fuel: the value in kgCO2e a unit, its parts in kg a unit. */
export interface Combustion extends KnownFactor {
  readonly kgCo2: number
  readonly kgCh4: number
  readonly kgN2o: number
  /** GJ a unit, net heating value. */
  readonly gj: number
  /** Source of each of the numbers, as reports state it. */
  readonly params: Readonly<Record<string, ParamSource>>
}

/** The same fuel in the guidelines of the IPCC, where it is called otherwise. */
const IPCC_NAMES: Readonly<Record<string, string>> = {
  diesel: 'gas_diesel_oil',
  gasoline: 'motor_gasoline',
  fuel_oil: 'residual_fuel_oil',
  bituminous_coal: 'other_bituminous_coal',
}

interface Part {
  readonly name: string
  readonly selector: Selector
}

interface Method {
  readonly ownNcv: Selector
  /** The heating value of a unit that was asked for last, by the answer it is made of. */
  readonly lastHeat: Map<FuelUnit, { readonly of: KnownFactor; readonly made: KnownFactor }>
  readonly parts: readonly Part[]
  /** The last result with the answers of the parts that it was made from: the same answers make the same again. */
  readonly last: Map<FuelUnit, { readonly from: readonly KnownFactor[]; readonly made: Combustion | MissingFactor }>
}

/** Combustion by one method family, never by both. Source: KPI specification §2.2. */
export class Fuels {
  readonly #selectors: Selectors
  readonly #carbon: CarbonOptions
  readonly #factor: (id: string) => Factor | undefined
  readonly #gwp: (gas: string) => FactorLookup
  readonly #edition: RulesEdition
  readonly #methods = new Map<string, Method>()

  constructor(
    selectors: Selectors,
    carbon: CarbonOptions,
    {
      factor,
      gwp,
      edition,
    }: { factor: (id: string) => Factor | undefined; gwp: (gas: string) => FactorLookup; edition: RulesEdition },
  ) {
    this.#selectors = selectors
    this.#carbon = carbon
    this.#factor = factor
    this.#gwp = gwp
    this.#edition = edition
  }

  /** The plant's own heating value of a fuel, GJ/t or GJ/1e4Nm3; null when it has none for the window. */
  ownNcv(fuel: string, startMs: number, endMs: number): KnownFactor | null {
    return this.#method(fuel).ownNcv.at(startMs, endMs)
  }

  /** Net heating value, GJ a tonne or Nm3: the plant's own, else that of the table. */
  heatingValue(fuel: string, unit: FuelUnit, startMs: number, endMs: number): KnownFactor | MissingFactor {
    const method = this.#method(fuel)
    const ncv = method.ownNcv.at(startMs, endMs) ?? method.parts[0]!.selector.at(startMs, endMs)
    if (ncv === null) return this.#unknown(fuel, 'ncv')
    if (ncv.unit !== (unit === 't' ? 'GJ/t' : 'GJ/1e4Nm3')) return this.#otherUnit(fuel, unit, ncv)
    const last = method.lastHeat.get(unit)
    if (last?.of === ncv) return last.made
    const made = madeOf(unit === 't' ? ncv.value : ncv.value / 10_000, `GJ/${unit}`, [ncv])
    method.lastHeat.set(unit, { of: ncv, made })
    return made
  }

  /** `measuredNcv`: GJ/t or GJ/1e4Nm3, of a meter; before all others. */
  combustion(
    fuel: string,
    unit: FuelUnit,
    startMs: number,
    endMs: number,
    measuredNcv?: number,
  ): Combustion | MissingFactor {
    const method = this.#method(fuel)
    const from: KnownFactor[] = []
    for (const [index, part] of method.parts.entries()) {
      const own = index === 0 ? method.ownNcv.at(startMs, endMs) : null
      const found = index === 0 && measuredNcv !== undefined ? meterNcv(measuredNcv, unit) : null
      const answer = found ?? own ?? part.selector.at(startMs, endMs)
      if (answer === null) return this.#unknown(fuel, part.name)
      from.push(answer)
    }
    const last = method.last.get(unit)
    if (last?.from.every((one, index) => one === from[index]) === true) return last.made
    const made = this.#made(fuel, unit, method.parts, from)
    method.last.set(unit, { from, made })
    return made
  }

  #made(
    fuel: string,
    unit: FuelUnit,
    parts: readonly Part[],
    from: readonly KnownFactor[],
  ): Combustion | MissingFactor {
    const ncv = from[0]!
    if (ncv.unit !== (unit === 't' ? 'GJ/t' : 'GJ/1e4Nm3')) return this.#otherUnit(fuel, unit, ncv)
    const gj = unit === 't' ? ncv.value : ncv.value / 10_000
    const params = Object.fromEntries(
      from.map((one, index) => [parts[index]!.name, this.#factor(one.factors[0] ?? '')?.paramSource ?? 'measured']),
    )
    if (this.#carbon.combustion === 'cn') {
      const carbon: FuelCarbon = { ncv: gj, carbonContent: from[1]!.value, oxidation: from[2]!.value }
      const kgCo2 = tCo2PerUnit(carbon) * 1000
      const co2Only = { factors: [], flags: CO2_ONLY }
      return { ...madeOf(kgCo2, `kgCO2/${unit}`, [...from, co2Only]), kgCo2, kgCh4: 0, kgN2o: 0, gj, params }
    }
    const [co2, ch4, n2o] = from.slice(1).map((one) => (one.value * gj) / 1000) as [number, number, number]
    const [gwpCh4, gwpN2o] = [this.#gwp(methaneOf(fuel, this.#carbon, this.#edition)), this.#gwp('n2o')]
    if (gwpCh4.value === null) return gwpCh4
    if (gwpN2o.value === null) return gwpN2o
    const kgCo2e = co2 + ch4 * gwpCh4.value + n2o * gwpN2o.value
    const made = madeOf(kgCo2e, `kgCO2e/${unit}`, [...from, gwpCh4, gwpN2o])
    return { ...made, kgCo2: co2, kgCh4: ch4, kgN2o: n2o, gj, params }
  }

  #method(fuel: string): Method {
    return boundedEntryOf(this.#methods, fuel, NAMES_MAX, () => {
      const isCn = this.#carbon.combustion === 'cn'
      const names = isCn ? ['ncv', 'carbon_content', 'oxidation_factor'] : ['ncv', 'co2', 'ch4', 'n2o']
      const stem = isCn ? `fuel.${fuel}` : `ipcc.${IPCC_NAMES[fuel] ?? fuel}`
      const parts = names.map((name) => ({ name, selector: this.#selectors.of(`${stem}.${name}`, 'anywhere') }))
      return { ownNcv: this.#selectors.ownOf(`fuel.${fuel}.ncv`), parts, last: new Map(), lastHeat: new Map() }
    })
  }

  #unknown(fuel: string, part: string): MissingFactor {
    const table = this.#carbon.combustion === 'cn' ? 'fuel' : 'ipcc'
    return missingFactor(
      'no_factor',
      `there is no ${part} of ${fuel}; add a factor ${table}.${fuel}.${part} to the plant`,
    )
  }

  #otherUnit(fuel: string, unit: FuelUnit, ncv: KnownFactor): MissingFactor {
    const detail = `${fuel} is counted in ${unit}, but ${ncv.factors.join()} is in ${ncv.unit}; `
    const want = unit === 't' ? 'GJ/t' : 'kJ/Nm3'
    return missingFactor(
      'bad_config',
      `${detail}add a factor fuel.${fuel}.ncv in ${want} to the plant, as the supplier states it`,
    )
  }
}

/**
 * The methane that burning a fuel leaves, in the words of the tables of warming potentials: AR6 tells that of fossil fuels
 * from that of what grew. Before the second edition of the rules the one without a name was taken.
 * Source: KPI specification §2.2; GHG Protocol list of 2024 (from a second source).
 */
export function methaneOf(fuel: string, { gwp, biogenic }: CarbonOptions, edition: RulesEdition): string {
  if (edition < 2 || gwp !== 'AR6') return 'ch4'
  return biogenic.includes(fuel) ? 'ch4_nonfossil' : 'ch4_fossil'
}

/** A heating value that a meter sends is no factor: it is archived as readings and has no id. */
function meterNcv(value: number, unit: FuelUnit): KnownFactor {
  return { value, unit: unit === 't' ? 'GJ/t' : 'GJ/1e4Nm3', reason: null, factors: [], flags: 0 }
}
