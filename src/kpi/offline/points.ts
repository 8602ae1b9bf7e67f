import { DAY_MS } from '../../base/durations.js'
import { eventSeries, isCountedEvent } from '../../base/events.js'
import type { Scope } from '../../base/kpi.js'
import { GOOD } from '../../base/quality.js'
import { compareText } from '../../base/text-order.js'
import { CheckAttempts } from '../events/check-attempts.js'
import type { PlantEvent } from '../events/plant-events.js'
import { eventsFrom, type TypedEvent } from '../events/recent-events.js'
import type { EnginePlant } from '../plant/plant.js'
import type { TimeRange } from '../series/calendar.js'
import { floorQuarterHour } from '../series/fold.js'
import type { Samples } from '../series/samples.js'
import type { SeriesBuckets, SeriesState } from '../series/series-state.js'
import { type PlantVersion, versionAt } from '../settings/version.js'
import { IMPORT_KPI, instrumentsOf } from '../windows/contracts.js'
import { PartialSums } from '../windows/partial-sums.js'
import type { Point } from '../windows/point.js'
import { pointsOf, type SubjectView, WindowSet } from '../windows/publish.js'
import type { SubjectKpi } from '../windows/subject-kpi.js'
import { type KpiSubject, readSeriesOf } from '../windows/subjects.js'
import { ReadingFeed } from './feed.js'
import { enginePlantOf, type OfflinePlant } from './plant.js'
import { RollingSeries } from './rolling.js'

export type OfflineWindow = '1h' | '1d'

/** Selection of points of a plant: those of windows that begin in [fromMs, toMs). */
export interface OfflineQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly windows: readonly OfflineWindow[]
  readonly scopes: readonly Scope[]
  /** null for all. */
  readonly kpis: ReadonlySet<string> | null
  /** Devices of which points are wanted in the scope of devices; all when absent. */
  readonly devices?: ReadonlySet<string>
  /**
   * A window that was published while a connection vouched for it, and that nothing speaks for any more: a gateway has it
   * all the same. Its figure is made like any other; absent, there are none.
   */
  isKept?(point: Point): boolean
  /** Told after each day: so many of so many. */
  onDay?(done: number, all: number): void
}

