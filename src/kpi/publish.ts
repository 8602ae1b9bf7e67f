import type { Scope } from '../base/kpi.js'
import { WindowBasis } from './basis.js'
import { CALENDAR_WINDOWS, type Calendar, type CalendarWindow, type Span } from './calendar.js'
import { isFinal } from './liveness.js'
import type { Point } from './point.js'
import type { Range } from './ranges.js'
import { emptyPart, MINUTE_MS, QUARTER_MS } from './slots.js'
import type { SeriesSlots, Track } from './track.js'
import type { Unit, UnitKpi } from './units.js'

const DAY_MS = 86_400_000

/** The instant at which a scope's windows are judged. */
export interface UnitClock {
  /** Up to where the scope's readings are complete, epoch ms. */
  readonly watermarkMs: number
  /** Up to where its windows have been final already, epoch ms. */
  readonly closedMs: number
  readonly allIdle: boolean
  /** Arrival of the journal record in hand, epoch ms. */
  readonly nowMs: number
}

/** True when a window that ends at `endMs` will change only by late data. */
export function isOver({ watermarkMs, closedMs, allIdle, nowMs }: UnitClock, endMs: number): boolean {
  return isFinal(endMs, Math.max(watermarkMs, closedMs), allIdle, nowMs)
}

/** Windows to be computed, by size. */
export class WindowSet {
  readonly #spans = new Map<CalendarWindow, Map<number, Span>>()

  /** All windows that reach into a range. */
  addRange(calendar: Calendar, range: Range, windows: readonly CalendarWindow[]): void {
    for (const window of windows) {
      for (const span of calendar.spans(window, range.fromMs, range.toMs)) this.add(window, span)
    }
  }

  add(window: CalendarWindow, { startMs, endMs }: Span): void {
    const spans = this.#spans.get(window) ?? new Map<number, Span>()
    spans.set(startMs, { startMs, endMs })
    this.#spans.set(window, spans)
  }

  of(window: CalendarWindow): Iterable<Span> {
    return this.#spans.get(window)?.values() ?? []
  }

  get isEmpty(): boolean {
    return this.#spans.size === 0
  }

  /** Start of the first window of a size; Infinity when there is none. */
  firstMs(window: CalendarWindow): number {
    let firstMs = Infinity
    for (const span of this.of(window)) firstMs = Math.min(firstMs, span.startMs)
    return firstMs
  }
}

/** The window sizes that a unit publishes at all. */
export function windowsOf(unit: Unit): readonly CalendarWindow[] {
  return CALENDAR_WINDOWS.filter((window) => unit.kpis.some((kpi) => isFineEnough(kpi, window)))
}

/**
 * The points of a unit in some windows, as they are now; `rev` is 0 in all of them. Hours and days that are not published
 * go into `unpublished`: one that was published before, when the register still bridged it, has to be corrected.
 */
export function* pointsOf(
  unit: Unit,
  windows: WindowSet,
  calendar: Calendar,
  clock: UnitClock,
  slots: (track: Track) => SeriesSlots,
  unpublished: Point[],
): Generator<Point> {
  const scopeNewestTs = Math.max(...unit.tracks.map((track) => track.newestTs))
  for (const window of CALENDAR_WINDOWS) {
    const kpis = unit.kpis.filter((kpi) => isFineEnough(kpi, window))
    if (kpis.length === 0) continue
    for (const span of windows.of(window)) {
      const final = isOver(clock, span.endMs)
      const context = { calendar, window, span, isFinal: final, scopeNewestTs, slots }
      for (const kpi of kpis) {
        const isDue = isPublished(kpi, window, span, clock, slots)
        if (!isDue && (window === '1m' || window === '15m')) continue
        const figure = kpi.kpi.figure(new WindowBasis(context, unit, kpi))
        const point = { stream: kpi.stream(window), ...span, ...figure, provisional: !final, rev: 0 }
        if (isDue) yield point
        else unpublished.push(point)
      }
    }
  }
}

function isFineEnough({ kpi, shortestPeriodMs }: UnitKpi, window: CalendarWindow): boolean {
  if (!kpi.windows.includes(window)) return false
  if (window === '1m') return shortestPeriodMs <= MINUTE_MS
  return window !== '15m' || shortestPeriodMs <= QUARTER_MS
}

/**
 * Whether a window has a point at all. None before there is something of every metric that the KPI needs; then a minute or
 * quarter where a member has a sample inside; an hour or day from the first sample to the newest or the watermark, but not inside a silence of more than a day (to the quarter) that nothing
 * bridges. Source: KPI specification §1.5, which windows are published.
 */
function isPublished(
  kpi: UnitKpi,
  window: CalendarWindow,
  span: Span,
  clock: UnitClock,
  slots: (track: Track) => SeriesSlots,
): boolean {
  if (span.endMs <= firstMs(kpi)) return false
  if (window === '1m' || window === '15m') {
    return kpi.tracks.some((track) => {
      const { quarters, minutes } = slots(track)
      return (window === '1m' ? (minutes ?? quarters) : quarters).isSampled(span.startMs, span.endMs)
    })
  }
  const newest = kpi.tracks.reduce((ts, track) => Math.max(ts, track.newestTs), -Infinity)
  if (span.startMs > Math.max(newest, clock.watermarkMs)) return false
  return kpi.tracks.some((track) => isCovered(track, slots(track), span)) || !isInSilence(kpi.tracks, span, slots)
}

/** First sample of the KPI; not before the first of each metric it needs, unless that one is configured and silent. */
function firstMs({ kpi, members, tracks }: UnitKpi): number {
  const oldest = (of: readonly Track[]) => of.reduce((ts, track) => Math.min(ts, track.oldestTs), Infinity)
  return kpi.needs.reduce((latest, metric) => {
    const own = (members.get(metric) ?? []).map((member) => member.track)
    return own.some((track) => track.isConfigured) ? latest : Math.max(latest, oldest(own))
  }, oldest(tracks))
}

function isCovered(track: Track, slots: SeriesSlots, span: Span): boolean {
  const tail = emptyPart()
  track.addTail(tail, slots, span.startMs, span.endMs)
  return tail.coveredMs > 0 || slots.quarters.isCovered(span.startMs, span.endMs)
}

/**
 * Every track is silent around the window for more than a day. The silence is each track's own, from a sample to its
 * next: that of several together would end with a sample of one whose own past does not reach the window, and the
 * windows to be computed could not be told from the samples that are new.
 */
function isInSilence(tracks: readonly Track[], span: Span, slots: (track: Track) => SeriesSlots): boolean {
  return tracks.every((track) => {
    const { quarters } = slots(track)
    if (quarters.isSampled(span.startMs, span.endMs)) return false
    const before = quarters.lastSampledBefore(span.startMs, DAY_MS) ?? -Infinity
    const after = quarters.firstSampledFrom(span.endMs, DAY_MS) ?? Infinity
    return after - (before + QUARTER_MS) > DAY_MS
  })
}

export function unitKey(scope: Scope, id: string): string {
  return `${scope}/${id}`
}
