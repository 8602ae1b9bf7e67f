import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { isMonthBusy } from '../plant/unfinished.js'
import type { TimeRange } from '../series/calendar.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { versionAt } from '../settings/version.js'
import { minOf } from '../time/ranges.js'
import type { DayTotal, FirstDays } from '../windows/days.js'
import { firstOfGone, GONE_MONTHS_MAX, type GoneDays } from '../windows/gone-days.js'
import { PartialSums } from '../windows/partial-sums.js'
import { type Figure, NO_FIGURE, type Point, TAKEN_BACK } from '../windows/point.js'
import { dayTotals, isOver, wasOfOthers } from '../windows/publish.js'
import type { OpenWindow } from '../windows/streams.js'
import type { SubjectKpi } from '../windows/subject-kpi.js'
import type { KpiSubject } from '../windows/subjects.js'
import { begunMs, COMPLETENESS, dueBefore, ofCalendar } from './calendar-month.js'
import { eventsAround } from './events-around.js'
import { taskKey } from './recompute-schedule.js'
import type { RecomputeTask } from './recompute-task.js'

/** Days that are not at hand are read so many at a time. */
const FILL_DAYS_MAX = 8
/** Days that ended so long ago are added up: late data are mostly younger. */
const ADDED_UP_AFTER_MS = 3 * DAY_MS

/** The points of one month of a plant. */
export interface MonthPoints {
  readonly published: Point[]
  readonly unpublished: Point[]
  /** Open ones of a scope of which nothing is there any more, as its devices are no longer configured. */
  readonly dropped: Point[]
}

/**
 * Months: the sums of their days. What the days come to is kept while their month may change, so that a month costs what
 * a day costs: days that are over for long as one sum. A day that is not at hand (after a start, or of long ago) is folded
 * from the archive, and so are all days of a sum of which one has changed.
 */
export class Months {
  readonly #past: PastFold

  constructor(past: PastFold) {
    this.#past = past
  }

  /** The months that changed sums reach into, those whose time has come, and those that had to wait, one after the other. */
  async points(
    plant: EnginePlant,
    tasks: readonly RecomputeTask[],
    due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
    heldUntil: ReadonlyMap<SeriesState, number>,
    nowMs: number,
    isIdle: boolean,
  ): Promise<readonly MonthPoints[]> {
    const atMs = isIdle ? Infinity : nowMs
    const months = new Map<number, { readonly task: RecomputeTask; readonly span: TimeRange }[]>()
    for (const task of tasks) {
      const waiting = new Map<number, TimeRange>()
      for (const span of spansOf(plant, task, due.get(task) ?? [])) {
        const isTime = () =>
          isOver(task.clock, span.endMs) || plant.pacer.isTime(task.key, task.subject.scope, '1mo', span, atMs)
        if (isMonthBusy(plant, task.subject, span) || !isTime()) {
          waiting.set(span.startMs, span)
          continue
        }
        const ofMonth = months.get(span.startMs) ?? []
        months.set(span.startMs, ofMonth)
        ofMonth.push({ task, span })
      }
      if (waiting.size > 0) plant.waitingMonths.set(task.key, waiting)
      else plant.waitingMonths.delete(task.key)
    }
    const found: MonthPoints[] = []
    for (const ofMonth of months.values()) {
      const known = ofMonth.filter(({ span }) => !isLost(plant, span))
      await this.#fill(plant, tasks, known, heldUntil)
      const points: MonthPoints = { published: [], unpublished: [], dropped: [] }
      for (const { task, span } of ofMonth) addPoints(points, plant, task, span)
      found.push(points)
    }
    plant.days.trim()
    return found
  }

