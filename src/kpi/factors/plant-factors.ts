import { boundedEntryOf } from '../../base/entry-of.js'
import { RULES_EDITION, type RulesEdition } from '../rules-edition.js'
import { CoalEquivalents } from './coal-equivalents.js'
import { type Factor, type FactorLookup, type MissingFactor, missingFactor } from './factor.js'
import { type Combustion, Fuels, type FuelUnit } from './fuels.js'
import { type OwnFault, ownFactors } from './own.js'
import { NAMES_MAX, type PlantOfBook, Selectors } from './selectors.js'
import type { FactorLibrary } from './table.js'

/**
 * All factors of one plant, by the configuration of one time. Every answer is a pure function of a window of consumption
 * [startMs, endMs), epoch ms, and of the tables: never of today, and never of the order of rows. Answers are made once and
 * handed out again, so that asking for every window and figure is cheap.
 */
export class PlantFactors {
  /** SHA-256 of the tables, hex. */
  readonly libraryHash: string
  /** The calculation rules that its answers follow. */
  readonly edition: RulesEdition
  /** Own factors that were left out, and why. The configuration is refused for them, too. */
  readonly faults: readonly OwnFault[]
  readonly #plant: PlantOfBook
  readonly #selectors: Selectors
  readonly #factors: ReadonlyMap<string, Factor>
  readonly #fuels: Fuels
  readonly #coal: CoalEquivalents
  readonly #gwps = new Map<string, FactorLookup>()
  readonly #missing = new Map<string, MissingFactor>()

