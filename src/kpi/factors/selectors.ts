import { boundedEntryOf } from '../../base/entry-of.js'
import type { PlantOptions } from '../../base/plant.js'
import type { RulesEdition } from '../rules-edition.js'
import { PlantDays } from '../time/plant-days.js'
import { type ChoiceRules, type FactorChoice, ownChoice, tableChoice } from './choice.js'
import { type Factor, FROM_MEMORY, type KnownFactor } from './factor.js'
import { countryOf, factorChain, isOutsideAnnouncements } from './regions.js'
import type { FactorLibrary } from './table.js'

/** Events name fuels, gases and materials as they like: of all that is asked for by name so much is kept. */
export const NAMES_MAX = 1000

/** Settings of a plant that a book has to know. */
export type PlantOfBook = Pick<PlantOptions, 'timezone' | 'grid_region' | 'factors' | 'carbon'>

/** The same with the edition of the rules by which its figures are made. */
export interface RuledPlant extends PlantOfBook {
  readonly edition: RulesEdition
}

/** All places an activity may be answered from, the most exact first. */
export class Selector {
  readonly #levels: readonly FactorChoice[]

  constructor(levels: readonly FactorChoice[]) {
    this.#levels = levels
  }

  /** The factor of a window [startMs, endMs); null when there is none for this plant. */
  at(startMs: number, endMs: number): KnownFactor | null {
    for (const level of this.#levels) {
      const found = level.at(startMs, endMs)
      if (found !== null) return found
    }
    return null
  }
}

/** Makes selectors, each once: what is asked for every window costs one look into a map. */
export class Selectors {
  readonly #made = new Map<string, Selector>()
  readonly #tables: ReadonlyMap<string, readonly Factor[]>
  readonly #own: ReadonlyMap<string, readonly Factor[]>
  readonly #laboratory: ReadonlyMap<string, readonly Factor[]>
  readonly #chain: readonly string[]
  readonly #plant: RuledPlant
  readonly #rules: ChoiceRules

  constructor(
    library: FactorLibrary,
    { own, laboratory }: { readonly own: readonly Factor[]; readonly laboratory: readonly Factor[] },
    plant: RuledPlant,
  ) {
    this.#tables = byActivity(library.factors)
    this.#own = byActivity(own)
    this.#laboratory = byActivity(laboratory)
    this.#plant = plant
    const { grid_region, carbon, timezone, edition } = plant
    this.#chain = factorChain(grid_region, carbon.regional_grid, edition)
    this.#rules = { policy: carbon.year_policy, edition, days: new PlantDays(timezone) }
  }

  /** `anywhere`: the factors of the tables hold for a plant in any region, as those of a method or of chemistry do. */
  of(activity: string, reach: 'region' | 'anywhere'): Selector {
    return boundedEntryOf(this.#made, activity, NAMES_MAX, () => new Selector(this.#levels(activity, reach)))
  }

  /** Own factors of an activity alone, and what a laboratory found. */
  ownOf(activity: string): Selector {
    const levels = () => [
      ...this.#laboratoryLevel(activity),
      ...[null, ...this.#chain, 'GLOBAL'].flatMap((region) => this.#ownLevel(activity, region)),
    ]
    return boundedEntryOf(this.#made, `own ${activity}`, NAMES_MAX, () => new Selector(levels()))
  }

  /** A more exact region wins over a newer year, and at one region the plant's own over the table. */
  #levels(activity: string, reach: 'region' | 'anywhere'): FactorChoice[] {
    const rows = this.#tables.get(activity) ?? []
    const regions = [null, ...this.#chain, 'GLOBAL']
    const levels = regions.flatMap((region) => [
      ...this.#ownLevel(activity, region),
      ...this.#tableLevel(
        rows.filter((one) => one.region === region),
        rows,
      ),
    ])
    const found = [...this.#laboratoryLevel(activity), ...levels]
    return reach === 'region' ? found : [...found, ...this.#tableLevel(rows, rows)]
  }

  /** An analysis is made after the days it is of, so when it was published does not matter. */
  #laboratoryLevel(activity: string): FactorChoice[] {
    const found = this.#laboratory.get(activity) ?? []
    return found.length === 0 ? [] : [ownChoice(found, { ...this.#rules, policy: 'match_year' })]
  }

  #ownLevel(activity: string, region: string | null): FactorChoice[] {
    const own = (this.#own.get(activity) ?? []).filter((one) => one.region === region)
    return own.length === 0 ? [] : [ownChoice(own, this.#rules)]
  }

  #tableLevel(rows: readonly Factor[], all: readonly Factor[]): FactorChoice[] {
    const first = rows[0]
    if (first === undefined) return []
    const country = countryOf(first.region ?? '')
    const series = all.filter((one) => countryOf(one.region ?? '') === country)
    const { grid_region, edition } = this.#plant
    const isBorrowed = first.activity === 'grid_electricity' && isOutsideAnnouncements(grid_region)
    const flags = edition >= 2 && isBorrowed ? FROM_MEMORY : 0
    return [tableChoice(rows, series, { ...this.#rules, flags })]
  }
}

function byActivity(factors: readonly Factor[]): ReadonlyMap<string, readonly Factor[]> {
  const found = new Map<string, Factor[]>()
  for (const one of factors) {
    const same = found.get(one.activity)
    if (same === undefined) found.set(one.activity, [one])
    else same.push(one)
  }
  return found
}
