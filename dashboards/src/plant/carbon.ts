import type { KpiPoint } from '../../../src/base/kpi.js'
import { isDue } from '../series/points.js'
import { type OneFigure, type Total, totalOf } from '../series/totals.js'

/** Emissions of a plant over a range, by scope and source, by both methods of scope 2. */

const CARBON_SOURCES = ['scope2_lb', 'scope1_stationary', 'scope1_mobile', 'scope1_process', 'scope1_fugitive'] as const
export type CarbonSourceId = (typeof CARBON_SOURCES)[number]

/** Fuels that burn in one place; what drives vehicles has a figure of its own. */
const CARBON_FUELS = ['energy_natural_gas', 'energy_coal', 'energy_lpg'] as const
const GRID = 'energy_elec_import'

/** The part of the import that clean contracts cover, over their period and hour by hour: never one without the other. */
const MATCHED_KPIS = ['clean_energy_matched_annual', 'clean_energy_matched_hourly'] as const
export type MatchedId = (typeof MATCHED_KPIS)[number]

export interface MatchedShare {
  readonly id: MatchedId
  readonly total: Total
}

export const CARBON_KPIS = [
  'carbon_total_lb',
  'scope1_co2e',
  'scope2_mb',
  'scope1_measured',
  ...CARBON_SOURCES,
  'renewable_share',
  ...MATCHED_KPIS,
  ...CARBON_FUELS,
  GRID,
  'energy_heat_gj',
  'energy_steam_gj',
] as const
type CarbonKpi = (typeof CARBON_KPIS)[number]
type FigureOf = (kpi: CarbonKpi) => readonly OneFigure[]

/** Amount that was used of what a KPI counts, in the unit of the KPI. */
interface Activity {
  readonly kpi: CarbonKpi
  readonly value: number
  /** kg CO2e for one unit of it, as it came out over the range. */
  readonly factor: number
}

export interface CarbonSource {
  readonly id: CarbonSourceId
  readonly scope: 1 | 2
  readonly total: Total
  /** Part of the location-based sum; null without one. */
  readonly share: number | null
  /** null where more than one thing stands behind the source, or nothing is known of it. */
  readonly activity: Activity | null
}

export interface Carbon {
  /** kg CO2e; location-based and market-based stand beside each other, always. */
  readonly location: Total
  readonly market: Total
  readonly sources: readonly CarbonSource[]
  readonly renewable: OneFigure | undefined
  /** Both ways of matching; none of a plant without contracts. */
  readonly matched: readonly MatchedShare[]
}

/** `of` gives the figure of the range; none where the plant has nothing of the kind. */
export function carbonOf(of: FigureOf): Carbon {
  const location = totalOf(of('carbon_total_lb'))
  const sources = CARBON_SOURCES.map((id): CarbonSource => {
    const total = totalOf(of(id))
    const share = total.value === null || !location.value ? null : total.value / location.value
    return { id, scope: id === 'scope2_lb' ? 2 : 1, total, share, activity: activityOf(id, total, of) }
  }).filter(({ id, total }) => total.span !== null && (total.value !== 0 || id === 'scope2_lb'))
  return {
    location,
    market: together(totalOf(of('scope1_co2e')), totalOf(of('scope2_mb'))),
    sources,
    renewable: of('renewable_share')[0],
    matched: MATCHED_KPIS.map((id) => ({ id, total: totalOf(of(id)) })).filter(({ total }) => total.span !== null),
  }
}

/** One figure of two; not known when one of them is not. */
function together(a: Total, b: Total): Total {
  const value = a.value === null || b.value === null ? null : a.value + b.value
  return {
    value,
    reason: value !== null ? '' : a.value === null && a.span !== null ? a.reason : b.reason,
    coverage: Math.min(a.coverage, b.coverage),
    estimatedShare: Math.max(a.estimatedShare, b.estimatedShare),
    flags: [...new Set([...a.flags, ...b.flags])],
    factors: [...new Set([...a.factors, ...b.factors])].toSorted(),
    span: a.span ?? b.span,
  }
}

/** So much of the time must be known that a mean factor is that of the range. */
const WHOLE = 0.98

/** Fuels of vehicles may be those of a burner too: a plant says which. */
const LIQUID = /diesel|gasoline/

/** Scope 2 has purchased heat in it, stationary combustion may have several fuels: one alone has a factor. */
function activityOf(id: CarbonSourceId, total: Total, of: FigureOf): Activity | null {
  const behind = { scope2_lb: [GRID, 'energy_heat_gj', 'energy_steam_gj'], scope1_stationary: CARBON_FUELS } as const
  if (id !== 'scope2_lb' && id !== 'scope1_stationary') return null
  const isMixed = total.factors.some((factor) => LIQUID.test(factor)) || totalOf(of('scope1_measured')).value
  if (id === 'scope1_stationary' && isMixed) return null
  const used = behind[id].flatMap((kpi) => {
    const { value } = totalOf(of(kpi))
    return value === null || value === 0 ? [] : [{ kpi, value }]
  })
  const [only] = used
  if (only === undefined || used.length > 1 || total.value === null || total.coverage < WHOLE) return null
  return { ...only, factor: total.value / only.value }
}

/** A bar of the card: one window with both scopes in it. */
export interface CarbonBar {
  /** The window of a scope whose data were due and did not come, where there is one: else that of either. */
  readonly point: KpiPoint
  readonly isProvisional: boolean
  readonly isEstimated: boolean
  readonly scope1: number | null
  readonly scope2: number | null
}

/** The windows of either scope, oldest first; a scope without a value is not nothing. */
export function carbonBars(scope1: readonly KpiPoint[], scope2: readonly KpiPoint[]): readonly CarbonBar[] {
  const at = (points: readonly KpiPoint[]) => new Map(points.map((point) => [point.start, point]))
  const [direct, bought] = [at(scope1), at(scope2)]
  return [...new Set([...direct.keys(), ...bought.keys()])].toSorted().map((start) => {
    const points = [bought.get(start), direct.get(start)].filter((point) => point !== undefined)
    return {
      point: points.find((point) => point.value === null && isDue(point)) ?? points[0]!,
      isProvisional: points.some(({ provisional }) => provisional),
      isEstimated: points.some(({ estimated_share }) => estimated_share > 0),
      scope1: direct.get(start)?.value ?? null,
      scope2: bought.get(start)?.value ?? null,
    }
  })
}
