import { MEMBERSHIP_MS } from './basis.js'
import type { CalendarWindow } from './calendar.js'
import type { Past } from './past.js'
import type { EnginePlant } from './plant.js'
import { type Point, windowKey } from './point.js'
import { isOver, pointsOf, type UnitClock, unitKey, WindowSet, windowsOf } from './publish.js'
import { type Range, Ranges } from './ranges.js'
import type { Settled } from './streams.js'
import type { SeriesSlots, Track } from './track.js'
import type { Unit } from './units.js'

const DAY_MS = 86_400_000
/** Changed ranges of a unit closer than this are one. */
const NEAR_MS = 3_600_000
/** Changed ranges of a plant further apart than this are computed one after the other: their sums need not be in memory together. */
const APART_MS = 3 * DAY_MS

/** What the engine asks of the store that holds its points. */
export interface StoredPoints {
  /** The newest stored point of every stream. */
  newest(): Promise<readonly Point[]>
  /** All stored points that are not final. */
  open(): Promise<readonly Point[]>
  /** The stored points of a plant with a start in [fromMs, toMs), by `windowKey`. */
  between(plant: string, fromMs: number, toMs: number): Promise<ReadonlyMap<string, Point>>
}

/** From changed sums to changed points: which windows they reach into, what these come to now, and what of it is new. */
export class Recomputation {
  readonly #past: Past
  readonly #stored: Pick<StoredPoints, 'between'>

  constructor(past: Past, stored: Pick<StoredPoints, 'between'>) {
    this.#past = past
    this.#stored = stored
  }

  /** Computes the windows that changed sums reach into, and those whose time has come, and sorts out what is new. */
  async recompute(plant: EnginePlant, changed: ReadonlyMap<Track, Range>, nowMs: number): Promise<Settled> {
    const all: Settled = { final: [], finalNew: 0, provisional: [] }
    const units = plant.units.map((unit) => {
      const clock = plant.clockOf(unit, nowMs)
      return { unit, clock, ranges: rangesOf(unit, changed, clock) }
    })
    const due = dueWindows(plant, units)
    const stretches = new Ranges(APART_MS)
    for (const { ranges } of units) for (const range of ranges) stretches.add(range)
    for (const point of due) stretches.add({ fromMs: point.startMs, toMs: point.endMs })
    for (const range of stretches) {
      const points: Point[] = []
      const unpublished: Point[] = []
      for (const { unit, clock, ranges } of units) {
        const windows = new WindowSet()
        for (const own of ranges) windows.addRange(plant.calendar, overlap(own, range), windowsOf(unit))
        for (const point of due) {
          if (isOf(unit, point) && range.fromMs <= point.startMs && point.endMs <= range.toMs) {
            windows.add(point.stream.window as CalendarWindow, point)
          }
        }
        if (windows.isEmpty) continue
        const slots = await this.#slots(plant, unit, range, windows.firstMs('1m'))
        for (const point of pointsOf(unit, windows, plant.calendar, clock, slots, unpublished)) points.push(point)
      }
      const settled = await this.#settle(plant, points, unpublished)
      for (const point of settled.final) all.final.push(point)
      for (const point of settled.provisional) all.provisional.push(point)
      all.finalNew += settled.finalNew
    }
    return all
  }

  async #settle(plant: EnginePlant, points: readonly Point[], unpublished: readonly Point[]): Promise<Settled> {
    const again = [...points, ...unpublished].filter((point) => plant.streams.mayBeStored(point))
    const stored =
      again.length === 0
        ? new Map<string, Point>()
        : await this.#stored.between(
            plant.id,
            minOf(again, (point) => point.startMs),
            -minOf(again, (point) => -point.startMs) + 1,
          )
    const known = unpublished.filter((point) => stored.has(windowKey(point)) || plant.streams.isOpen(point))
    return plant.streams.settle([...points, ...known], (point) => stored.get(windowKey(point)))
  }

  /** Where the sums of a unit's tracks are: hot, or read from the archive. */
  async #slots(
    plant: EnginePlant,
    unit: Unit,
    range: Range,
    minutesFromMs: number,
  ): Promise<(track: Track) => SeriesSlots> {
    // A day of the plant needs its whole length, and membership and silence look a day further.
    const needed = {
      fromMs: plant.calendar.day(range.fromMs).startMs - DAY_MS,
      toMs: plant.calendar.day(range.toMs - 1).endMs + DAY_MS,
    }
    const found = new Map<Track, SeriesSlots>()
    for (const track of unit.tracks) {
      const slots = track.hotSlots(needed.fromMs, minutesFromMs)
      found.set(track, slots ?? (await this.#past.slots(track, needed, minutesFromMs !== Infinity)))
    }
    return (track) => {
      const slots = found.get(track)
      if (slots === undefined) throw new Error(`${track.device} ${track.metric} is no member of ${unit.id}`)
      return slots
    }
  }
}

function rangesOf(unit: Unit, changed: ReadonlyMap<Track, Range>, clock: UnitClock): Ranges {
  const ranges = new Ranges(NEAR_MS)
  // No window later than this is there.
  const lastMs = unit.tracks.reduce((ts, track) => Math.max(ts, track.newestTs), clock.watermarkMs)
  for (const track of unit.tracks) {
    const range = changed.get(track)
    if (range === undefined) continue
    ranges.add({ fromMs: range.fromMs, toMs: Math.max(range.toMs, Math.min(range.toMs + afterMs(track), lastMs + 1)) })
  }
  return ranges
}

/** How far behind a sample windows may change that hold none: a level holds, and an unconfigured sender stays a member. */
function afterMs(track: Track): number {
  const holdMs = track.rules.kind === 'gauge' ? track.rules.maxHoldMs : 0
  return track.isConfigured ? holdMs : Math.max(holdMs, MEMBERSHIP_MS)
}

/** The open windows that have to be computed: those whose time has come, and those of units that have changed. */
function dueWindows(
  plant: EnginePlant,
  units: readonly { readonly unit: Unit; readonly clock: UnitClock; readonly ranges: Ranges }[],
): readonly Point[] {
  const byUnit = new Map(units.map((u) => [unitKey(u.unit.scope, u.unit.id), u]))
  return [...plant.streams.allOpen()].filter((point) => {
    const of = byUnit.get(unitKey(point.stream.scope, point.stream.id))
    if (of === undefined) return false
    return isOver(of.clock, point.endMs) || !of.ranges.isEmpty
  })
}

function isOf(unit: Unit, point: Point): boolean {
  return point.stream.scope === unit.scope && point.stream.id === unit.id
}

function overlap(a: Range, b: Range): Range {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) }
}

function minOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((least, item) => Math.min(least, of(item)), Infinity)
}
