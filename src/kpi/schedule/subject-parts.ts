import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { PastFold } from '../history/past.js'
import type { SeriesMax, StaleStretch } from '../plant/past-work.js'
import type { EnginePlant } from '../plant/plant.js'
import { floorQuarterHour } from '../series/fold.js'
import type { SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import { minOf, type Range } from '../time/ranges.js'
import { windowsOf } from '../windows/publish.js'
import type { DayPiece } from './pieces.js'
import type { Begun, Recomputation, Recomputed } from './recomputation.js'
import { quartersAround } from './subject-buckets.js'

/** Samples are read so far around a stretch for sums that are not live; for minutes of live ones a day around. */
const [AROUND_MS, MINUTES_AROUND_MS] = [4 * DAY_MS, DAY_MS]
/** Hours of a silence are so much less work than hours with samples, minute by minute. */
const SILENT_TIMES = 24

/** Windows of an hour where minutes are published, and where quarters are. */
const [MINUTE_WINDOWS, QUARTER_WINDOWS] = [65, 5]

/** A subject of many series that is computed in parts. */
interface SubjectInParts {
  readonly stretch: StaleStretch
  readonly key: string
  readonly versions: readonly PlantVersion[]
  readonly begun: Begun
  /** Number of its series, counted as one of a subject with windows of a minute, and length of the time in which it is computed, ms. */
  readonly series: number
  readonly lengthMs: number
  /** Series that are still to be read. */
  readonly unread: SeriesState[]
  /** Its sums have no room: it is computed in one step, as a subject of few series. */
  readonly isWhole: boolean
}

/**
 * Computes a subject of many series over a stretch of the past in steps: first its sums are read, some series a step, and
 * kept for all subjects of the stretch; then its windows are computed, some hours a step. What is live has its turn in
 * between. Sums are kept for one plant at a time, so that they are bounded however many plants there are. Each window is computed once, from the sums of the whole stretch, so that no figure depends on the steps.
 */
export class SubjectParts {
  readonly #past: PastFold
  readonly #recomputation: Recomputation
  readonly #inParts = new Map<EnginePlant, SubjectInParts>()
  /** Plants whose stretch has subjects in parts: sums are kept for the first of them until its stretch is over. */
  readonly #turns = new Set<EnginePlant>()

  constructor(past: PastFold, recomputation: Recomputation) {
    this.#past = past
    this.#recomputation = recomputation
  }

  /** The stretch of a plant is over, or the plant is made anew. */
  forget(plant: EnginePlant): void {
    this.#inParts.delete(plant)
    this.#turns.delete(plant)
  }

  /**
   * Does the next step for the first of the subjects that are left of a stretch; with its last one the subject is taken off.
   * While another plant has its turn it does nothing.
   */
  async step(
    plant: EnginePlant,
    stretch: StaleStretch,
    seriesMax: SeriesMax,
    nowMs: number,
    take: (part: Recomputed) => Promise<void>,
  ): Promise<void> {
    this.#turns.add(plant)
    const [first] = this.#turns
    if (first !== plant) return
    const [key] = stretch.rest![0]!
    const inParts = this.#known(plant, stretch, key) ?? (await this.#begin(plant, stretch, key, nowMs))
    const { begun, unread } = inParts
    if (unread.length > 0) return this.#read(plant, inParts, seriesMax)
    const pieces = takePieces(plant, inParts, seriesMax)
    if (begun.pieces.length === 0) {
      stretch.rest!.shift()
      stretch.done.add(key)
      this.#inParts.delete(plant)
    }
    await this.#recomputation.goOn(plant, begun, pieces, stretch.prepared, nowMs, take)
  }

  /** Finds a subject that is under way; null when it has not begun, or the plant has another configuration since. */
  #known(plant: EnginePlant, stretch: StaleStretch, key: string): SubjectInParts | null {
    const known = this.#inParts.get(plant)
    const isKnown = known?.stretch === stretch && known.key === key && known.versions === plant.versions
    return isKnown ? known : null
  }

  async #begin(plant: EnginePlant, stretch: StaleStretch, key: string, nowMs: number): Promise<SubjectInParts> {
    const begun = await this.#recomputation.begin(plant, stretch.changed, key, nowMs)
    const members = new Set(begun.pieces.length === 0 ? [] : begun.tasks.flatMap(({ subject }) => subject.readSeries))
    const unread = [...members].filter((series) => isToRead(plant, stretch, begun, series))
    const sums = unread.map((series) => ({ ...reachOf(plant, begun, series), accounts: series.accounts }))
    const isWhole = !stretch.prepared.hasRoomFor(sums)
    const inParts = {
      stretch,
      key,
      versions: plant.versions,
      begun,
      series: members.size * windowsShare(begun),
      lengthMs: begun.pieces.reduce((ms, piece) => ms + weightMs(piece), 0),
      unread: isWhole ? [] : unread,
      isWhole,
    }
    this.#inParts.set(plant, inParts)
    return inParts
  }

  /** Reads the sums of some series. */
  async #read(plant: EnginePlant, { stretch, begun, unread }: SubjectInParts, seriesMax: SeriesMax): Promise<void> {
    const some = unread.splice(0, Math.max(1, Math.floor(seriesMax('read'))))
    plant.worked = { kind: 'read', series: some.length }
    const reaches = some.map((series) => ({ series, ...reachOf(plant, begun, series) }))
    const areLive = reaches.every(({ isLive }) => isLive)
    const aroundMs = areLive ? MINUTES_AROUND_MS : AROUND_MS
    const samples = {
      fromMs: minOf(reaches, ({ needed }) => needed.fromMs) - aroundMs + (areLive ? 0 : DAY_MS),
      toMs: -minOf(reaches, ({ needed }) => -needed.toMs) + aroundMs - (areLive ? 0 : DAY_MS),
    }
    await this.#past.ahead(
      () => some,
      () => samples,
      async () => {
        for (const { series, needed, minutes } of reaches) {
          const buckets = await this.#past.buckets(series, needed, minutes.fromMs)
          stretch.prepared.put(series, { ...needed, minutesFromMs: minutes.fromMs, minutesToMs: minutes.toMs, buckets })
        }
      },
    )
  }
}

