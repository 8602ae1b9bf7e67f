import { COVERAGE_MIN } from './formulas/recipe.js'
import { isOfWork, saysWhatIsMissing } from './over-range/rules.js'
import type { Figure } from './point.js'
import type { Task } from './task.js'
import type { Unit, UnitKpi } from './units.js'

/** A month up to now, and since when there were data of days that are gone: Infinity when none are gone. Epoch ms. */
export interface MonthSpan {
  readonly startMs: number
  readonly endMs: number
  readonly sinceMs: number
}

/** Shares of the readings that came: what did not come is in the completeness. */
const OF_READINGS: ReadonlySet<string> = new Set(['data_validity', 'data_timeliness'])

/**
 * The figure of a month as a part of the calendar: what lies in it before the data of a KPI began is not known. Its days
 * are due since the first reading, so of a month whose data began on its last day all would be covered. Of work and
 * inspection only what was told counts. Source: KPI specification §5, a final window expects its whole length.
 *
 * @param span the month up to now
 */
export function ofCalendar(figure: Figure, kpi: UnitKpi, task: Task, span: MonthSpan): Figure {
  const { kpi: info } = kpi
  if (info.id === 'data_completeness') return ofAllDue(figure, task, span)
  if (isOfWork(info) || saysWhatIsMissing(info.id) || OF_READINGS.has(info.id)) return figure
  const sinceMs = Math.min(span.sinceMs, begunMs(kpi, task.unit))
  if (sinceMs <= span.startMs || sinceMs >= span.endMs) return figure
  const coverage = figure.coverage * ((span.endMs - sinceMs) / (span.endMs - span.startMs))
  // What has a value with less than that is known however little is covered: it says itself how much it knows.
  const isJudged = figure.value !== null && figure.coverage >= COVERAGE_MIN
  if (!isJudged || coverage >= COVERAGE_MIN) return { ...figure, coverage }
  return { ...figure, coverage, value: null, reason: coverage === 0 ? 'no_data' : 'low_coverage' }
}

/** Since when a KPI has data or waits for them, epoch ms; Infinity for one that is made of events alone. */
export function begunMs({ tracks }: UnitKpi, unit: Unit): number {
  return tracks.reduce((ms, track) => (track.isEvent ? ms : Math.min(ms, unit.sinceMs(track))), Infinity)
}

/** Readings were due before the first one came, too. */
function ofAllDue(
  figure: Figure,
  { unit, version }: Task,
  { startMs, endMs, sinceMs: goneSinceMs }: MonthSpan,
): Figure {
  if (goneSinceMs <= startMs) return figure
  const before = unit.counted.reduce((due, track) => {
    const { isOnChange, times, rules } = track.in(version)
    const sinceMs = unit.sinceMs(track)
    if (rules.kind === 'event' || isOnChange || sinceMs <= startMs || sinceMs >= endMs) return due
    return due + (sinceMs - startMs) / times.periodMs
  }, 0)
  if (before === 0 || figure.value === null) return figure
  const denominator = figure.denominator + before
  return { ...figure, denominator, value: figure.numerator / denominator }
}
