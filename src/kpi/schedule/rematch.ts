import { DAY_MS } from '../../base/durations.js'
import type { EnginePlant } from '../plant/plant.js'
import { mark } from '../series/late.js'
import { IMPORT_KPI, instrumentsOf } from '../windows/contracts.js'
import { overFromMs, rangeTouchedBy } from '../windows/matching.js'
import type { Point } from '../windows/point.js'
import type { SubjectKpi } from '../windows/subject-kpi.js'

/**
 * Marks what contracts cover anew, once days that they are matched with have changed: after the last day of a period all of
 * it, before that what comes behind the day. What is computed then changes no day, so that this comes to an end.
 */
export function markRematched(plant: EnginePlant): void {
  const touched = plant.imports.takeTouched()
  if (touched === null) return
  for (const version of plant.versions) {
    const range = rangeTouchedBy(touched, instrumentsOf(version), overFromMs(plant.imports, version.calendar))
    if (range === null) continue
    for (const series of importKpiOf(plant)?.seriesList ?? []) {
      if (!series.isSampled) continue
      const fromMs = Math.max(range.fromMs, series.oldestTs)
      const toMs = Math.min(range.toMs - 1, series.newestTs)
      if (fromMs <= toMs) mark(plant.late, series, fromMs, toMs, Infinity, 'matching')
    }
  }
}

/**
 * The digest of the days that the stored figures of each plant with contracts are matched with: as they are where nothing
 * waits to be matched anew, else as before.
 */
export function matchedNow(
  before: Readonly<Record<string, string>>,
  plants: Iterable<EnginePlant>,
): Readonly<Record<string, string>> {
  const now = { ...before }
  for (const { id, imports, isLate, versions } of plants) {
    const isMatched = versions.some((version) => instrumentsOf(version).length > 0)
    if (isMatched && !isLate) now[id] = imports.digest
  }
  return now
}

/** The store, as far as days are looked up in it by their windows. */
interface PointsAt {
  at(points: readonly Point[]): Promise<ReadonlyMap<string, Point>>
}

/** Takes over, after a start, what the days of a plant came to that its contracts are matched with. */
export async function restoreImports(plant: EnginePlant, stored: PointsAt): Promise<void> {
  const stream = importKpiOf(plant)?.stream('1d')
  if (stream === undefined) return
  const newestMs = newestOf(plant)
  const fromMs = plant.versions.flatMap(instrumentsOf).reduce((ms, one) => Math.min(ms, one.fromMs), newestMs - KEPT_MS)
  const days = new Map<number, Point>()
  for (const span of newestMs === -Infinity ? [] : plant.now.calendar.spans('1d', fromMs, newestMs + 1)) {
    days.set(span.startMs, { ...NOTHING, stream, ...span })
  }
  if (days.size === 0) return
  const found = [...(await stored.at([...days.values()])).values()]
  const own = found.filter(({ stream: of, startMs, provisional }) => {
    return of.kpi === stream.kpi && of.window === '1d' && of.scope === 'plant' && days.has(startMs) && !provisional
  })
  plant.imports.restore(own.map(({ startMs, numerator }) => [startMs, numerator]))
}

function newestOf(plant: EnginePlant): number {
  return (importKpiOf(plant)?.seriesList ?? []).reduce((ms, series) => Math.max(ms, series.newestTs), -Infinity)
}

function importKpiOf(plant: EnginePlant): SubjectKpi | undefined {
  const subject = plant.subjectsOf(plant.now).find(({ scope }) => scope === 'plant')
  return subject?.kpis.find(({ kpi }) => kpi.id === IMPORT_KPI)
}

/** Days of which the imports are at hand after a start although no contract looks at them yet. */
const KEPT_MS = 800 * DAY_MS

/** A point that is looked for by its window alone. */
const NOTHING = {
  value: null,
  reason: 'no_data',
  numerator: 0,
  denominator: 1,
  coverage: 0,
  estimatedShare: 0,
  flags: 0,
  factors: [],
  provisional: false,
  rev: 0,
} as const