  /**
   * @param laboratory what was measured of fuels; it goes before all others on the days it is of
   * @param edition of the rules by which the plant's figures are made
   */
  constructor(library: FactorLibrary, plant: PlantOfBook, laboratory: readonly Factor[] = [], edition = RULES_EDITION) {
    this.edition = edition
    const { factors: own, faults } = ownFactors(plant.factors, library)
    const rows = [...library.factors, ...library.coal.flatMap((one) => one.rows), ...own, ...laboratory]
    this.libraryHash = library.hash
    this.faults = faults
    this.#plant = plant
    const ruled = { ...plant, edition }
    this.#selectors = new Selectors(library, { own, laboratory }, ruled)
    this.#factors = new Map(rows.map((one) => [one.id, one]))
    const ask = { factor: (id: string) => this.#factors.get(id), gwp: (gas: string) => this.gwp(gas), edition }
    this.#fuels = new Fuels(this.#selectors, plant.carbon, ask)
    this.#coal = new CoalEquivalents(library, this.#selectors, this.#fuels, ruled)
  }

  /** A factor by the id that figures name. */
  factor(id: string): Factor | undefined {
    return this.#factors.get(id)
  }

  /**
   * Purchased electricity by location, kgCO2/kWh or kgCO2e/kWh: of the plant's region, else of its regional grid, else of
   * its country. Life-cycle figures and superseded series are never among them. Source: KPI specification §2.3.
   */
  grid(startMs: number, endMs: number): FactorLookup {
    const found = this.#selectors.of('grid_electricity', 'region').at(startMs, endMs)
    return found ?? this.#noElectricity('grid_electricity')
  }

  /** Factor of what is left of the grid when all that was sold with proof is taken out. China has no official one (§2.3, our own rule). */
  residual(startMs: number, endMs: number): FactorLookup {
    const found = this.#selectors.of('grid_electricity_residual', 'region').at(startMs, endMs)
    return found ?? this.#noElectricity('grid_electricity_residual')
  }

  /** Electricity that no contract covers, market-based: the supplier's rate, else the residual mix, else by location. */
  uncovered(startMs: number, endMs: number): FactorLookup {
    const supplier = this.#selectors.of('supplier_electricity', 'region').at(startMs, endMs)
    if (supplier !== null) return supplier
    const residual = this.#selectors.of('grid_electricity_residual', 'region').at(startMs, endMs)
    return residual ?? this.grid(startMs, endMs)
  }

  /** Purchased heat and steam, tCO2/GJ. */
  heat(startMs: number, endMs: number): FactorLookup {
    return this.#selectors.of('heat', 'region').at(startMs, endMs) ?? this.#none('heat', 'tCO2/GJ')
  }

  /** A process, tCO2 a tonne of what goes in: `caco3`. */
  process(material: string, startMs: number, endMs: number): FactorLookup {
    const activity = `process.${material}`
    return this.#selectors.of(activity, 'anywhere').at(startMs, endMs) ?? this.#none(activity, 'tCO2/t')
  }

  /** Global warming potential over 100 years of a gas (`ch4`, `ch4_fossil`, `hfc134a`) in the plant's set, kgCO2e/kg. */
  gwp(gas: string): FactorLookup {
    return boundedEntryOf(this.#gwps, gas, NAMES_MAX, () => {
      const set = this.#plant.carbon.gwp
      const activity = `gwp.${set.toLowerCase()}.${gas}`
      // A set is chosen, so it holds for any year: its first day says nothing about the consumption.
      const found = this.#selectors.of(activity, 'anywhere').at(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
      const one: FactorLookup = { value: 1, unit: 'kgCO2e/kg', reason: null, factors: [], flags: 0 }
      return found ?? (gas === 'co2' ? one : this.#none(activity, 'kgCO2e/kg'))
    })
  }

  /**
   * Emissions of burning one tonne or Nm3 of a fuel, by the plant's method. `coal` is the coal that the configuration names.
   * `measuredNcv` is the heating value of a meter, GJ/t or GJ/1e4Nm3 (kJ/Nm3 ÷ 100), and goes before all others.
   */
  combustion(
    fuel: string,
    unit: FuelUnit,
    startMs: number,
    endMs: number,
    measuredNcv?: number,
  ): Combustion | MissingFactor {
    const named = fuel === 'coal' ? this.#plant.carbon.coal : fuel
    if (named === undefined) return NO_COAL
    return this.#fuels.combustion(named, unit, startMs, endMs, measuredNcv)
  }

  /** Net heating value of a fuel, GJ a tonne or Nm3, by the plant's method; `coal` is the coal that it names. */
  heatingValue(fuel: string, unit: FuelUnit, startMs: number, endMs: number): FactorLookup {
    const named = fuel === 'coal' ? this.#plant.carbon.coal : fuel
    return named === undefined ? NO_COAL : this.#fuels.heatingValue(named, unit, startMs, endMs)
  }

  /**
   * Coal equivalent of an energy carrier or working medium, kgce a unit of the table: `diesel`, `natural_gas`, `heat`,
   * `steam_1p0mpa`, `water_fresh`, `electricity`, and `coal` by its configuration. A carrier with a range needs a heating
   * value or a coefficient of the plant. Source: KPI specification §2.1.
   */
  coalEquivalent(carrier: string, startMs: number, endMs: number, measuredNcv?: number): FactorLookup {
    return this.#coal.of(carrier, startMs, endMs, measuredNcv)
  }

  /** Electricity in coal equivalents by either basis, kgce/kWh; the primary one has no default. */
  electricityEquivalent(basis: 'equivalent' | 'primary', startMs: number, endMs: number): FactorLookup {
    return this.#coal.of(`electricity_${basis}`, startMs, endMs)
  }

  #noElectricity(activity: string): MissingFactor {
    const region = this.#plant.grid_region
    if (region !== undefined) return this.#none(activity, 'kgCO2e/kWh')
    return this.#once(activity, () => {
      return missingFactor('no_factor', 'the plant has no grid_region; set one, such as grid_region: CN-JS')
    })
  }

  #none(activity: string, unit: string): MissingFactor {
    return this.#once(activity, () => {
      const place = this.#plant.grid_region === undefined ? '' : ` for ${this.#plant.grid_region}`
      const remedy = `add one to the plant's factors: { activity: ${activity}, unit: ${unit}, value: … }`
      return missingFactor('no_factor', `there is no ${activity}${place} in the tables; ${remedy}`)
    })
  }

  #once(key: string, make: () => MissingFactor): MissingFactor {
    return boundedEntryOf(this.#missing, key, NAMES_MAX, make)
  }
}

const NO_COAL = missingFactor(
  'bad_config',
  'coals differ too much for an average one; say which it is, such as carbon: { coal: bituminous_coal }',
)
