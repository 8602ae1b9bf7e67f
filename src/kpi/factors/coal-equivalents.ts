import { boundedEntryOf } from '../../base/entry-of.js'
import { PlantDays } from '../time/plant-days.js'
import { type FactorChoice, tableChoice } from './choice.js'
import { type CoalEquivalent, KJ_PER_KGCE } from './coal.js'
import { type FactorLookup, type KnownFactor, type MissingFactor, madeOf, missingFactor } from './factor.js'
import type { Fuels } from './fuels.js'
import { NAMES_MAX, type RuledPlant, type Selector, type Selectors } from './selectors.js'
import type { FactorLibrary } from './table.js'

/** Names of fuels in the table of coal equivalents, by their names in the table of factors, where the two differ. */
const CARRIERS: Readonly<Record<string, string>> = { blast_furnace_gas: 'bf_gas' }

/**
 * Coals that the table of factors has by name with their heating value, and the table of coal equivalents has not: lignite
 * is far from raw coal. Source: KPI specification §2.1.
 */
const NAMED_COALS: readonly string[] = [
  ...['anthracite', 'bituminous_coal', 'lignite', 'other_washed_coal', 'briquette'],
]

/** Rule of the first edition: these counted as raw coal. */
const CARRIERS_OF_FIRST_EDITION: Readonly<Record<string, string>> = {
  ...CARRIERS,
  anthracite: 'raw_coal',
  bituminous_coal: 'raw_coal',
  lignite: 'raw_coal',
  briquette: 'raw_coal',
}

interface Entry {
  readonly fuel: string
  readonly carrier: string
  readonly own: Selector
  /** null where the table has a range or nothing to offer. */
  readonly table: FactorChoice | null
  /** Heating value of the table of factors, for a coal that the table of coal equivalents does not have. */
  readonly ncv: Selector | null
  readonly none: MissingFactor
  lastNcv: KnownFactor | null
  lastMade: KnownFactor | null
}

/** Coal equivalents of one plant. Source: KPI specification §2.1, GB/T 2589-2020 (from a second source). */
export class CoalEquivalents {
  readonly #rows: ReadonlyMap<string, CoalEquivalent>
  readonly #selectors: Selectors
  readonly #fuels: Fuels
  readonly #plant: RuledPlant
  readonly #entries = new Map<string, Entry>()

  constructor(library: FactorLibrary, selectors: Selectors, fuels: Fuels, plant: RuledPlant) {
    // The edition of 2008 reproduces old reports, and is no answer to anything new.
    const offered = library.coal.filter((one) => one.kind !== 'legacy_2008')
    this.#rows = new Map(offered.map((one) => [one.carrier, one]))
    this.#selectors = selectors
    this.#fuels = fuels
    this.#plant = plant
  }

  /**
   * A heating value comes first: of a meter, then the plant's own; then its own coefficient, then that of the table, and of
   * a coal that the table does not name the heating value by which it burns.
   */
  of(name: string, startMs: number, endMs: number, measuredNcv?: number): FactorLookup {
    const entry = this.#entry(name)
    if (measuredNcv !== undefined) return fromNcv(measuredNcv, this.#isGas(entry), [])
    const own = this.#fuels.ownNcv(entry.fuel, startMs, endMs)
    if (own !== null) return madeFrom(entry, own)
    const found = entry.own.at(startMs, endMs) ?? entry.table?.at(startMs, endMs) ?? null
    if (found !== null) return found
    const ncv = entry.ncv?.at(startMs, endMs) ?? null
    return ncv === null ? entry.none : madeFrom(entry, ncv)
  }

  #isGas({ carrier }: Entry): boolean {
    return this.#rows.get(carrier)?.rows[0].unit === 'kgce/m3'
  }

  #entry(name: string): Entry {
    return boundedEntryOf(this.#entries, name, NAMES_MAX, () => this.#make(name))
  }

  #make(name: string): Entry {
    const { carbon, edition, timezone } = this.#plant
    const basis = carbon.electricity_basis
    const fuel = name === 'coal' ? (carbon.coal ?? 'raw_coal') : name === 'electricity' ? `electricity_${basis}` : name
    const isFirstEdition = edition < 2
    const carrier = (isFirstEdition ? CARRIERS_OF_FIRST_EDITION : CARRIERS)[fuel] ?? fuel
    const hasNcv = !isFirstEdition && NAMED_COALS.includes(fuel)
    const row = this.#rows.get(carrier)
    const isOffered = row !== undefined && row.rows.length === 1 && !row.mustBeConfigured
    const rules = { policy: carbon.year_policy, edition, days: new PlantDays(timezone) }
    return {
      fuel,
      carrier,
      own: this.#selectors.ownOf(`coal_equivalent.${carrier}`),
      table: isOffered ? tableChoice(row.rows, [], rules) : null,
      ncv: hasNcv ? this.#selectors.of(`fuel.${fuel}.ncv`, 'anywhere') : null,
      none: refusal(carrier, row),
      lastNcv: null,
      lastMade: null,
    }
  }
}

/** The same heating value makes the same answer again. */
function madeFrom(entry: Entry, ncv: KnownFactor): KnownFactor {
  if (entry.lastNcv !== ncv) {
    entry.lastNcv = ncv
    entry.lastMade = fromNcv(ncv.value, ncv.unit === 'GJ/1e4Nm3', [ncv])
  }
  return entry.lastMade!
}

/** GJ/t are MJ/kg, and GJ/1e4Nm3 are 100 kJ/Nm3. */
function fromNcv(ncv: number, isGas: boolean, parts: readonly KnownFactor[]): KnownFactor {
  return isGas
    ? madeOf((ncv * 100) / KJ_PER_KGCE, 'kgce/m3', parts)
    : madeOf((ncv * 1000) / KJ_PER_KGCE, 'kgce/kg', parts)
}

function refusal(carrier: string, row: CoalEquivalent | undefined): MissingFactor {
  if (row === undefined) {
    return missingFactor(
      'no_factor',
      `the table has no coal equivalent of ${carrier}; add its heating value as fuel.${carrier}.ncv`,
    )
  }
  if (row.mustBeConfigured) {
    const remedy = `add a factor coal_equivalent.${carrier} in kgce/kWh with its source to the plant`
    return missingFactor('bad_config', `the primary value of electricity has no default; ${remedy}`)
  }
  const [low, high] = row.rows
  const range = `${low.printed.value} to ${high?.printed.value ?? ''} ${low.unit}`
  return missingFactor(
    'bad_config',
    `${carrier} has a range, ${range}; add the heating value on your bill as fuel.${carrier}.ncv, or a value inside it as coal_equivalent.${carrier}`,
  )
}
