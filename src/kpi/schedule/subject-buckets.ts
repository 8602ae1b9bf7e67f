import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { floorQuarterHour } from '../series/fold.js'
import { holdsSums, type PreparedSums, type ReadSums } from '../series/prepared-sums.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { minOf, type Range } from '../time/ranges.js'
import type { WindowSet } from '../windows/publish.js'
import type { OpenWindow } from '../windows/streams.js'
import { overlap } from './due-windows.js'
import type { RecomputeTask } from './recompute-task.js'

/** Sums are needed, and samples and checkpoints for them, so far around a stretch, … */
const AROUND_MS = 4 * DAY_MS
/** … and those of minutes alone from the last checkpoint on, as far as a register looks ahead. */
const MINUTES_AROUND_MS = DAY_MS

/** Sums that were read from the archive before: for this range, once for all subjects, and for the whole stretch. */
export interface SumsAtHand {
  readonly read: Map<SeriesState, ReadSums>
  readonly prepared: PreparedSums | null
}

/** Gives the sums of a subject's series in a range: live ones, those at hand, or else from the archive. */
export async function subjectBuckets(
  past: PastFold,
  { subject, version }: RecomputeTask,
  range: Range,
  windows: WindowSet,
  { read, prepared }: SumsAtHand,
): Promise<(series: SeriesState) => SeriesBuckets> {
  // A day and a shift of the plant need their whole length, and membership and silence look a day further.
  const needed = {
    fromMs: version.calendar.earliestMs(range.fromMs) - DAY_MS,
    toMs: version.calendar.day(range.toMs - 1).endMs + DAY_MS,
  }
  const [minutes, sliding] = [windows.minutesRange(false), windows.minutesRange(true)]
  const { lastEndMs } = windows
  // Sums of series that are not live are read from the archive.
  const found = new Map<SeriesState, SeriesBuckets>()
  for (const series of subject.readSeries) {
    const own = series.slidesDemand ? sliding : minutes
    if (series.liveBuckets(needed.fromMs, own.fromMs) !== null) continue
    // Minutes alone are read where quarters are live, and those that are asked for: a day has a hundred times as many.
    const live = series.liveBuckets(needed.fromMs, Infinity)
    const reach = live === null ? needed : quartersAround(own)
    const known = [prepared?.of(series, live === null ? lastEndMs : own.toMs) ?? null, read.get(series) ?? null]
    let buckets = known.find((one) => one !== null && holdsSums(one, reach, own))?.buckets ?? null
    if (buckets === null) {
      buckets = await past.buckets(series, reach, own.fromMs)
      read.set(series, { ...reach, minutesFromMs: own.fromMs, minutesToMs: reach.toMs, buckets })
    }
    const { quarterHours, tail } = live ?? buckets
    found.set(series, { quarterHours, minutes: buckets.minutes, tail })
  }
  return (series) => {
    const buckets = (found.size === 0 ? undefined : found.get(series)) ?? series.live
    if (buckets === null) throw new Error(`${series.device} ${series.metric} is no member of ${subject.id}`)
    return buckets
  }
}

/** Series whose sums in a stretch are not live and not prepared, in the order in which they are needed. */
export function* coldSeries(
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
  due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
  range: Range,
  prepared: PreparedSums | null,
): Generator<SeriesState> {
  const minutesFromMs = plant.publishesMinutes ? range.fromMs : Infinity
  for (const task of tasks) {
    if (task.ranges.isEmpty && (due.get(task)?.length ?? 0) === 0) continue
    const fromMs = task.version.calendar.earliestMs(range.fromMs) - DAY_MS
    for (const series of task.subject.readSeries) {
      const isAtHand = series.liveBuckets(fromMs, minutesFromMs) !== null || prepared?.of(series, range.toMs) != null
      if (!isAtHand) yield series
    }
  }
}

/** Range of the samples that are read for the cold series of a stretch: a long one, unless all of them need minutes alone. */
export function samplesAround(
  seriesList: Iterable<SeriesState>,
  tasks: readonly RecomputeTask[],
  due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
  range: Range,
): Range {
  const quartersFromMs = minOf(tasks, ({ version }) => version.calendar.earliestMs(range.fromMs)) - DAY_MS
  for (const series of seriesList) {
    if (series.slidesDemand || series.liveBuckets(quartersFromMs, Infinity) === null) {
      return { fromMs: range.fromMs - AROUND_MS, toMs: range.toMs + AROUND_MS }
    }
  }
  const own = tasks.flatMap((task) => [
    ...[...task.ranges].map((one) => overlap(one, range)).filter(({ fromMs, toMs }) => fromMs < toMs),
    ...(due.get(task) ?? [])
      .filter(({ window }) => window === '1m' || window === 'shift')
      .map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })),
  ])
  const fromMs = Math.max(
    range.fromMs,
    minOf(own, (one) => one.fromMs),
  )
  const toMs = Math.min(range.toMs, -minOf(own, (one) => -one.toMs))
  return { fromMs: fromMs - MINUTES_AROUND_MS, toMs: toMs + MINUTES_AROUND_MS }
}

export function quartersAround({ fromMs, toMs }: Range): Range {
  return { fromMs: floorQuarterHour(fromMs), toMs: floorQuarterHour(toMs - 1) + QUARTER_HOUR_MS }
}
