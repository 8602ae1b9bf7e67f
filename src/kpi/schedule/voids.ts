import { DAY_MS } from '../../base/durations.js'
import { boundedEntryOf, entryOf } from '../../base/entry-of.js'
import { streamKey } from '../../base/kpi.js'
import type { VoidedTime } from '../plant/parted-past.js'
import type { EnginePlant } from '../plant/plant.js'
import { type PlantVersion, versionAt, versionsEndingAfter } from '../settings/version.js'
import type { Range } from '../time/ranges.js'
import { firstMs } from '../windows/firsts.js'
import { type MadeStream, madeStreams } from '../windows/made-streams.js'
import { type Point, type Stream, TAKEN_BACK, windowKey } from '../windows/point.js'
import type { StreamName } from '../windows/stream-numbers.js'
import { type KpiSubject, kpiSubjectKey } from '../windows/subjects.js'

/** So much of event time is looked through at once, so that what is live has its turn in between. */
const AT_ONCE_MS = DAY_MS

/** True when all of the past is computed but for figures that nobody makes any more. */
export function isOnlyVoided({ late, stale, held, stretch, voided }: EnginePlant): boolean {
  return voided.length > 0 && late.size + stale.size + held.ripe.size === 0 && stretch === null
}

/** So many pieces are looked through in one go. */
const PIECES_MAX = 31

/** Gives the points of streams whose windows end in (fromMs, toMs], epoch ms. */
type ReadEndingIn = (streams: readonly Stream[], fromMs: number, toMs: number) => Promise<readonly Point[]>

/** Points of the next pieces that nobody makes any more, each without a figure; no more pieces once there are so many. */
export async function nextVoided(plant: EnginePlant, pointsMax: number, stored: ReadEndingIn): Promise<Point[]> {
  const points: Point[] = []
  let voids: Voids | null = null
  for (let pieces = 0; pieces < PIECES_MAX && points.length < pointsMax; pieces++) {
    const time = takeVoided(plant)
    if (time === null) break
    if (!voids?.areOf(time)) voids = new Voids(plant, time)
    for (const point of await voids.points(time, stored)) points.push(point)
  }
  return points
}

/** Takes the next piece of the time of a plant in which figures may be there that nobody makes any more; null when there is none. */
function takeVoided(plant: EnginePlant): VoidedTime | null {
  const [first, ...rest] = plant.voided
  if (first === undefined) return null
  const fromMs = Math.max(first.fromMs, Math.min(first.toMs, plant.keptFromMs))
  const toMs = Math.min(first.toMs, fromMs + AT_ONCE_MS)
  plant.voided = toMs < first.toMs ? [{ ...first, fromMs: toMs }, ...rest] : rest
  return { ...first, fromMs, toMs }
}

/** So many versions are known at once with what they make. */
const VERSIONS_MAX = 8

/** Finds the figures in the time of a plant that nobody makes any more. */
class Voids {
  readonly #plant: EnginePlant
  readonly #time: VoidedTime
  readonly #made = new Map<PlantVersion, ReadonlyMap<string, MadeStream>>()
  /** The time in which windows of a stream are published at all. */
  readonly #ranges = new Map<PlantVersion, Map<Stream, Range>>()

  /** @param time the subjects of which figures are looked through */
  constructor(plant: EnginePlant, time: VoidedTime) {
    this.#plant = plant
    this.#time = time
  }

  /** True for a time of the same subjects. */
  areOf({ subjects }: VoidedTime): boolean {
    return subjects === this.#time.subjects
  }

  /**
   * The points of a range, in the store or on their way there, that nobody makes any more, each without a figure: the version in
   * force has no such figure, or none before the first or behind the last sample of whoever it is made of now. Those that begin
   * before what is kept of readings stay.
   */
  async points(range: Range, stored: ReadEndingIn): Promise<Point[]> {
    const { fromMs, toMs } = range
    const { streams, keptFromMs } = this.#plant
    const versions = this.#versionsIn(range)
    const looked = streams.latest((stream) => this.#maySayOther(stream, versions)).map(({ stream }) => stream)
    const unstored = looked.flatMap((stream) => streams.inMemory(stream))
    const points = new Map<string, Point>()
    for (const point of [...(await stored(looked, fromMs, toMs)), ...unstored]) {
      const isIn = point.startMs >= keptFromMs && point.endMs > fromMs && point.endMs <= toMs
      if (isIn && !this.#isMade(point)) points.set(windowKey(point), point)
    }
    return [...points.values()].map(({ stream, startMs, endMs }) => {
      return { stream, startMs, endMs, ...TAKEN_BACK, provisional: false, rev: 0 }
    })
  }

  #versionsIn({ fromMs, toMs }: Range): readonly PlantVersion[] {
    return versionsEndingAfter(this.#plant.versions, fromMs).filter((version) => {
      return version.place === 0 || version.fromMs < toMs
    })
  }

  /** True for a stream that may have points which nobody makes any more. */
  #maySayOther(stream: StreamName, versions: readonly PlantVersion[]): boolean {
    const { subjects, hasOtherRoles = false } = this.#time
    if (subjects.has(kpiSubjectKey(stream.scope, stream.id))) return true
    return hasOtherRoles && versions.some((version) => !this.#madeIn(version).has(streamKey(stream)))
  }

  #isMade({ stream, startMs, endMs }: Point): boolean {
    const version = versionAt(this.#plant.versions, endMs - 1)
    const ranges = boundedEntryOf(this.#ranges, version, VERSIONS_MAX, () => new Map<Stream, Range>())
    const { fromMs, toMs } = entryOf(ranges, stream, () => this.#rangeOf(version, stream))
    return endMs > fromMs && startMs < toMs
  }

  #madeIn(version: PlantVersion): ReadonlyMap<string, MadeStream> {
    const { subjects, hasOtherRoles = false } = this.#time
    return boundedEntryOf(this.#made, version, VERSIONS_MAX, () => {
      return madeStreams(this.#plant.subjectsOf(version).filter(({ key }) => hasOtherRoles || subjects.has(key)))
    })
  }

  #rangeOf(version: PlantVersion, stream: Stream): Range {
    const made = this.#madeIn(version).get(streamKey(stream))
    if (made === undefined) return { fromMs: Infinity, toMs: -Infinity }
    return { fromMs: firstMs(made.kpi, version), toMs: lastMs(made.subject) + 1 }
  }
}

/** The newest of a subject's samples, or up to when connections vouch for some, epoch ms. */
function lastMs({ readSeries }: KpiSubject): number {
  return readSeries.reduce((ms, { newestTs, heldUntilMs }) => Math.max(ms, newestTs, heldUntilMs), -Infinity)
}
