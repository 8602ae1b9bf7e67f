import { DAY_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import {
  BUCKET_WINDOWS,
  type BucketWindow,
  type Calendar,
  type CalendarWindow,
  type TimeRange,
} from '../series/calendar.js'
import { isFinal } from '../series/liveness.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import type { PlantVersion } from '../settings/version.js'
import { isWithin, type Range } from '../time/ranges.js'
import { WindowBasis, type WindowContext } from './basis.js'
import { noteImport } from './contracts.js'
import type { DayTotal, DayTotals } from './days.js'
import { firstMs } from './firsts.js'
import type { PartialSums } from './partial-sums.js'
import { newPoint, type Point, TAKEN_BACK } from './point.js'
import { isFineEnoughIn, seriesIn } from './published-by.js'
import type { Streams } from './streams.js'
import type { SubjectKpi } from './subject-kpi.js'
import type { KpiSubject } from './subjects.js'

/** The instant at which a scope's windows are judged. */
export interface SubjectClock {
  /** Up to where the scope's readings are complete, epoch ms. */
  readonly watermarkMs: number
  /** Up to where its windows have been final already, epoch ms. */
  readonly closedMs: number
  readonly allIdle: boolean
  /** Arrival of the journal record in hand, epoch ms. */
  readonly nowMs: number
}

/** True when a window that ends at `endMs` will change only by late data. */
export function isOver({ watermarkMs, closedMs, allIdle, nowMs }: SubjectClock, endMs: number): boolean {
  return isFinal(endMs, Math.max(watermarkMs, closedMs), allIdle, nowMs)
}

/** Windows to be computed, by size. */
export class WindowSet {
  readonly #spans = new Map<BucketWindow, Map<number, TimeRange>>()

  /** All windows that reach into a range and are wanted; each is asked for once. */
  addRange(
    calendar: Calendar,
    range: Range,
    windows: readonly BucketWindow[],
    isWanted: (window: BucketWindow, span: TimeRange) => boolean,
  ): void {
    for (const window of windows) {
      for (const span of calendar.spans(window, range.fromMs, range.toMs)) {
        if (!this.has(window, span.startMs) && isWanted(window, span)) this.add(window, span)
      }
    }
  }

  has(window: BucketWindow, startMs: number): boolean {
    return this.#spans.get(window)?.has(startMs) ?? false
  }

  add(window: BucketWindow, { startMs, endMs }: TimeRange): void {
    const spans = this.#spans.get(window) ?? new Map<number, TimeRange>()
    spans.set(startMs, { startMs, endMs })
    this.#spans.set(window, spans)
  }

  /** Oldest first: an open window whose time has come is added behind later ones that samples have changed. */
  of(window: BucketWindow): readonly TimeRange[] {
    return [...(this.#spans.get(window)?.values() ?? [])].sort((a, b) => a.startMs - b.startMs)
  }

  /** The windows that reach beyond an instant. */
  endingAfter(ms: number): WindowSet {
    const later = new WindowSet()
    for (const [window, spans] of this.#spans) {
      for (const span of spans.values()) if (span.endMs > ms) later.add(window, span)
    }
    return later
  }

  get isEmpty(): boolean {
    return this.#spans.size === 0
  }

  /** End of the last of them, epoch ms; -Infinity when there are none. */
  get lastEndMs(): number {
    let endMs = -Infinity
    for (const spans of this.#spans.values()) for (const span of spans.values()) endMs = Math.max(endMs, span.endMs)
    return endMs
  }

  /** Takes over the windows of another set. */
  addAll(other: WindowSet): void {
    for (const [window, spans] of other.#spans) for (const span of spans.values()) this.add(window, span)
  }

  /**
   * Range in which sums of minutes are needed: for windows of one, shifts off the quarters, and sliding demand, which looks a
   * quarter of an hour back; from Infinity on where none are.
   */
  minutesRange(slidesDemand: boolean): Range {
    let [fromMs, toMs] = [Infinity, -Infinity]
    const take = (startMs: number, endMs: number) => {
      fromMs = Math.min(fromMs, startMs)
      toMs = Math.max(toMs, endMs)
    }
    for (const { startMs, endMs } of this.of('1m')) take(startMs, endMs)
    for (const { startMs, endMs } of this.of('shift')) {
      if (startMs % QUARTER_HOUR_MS !== 0 || endMs % QUARTER_HOUR_MS !== 0) take(startMs, endMs)
    }
    if (!slidesDemand) return { fromMs, toMs }
    for (const window of ['1h', 'shift', '1d'] as const) {
      for (const { startMs, endMs } of this.of(window)) take(startMs - QUARTER_HOUR_MS, endMs)
    }
    return { fromMs, toMs }
  }
}

/** Everything that the figures of one subject are computed from. */
export interface SubjectView {
  readonly subject: KpiSubject
  readonly version: PlantVersion
  readonly clock: SubjectClock
  /** Newest sample of the scope, or up to when a connection vouches for one. Epoch ms. */
  readonly newestTs: number
  readonly heldUntil: ReadonlyMap<SeriesState, number>
  buckets(series: SeriesState): SeriesBuckets
  events: WindowContext['events']
  readonly parts: PartialSums
}

/** The part of a plant that its points are computed for. */
interface PointsOfPlant {
  readonly days: DayTotals
  readonly streams: Streams
  /** Time in which points may be those of devices that are forgotten; null when there are none. */
  readonly forgotten: Range | null
  /** Time and subjects of which points may be those of devices that stand elsewhere now; null for none. */
  readonly reparted: Reparted | null
}

interface Reparted extends Range {
  readonly subjects: ReadonlySet<string>
}

/** True when the points of a subject in a window may be those of devices that stand elsewhere now. */
export function wasOfOthers(
  reparted: Reparted | null,
  { key }: Pick<KpiSubject, 'key'>,
  span: Pick<TimeRange, 'startMs' | 'endMs'>,
): boolean {
  return isWithin(reparted, span) && reparted!.subjects.has(key)
}

/** The window sizes that a subject publishes at all. */
export function windowsOf(subject: KpiSubject): readonly BucketWindow[] {
  return BUCKET_WINDOWS.filter((window) => subject.kpis.some((kpi) => isFineEnough(kpi, window)))
}

/**
 * The points of a subject in some windows, as they are now; `rev` is 0 in all of them. What is not published
 * goes into `unpublished` where it may have been before, when a register still bridged it, a connection was not known to
 * be lost, or others were members, of whom some are forgotten or stand elsewhere now: that has to be corrected, or closed. One that
 * only these made is taken back: that nothing came of the others is no news of theirs. What days come to is kept in `days`, for
 * their month.
 */
export function* pointsOf(
  view: SubjectView,
  windows: WindowSet,
  { days, streams, forgotten, reparted }: PointsOfPlant,
  unpublished: Point[],
): Generator<Point> {
  const { subject, clock } = view
  const first = new Map<SubjectKpi, number>()
  for (const window of BUCKET_WINDOWS) {
    const kpis = subject.kpis.filter((kpi) => isFineEnough(kpi, window))
    if (kpis.length === 0) continue
    const monthly = window === '1d' ? subject.kpis.filter((kpi) => isOfMonthsAlone(kpi)) : []
    const isEmpty = emptiness(view, window, kpis, streams)
    for (const span of windows.of(window)) {
      const isLeft = isWithin(forgotten, span) || wasOfOthers(reparted, subject, span)
      if (!isLeft && isEmpty(span)) continue
      const context = contextOf(view, window, span)
      const presence: Presence = { covered: new Map(), silent: new Map(), first }
      for (const kpi of monthly) {
        days.set(subject, span.startMs, kpi.kpi.id, dayTotal(kpi, context, presence, clock))
      }
      for (const kpi of kpis) {
        const isDue = isPublished(kpi, context, presence, clock)
        const stream = kpi.stream(window)
        if (!isDue && !isLeft && !mayHaveBeen(kpi, window) && !streams.isOpen({ stream, ...span })) continue
        const total = kpi.kpi.total(new WindowBasis(context, kpi))
        const provisional = !isOver(clock, span.endMs)
        if (window === '1d') days.set(subject, span.startMs, kpi.kpi.id, { total, isDue, isFinal: !provisional })
        const point = newPoint(stream, span, kpi.kpi.figure(total, window), provisional)
        if (isDue) {
          noteImport(view.version, point)
          yield point
        } else unpublished.push(isLeft ? { ...point, ...TAKEN_BACK } : point)
      }
    }
  }
}

/**
 * Tells of minutes and quarters without any sample that nothing has to be said of them: a month that comes a month late
 * makes a gap of forty thousand minutes a device. Of a longer window, and where a state may hold, that is not told.
 */
function emptiness({ buckets }: SubjectView, window: BucketWindow, kpis: readonly SubjectKpi[], streams: Streams) {
  const isFine = window === '1m' || window === '15m'
  if (!isFine || kpis.some((kpi) => mayHaveBeen(kpi, window))) return () => false
  const all = [...new Set(kpis.flatMap(({ seriesList }) => seriesList))].map((series) => {
    const { quarterHours, minutes } = buckets(series)
    return window === '1m' ? (minutes ?? quarterHours) : quarterHours
  })
  const streamsOf = kpis.map((kpi) => kpi.stream(window))
  return ({ startMs, endMs }: TimeRange) =>
    !all.some((one) => one.isSampled(startMs, endMs)) &&
    !streamsOf.some((stream) => streams.isOpen({ stream, startMs }))
}

/** Totals of a day of a subject, for every KPI that has months. */
export function dayTotals(view: SubjectView, day: TimeRange): Map<string, DayTotal> {
  const context = contextOf(view, '1d', day)
  const presence: Presence = { covered: new Map(), silent: new Map(), first: new Map() }
  const totals = new Map<string, DayTotal>()
  for (const kpi of view.subject.kpis) {
    if (!kpi.kpi.windows.includes('1mo')) continue
    totals.set(kpi.kpi.id, dayTotal(kpi, context, presence, view.clock))
  }
  return totals
}

/** A month is made of days that have no point of their own. */
function isOfMonthsAlone({ kpi }: SubjectKpi): boolean {
  return kpi.windows.includes('1mo') && !kpi.windows.includes('1d')
}

function dayTotal(kpi: SubjectKpi, context: WindowContext, presence: Presence, clock: SubjectClock): DayTotal {
  const total = kpi.kpi.total(new WindowBasis(context, kpi))
  return { total, isDue: isPublished(kpi, context, presence, clock), isFinal: isOver(clock, context.span.endMs) }
}

/** Series that say something of a window, and those that are silent around it, kept as many KPIs ask that of the same ones. */
interface Presence {
  readonly covered: Map<SeriesState, boolean>
  readonly silent: Map<SeriesState, boolean>
  /** The first sample of each KPI, epoch ms. */
  readonly first: Map<SubjectKpi, number>
}

function contextOf(view: SubjectView, window: BucketWindow, span: TimeRange): WindowContext {
  return {
    version: view.version,
    subject: view.subject,
    window,
    span,
    isOver: (endMs) => isOver(view.clock, endMs),
    scopeNewestTs: view.newestTs,
    buckets: view.buckets,
    events: view.events,
    heldUntil: view.heldUntil,
    parts: view.parts,
    ofSeries: view.parts.ofWindow(window, span),
    inputs: new Map(),
    shared: new Map(),
    slices: new Map(),
  }
}

/** True when a KPI is published in windows of a size: none finer than the shortest period among its members. */
export function isFineEnough({ kpi, shortestPeriodMs }: SubjectKpi, window: CalendarWindow): boolean {
  if (!kpi.windows.includes(window)) return false
  if (window === '1m') return shortestPeriodMs <= MINUTE_MS
  return window !== '15m' || shortestPeriodMs <= QUARTER_HOUR_MS
}

/**
 * True when a window has a point at all. It has none before there is something of every metric that the KPI needs; then a
 * minute or quarter has one where a member has a sample inside or a connected state holds, an hour or day from the first
 * sample to the newest or the watermark, but not inside a silence of more than a day (to the quarter) that nothing bridges.
 * Source: KPI specification §1.5, which windows are published.
 */
function isPublished(kpi: SubjectKpi, context: WindowContext, presence: Presence, clock: SubjectClock): boolean {
  const { window, span, buckets } = context
  const seriesList = seriesIn(kpi, context)
  if (!isFineEnoughIn(seriesList, context)) return false
  const isKnown = (series: SeriesState) => entryOf(presence.covered, series, () => isCovered(series, context))
  if (span.endMs <= entryOf(presence.first, kpi, () => firstMs(kpi, context.version))) return false
  if (window === '1m' || window === '15m') {
    return seriesList.some((series) => {
      const { quarterHours, minutes } = buckets(series)
      if ((window === '1m' ? (minutes ?? quarterHours) : quarterHours).isSampled(span.startMs, span.endMs)) return true
      return series.isHeld && series.in(context.version).isOnChange && isKnown(series)
    })
  }
  const newest = seriesList.reduce((ts, series) => Math.max(ts, series.newestTs), -Infinity)
  if (span.startMs > Math.max(newest, clock.watermarkMs)) return false
  if (seriesList.some(isKnown)) return true
  return !seriesList.every((series) => entryOf(presence.silent, series, () => isInSilence(buckets(series), span)))
}

/** A window that is not published may have been: an hour or day always, a finer one where a state held on a connection. */
function mayHaveBeen({ seriesList }: SubjectKpi, window: BucketWindow): boolean {
  if (window === '1h' || window === '1d') return true
  return seriesList.some((series) => series.isHeld && series.isEverOnChange)
}

function isCovered(series: SeriesState, context: WindowContext): boolean {
  const { window, span } = context
  const buckets = context.buckets(series)
  const ofSize = window === '1m' ? (buckets.minutes ?? buckets.quarterHours) : buckets.quarterHours
  if (ofSize.isCovered(span.startMs, span.endMs)) return true
  return series.tailOf(buckets, span.startMs, Math.min(span.endMs, context.heldUntil.get(series) ?? Infinity)) !== null
}

/**
 * A series is silent around the window for more than a day. The silence is each series's own, from a sample to its next: that
 * of several together would end with a sample of one whose own past does not reach the window, and the windows to be
 * computed could not be told from the samples that are new.
 */
function isInSilence({ quarterHours }: SeriesBuckets, span: TimeRange): boolean {
  if (quarterHours.isSampled(span.startMs, span.endMs)) return false
  const before = quarterHours.lastSampledBefore(span.startMs, DAY_MS) ?? -Infinity
  const after = quarterHours.firstSampledFrom(span.endMs, DAY_MS) ?? Infinity
  return after - (before + QUARTER_HOUR_MS) > DAY_MS
}
