import { setImmediate as turn } from 'node:timers/promises'
import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import type { WatchedFigures } from '../../base/kpi.js'
import { SLIDING_DEMAND } from '../../base/sliding-demand.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { floorQuarterHour } from '../series/fold.js'
import { type Cause, strongerOf } from '../series/late.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { type PlantVersion, versionAt } from '../settings/version.js'
import { minOf, type Range } from '../time/ranges.js'
import type { GoneDays } from '../windows/gone-days.js'
import { PartialSums } from '../windows/partial-sums.js'
import { type Point, windowKey } from '../windows/point.js'
import type { Work } from '../windows/publication-pacer.js'
import { isFineEnough, pointsOf, type SubjectView, type WindowSet, windowsOf } from '../windows/publish.js'
import type { OpenWindow, SettledPoints } from '../windows/streams.js'
import { type KpiSubject, kpiSubjectKey } from '../windows/subjects.js'
import { dueWindows, overlap, rangesOf, windowsIn } from './due-windows.js'
import { eventsAround } from './events-around.js'
import type { ChangeShare } from './live-first.js'
import { Months } from './months.js'
import { dayPiecesOf } from './pieces.js'
import { RecomputeSchedule, taskKey } from './recompute-schedule.js'
import { type RecomputeTask, taskOf, unchangedTaskOf } from './recompute-task.js'
import { markRematched } from './rematch.js'
import type { RestatementTable } from './restatements.js'

const MONTH_MAX_MS = 32 * DAY_MS
/** Sums are needed, and samples and checkpoints for them, so far around a stretch, … */
const AROUND_MS = 4 * DAY_MS
/** … and those of minutes alone from the last checkpoint on, as far as a register looks ahead. */
const MINUTES_AROUND_MS = DAY_MS
/** Points of several subjects are sorted out together up to so many; those of one subject in one stretch always are. */
const POINTS_AT_ONCE = 10_000
/** After so many points requests are answered. */
const POINTS_A_TURN = 1000

/** Questions of the engine to the store that holds its points. */
export interface StoredPoints {
  /** The newest final point of every stream that has one. */
  newestFinal(): Promise<readonly Point[]>
  /** All stored points that are not final. */
  open(): Promise<readonly Point[]>
  /** The stored points of the windows of these points, and maybe more of their streams, by `windowKey`. */
  at(points: readonly Point[]): Promise<ReadonlyMap<string, Point>>
}

/** Points that one recomputation has changed. */
export interface Recomputed extends SettledPoints {
  /** Windows that were open and that nobody makes any more. */
  readonly dropped: Point[]
}

/** From changed sums to changed points: which windows they reach into, what these come to now, and what of it is new. */
export class Recomputation {
  readonly #past: PastFold
  readonly #stored: Pick<StoredPoints, 'at'>
  readonly #restatements: Pick<RestatementTable, 'add'>
  readonly #months: Months
  readonly #agendas = new Map<EnginePlant, RecomputeSchedule>()

  constructor(past: PastFold, stored: Pick<StoredPoints, 'at'>, restatements: Pick<RestatementTable, 'add'>) {
    this.#past = past
    this.#restatements = restatements
    this.#stored = stored
    this.#months = new Months(past)
  }

  /** The plant is made anew. */
  forget(plant: EnginePlant): void {
    this.#agendas.delete(plant)
  }

  /** Something of a plant has changed that is not computed, as its time has not come. Devices that nobody looks at do not wait. */
  isWaiting(plant: EnginePlant, nowMs: number): boolean {
    return this.#agendas.get(plant)?.isWaiting(nowMs) ?? false
  }