/** A day of one version of a plant, and what is wanted of it. */
interface WorkDay {
  readonly version: PlantVersion
  readonly span: TimeRange
  readonly windows: WindowSet
  /** Sums are needed from here to here, epoch ms. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The final points of a plant as a pure function of its readings, events, connections and configurations: made by the
 * same fold, members and formulas as those of a gateway, so they are the same, bit by bit. In order of days; memory is
 * bounded by the plant and a few days of readings.
 */
export async function* recomputedPoints(input: OfflinePlant, query: OfflineQuery): AsyncGenerator<Point> {
  const plant = enginePlantOf(input)
  if (query.kpis?.has(IMPORT_KPI) !== true || query.kpis.size > 1) await takeImports(plant, input, query)
  const days = workDays(plant, query)
  if (days.length === 0) return
  const versions = new Set(days.map(({ version }) => version))
  const subjects = new Map([...versions].map((version) => [version, unitsFor(plant, version, query)]))
  const heldUntil = plant.heldUntil(input.nowMs)
  const fromMs = floorQuarterHour(Math.min(...days.map((day) => day.fromMs)))
  const seriesList = rollingSeries(input, [...subjects.values()].flat(), fromMs)
  const counted = input.events.filter(isCounted).sort(byPlace)
  for (const [series, rolling] of seriesList) if (series.isEvent) rolling.take(eventSamples(series, counted))
  const isWanted = wantedBy(seriesList.keys())
  const feed = new ReadingFeed(input.readings, [...seriesList.values()], isWanted)
  const events = plant.plantEvents.counted(eventsFrom(counted), attemptsOf(counted, plant))
  const buckets = bucketsOf(seriesList)
  for (const [i, { version, span, windows, toMs }] of days.entries()) {
    await feed.through(span.endMs, toMs)
    const parts = new PartialSums()
    for (const subject of subjects.get(version) ?? []) {
      const clock = { ...plant.clockOf(subject, input.nowMs), closedMs: Infinity }
      const view: SubjectView = {
        subject,
        version,
        clock,
        newestTs: newestOf(subject),
        heldUntil,
        buckets,
        events,
        parts,
      }
      const unpublished: Point[] = []
      for (const point of pointsOf(view, windows, plant, unpublished)) {
        if (isIn(query, point.stream.window)) yield point
      }
      for (const point of unpublished) if (query.isKept?.(point) === true) yield point
    }
    plant.days.clear()
    const nextFromMs = days[i + 1]?.fromMs ?? Infinity
    for (const series of seriesList.values()) series.forget(nextFromMs)
    query.onDay?.(i + 1, days.length)
  }
}

/** Takes over what contracts are matched with: days that are at hand are computed, of others it is what is stated. */
async function takeImports(plant: EnginePlant, input: OfflinePlant, query: OfflineQuery): Promise<void> {
  const instruments = plant.versions.flatMap(instrumentsOf)
  if (instruments.length === 0) return
  plant.imports.restore(input.imports ?? [])
  const stated = input.imports !== undefined
  const fromMs = stated ? query.fromMs : Math.min(...instruments.map((one) => one.fromMs))
  const toMs = stated ? query.toMs : Math.max(query.toMs, ...instruments.map((one) => one.toMs))
  const kpis = new Set([IMPORT_KPI])
  const days = recomputedPoints(input, { fromMs, toMs, windows: ['1d'], scopes: ['plant'], kpis })
  for await (const { startMs, numerator, provisional } of days) {
    if (!provisional) plant.imports.restore([[startMs, numerator]])
  }
}

function isIn({ windows }: OfflineQuery, window: string): boolean {
  return (windows as readonly string[]).includes(window)
}

/** The days of each version, in order, that have a window which is wanted. */
function workDays(plant: EnginePlant, { fromMs, toMs, windows: sizes }: OfflineQuery): readonly WorkDay[] {
  const found: WorkDay[] = []
  for (const [i, version] of plant.versions.entries()) {
    const { calendar } = version
    const sinceMs = i === 0 ? fromMs : Math.max(fromMs, version.fromMs - 2 * DAY_MS)
    const untilMs = Math.min(toMs, (plant.versions[i + 1]?.fromMs ?? Infinity) + 2 * DAY_MS)
    if (sinceMs >= untilMs) continue
    for (const span of calendar.spans('1d', sinceMs, untilMs)) {
      const windows = new WindowSet()
      windows.addRange(calendar, { fromMs: span.startMs, toMs: span.endMs }, sizes, (_, { startMs, endMs }) => {
        return startMs >= fromMs && startMs < toMs && versionAt(plant.versions, endMs - 1) === version
      })
      if (windows.isEmpty) continue
      // A day of the plant needs its whole length, and membership and silence look a day further.
      const needed = { fromMs: calendar.earliestMs(span.startMs) - DAY_MS, toMs: span.endMs + DAY_MS }
      found.push({ version, span, windows, ...needed })
    }
  }
  return found.sort((a, b) => a.span.startMs - b.span.startMs || a.version.index - b.version.index)
}

/** The units of a version with those of their KPIs that are wanted. */
function unitsFor(
  plant: EnginePlant,
  version: PlantVersion,
  { scopes, kpis, devices, windows }: OfflineQuery,
): readonly KpiSubject[] {
  return plant.subjectsOf(version).flatMap((subject) => {
    if (!scopes.includes(subject.scope)) return []
    if (subject.scope === 'device' && devices?.has(subject.id) === false) return []
    const own = subject.kpis.filter(({ kpi }) => {
      return kpis?.has(kpi.id) !== false && windows.some((window) => kpi.windows.includes(window))
    })
    return own.length === 0 ? [] : { ...subject, kpis: own }
  })
}

function rollingSeries(
  { series }: OfflinePlant,
  subjects: readonly KpiSubject[],
  fromMs: number,
): ReadonlyMap<SeriesState, RollingSeries> {
  const seriesList = new Set(subjects.flatMap(({ kpis }) => kpis.flatMap(seriesOf)))
  const foldFromMs = (own: { readonly id: number }) => series[own.id]?.foldFromMs ?? -Infinity
  return new Map([...seriesList].map((series) => [series, new RollingSeries(series, fromMs, foldFromMs)]))
}

/** Series that a KPI is made of, and those that say who of it is a member. */
function seriesOf(kpi: SubjectKpi): readonly SeriesState[] {
  return [
    ...readSeriesOf(kpi),
    ...[...kpi.members].flatMap(([, members]) => members.flatMap((member) => member.unless)),
  ]
}

function bucketsOf(seriesList: ReadonlyMap<SeriesState, RollingSeries>): (series: SeriesState) => SeriesBuckets {
  return (series) => {
    const found = seriesList.get(series)
    if (found === undefined) throw new Error(`${series.device} ${series.metric} was not walked`)
    return found
  }
}

function wantedBy(seriesList: Iterable<SeriesState>): (device: string, metric: string) => boolean {
  const wanted = new Set<string>()
  for (const { device, inputs } of seriesList) {
    for (const input of inputs) if (input !== null) wanted.add(`${device}/${input.metric}`)
  }
  return (device, metric) => wanted.has(`${device}/${metric}`)
}

function newestOf({ seriesList }: KpiSubject): number {
  return seriesList.reduce((ts, series) => Math.max(ts, series.newestTs), -Infinity)
}

function isCounted(event: PlantEvent): event is PlantEvent & TypedEvent {
  return isCountedEvent(event.type)
}

function byPlace(a: TypedEvent, b: TypedEvent): number {
  return a.ts - b.ts || compareText(a.device, b.device) || compareText(a.id, b.id)
}

/** When parts were checked, by all results that count. */
function attemptsOf(events: readonly TypedEvent[], { plantEvents }: EnginePlant): CheckAttempts {
  return CheckAttempts.of(
    events.filter(({ type, device, id }) => type === 'serial_result' && !plantEvents.isWithdrawn(device, id)),
  )
}

/** Events as samples: there is something. */
function eventSamples({ device, metric }: SeriesState, events: readonly TypedEvent[]): Samples {
  const ts = events.flatMap((event) => (event.device === device && eventSeries(event.type) === metric ? event.ts : []))
  return { ts, value: ts.map(() => 1), quality: ts.map(() => GOOD), marks: ts.map(() => 0) }
}
