import { MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import type { WindowContext } from './basis.js'
import { isOfPlant } from './members.js'
import type { SubjectKpi } from './subject-kpi.js'

const NONE: ReadonlyMap<SeriesState, readonly SeriesState[]> = new Map()

const KNOWN = new WeakMap<SubjectKpi, ReadonlyMap<SeriesState, readonly SeriesState[]>>()

/**
 * The series of a KPI that say nothing before the first sample of one of others, with these: until then it is as if nobody had
 * heard of them, and no window is published by them. None by the first edition of the rules.
 */
export function onlyBesideOf(kpi: SubjectKpi, version: PlantVersion): ReadonlyMap<SeriesState, readonly SeriesState[]> {
  if (version.edition < 2) return NONE
  const known = KNOWN.get(kpi)
  if (known !== undefined) return known
  const found = new Map<SeriesState, readonly SeriesState[]>()
  const always = new Set<SeriesState>()
  for (const [term, members] of kpi.members) {
    if (isOfPlant(term)) continue
    for (const { series, beside } of members) {
      if (beside === undefined) always.add(series)
      else found.set(series, [...(found.get(series) ?? []), ...beside])
    }
  }
  for (const series of always) found.delete(series)
  const result = found.size === 0 ? NONE : found
  KNOWN.set(kpi, result)
  return result
}

/** The series that say something of a window, or are silent in it. */
export function seriesIn(kpi: SubjectKpi, { version, subject, span }: WindowContext): readonly SeriesState[] {
  const onlyBeside = onlyBesideOf(kpi, version)
  if (onlyBeside.size === 0) return kpi.seriesList
  return kpi.seriesList.filter((series) => {
    return onlyBeside.get(series)?.some((one) => subject.sinceMs(one) < span.endMs) ?? true
  })
}

/** True when a KPI is published in a window by those of its members who are there by its end. */
export function isFineEnoughIn(
  seriesList: readonly SeriesState[],
  { window, span, version, subject }: WindowContext,
): boolean {
  const longestMs = window === '1m' ? MINUTE_MS : window === '15m' ? QUARTER_HOUR_MS : Infinity
  if (longestMs === Infinity || version.edition < 2) return true
  return seriesList.some((series) => {
    return series.in(version).times.periodMs <= longestMs && subject.sinceMs(series) < span.endMs
  })
}