  /**
   * Sums of the days before an instant, by month: of the one that goes on there, and of the one before. Those that are gone
   * already are in it; a month of which nobody knows what they were is not there.
   */
  async goneBefore(
    plant: EnginePlant,
    tasks: readonly RecomputeTask[],
    beforeMs: number,
    heldUntil: ReadonlyMap<SeriesState, number>,
  ): Promise<readonly GoneDays[]> {
    const sinceMs = Math.min(beforeMs - 1, Math.max(plant.keptFromMs, beforeMs - 32 * DAY_MS))
    const months: { task: RecomputeTask; span: TimeRange }[] = []
    for (const task of tasks) {
      if (!task.subject.kpis.some(({ kpi }) => kpi.windows.includes('1mo'))) continue
      for (const span of task.version.calendar.spans('1mo', sinceMs, beforeMs)) {
        if (versionAt(plant.versions, span.endMs - 1) === task.version && !isLost(plant, span))
          months.push({ task, span })
      }
    }
    await this.#fill(plant, tasks, months, heldUntil, beforeMs)
    const made = new Map<number, GoneDays & { readonly units: Map<string, ReadonlyMap<string, DayTotal>> }>()
    for (const { task, span } of months) {
      const { startMs } = span
      const first = firstOf(plant, task, span, beforeMs)
      const days = daysOf(task, span, first).filter((day) => day.startMs < beforeMs)
      const toMs = Math.min(span.endMs, task.version.calendar.day(beforeMs - 1).endMs)
      const { units } = entryOf(made, startMs, () => ({ startMs, toMs, units: new Map() }))
      const sums = sumsOf(plant, task.subject, first, days)
      for (const kpi of task.subject.kpis) {
        const sum = sums.get(kpi.kpi.id)
        if (sum !== undefined)
          sums.set(kpi.kpi.id, { ...sum, ...begunBefore(kpi, task, { startMs, endMs: toMs }, first) })
      }
      units.set(task.subject.key, sums)
    }
    plant.days.trim()
    const others = plant.goneDays.filter(({ startMs }) => !made.has(startMs))
    return [...others, ...made.values()].sort((a, b) => a.startMs - b.startMs).slice(-GONE_MONTHS_MAX)
  }

  /** Makes sure that every day of a month that can hold something, and begins before an instant, is at hand. */
  async #fill(
    plant: EnginePlant,
    tasks: readonly RecomputeTask[],
    months: readonly { readonly task: RecomputeTask; readonly span: TimeRange }[],
    heldUntil: ReadonlyMap<SeriesState, number>,
    beforeMs = Infinity,
  ): Promise<void> {
    const missing = months.flatMap(({ task, span }) => {
      const days = daysOf(task, span, firstOf(plant, task, span, beforeMs)).filter(
        (day) => day.startMs < beforeMs && !plant.days.has(task.subject, day.startMs, isOver(task.clock, day.endMs)),
      )
      return days.map((day) => ({ task: ofItsTime(plant, tasks, task, day), day }))
    })
    missing.sort((a, b) => a.day.startMs - b.day.startMs)
    for (let at = 0; at < missing.length; ) {
      const fromMs = missing[at]!.day.startMs
      const some = missing.slice(at).filter(({ day }) => day.startMs < fromMs + FILL_DAYS_MAX * DAY_MS)
      at += some.length
      const range = { fromMs: fromMs - DAY_MS, toMs: some.at(-1)!.day.endMs + DAY_MS }
      const buckets = await this.#buckets(new Set(some.flatMap(({ task }) => task.subject.readSeries)), range)
      const events = await eventsAround(this.#past, plant, tasks, range)
      const parts = new PartialSums()
      for (const { task, day } of some) {
        for (const [kpi, total] of dayTotals({ ...task, heldUntil, buckets, events, parts }, day))
          plant.days.set(task.subject, day.startMs, kpi, total)
      }
    }
  }

  async #buckets(
    seriesList: ReadonlySet<SeriesState>,
    range: { fromMs: number; toMs: number },
  ): Promise<(series: SeriesState) => SeriesBuckets> {
    const found = new Map<SeriesState, SeriesBuckets>()
    const minutesFromMs = (series: SeriesState) => (series.slidesDemand ? range.fromMs : Infinity)
    const cold: SeriesState[] = []
    for (const series of seriesList) {
      const hot = series.liveBuckets(range.fromMs, minutesFromMs(series))
      if (hot === null) cold.push(series)
      else found.set(series, hot)
    }
    await this.#past.ahead(
      () => cold,
      () => ({ fromMs: range.fromMs - DAY_MS, toMs: range.toMs + DAY_MS }),
      async () => {
        for (const series of cold) {
          found.set(series, await this.#past.buckets(series, range, minutesFromMs(series)))
        }
      },
    )
    return (series) => found.get(series)!
  }
}

