import { setImmediate as turn } from 'node:timers/promises'
import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import type { WatchedFigures } from '../../base/kpi.js'
import { SLIDING_DEMAND } from '../../base/sliding-demand.js'
import type { PastFold } from '../history/past.js'
import type { EnginePlant } from '../plant/plant.js'
import { type Cause, type ChangedRange, strongerOf } from '../series/late.js'
import type { PreparedSums, ReadSums } from '../series/prepared-sums.js'
import type { SeriesState } from '../series/series-state.js'
import { type PlantVersion, versionsEndingAfter } from '../settings/version.js'
import { endInForceMs, placeInForce } from '../time/in-force.js'
import { minOf, type Range } from '../time/ranges.js'
import type { GoneDays } from '../windows/gone-days.js'
import { PartialSums } from '../windows/partial-sums.js'
import { isNoFigure, isTakenBack, type Point, type Stream, windowKey } from '../windows/point.js'
import { pointsOf, type SubjectView, type WindowSet, windowsOf } from '../windows/publish.js'
import type { OpenWindow, SettledPoints } from '../windows/streams.js'
import { kpiSubjectKey } from '../windows/subjects.js'
import { dueWindows, rangesOf, windowsIn } from './due-windows.js'
import { eventsAround } from './events-around.js'
import { dropForeign } from './foreign-windows.js'
import type { ChangeShare } from './live-first.js'
import { Months } from './months.js'
import { type DayPiece, dayPiecesOf } from './pieces.js'
import { RecomputeSchedule } from './recompute-schedule.js'
import { type RecomputeTask, taskNow, taskOf, unchangedTaskOf } from './recompute-task.js'
import { markRematched } from './rematch.js'
import type { RestatementTable } from './restatements.js'
import { coldSeries, samplesAround, subjectBuckets } from './subject-buckets.js'
import { nextVoided } from './voids.js'

const MONTH_MAX_MS = 32 * DAY_MS
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
  /** The stored points of some streams whose windows end in (fromMs, toMs], epoch ms. */
  endingIn(streams: readonly Stream[], fromMs: number, toMs: number): Promise<readonly Point[]>
}

/** Points that one recomputation has changed. */
export interface Recomputed extends SettledPoints {
  /** Windows that were open and that nobody makes any more. */
  readonly dropped: Point[]
}

/** Changes of one subject, by version, and the time of it that is still to be computed. */
export interface Begun {
  readonly tasks: readonly RecomputeTask[]
  /** Pieces of time that are left; whoever goes on takes some of them off. */
  readonly pieces: DayPiece[]
  /** Windows that were computed and reach into what is left, by task. */
  readonly begun: Map<string, WindowSet>
}

/** Some tasks that are computed piece by piece. */
interface Run {
  readonly plant: EnginePlant
  readonly tasks: readonly RecomputeTask[]
  readonly due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>
  readonly heldUntil: ReadonlyMap<SeriesState, number>
  /** "Now", or Infinity where nothing that goes on has to wait for its time. */
  readonly atMs: number
  /** Windows that earlier pieces have computed, by task, as far as they reach into later ones. */
  readonly begun: Map<string, WindowSet>
  readonly prepared: PreparedSums | null
  /** Sorts out what is new of some points, and hands it on. */
  settle(published: readonly Point[], unpublished: readonly Point[], dropped?: Point[]): Promise<void>
}

const NOTHING_DUE: ReadonlyMap<RecomputeTask, readonly OpenWindow[]> = new Map()

/** From changed sums to changed points: which windows they reach into, what these come to now, and what of it is new. */
export class Recomputation {
  readonly #past: PastFold
  readonly #stored: Pick<StoredPoints, 'at' | 'endingIn'>
  readonly #restatements: Pick<RestatementTable, 'add'>
  readonly #months: Months
  readonly #agendas = new Map<EnginePlant, RecomputeSchedule>()

