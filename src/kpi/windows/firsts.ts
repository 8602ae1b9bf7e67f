import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import { minOf, type Range } from '../time/ranges.js'
import type { KpiMember } from './members.js'
import type { SubjectKpi } from './subject-kpi.js'
import type { KpiSubject } from './subjects.js'

/** Event time of the first sample of a series, epoch ms; Infinity before there is one. */
type FirstOf = (series: SeriesState) => number

/** The part of a plant that says which KPIs it has. */
interface Units {
  readonly versions: readonly PlantVersion[]
  subjectsOf(version: PlantVersion): readonly KpiSubject[]
}

/**
 * First sample of the KPI; not before the first of each metric it needs, and of those of which it needs any one, unless
 * it is configured and silent. No window that ends before it has a point. Epoch ms.
 */
export function firstMs(
  { kpi, members, seriesList }: SubjectKpi,
  version: PlantVersion,
  firstOf: FirstOf = ({ firstTs }) => firstTs,
): number {
  let ms = oldestOf(seriesList, firstOf)
  for (const term of kpi.needs) ms = Math.max(ms, firstOfTerm(members.get(term) ?? [], version, firstOf))
  if (kpi.needsAny.length === 0) return ms
  let anyMs = Infinity
  for (const term of kpi.needsAny) anyMs = Math.min(anyMs, firstOfTerm(members.get(term) ?? [], version, firstOf))
  return Math.max(ms, anyMs)
}

/**
 * Finds where the first samples among what has changed have opened windows, by series: a KPI has points from the first sample of
 * all that it needs on, so one that comes late opens windows that only others reach. Each is told once.
 */
export function openedBy(plant: Units, changed: ReadonlyMap<SeriesState, Range>): ReadonlyMap<SeriesState, Range> {
  const opened = new Map<SeriesState, Range>()
  const earlier = new Set([...changed.keys()].filter(({ firstTs, knownFirstTs }) => firstTs < knownFirstTs))
  if (earlier.size === 0) return opened
  const sinceMs = minOf([...earlier], ({ firstTs }) => firstTs)
  const versions = plant.versions.filter((_, i) => (plant.versions[i + 1]?.fromMs ?? Infinity) > sinceMs)
  for (const version of versions) {
    for (const kpi of plant.subjectsOf(version).flatMap(({ kpis }) => kpis)) {
      const series = kpi.seriesList.length === 1 ? undefined : kpi.seriesList.find((one) => earlier.has(one))
      const range = series === undefined ? null : openedOf(kpi, version, changed)
      if (series === undefined || range === null) continue
      const before = opened.get(series)
      opened.set(series, {
        fromMs: Math.min(range.fromMs, before?.fromMs ?? Infinity),
        toMs: Math.max(range.toMs, before?.toMs ?? -Infinity),
      })
    }
  }
  for (const series of earlier) series.knownFirstTs = series.firstTs
  return opened
}

/** Range between the first sample of a KPI and the one that was known, without what is computed anyhow; null when it is empty. */
function openedOf(kpi: SubjectKpi, version: PlantVersion, changed: ReadonlyMap<SeriesState, Range>): Range | null {
  const newestTs = kpi.seriesList.reduce((ts, series) => Math.max(ts, series.newestTs), -Infinity)
  const knownMs = firstMs(kpi, version, ({ knownFirstTs }) => knownFirstTs)
  let [fromMs, toMs] = [firstMs(kpi, version), Math.min(knownMs, newestTs + 1)]
  if (toMs <= fromMs) return null
  const ranges = kpi.seriesList.flatMap((series) => changed.get(series) ?? []).sort((a, b) => a.fromMs - b.fromMs)
  for (const range of ranges) if (range.fromMs <= fromMs) fromMs = Math.max(fromMs, range.toMs)
  for (const range of ranges.reverse()) if (range.toMs >= toMs) toMs = Math.min(toMs, range.fromMs)
  return toMs <= fromMs ? null : { fromMs, toMs }
}

/** The first sample of a term; -Infinity where it is configured, sent or not. */
function firstOfTerm(members: readonly KpiMember[], version: PlantVersion, firstOf: FirstOf): number {
  const isExpected = (series: SeriesState) => series.in(version).expectedFromMs < Infinity
  for (const { series, beside } of members) {
    if (isExpected(series) && (beside?.some(isExpected) ?? true)) return -Infinity
  }
  return members.reduce((first, { series, beside }) => {
    return Math.min(first, Math.max(firstOf(series), beside === undefined ? -Infinity : oldestOf(beside, firstOf)))
  }, Infinity)
}

function oldestOf(seriesList: readonly SeriesState[], firstOf: FirstOf): number {
  let ts = Infinity
  for (const series of seriesList) ts = Math.min(ts, firstOf(series))
  return ts
}