/** The subject as the version has it that was in force on a day. */
function ofItsTime(
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
  task: RecomputeTask,
  day: TimeRange,
): RecomputeTask {
  const version = versionAt(plant.versions, day.endMs - 1)
  if (version === task.version) return task
  const key = taskKey(version, task.subject.key)
  return tasks.find((other) => other.key === key) ?? task
}

function spansOf(plant: EnginePlant, task: RecomputeTask, due: readonly OpenWindow[]): readonly TimeRange[] {
  const spans = new Map<number, TimeRange>()
  const { subject, version, ranges } = task
  if (!subject.kpis.some((kpi) => kpi.kpi.windows.includes('1mo'))) return []
  for (const range of ranges) {
    for (const span of version.calendar.spans('1mo', range.fromMs, range.toMs)) spans.set(span.startMs, span)
  }
  for (const open of due) if (open.window === '1mo') spans.set(open.startMs, open)
  for (const span of plant.waitingMonths.get(task.key)?.values() ?? []) spans.set(span.startMs, span)
  return [...spans.values()].filter((span) => versionAt(plant.versions, span.endMs - 1) === version)
}

/** The days of a month on which something was due or came, up to the newest; without the first that are added up. */
function daysOf(
  { subject, version, clock, newestTs }: RecomputeTask,
  { startMs, endMs }: TimeRange,
  first: FirstDays | null,
): readonly TimeRange[] {
  const sinceMs = subject.seriesList.reduce((ms, series) => Math.min(ms, subject.sinceMs(series)), Infinity)
  const fromMs = Math.max(startMs, sinceMs, first?.toMs ?? -Infinity)
  const toMs = Math.min(endMs, isOver(clock, endMs) ? endMs : Math.max(newestTs, clock.watermarkMs) + 1)
  if (fromMs >= toMs) return []
  return [...version.calendar.spans('1d', fromMs, toMs)]
}

/**
 * The first days of a month as one sum: those whose readings are gone, or those that nothing but late data can change, as far
 * as all of them lie before an instant.
 */
function firstOf(
  plant: EnginePlant,
  { subject }: RecomputeTask,
  { startMs }: TimeRange,
  beforeMs = Infinity,
): FirstDays | null {
  const gone = startMs < plant.keptFromMs ? plant.goneDays.find((month) => month.startMs === startMs) : undefined
  const first = gone === undefined ? plant.days.firstDays(subject, startMs) : firstOfGone(gone, subject)
  return gone === undefined && first !== null && first.toMs > beforeMs ? null : first
}

/** Readings of its days are gone, and nobody knows what they came to: an older program kept it in memory alone. */
function isLost(plant: EnginePlant, { startMs }: TimeRange): boolean {
  return startMs < plant.keptFromMs && !plant.goneDays.some((month) => month.startMs === startMs)
}

/** Beginning of data, as it has to be kept when the readings of the first days of a month go. */
function begunBefore(
  kpi: SubjectKpi,
  task: RecomputeTask,
  span: TimeRange,
  first: FirstDays | null,
): Pick<DayTotal, 'sinceMs' | 'dueBefore'> {
  const known = first?.totals.get(kpi.kpi.id)
  const sinceMs = Math.min(known?.sinceMs ?? Infinity, begunMs(kpi, task.subject))
  return kpi.kpi.id === COMPLETENESS ? { sinceMs, dueBefore: dueBefore(task, span, known?.dueBefore) } : { sinceMs }
}

/** Adds up days, in order of time, behind the first ones of a month; by KPI. */
function sumsOf(
  plant: EnginePlant,
  subject: KpiSubject,
  first: FirstDays | null,
  days: readonly TimeRange[],
): Map<string, DayTotal> {
  const sums = new Map<string, DayTotal>()
  for (const { kpi } of subject.kpis) {
    if (!kpi.windows.includes('1mo')) continue
    let sum = first?.totals.get(kpi.id) ?? null
    for (const { startMs } of days) sum = withDay(sum, plant.days.get(subject, startMs)?.get(kpi.id), kpi.add)
    if (sum !== null) sums.set(kpi.id, sum)
  }
  return sums
}