/** Sums that a series needs for the whole of a stretch: quarters of a range, and minutes of another, which may be none. */
function reachOf(plant: EnginePlant, { pieces, tasks }: Begun, series: SeriesState) {
  const [fromMs, toMs] = [pieces[0]!.fromMs, pieces.at(-1)!.toMs]
  const earliestMs = minOf(tasks, ({ version }) => version.calendar.earliestMs(fromMs))
  const lastDayEndMs = -minOf(tasks, ({ version }) => -version.calendar.day(toMs - 1).endMs)
  const lastEndMs = -minOf(tasks, ({ version }) => -version.calendar.latestMs(toMs - 1))
  const needed = { fromMs: earliestMs - DAY_MS, toMs: lastDayEndMs + DAY_MS }
  const minutesFromMs = series.hasMinutesOfDays
    ? earliestMs - QUARTER_HOUR_MS
    : plant.publishesMinutes
      ? fromMs
      : Infinity
  const minutesToMs = series.hasMinutesOfDays ? lastEndMs : toMs
  const minutes = minutesFromMs === Infinity ? NO_MINUTES : quartersAround({ fromMs: minutesFromMs, toMs: minutesToMs })
  const isLive = series.liveBuckets(needed.fromMs, Infinity) !== null
  const isNeeded = series.liveBuckets(needed.fromMs, minutes.fromMs) === null
  return { needed: isLive ? minutes : needed, minutes, isLive, isNeeded }
}

const NO_MINUTES: Range = { fromMs: Infinity, toMs: -Infinity }

function isToRead(plant: EnginePlant, { prepared }: StaleStretch, begun: Begun, series: SeriesState): boolean {
  const { isNeeded, needed, minutes } = reachOf(plant, begun, series)
  return isNeeded && !prepared.holds(series, needed, minutes)
}

/** Takes pieces off what is left of a subject: as many as are so much work, or a part of one. */
function takePieces(plant: EnginePlant, inParts: SubjectInParts, seriesMax: SeriesMax): DayPiece[] {
  const { begun, series, lengthMs, isWhole } = inParts
  const { pieces } = begun
  plant.worked = { kind: 'compute', series }
  if (isWhole) return pieces.splice(0)
  const taken: DayPiece[] = []
  const partMs = Math.max(HOUR_MS, (lengthMs * seriesMax('add_up')) / series)
  let ms = 0
  while (pieces.length > 0) {
    const piece = pieces[0]!
    const leftMs = partMs - ms
    if (taken.length > 0 && weightMs(piece) > leftMs) break
    pieces.shift()
    const endMs = piece.isSilent ? piece.toMs : endOfPart(begun, piece, leftMs)
    if (endMs < piece.toMs) pieces.unshift({ ...piece, fromMs: endMs })
    taken.push({ ...piece, toMs: Math.min(endMs, piece.toMs) })
    ms += weightMs(taken.at(-1)!)
    if (endMs < piece.toMs) break
  }
  plant.worked = { kind: 'add_up', series: (series * ms) / Math.max(1, lengthMs) }
  return taken
}

/**
 * End of the part of a piece that is so long at most: with an hour, or where minutes of its series begin to be live. Of what lies
 * behind that the last minutes change all the time, and are not prepared for long.
 */
function endOfPart({ tasks }: Begun, { fromMs }: Range, partMs: number): number {
  const hourMs = Math.floor((fromMs + partMs) / HOUR_MS) * HOUR_MS
  const endMs = hourMs > fromMs ? hourMs : fromMs + partMs
  let liveFromMs = -Infinity
  for (const { subject } of tasks) {
    for (const series of subject.readSeries) liveFromMs = Math.max(liveFromMs, series.liveMinutesFromMs)
  }
  // They begin later by a quarter when the next has come.
  const cutMs = floorQuarterHour(liveFromMs) + QUARTER_HOUR_MS
  return fromMs < cutMs && cutMs < endMs ? cutMs : endMs
}

/** Windows of a subject in an hour, as a part of those of one with minutes. */
function windowsShare({ tasks }: Begun): number {
  const sizes = new Set(tasks.flatMap(({ subject }) => windowsOf(subject)))
  return sizes.has('1m') ? 1 : (sizes.has('15m') ? QUARTER_WINDOWS : 1) / MINUTE_WINDOWS
}

function weightMs({ fromMs, toMs, isSilent }: DayPiece): number {
  return (toMs - fromMs) / (isSilent ? SILENT_TIMES : 1)
}
