import { WINDOWS, type Window } from '../../../src/base/kpi.js'
import { idIn, idsIn, KPI_ID } from '../address.js'
import { definePage } from '../page.js'

export interface PlantPlace {
  readonly view: 'plant'
  readonly plant: string
  /** The plant as a whole where there is none. */
  readonly line: string | null
  /** The figure of the chart. */
  readonly kpi: string
  /** null for the one that fits the range. */
  readonly window: Window | null
}

export const FIRST_KPI = 'energy_elec_import'

export const plantPage = definePage<PlantPlace>({
  view: 'plant',
  title: null,
  hasRange: true,
  parse: (path, asked) => {
    const [plant, line = null] =
      idsIn(path, /^\/plants\/([^/]+)$/) ?? idsIn(path, /^\/plants\/([^/]+)\/lines\/([^/]+)$/) ?? []
    if (plant === undefined) return null
    const window = WINDOWS.find((w) => w === asked.get('window')) ?? null
    return { view: 'plant', plant, line, kpi: idIn(asked, 'kpi', KPI_ID) ?? FIRST_KPI, window }
  },
  pathOf: ({ plant, line }) => `/plants/${plant}${line === null ? '' : `/lines/${line}`}`,
  choicesOf: ({ kpi, window }) => ({
    ...(kpi === FIRST_KPI ? {} : { kpi }),
    ...(window === null ? {} : { window }),
  }),
})

export function plantPlaceOf(plant: string, line: string | null = null): PlantPlace {
  return { view: 'plant', plant, line, kpi: FIRST_KPI, window: null }
}
