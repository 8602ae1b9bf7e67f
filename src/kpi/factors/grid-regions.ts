import type { FactorLibrary } from './table.js'

/** A region of the grid that has a factor for electricity by location. */
export interface GridRegion {
  /** The code by which `grid_region` of a plant names it. */
  readonly id: string
  /** Name in English. */
  readonly name: string
  /** Factors by the year of consumption, kg for a kWh. */
  readonly years: ReadonlyMap<string, number>
}

/** The regions of the tables, by their ids. */
export function gridRegions({ factors }: FactorLibrary): readonly GridRegion[] {
  const grid = factors.filter(({ activity }) => activity === 'grid_electricity')
  const ids = [...new Set(grid.map(({ region }) => region!))].sort()
  return ids.map((id) => {
    const own = grid.filter(({ region }) => region === id)
    return {
      id,
      name: own[0]!.description.replace(/^grid electricity(, location-based)?,? ?/, ''),
      years: new Map(own.toReversed().map(({ validFrom, value }) => [validFrom.slice(0, 4), value])),
    }
  })
}
