import { COUNTED_EVENTS, eventSeries } from '../../base/events.js'
import { METRICS } from '../../base/metrics.js'
import { KPIS } from '../../kpi/formulas.js'
import { isBiogenicTerm, sourceTerm } from '../../kpi/settings/sources.js'

/**
 * The metrics that a KPI may be made of, sorted: what its terms are read from.
 * @param edition of the rules by which the figure was made: before the third no register of fuel that grew was read
 */
export function metricsOfKpi(id: string, edition: number): readonly string[] {
  const found = KPIS.find((kpi) => kpi.id === id)
  if (found === undefined) return []
  const all = [...found.needs, ...found.needsAny, ...found.uses]
  const terms = all.filter((term) => edition >= 3 || !isBiogenicTerm(term))
  const metrics = terms.flatMap((term) => sourceTerm(term)?.metric ?? OF_TERM[term] ?? [term])
  return [...new Set(metrics)].filter((metric) => METRICS.has(metric)).sort()
}

/** The types of entries that a KPI may be made of: what is used up, and what a laboratory found of it. */
export function eventsOfKpi(id: string): readonly string[] {
  const found = KPIS.find((kpi) => kpi.id === id)
  if (found === undefined) return []
  const terms = [...found.needs, ...found.needsAny, ...found.uses]
  const types = COUNTED_EVENTS.filter((type) => terms.includes(eventSeries(type)))
  return types.includes('fuel_used') ? [...types, 'fuel_quality'] : types
}

/** Terms that are not called after the metric they are read from. */
const OF_TERM: Readonly<Record<string, readonly string[]>> = {
  good_units: ['parts_good'],
  ...Object.fromEntries(
    ['nox', 'so2', 'pm', 'co'].flatMap((gas) => [
      [`${gas}_concentration`, [`${gas}_mgm3`]],
      [`${gas}_at_reference`, [`${gas}_mgm3`, `${gas}_ref_mgm3`, 'o2_pct']],
    ]),
  ),
}
