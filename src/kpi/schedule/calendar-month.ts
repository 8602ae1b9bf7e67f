import { COVERAGE_MIN } from '../formulas/recipe.js'
import { isOfWork, saysWhatIsMissing } from '../over-range/rules.js'
import type { DueBefore } from '../windows/days.js'
import type { Figure } from '../windows/point.js'
import type { SubjectKpi } from '../windows/subject-kpi.js'
import type { KpiSubject } from '../windows/subjects.js'
import type { RecomputeTask } from './recompute-task.js'

/** The KPI for which readings were due before the first one came. */
export const COMPLETENESS = 'data_completeness'

/** A month up to now. Epoch ms. */
export interface MonthSpan {
  readonly startMs: number
  readonly endMs: number
  /** Since when there were data of days that are gone: Infinity when none are gone. */
  readonly sinceMs: number
  /** Readings that were due before the data of days that are gone; absent when none are gone, or nobody kept it. */
  readonly dueBefore?: DueBefore | undefined
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
export function ofCalendar(figure: Figure, kpi: SubjectKpi, task: RecomputeTask, span: MonthSpan): Figure {
  const { kpi: info } = kpi
  if (info.id === COMPLETENESS) return ofAllDue(figure, task, span)
  if (isOfWork(info) || saysWhatIsMissing(info.id) || OF_READINGS.has(info.id)) return figure
  const sinceMs = Math.min(span.sinceMs, begunMs(kpi, task.subject))
  if (sinceMs <= span.startMs || sinceMs >= span.endMs) return figure
  const coverage = figure.coverage * ((span.endMs - sinceMs) / (span.endMs - span.startMs))
  // A figure that has a value with less than that is known however little is covered: it says itself how much it knows.
  const isJudged = figure.value !== null && figure.coverage >= COVERAGE_MIN
  if (!isJudged || coverage >= COVERAGE_MIN) return { ...figure, coverage }
  return { ...figure, coverage, value: null, reason: coverage === 0 ? 'no_data' : 'low_coverage' }
}

/** Since when a KPI has data or waits for them, epoch ms; Infinity for one that is made of events alone. */
export function begunMs({ seriesList }: SubjectKpi, subject: KpiSubject): number {
  return seriesList.reduce((ms, series) => (series.isEvent ? ms : Math.min(ms, subject.sinceMs(series))), Infinity)
}

/** Readings were due before the first one came, too. */
function ofAllDue(figure: Figure, task: RecomputeTask, span: MonthSpan): Figure {
  if (span.sinceMs <= span.startMs && span.dueBefore === undefined) return figure
  const due = dueBefore(task, span, span.dueBefore)
  const before = [...due].sort(([a], [b]) => (a < b ? -1 : 1)).reduce((sum, [, readings]) => sum + readings, 0)
  if (before === 0 || figure.value === null) return figure
  const denominator = figure.denominator + before
  return { ...figure, denominator, value: figure.numerator / denominator }
}

/** @param known of the series whose first readings are gone */
export function dueBefore(
  { subject, version }: RecomputeTask,
  { startMs, endMs }: Pick<MonthSpan, 'startMs' | 'endMs'>,
  known: DueBefore = new Map(),
): DueBefore {
  const due = new Map(known)
  for (const series of subject.counted) {
    const key = `${series.device} ${series.metric}`
    const { isOnChange, times, rules } = series.in(version)
    const sinceMs = subject.sinceMs(series)
    if (due.has(key) || rules.kind === 'event' || isOnChange || sinceMs >= endMs) continue
    due.set(key, Math.max(0, sinceMs - startMs) / times.periodMs)
  }
  return due
}
