import { streamKey } from '../base/kpi.js'
import { taskKey } from './agenda.js'
import type { Span } from './calendar.js'
import type { DayTotal, FirstDays } from './days.js'
import { eventsAround } from './events-around.js'
import { Parts } from './parts.js'
import type { Past } from './past.js'
import type { EnginePlant } from './plant.js'
import type { Point } from './point.js'
import { dayTotals, isOver } from './publish.js'
import type { OpenWindow } from './streams.js'
import type { Task } from './task.js'
import type { SeriesSlots, Track } from './track.js'
import { versionAt } from './version.js'

const DAY_MS = 86_400_000
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
 * a day costs: days that are over for long as one sum. A day that is not at hand (after a start, or of long ago) is walked
 * from the archive, and so are all days of a sum of which one has changed.
 */
export class Months {
  readonly #past: Past

  constructor(past: Past) {
    this.#past = past
  }

  /** The months that changed sums reach into, those whose time has come, and those that had to wait, one after the other. */
  async points(
    plant: EnginePlant,
    tasks: readonly Task[],
    due: ReadonlyMap<Task, readonly OpenWindow[]>,
    vouched: ReadonlyMap<Track, number>,
    nowMs: number,
    isIdle: boolean,
  ): Promise<readonly MonthPoints[]> {
    const atMs = isIdle ? Infinity : nowMs
    const months = new Map<number, { readonly task: Task; readonly span: Span }[]>()
    for (const task of tasks) {
      const waiting = new Map<number, Span>()
      for (const span of spansOf(plant, task, due.get(task) ?? [])) {
        const isTime = () =>
          isOver(task.clock, span.endMs) || plant.pace.isTime(task.key, task.unit.scope, '1mo', span, atMs)
        if (plant.isMonthBusy(task.unit, span) || !isTime()) {
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
      await this.#fill(plant, tasks, ofMonth, vouched)
      const points: MonthPoints = { published: [], unpublished: [], dropped: [] }
      for (const { task, span } of ofMonth) addPoints(points, plant, task, span)
      found.push(points)
    }
    plant.days.trim()
    return found
  }

  /** Makes sure that every day of a month that can hold something is at hand. */
  async #fill(
    plant: EnginePlant,
    tasks: readonly Task[],
    months: readonly { readonly task: Task; readonly span: Span }[],
    vouched: ReadonlyMap<Track, number>,
  ): Promise<void> {
    const missing = months.flatMap(({ task, span }) => {
      const first = plant.days.firstDays(task.unit, span.startMs)
      const days = daysOf(task, span, first).filter(
        (day) => !plant.days.has(task.unit, day.startMs, isOver(task.clock, day.endMs)),
      )
      return days.map((day) => ({ task: ofItsTime(plant, tasks, task, day), day }))
    })
    missing.sort((a, b) => a.day.startMs - b.day.startMs)
    for (let at = 0; at < missing.length; ) {
      const fromMs = missing[at]!.day.startMs
      const some = missing.slice(at).filter(({ day }) => day.startMs < fromMs + FILL_DAYS_MAX * DAY_MS)
      at += some.length
      const range = { fromMs: fromMs - DAY_MS, toMs: some.at(-1)!.day.endMs + DAY_MS }
      const slots = await this.#slots(new Set(some.flatMap(({ task }) => task.unit.tracks)), range)
      const events = await eventsAround(this.#past, plant, tasks, range)
      const parts = new Parts()
      for (const { task, day } of some) {
        for (const [kpi, total] of dayTotals({ ...task, vouched, slots, events, parts }, day))
          plant.days.set(task.unit, day.startMs, kpi, total)
      }
    }
  }

  async #slots(
    tracks: ReadonlySet<Track>,
    range: { fromMs: number; toMs: number },
  ): Promise<(track: Track) => SeriesSlots> {
    const found = new Map<Track, SeriesSlots>()
    for (const track of tracks) {
      const minutesFromMs = track.slidesDemand ? range.fromMs : Infinity
      const hot = track.hotSlots(range.fromMs, minutesFromMs)
      found.set(track, hot ?? (await this.#past.slots(track, range, minutesFromMs)))
    }
    return (track) => found.get(track)!
  }
}

/** The unit as the version has it that was in force on a day. */
function ofItsTime(plant: EnginePlant, tasks: readonly Task[], task: Task, day: Span): Task {
  const version = versionAt(plant.versions, day.endMs - 1)
  if (version === task.version) return task
  const key = taskKey(version, task.unit.key)
  return tasks.find((other) => other.key === key) ?? task
}

function spansOf(plant: EnginePlant, task: Task, due: readonly OpenWindow[]): readonly Span[] {
  const spans = new Map<number, Span>()
  const { unit, version, ranges } = task
  if (!unit.kpis.some((kpi) => kpi.kpi.windows.includes('1mo'))) return []
  for (const range of ranges) {
    for (const span of version.calendar.spans('1mo', range.fromMs, range.toMs)) spans.set(span.startMs, span)
  }
  for (const open of due) if (open.window === '1mo') spans.set(open.startMs, open)
  for (const span of plant.waitingMonths.get(task.key)?.values() ?? []) spans.set(span.startMs, span)
  return [...spans.values()].filter((span) => versionAt(plant.versions, span.endMs - 1) === version)
}

/** The days of a month on which something was due or came, up to the newest; without the first that are added up. */
function daysOf(
  { unit, version, clock, newestTs }: Task,
  { startMs, endMs }: Span,
  first: FirstDays | null,
): readonly Span[] {
  const sinceMs = unit.tracks.reduce((ms, track) => Math.min(ms, unit.sinceMs(track)), Infinity)
  const fromMs = Math.max(startMs, sinceMs, first?.toMs ?? -Infinity)
  const toMs = Math.min(endMs, isOver(clock, endMs) ? endMs : Math.max(newestTs, clock.watermarkMs) + 1)
  if (fromMs >= toMs) return []
  return [...version.calendar.spans('1d', fromMs, toMs)]
}

function addPoints(into: MonthPoints, plant: EnginePlant, task: Task, span: Span): void {
  const { unit } = task
  const { startMs, endMs } = span
  const first = plant.days.firstDays(unit, startMs)
  const days = daysOf(task, span, first)
  const provisional = !isOver(task.clock, endMs)
  const totals = days.map((day) => plant.days.get(unit, day.startMs))
  const settled = settledCount(plant, task, span, days)
  const addedUp = new Map<string, DayTotal>()
  for (const kpi of unit.kpis) {
    const { id, windows, add, figure } = kpi.kpi
    if (!windows.includes('1mo')) continue
    // What a day comes to may be null itself.
    let sum: DayTotal | null = first?.totals.get(id) ?? null
    for (const [i, byKpi] of totals.entries()) {
      const ofDay = byKpi?.get(id)
      if (ofDay !== undefined) {
        const total = sum === null ? ofDay.total : add(sum.total, ofDay.total)
        sum = { total, isDue: ofDay.isDue || (sum?.isDue ?? false), isFinal: true }
      }
      if (i === settled - 1 && sum !== null) addedUp.set(id, sum)
    }
    if (sum === null) {
      const open = plant.streams.open(streamKey(kpi.stream('1mo')))
      into.dropped.push(...[...open].filter((point) => point.startMs === startMs))
      continue
    }
    const point = { stream: kpi.stream('1mo'), startMs, endMs, ...figure(sum.total), provisional, rev: 0 }
    if (sum.isDue) into.published.push(point)
    else into.unpublished.push(point)
  }
  if (settled > 0) plant.days.addUp(unit, startMs, { toMs: days[settled - 1]!.endMs, totals: addedUp })
}

/** How many days of a month, from its first one on, nothing but late data of some days ago can change. */
function settledCount(plant: EnginePlant, task: Task, { startMs }: Span, days: readonly Span[]): number {
  const { unit, clock, ranges } = task
  // What is gone from the archive could not be added up again.
  if (plant.keptFromMs > startMs) return 0
  // Where something has changed now more is to come: a back-fill goes through the days of a month that is long over.
  const untilMs = Math.min(clock.watermarkMs - ADDED_UP_AFTER_MS, ranges.firstMs)
  const isOpen = (day: Span) => day.endMs > untilMs || !plant.days.has(unit, day.startMs, true)
  const open = days.findIndex(isOpen)
  return open < 0 ? days.length : open
}