  /** Somebody looks at figures of a plant. True when something of them is to be computed. */
  watch(plant: EnginePlant | undefined, watched: WatchedFigures, nowMs: number): boolean {
    return (plant && this.#agendas.get(plant)?.watch(watched, nowMs)) ?? false
  }

  /** Start of the earliest of what has changed of the past of a plant and is held, epoch ms; Infinity when nothing is. */
  heldFromMs(plant: EnginePlant): number {
    return this.#agendas.get(plant)?.heldFromMs ?? Infinity
  }

  /**
   * Computes the windows that changed sums reach into, and those whose time has come, and sorts out what is new. It is
   * handed to `take` in parts of bounded size, and nothing goes on before that has resolved.
   */
  async recompute(
    plant: EnginePlant,
    { changed, concerns, holding }: ChangeShare,
    nowMs: number,
    take: (part: Recomputed) => Promise<void>,
  ): Promise<void> {
    const heldUntil = plant.heldUntil(nowMs)
    plant.pacer.begin(nowMs)
    // Once nothing new comes, what has waited for its time is brought up to date.
    const isIdle = changed.size === 0
    const schedule = entryOf(this.#agendas, plant, () => new RecomputeSchedule(plant))
    const versions = versionsFrom(plant, changed, schedule.earliestMs)
    for (const version of versions)
      for (const [series, range] of changed) schedule.note(version, series, range, nowMs, { holding, concerns })
    const foreign = dropForeign(plant, versions)
    const looked = schedule.due(versions, nowMs, isIdle, { holding, concerns })
    const tasks = versions.flatMap((version) => {
      const subjects = plant.subjectsOf(version).filter((subject) => looked.has(subject.key))
      return subjects.map((subject) => taskOf(plant, schedule, subject, version, heldUntil, nowMs))
    })
    const causes = takeCauses(plant, tasks)
    const settle = async (published: Point[], unpublished: Point[], dropped: Point[] = []) => {
      const settled = await this.#settle(plant, published, unpublished)
      this.#noteRestated(plant, settled, causes, nowMs)
      await take({ ...settled, dropped })
    }
    await settle([], [], [...foreign])
    const due = dueWindows(plant, tasks)
    const begun = new Map<RecomputeTask, WindowSet>()
    const pieces = await dayPiecesOf(rangesOf(tasks, due), plant, this.#past)
    for (const range of pieces) {
      let points: Point[] = []
      let unpublished: Point[] = []
      const parts = new PartialSums()
      const read = new Map<SeriesState, ReadBuckets>()
      const events = await eventsAround(this.#past, plant, tasks, range)
      await this.#past.ahead(
        () => coldSeries(plant, tasks, due, range),
        () => samplesAround(plant, tasks, due, range),
        async () => {
          for (const task of tasks) {
            const open = due.get(task) ?? []
            const windows = windowsIn(range, task, plant, { open, begun: begun.get(task) }, isIdle ? Infinity : nowMs)
            if (pieces.length > 1) begun.set(task, windows.endingAfter(range.toMs))
            if (windows.isEmpty) continue
            const buckets = await this.#buckets(task, range, windows, read)
            const view: SubjectView = { ...task, heldUntil, buckets, events, parts }
            for (const point of pointsOf(view, windows, plant, unpublished)) {
              points.push(point)
              if (points.length % POINTS_A_TURN === 0) await turn()
            }
            if (points.length + unpublished.length < POINTS_AT_ONCE) continue
            await settle(points, unpublished)
            points = []
            unpublished = []
          }
        },
      )
      await settle(points, unpublished)
    }
    for (const points of await this.#months.points(plant, tasks, due, heldUntil, nowMs, isIdle)) {
      for (const point of points.dropped) plant.streams.drop(point)
      await settle(points.published, points.unpublished, points.dropped)
    }
    noteLooks(plant, schedule, tasks, nowMs)
    if (!plant.isPastBusy) plant.causes.clear()
    markRematched(plant)
  }

  /** Sums of the days of a plant before an instant, by month, so that months go on when the readings are gone. */
  goneBefore(plant: EnginePlant, beforeMs: number, nowMs: number): Promise<readonly GoneDays[]> {
    const heldUntil = plant.heldUntil(nowMs)
    const fromMs = Math.min(beforeMs, Math.max(plant.keptFromMs, beforeMs - MONTH_MAX_MS)) - MONTH_MAX_MS
    const tasks = plant.versions
      .filter((_, i) => (plant.versions[i + 1]?.fromMs ?? Infinity) > fromMs)
      .flatMap((version) =>
        plant.subjectsOf(version).map((one) => unchangedTaskOf(plant, one, version, heldUntil, nowMs)),
      )
    return this.#months.goneBefore(plant, tasks, beforeMs, heldUntil)
  }

  #noteRestated(
    plant: EnginePlant,
    { restated }: SettledPoints,
    causes: ReadonlyMap<string, Cause>,
    nowMs: number,
  ): void {
    for (const change of restated) {
      if (!plant.isLongOver(change.after.endMs)) continue
      this.#restatements.add(plant.id, change, nowMs, causeOf(plant, causes, change.after))
    }
  }

  async #settle(plant: EnginePlant, all: readonly Point[], allUnpublished: readonly Point[]): Promise<SettledPoints> {
    // A month goes on when its first days are gone.
    const isKept = (point: Point) =>
      point.startMs >= plant.keptFromMs + looksBackMs(point) ||
      point.stream.window === '1mo' ||
      plant.streams.isOpen(point)
    const [points, unpublished] = [all.filter(isKept), allUnpublished.filter(isKept)]
    const again = [...points, ...unpublished].filter((point) => plant.streams.mayBeStored(point))
    const stored = again.length === 0 ? new Map<string, Point>() : await this.#stored.at(again)
    const known = unpublished.filter((point) => stored.has(windowKey(point)) || plant.streams.isOpen(point))
    return plant.streams.settle([...points, ...known], (point) => stored.get(windowKey(point)))
  }

  /** Gives the sums of a subject's series: live, or read from the archive, once for all subjects of a stretch. */
  async #buckets(
    { subject, version }: RecomputeTask,
    range: Range,
    windows: WindowSet,
    read: Map<SeriesState, ReadBuckets>,
  ): Promise<(series: SeriesState) => SeriesBuckets> {
    // A day and a shift of the plant need their whole length, and membership and silence look a day further.
    const needed = {
      fromMs: version.calendar.earliestMs(range.fromMs) - DAY_MS,
      toMs: version.calendar.day(range.toMs - 1).endMs + DAY_MS,
    }
    const [minutes, sliding] = [windows.minutesRange(false), windows.minutesRange(true)]
    // Sums of series that are not live are read from the archive.
    const found = new Map<SeriesState, SeriesBuckets>()
    for (const series of subject.readSeries) {
      const own = series.slidesDemand ? sliding : minutes
      if (series.liveBuckets(needed.fromMs, own.fromMs) !== null) continue
      // Minutes alone are read where quarters are live, and those that are asked for: a day has a hundred times as many.
      const live = series.liveBuckets(needed.fromMs, Infinity)
      const reach = live === null ? needed : quartersAround(own)
      const known = read.get(series)
      let buckets = known !== undefined && holds(known, reach, own.fromMs) ? known.buckets : null
      if (buckets === null) {
        buckets = await this.#past.buckets(series, reach, own.fromMs)
        read.set(series, { ...reach, minutesFromMs: own.fromMs, buckets })
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
}

/** A window that looks so far back needs samples from before it: behind days that are gone it stays what it was. */
function looksBackMs({ stream }: Point): number {
  return stream.kpi === SLIDING_DEMAND.kpi ? SLIDING_DEMAND.looksBackMs : 0
}

/** Sums that were read from the archive for a range. */
interface ReadBuckets extends Range {
  /** Infinity without minutes. */
  readonly minutesFromMs: number
  readonly buckets: SeriesBuckets
}

/** Series whose sums in a stretch are not live, in the order in which they are needed. */
function* coldSeries(
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
  due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
  range: Range,
): Generator<SeriesState> {
  const minutesFromMs = plant.publishesMinutes ? range.fromMs : Infinity
  for (const task of tasks) {
    if (task.ranges.isEmpty && due.get(task)?.length === 0) continue
    const fromMs = task.version.calendar.earliestMs(range.fromMs) - DAY_MS
    for (const series of task.subject.readSeries) if (series.liveBuckets(fromMs, minutesFromMs) === null) yield series
  }
}

/** Range of the samples that are read for the cold series of a stretch: a long one, unless all of them need minutes alone. */
function samplesAround(
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
  due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
  range: Range,
): Range {
  const quartersFromMs = minOf(tasks, ({ version }) => version.calendar.earliestMs(range.fromMs)) - DAY_MS
  for (const series of coldSeries(plant, tasks, due, range)) {
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

function quartersAround({ fromMs, toMs }: Range): Range {
  return { fromMs: floorQuarterHour(fromMs), toMs: floorQuarterHour(toMs - 1) + QUARTER_HOUR_MS }
}

function holds(read: ReadBuckets, needed: Range, minutesFromMs: number): boolean {
  return read.fromMs <= needed.fromMs && needed.toMs <= read.toMs && read.minutesFromMs <= minutesFromMs
}

/**
 * The versions of a plant that anything to be computed can lie in: a plant of many configurations costs what one does. A
 * month looks back at days that belong to earlier ones.
 */
function versionsFrom(
  plant: EnginePlant,
  changed: ReadonlyMap<SeriesState, Range>,
  earliestMs: number,
): readonly PlantVersion[] {
  const { versions } = plant
  if (versions.length === 1) return versions
  const fromMs = Math.min(
    minOf([...changed.values()], (range) => range.fromMs),
    earliestMs,
    plant.streams.earliestOpenMs,
    plant.pacer.earliestWaitingMs,
    minOf(
      [...plant.waitingMonths.values()].flatMap((months) => [...months.keys()]),
      (startMs) => startMs,
    ),
  )
  return versions.filter((_, i) => (versions[i + 1]?.fromMs ?? Infinity) > fromMs - MONTH_MAX_MS)
}

/**
 * Forgets open windows that nobody makes any more: the configuration in force at their end has another zone or no such
 * KPI, or a device has moved to another line. Nothing would ever complete them, and who reads the journal at once has
 * never heard of them.
 */
function dropForeign(plant: EnginePlant, versions: readonly PlantVersion[]): readonly Point[] {
  if (!plant.takeUnitsChanged()) return []
  plant.pacer.clear()
  plant.pacer.load(versions.flatMap((version) => [...workOf(plant.subjectsOf(version))]))
  const byKey = new Map(
    versions.flatMap((version) => plant.subjectsOf(version).map((one) => [taskKey(version, one.key), one] as const)),
  )
  const dropped = [...plant.streams.allOpen()].filter((point) => {
    const { scope, id, kpi, window } = point.stream
    const version = versionAt(plant.versions, point.endMs - 1)
    const subject = byKey.get(taskKey(version, kpiSubjectKey(scope, id)))
    const isIn = version.calendar.has(window, point)
    return !isIn || !subject?.kpis.some((own) => own.kpi.id === kpi && isFineEnough(own, window))
  })
  for (const point of dropped) plant.streams.drop(point)
  return dropped
}

/** So many members to be added up are as much work as one figure of a device; to be folded and looked at as many. */
const [MEMBERS_A_FIGURE, SERIES_A_FIGURE, FIGURES_A_LOOK] = [16, 2, 2]

function* workOf(subjects: readonly KpiSubject[]): Generator<Work> {
  for (const subject of subjects) {
    const { scope, kpis, seriesList } = subject
    for (const kpi of kpis) {
      for (const window of kpi.kpi.windows) {
        if (isFineEnough(kpi, window)) yield { scope, window, figures: 1 + kpi.seriesList.length / MEMBERS_A_FIGURE }
      }
    }
    const [finest] = windowsOf(subject)
    if (finest !== undefined)
      yield { scope, window: finest, figures: FIGURES_A_LOOK + seriesList.length / SERIES_A_FIGURE }
  }
}

/** Says when the subjects are looked at again, and what of them waits for its time. */
function noteLooks(
  plant: EnginePlant,
  schedule: RecomputeSchedule,
  tasks: readonly RecomputeTask[],
  nowMs: number,
): void {
  const waiting = new Map<string, number>()
  for (const { key, subject } of tasks) {
    const months = plant.waitingMonths.get(key)?.values() ?? []
    for (const { endMs } of [...plant.pacer.waitingOf(key), ...months]) {
      waiting.set(subject.key, Math.min(endMs, waiting.get(subject.key) ?? Infinity))
    }
  }
  for (const { subject } of tasks) {
    const everyMs = plant.pacer.lookMs(subject.scope, windowsOf(subject))
    schedule.looked(subject, waiting.get(subject.key) ?? null, everyMs, nowMs)
  }
}

/** Collects the causes of changed sums, by subject; the plant keeps them until the months of subjects have been computed too. */
function takeCauses(plant: EnginePlant, tasks: readonly RecomputeTask[]): ReadonlyMap<string, Cause> {
  const causes = new Map<string, Cause>()
  for (const { subject, cause } of tasks) {
    if (cause === null) continue
    for (const noted of [causes, plant.causes])
      noted.set(subject.key, strongerOf(cause, noted.get(subject.key) ?? cause))
  }
  return causes
}

/** A month is computed when the sums of all its days are there: then the cause may be one of before. */
function causeOf(plant: EnginePlant, causes: ReadonlyMap<string, Cause>, { stream }: Point): Cause {
  const noted = stream.window === '1mo' ? plant.causes : causes
  return noted.get(kpiSubjectKey(stream.scope, stream.id)) ?? 'late_data'
}
