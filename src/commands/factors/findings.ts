import type { PlantOptions } from '../../base/plant.js'
import { type Factor, FROM_MEMORY } from '../../kpi/factors/factor.js'
import { PlantFactors } from '../../kpi/factors/plant-factors.js'
import { factorChain } from '../../kpi/factors/regions.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import { RULES_EDITION } from '../../kpi/rules-edition.js'

/** Warnings to users of the tables that no single row gives, as sentences. */
export function warningsOf(library: FactorLibrary): readonly string[] {
  return [...unchecked(library), ...toConfirm(library), ...ranges(library), ...yearGaps(library)]
}

function unchecked({ factors, coal }: FactorLibrary): readonly string[] {
  const rows = [...factors, ...coal.flatMap((one) => one.rows)]
  const doubtful = rows.filter((one) => (one.flags & FROM_MEMORY) !== 0 && !Number.isNaN(one.value))
  if (doubtful.length === 0) return []
  const families = new Map<string, number>()
  for (const { activity } of doubtful) {
    const family = activity.split('.')[0]!
    families.set(family, (families.get(family) ?? 0) + 1)
  }
  const counts = [...families].sort((a, b) => b[1] - a[1]).map(([family, count]) => `${count} of ${family}`)
  return [
    `${doubtful.length} numbers are from memory and were not checked: ${listed(counts)}; figures made of them are flagged factor_from_memory`,
    'no full text of a standard was opened: compare with your own copy before you claim compliance',
  ]
}

/** Rows whose note asks for a second look before an audit. */
function toConfirm({ factors }: FactorLibrary): readonly string[] {
  return factors.filter((one) => /\bconfirm\b/.test(one.note)).map((one) => `${one.id}: ${one.note}`)
}

function ranges({ coal }: FactorLibrary): readonly string[] {
  const wide = coal.filter((one) => one.rows.length > 1).map((one) => one.carrier)
  const open = coal.filter((one) => one.mustBeConfigured).map((one) => one.carrier)
  return [
    ...(wide.length === 0
      ? []
      : [
          `${listed(wide)} have a range and no value: a plant gives a heating value, or a coefficient inside the range`,
        ]),
    ...(open.length === 0 ? [] : [`${listed(open)} has no default: a plant gives its value and source`]),
  ]
}

/** Regions that lack a year which others of their country have: the year before stands in, and says so. */
function yearGaps({ factors }: FactorLibrary): readonly string[] {
  const grid = factors.filter((one) => one.activity === 'grid_electricity' && one.validTo !== null)
  const years = new Map<string, Factor[]>()
  for (const one of grid) {
    const year = one.validFrom.slice(0, 4)
    years.set(year, [...(years.get(year) ?? []), one])
  }
  const regionsOf = (rows: readonly Factor[]) => new Set(rows.map((one) => one.region ?? ''))
  const china = [...regionsOf(grid)].filter((region) => region.startsWith('CN')).sort()
  return [...years].sort().flatMap(([year, rows]) => {
    const there = regionsOf(rows)
    if (!there.has('CN')) return []
    const lacking = china.filter((region) => !there.has(region))
    if (lacking.length === 0) return []
    const grids = lacking.filter((region) => region.startsWith('CN-GRID-'))
    const provinces = lacking.length - grids.length
    const before = Number(year) - 1
    return [
      `${year} is not in the table for ${listed([...grids, `${provinces} provinces`])}: their newest year, ${before}, is used and flagged factor_year_mismatch`,
    ]
  })
}

/** Every plant with the regions its factors come from, what it has of its own, and what it lacks. */
export function plantsInWords(library: FactorLibrary, plants: readonly PlantOptions[]): readonly string[] {
  return plants.map((plant) => {
    const chain = factorChain(plant.grid_region, plant.carbon.regional_grid, RULES_EDITION)
    const plantFactors = new PlantFactors(library, plant)
    const forever = Number.MAX_SAFE_INTEGER
    const grid = plantFactors.grid(forever, forever)
    const own = `${plant.factors.length} own ${plant.factors.length === 1 ? 'factor' : 'factors'}`
    const place = chain.length === 0 ? 'no grid_region' : chain.join(', else ')
    const answer = grid.value === null ? `scope 2 is null: ${grid.detail}` : `newest grid factor ${grid.factors.join()}`
    return `${plant.id}: ${place}; ${own}; ${answer}`
  })
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join()
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