/** Adds a day to a sum. The total of a day may be null itself. */
function withDay(
  sum: DayTotal | null,
  ofDay: DayTotal | undefined,
  add: (a: unknown, b: unknown) => unknown,
): DayTotal | null {
  if (ofDay === undefined) return sum
  const total = sum === null ? ofDay.total : add(sum.total, ofDay.total)
  return { total, isDue: ofDay.isDue || (sum?.isDue ?? false), isFinal: true }
}

/** A month that goes on without what its first days came to has no figure; one that is over stays what it is. */
function addLost(
  into: MonthPoints,
  plant: EnginePlant,
  { subject, clock }: RecomputeTask,
  { startMs, endMs }: TimeRange,
): void {
  const provisional = !isOver(clock, endMs)
  for (const kpi of subject.kpis) {
    if (!kpi.kpi.windows.includes('1mo')) continue
    const point = { stream: kpi.stream('1mo'), startMs, endMs, ...LOST, provisional, rev: 0 }
    if (plant.streams.isOpen(point)) into.published.push(point)
  }
}

const LOST: Figure = { ...NO_FIGURE, reason: 'days_gone' }

function addPoints(into: MonthPoints, plant: EnginePlant, task: RecomputeTask, span: TimeRange): void {
  if (isLost(plant, span)) {
    addLost(into, plant, task, span)
    return
  }
  const { subject } = task
  const { startMs, endMs } = span
  const first = firstOf(plant, task, span)
  const days = daysOf(task, span, first)
  const provisional = !isOver(task.clock, endMs)
  const presentMs = provisional ? Math.min(endMs, Math.max(task.newestTs, task.clock.watermarkMs)) : endMs
  const totals = days.map((day) => plant.days.get(subject, day.startMs))
  const settled = settledCount(plant, task, span, days)
  const addedUp = new Map<string, DayTotal>()
  for (const kpi of subject.kpis) {
    const { id, windows, add, figure } = kpi.kpi
    if (!windows.includes('1mo')) continue
    let sum: DayTotal | null = first?.totals.get(id) ?? null
    for (const [i, byKpi] of totals.entries()) {
      sum = withDay(sum, byKpi?.get(id), add)
      if (i === settled - 1 && sum !== null) addedUp.set(id, sum)
    }
    if (sum === null) {
      const open = plant.streams.open(kpi.stream('1mo'))
      into.dropped.push(...[...open].filter((point) => point.startMs === startMs))
      continue
    }
    // When data began that are gone nobody knows any more, unless it was kept with them.
    const isGone = startMs < plant.keptFromMs
    const { sinceMs = isGone ? -Infinity : Infinity, dueBefore } = first?.totals.get(id) ?? {}
    const made = ofCalendar(figure(sum.total, '1mo'), kpi, task, { startMs, endMs: presentMs, sinceMs, dueBefore })
    const point = { stream: kpi.stream('1mo'), startMs, endMs, ...made, provisional, rev: 0 }
    if (sum.isDue) into.published.push(point)
    else into.unpublished.push(wasOfOthers(plant.reparted, subject, span) ? { ...point, ...TAKEN_BACK } : point)
  }
  if (settled > 0) plant.days.addUp(subject, startMs, { toMs: days[settled - 1]!.endMs, totals: addedUp })
}

/** Counts the days of a month, from its first one on, that nothing but late data of some days ago can change. */
function settledCount(
  plant: EnginePlant,
  task: RecomputeTask,
  { startMs, endMs }: TimeRange,
  days: readonly TimeRange[],
): number {
  const { subject, clock, ranges } = task
  // Days that are gone from the archive could not be added up again.
  if (plant.keptFromMs > startMs) return 0
  // More is to come around what has changed now: a back-fill goes through the days of a month that is long over.
  const changed = [...ranges].filter(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs)
  const untilMs = Math.min(
    clock.watermarkMs - ADDED_UP_AFTER_MS,
    minOf(changed, ({ fromMs }) => fromMs),
    plant.days.apartFromMs(subject, startMs),
  )
  const isOpen = (day: TimeRange) => day.endMs > untilMs || !plant.days.has(subject, day.startMs, true)
  const open = days.findIndex(isOpen)
  return open < 0 ? days.length : open
}
