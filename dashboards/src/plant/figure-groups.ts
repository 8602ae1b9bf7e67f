import type { KpiInfo } from '../../../src/base/kpi.js'

/** The figures of the catalogue by subject, as they stand in a list to choose from. */
export const FIGURE_GROUPS = [
  'electricity',
  'cost',
  'states',
  'carriers',
  'intensity',
  'carbon',
  'stacks',
  'machines',
  'quality',
  'data',
] as const
export type FigureGroup = (typeof FIGURE_GROUPS)[number]

/** The first that fits counts. */
const BY_ID: readonly (readonly [RegExp, FigureGroup])[] = [
  [/^(energy_(cost|import|export_revenue)|demand_cost|cost_)/, 'cost'],
  [/^(kwh_per|co2e_per|sec|carbon_per|enpi$|energy_saving)|_intensity$/, 'intensity'],
  [/^(kwh_|co2e_|standby_share)/, 'states'],
  [/^(energy_elec|energy_unmetered|power_factor|peak_demand|load_factor|renewable_share)/, 'electricity'],
  [/^(energy_|water_)/, 'carriers'],
  [/^(scope|carbon_|biogenic|clean_)/, 'carbon'],
  [/^(pollutant_|exceed_|valid_capture|stack_)/, 'stacks'],
  [/^(data_|connectivity$)/, 'data'],
]

export function groupOf({ id, pillar }: Pick<KpiInfo, 'id' | 'pillar'>): FigureGroup {
  const found = BY_ID.find(([pattern]) => pattern.test(id))?.[1]
  return found ?? (pillar === 'high_end' ? 'quality' : 'machines')
}

export interface GroupedFigures {
  readonly group: FigureGroup
  readonly figures: readonly KpiInfo[]
}

/**
 * Figures whose id or name in any language has all the words of `text`, by subject. `has`: only those are shown that the
 * plant has; null while that is not known.
 */
export function grouped(
  all: readonly KpiInfo[],
  text: string,
  has: ReadonlySet<string> | null,
): readonly GroupedFigures[] {
  const wanted = text.toLowerCase().split(/\s+/)
  const fits = ({ id, name }: KpiInfo) => {
    const words = `${id} ${name.en} ${name.zh}`.toLowerCase()
    return wanted.every((word) => words.includes(word))
  }
  const shown = all.filter((info) => (has === null || has.has(info.id)) && fits(info))
  return FIGURE_GROUPS.map((group) => ({ group, figures: shown.filter((info) => groupOf(info) === group) })).filter(
    ({ figures }) => figures.length > 0,
  )
}
