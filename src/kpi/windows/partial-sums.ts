import { QUARTER_HOUR_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import { addSum, emptySum, type PartialSum } from '../series/buckets.js'
import type { Calendar, CalendarWindow, TimeRange } from '../series/calendar.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'

/** So many sums are kept at once. */
const PARTS_MAX = 100_000

interface Plan {
  plannedMs(fromMs: number, toMs: number): number
}

/**
 * The sums of series in windows while these are computed: a series counts for its device, its line and its plant, and in
 * many KPIs of each, and is added up once. By the fixed reduction tree: quarters make hours, hours make days.
 */
export class PartialSums {
  readonly #bySpan = new Map<string, Map<SeriesState, PartialSum>>()
  readonly #planned = new Map<Plan, Map<string, number>>()
  #count = 0

  /** Map that keeps the sums of series in a window, once for all subjects that have it. */
  ofWindow(window: CalendarWindow, { startMs, endMs }: TimeRange): Map<SeriesState, PartialSum> {
    // Minutes are many and cheap.
    if (window === '1m') return new Map()
    return entryOf(this.#bySpan, `${window}/${startMs}/${endMs}`, () => new Map<SeriesState, PartialSum>())
  }

  /** Not to be changed by who asks. */
  of(
    known: Map<SeriesState, PartialSum>,
    series: SeriesState,
    buckets: SeriesBuckets,
    window: CalendarWindow,
    span: TimeRange,
    calendar: Calendar,
  ): PartialSum {
    const found = known.get(series)
    if (found !== undefined) return found
    const part = partOf(series, buckets, window, span, calendar)
    if (window !== '1m' && ++this.#count > PARTS_MAX) {
      for (const ofSpan of this.#bySpan.values()) ofSpan.clear()
      this.#bySpan.clear()
      this.#count = 1
    }
    known.set(series, part)
    return part
  }

  /** Time of [fromMs, toMs) in which work is planned, ms; 0 without a plan. */
  plannedMs(plan: Plan | null, fromMs: number, toMs: number): number {
    if (plan === null || toMs <= fromMs) return 0
    const key = `${fromMs}/${toMs}`
    const ofPlan = this.#planned.get(plan) ?? new Map<string, number>()
    this.#planned.set(plan, ofPlan)
    const ms = ofPlan.get(key) ?? plan.plannedMs(fromMs, toMs)
    ofPlan.set(key, ms)
    return ms
  }
}

function partOf(
  series: SeriesState,
  buckets: SeriesBuckets,
  window: CalendarWindow,
  span: TimeRange,
  calendar: Calendar,
): PartialSum {
  const { quarterHours, minutes } = buckets
  const part = emptySum(series.accounts)
  if (window === '1m') minutes?.addTo(part, span.startMs, span.endMs)
  else if (window === '1d') {
    for (const hour of calendar.spans('1h', span.startMs, span.endMs)) {
      const ofHour = emptySum(series.accounts)
      quarterHours.addTo(ofHour, hour.startMs, hour.endMs)
      addSum(part, ofHour)
    }
  } else {
    // A shift may begin or end off the quarters: there its minutes count.
    const fromMs = Math.min(span.endMs, Math.ceil(span.startMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS)
    const toMs = Math.max(fromMs, Math.floor(span.endMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS)
    if (span.startMs < fromMs) minutes?.addTo(part, span.startMs, fromMs)
    quarterHours.addTo(part, fromMs, toMs)
    if (toMs < span.endMs) minutes?.addTo(part, toMs, span.endMs)
  }
  return part
}