  constructor(
    past: PastFold,
    stored: Pick<StoredPoints, 'at' | 'endingIn'>,
    restatements: Pick<RestatementTable, 'add'>,
  ) {
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

  /**
   * Computes the windows that changed sums reach into, and those whose time has come, and sorts out what is new. It is
   * handed to `take` in parts of bounded size, and nothing goes on before that has resolved.
   */
  async recompute(
    plant: EnginePlant,
    { changed, concerns, heldBeforeMs }: ChangeShare,
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
      for (const [series, range] of changed) schedule.note(version, series, range, nowMs, { heldBeforeMs, concerns })
    const foreign = dropForeign(plant, versions)
    const looked = schedule.due(versions, nowMs, isIdle, { concerns })
    const tasks = versions.flatMap((version) => {
      const subjects = plant.subjectsOf(version).filter((subject) => looked.has(subject.key))
      return subjects.map((subject) => taskOf(plant, schedule, subject, version, heldUntil, nowMs))
    })
    const settle = this.#settling(plant, takeCauses(plant, tasks), nowMs, take)
    await settle([], [], [...foreign])
    const due = dueWindows(plant, tasks)
    const run = {
      plant,
      tasks,
      due,
      heldUntil,
      atMs: isIdle ? Infinity : nowMs,
      begun: new Map(),
      prepared: null,
      settle,
    }
    for (const piece of await dayPiecesOf(rangesOf(tasks, due), plant, this.#past)) await this.#compute(run, piece)
    await this.#end(run, schedule, nowMs, isIdle)
  }

  /** Finds what of one subject changed sums reach into, to be computed some hours at a time. */
  async begin(
    plant: EnginePlant,
    changed: ReadonlyMap<SeriesState, ChangedRange>,
    key: string,
    nowMs: number,
  ): Promise<Begun> {
    const schedule = entryOf(this.#agendas, plant, () => new RecomputeSchedule(plant))
    const heldUntil = plant.heldUntil(nowMs)
    const tasks = versionsFrom(plant, changed, Infinity).flatMap((version) => {
      const subjects = plant.subjectsOf(version).filter((subject) => subject.key === key)
      return subjects.map((subject) => {
        const still = unchangedTaskOf(plant, subject, version, heldUntil, nowMs)
        const lastMs = Math.max(still.newestTs, still.clock.watermarkMs)
        return { ...still, ...schedule.rangesIn(version, subject, changed, lastMs) }
      })
    })
    return {
      tasks,
      pieces: [...(await dayPiecesOf(rangesOf(tasks, NOTHING_DUE), plant, this.#past))],
      begun: new Map(),
    }
  }

  /** Computes some pieces of what has begun; with the last of them its months. */
  async goOn(
    plant: EnginePlant,
    { tasks: begunTasks, begun, pieces: left }: Begun,
    pieces: readonly DayPiece[],
    prepared: PreparedSums,
    nowMs: number,
    take: (part: Recomputed) => Promise<void>,
  ): Promise<void> {
    const heldUntil = plant.heldUntil(nowMs)
    plant.pacer.begin(nowMs)
    const tasks = begunTasks.flatMap((task) => taskNow(plant, task, heldUntil, nowMs))
    const settle = this.#settling(plant, takeCauses(plant, tasks), nowMs, take)
    const run = { plant, tasks, due: NOTHING_DUE, heldUntil, atMs: nowMs, begun, prepared, settle }
    for (const piece of pieces) await this.#compute(run, piece)
    if (left.length > 0) return
    const schedule = entryOf(this.#agendas, plant, () => new RecomputeSchedule(plant))
    await this.#end(run, schedule, nowMs, false)
  }

  /** Takes back figures of a piece of time that nobody makes any more. */
  async voidNext(plant: EnginePlant, nowMs: number, take: (part: Recomputed) => Promise<void>): Promise<void> {
    const points = await nextVoided(plant, POINTS_AT_ONCE, (...of) => this.#stored.endingIn(...of))
    const keys = points.map(({ stream }) => kpiSubjectKey(stream.scope, stream.id))
    const causes = new Map(keys.map((key) => [key, 'configuration'] as const))
    await this.#settling(plant, causes, nowMs, take)([], points)
    if (!plant.isPastBusy) plant.causes.clear()
  }

  #settling(
    plant: EnginePlant,
    causes: ReadonlyMap<string, Cause>,
    nowMs: number,
    take: (part: Recomputed) => Promise<void>,
  ): Run['settle'] {
    return async (published, unpublished, dropped = []) => {
      const settled = await this.#settle(plant, published, unpublished)
      this.#noteRestated(plant, settled, causes, nowMs)
      await take({ ...settled, dropped })
    }
  }

  /** Computes the windows that begin in a piece, or are met there first. */
  async #compute({ plant, tasks, due, heldUntil, atMs, begun, prepared, settle }: Run, range: DayPiece): Promise<void> {
    let points: Point[] = []
    let unpublished: Point[] = []
    const parts = new PartialSums()
    const atHand = { read: new Map<SeriesState, ReadSums>(), prepared }
    const events = await eventsAround(this.#past, plant, tasks, range)
    const cold = () => coldSeries(plant, tasks, due, range, prepared)
    await this.#past.ahead(
      cold,
      () => samplesAround(cold(), tasks, due, range),
      async () => {
        for (const task of tasks) {
          const open = due.get(task) ?? []
          const before = begun.get(task.key)
          const windows = windowsIn(range, task, plant, { open, begun: before }, atMs)
          const later = windows.endingAfter(range.toMs)
          if (before !== undefined) later.addAll(before.endingAfter(range.toMs))
          begun.set(task.key, later)
          if (windows.isEmpty) continue
          const buckets = await subjectBuckets(this.#past, task, range, windows, atHand)
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

  /** Computes the months of what has been computed, and notes that it was. */
  async #end(run: Run, schedule: RecomputeSchedule, nowMs: number, isIdle: boolean): Promise<void> {
    const { plant, tasks, due, heldUntil, settle } = run
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
    const tasks = versionsEndingAfter(plant.versions, fromMs).flatMap((version) =>
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
    // A month goes on when its first days are gone, and stays what it was when all of them are.
    const isKept = (point: Point) =>
      point.startMs >= plant.keptFromMs + looksBackMs(point) ||
      (point.stream.window === '1mo' && point.endMs > plant.keptFromMs) ||
      plant.streams.isOpen(point)
    const [points, unpublished] = [all.filter(isKept), allUnpublished.filter(isKept)]
    const again = [...points, ...unpublished].filter((point) => plant.streams.mayBeStored(point))
    const stored = again.length === 0 ? new Map<string, Point>() : await this.#stored.at(again)
    const known = unpublished.filter((point) => {
      const before = stored.get(windowKey(point))
      // A window that only others made has no figure, whatever is computed around it later.
      const isRight = before === undefined || (isNoFigure(before) && !isTakenBack(point))
      return !isRight || plant.streams.isOpen(point)
    })
    return plant.streams.settle([...points, ...known], (point) => stored.get(windowKey(point)))
  }
}

/** A window that looks so far back needs samples from before it: behind days that are gone it stays what it was. */
function looksBackMs({ stream }: Point): number {
  return stream.kpi === SLIDING_DEMAND.kpi ? SLIDING_DEMAND.looksBackMs : 0
}

/** The versions of a plant that anything to be computed can lie in: a plant of many configurations costs what one does. */
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
  const later = versionsEndingAfter(versions, fromMs)
  return [...daysBefore(versions, fromMs, later), ...later]
}

/** The versions in which days end that the months of later ones look back at. */
function daysBefore(
  versions: readonly PlantVersion[],
  fromMs: number,
  later: readonly PlantVersion[],
): readonly PlantVersion[] {
  const [first, end] = [placeInForce(versions, fromMs - MONTH_MAX_MS), placeInForce(versions, fromMs)]
  if (first === end) return []
  const calendars = [...new Map(later.map(({ options, calendar }) => [options?.timezone, calendar])).values()]
  return versions.slice(first, end).filter(({ fromMs: sinceMs }, i) => {
    const untilMs = endInForceMs(versions, first + i)
    return first + i === 0 || calendars.some((calendar) => calendar.day(sinceMs).endMs <= untilMs)
  })
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
