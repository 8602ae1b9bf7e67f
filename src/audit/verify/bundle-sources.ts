import type { StoredEvent } from '../../archive/events.js'
import { DAY_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import { EVENT_FIELDS, isCountedEvent, isEventSeries } from '../../base/events.js'
import { SCOPES, type Scope } from '../../base/kpi.js'
import { POLLUTANTS } from '../../base/options/limits.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { NullReason, RejectReason } from '../../base/reasons.js'
import type { Report } from '../../base/report.js'
import { byDeviceAndMetric } from '../../base/text-order.js'
import { type ClaimDays, claimSeriesKey } from '../../insight/savings/claim.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import type { OfflinePlant } from '../../kpi/offline/plant.js'
import { type OfflineWindow, recomputedPoints } from '../../kpi/offline/points.js'
import type { RulesEdition } from '../../kpi/rules-edition.js'
import { NO_FACTORS, type Point, type Stream } from '../../kpi/windows/point.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import type { Calibration } from '../control.js'
import { claimPoints } from '../report/claim-points.js'
import { dayMeans, MEASURED_RANK_MAX, type QuarterSum, thousandths } from '../report/day-temperatures.js'
import type { ClaimDaysQuery, FirstReading, PlantSpan, ReportSources, StreamQuality } from '../report/sources.js'
import { StreamQualities } from '../report/stream-quality.js'
import { type StackHours, type StackHourTableQuery, stackHours } from '../stack-hours.js'
import { BundlePlantRows } from './plant-evidence.js'
import type { SealedDayEntry } from './sealed.js'
import {
  type StatedHour,
  statedHours,
  statedImports,
  statedRejections,
  statedSavingDays,
  statedWindows,
} from './stated.js'

/** Everything that figures are made with beside readings; all of it has been compared with the ledger. */
export interface VerifiedBasis {
  readonly versions: readonly ConfigVersion[]
  readonly library: FactorLibrary
  readonly days: readonly SealedDayEntry[]
  /** The calculation rules that the report states. */
  readonly edition: RulesEdition
}

/** A plant's evidence as it is computed with. */
interface Opened {
  readonly evidence: BundlePlantRows
  readonly events: readonly StoredEvent[]
  readonly input: OfflinePlant
  /** Windows that have a point although no reading speaks for them, as `windowKey` without the plant. */
  readonly kept: ReadonlySet<string>
}

const STACK_KPIS = new Set(
  POLLUTANTS.flatMap((pollutant) =>
    ['valid_capture', 'pollutant_mean', 'pollutant_ref_mean', 'pollutant_mass', 'exceed_hours'].map(
      (kpi) => `${kpi}_${pollutant}`,
    ),
  ),
)

/** Sources of a report in a bundle: figures are computed from its readings, by the formulas of the gateway. */
export class BundleSources implements ReportSources {
  readonly library: FactorLibrary
  readonly #bundle: BundleReader
  readonly #ground: VerifiedBasis
  readonly #nowMs: number
  readonly #plants: Report['plants']
  readonly #onDay: (done: number, all: number) => void
  /** The plant that was asked for last: a report goes through its plants one by one. */
  #plant: { readonly id: string; readonly opened: Promise<Opened> } | null = null
  #hours: { readonly of: string; readonly points: Promise<ReadonlyMap<string, readonly Point[]>> } | null = null

  /** @param onDay told of each day that was computed, of so many; a plant is gone through up to three times */
  constructor(
    bundle: BundleReader,
    report: Pick<Report, 'basis' | 'plants'>,
    ground: VerifiedBasis,
    onDay: (done: number, all: number) => void,
  ) {
    this.library = ground.library
    this.#bundle = bundle
    this.#ground = ground
    this.#nowMs = Date.parse(report.basis.archive.now)
    this.#plants = report.plants
    this.#onDay = onDay
  }

  async versions(): Promise<readonly ConfigVersion[]> {
    return this.#ground.versions
  }

  async days(
    query: PlantSpan & { readonly kpis: readonly string[]; readonly scopes: readonly Scope[] },
  ): Promise<readonly Point[]> {
    return this.#points(query, '1d', new Set(query.kpis), query.scopes)
  }

  async hours(
    query: PlantSpan & { readonly kpis: readonly string[]; readonly scopes: readonly Scope[] },
  ): Promise<readonly Point[]> {
    return this.#points(query, '1h', new Set(query.kpis), query.scopes)
  }

  /** Days of the period are computed from its readings, those before it are as stated. */
  async claimDays(query: ClaimDaysQuery): Promise<ClaimDays> {
    const { plant, series, dayStarts } = query
    const periodMs = Date.parse(this.#plants.find(({ id }) => id === plant)!.start)
    const own = dayStarts.filter((startMs) => startMs >= periodMs)
    const computed = own.length === 0 ? new Map() : await this.#claimDaysOf({ ...query, dayStarts: own })
    const days = new Map(series.map((one) => [claimSeriesKey(one), new Map<number, number>()]))
    for (const [key, values] of computed) for (const [startMs, value] of values) days.get(key)?.set(startMs, value)
    for (const { start, value, ...one } of await statedSavingDays(this.#bundle, plant))
      if (start < periodMs) days.get(claimSeriesKey(one))?.set(start, value)
    return days
  }

  async #claimDaysOf(query: ClaimDaysQuery): Promise<ClaimDays> {
    const { plant, zone, series, dayStarts } = query
    const span = { plant, fromMs: Math.min(...dayStarts), toMs: Math.max(...dayStarts) + 1 }
    const kpis = new Set(series.filter(({ of }) => of !== 'reading').map(({ name }) => name))
    const days = new Map(claimPoints(await this.#points(span, '1d', kpis, SCOPES), query))
    const measured = series.filter(({ of }) => of === 'reading')
    if (measured.length === 0) return days
    const { evidence } = await this.#open(plant)
    const quarters = new Map(measured.map((one) => [`${one.id}/${one.name}`, [] as QuarterSum[]]))
    await evidence.eachReading(span.fromMs, span.toMs + DAY_MS, ({ device, metric, ts, value, quality }) => {
      if (value === null || quality > MEASURED_RANK_MAX) return
      quarters.get(`${device}/${metric}`)?.push({ startMs: ts, sum: thousandths(value), count: 1 })
    })
    for (const one of measured)
      days.set(claimSeriesKey(one), dayMeans(quarters.get(`${one.id}/${one.name}`)!, dayStarts, zone))
    return days
  }

  async stackHours(query: StackHourTableQuery): Promise<StackHours> {
    const { events } = await this.#open(query.plant)
    const [stated, computed] = await Promise.all([statedHours(this.#bundle, query.plant), this.#hoursOf(query)])
    const before = stated.filter(({ start }) => start < query.fromMs).map((hour) => pointOf(query.plant, hour))
    return stackHours(
      {
        points: async ({ kpi, id, fromMs, toMs, limit }) => {
          const own = before.filter(({ stream }) => stream.kpi === kpi && stream.id === id)
          const all = [...own, ...(computed.get(`${id}/${kpi}`) ?? [])]
          return all
            .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
            .sort((a, b) => a.startMs - b.startMs)
            .slice(0, limit)
        },
        calibrations: async ({ device, fromMs, toMs }) =>
          events
            .filter((event) => event.type === 'cems_calibration' && event.device === device)
            .filter(({ ts }) => ts >= fromMs && ts < toMs)
            .flatMap(calibrationOf),
      },
      query,
    )
  }

  async streams({ plant, fromMs, toMs }: PlantSpan): Promise<readonly StreamQuality[]> {
    const { evidence } = await this.#open(plant)
    const open = new Map<string, StreamQualities>()
    await evidence.eachReading(fromMs, toMs, (reading) => {
      const key = `${reading.device}/${reading.metric}`
      entryOf(open, key, () => new StreamQualities({ fromMs, toMs })).add(reading)
    })
    return [...open.values()].flatMap((stream) => stream.finish()).sort(byDeviceAndMetric)
  }

  async firstReadings(plant: string): Promise<readonly FirstReading[]> {
    const { input } = await this.#open(plant)
    return input.series.filter(({ metric }) => !isEventSeries(metric))
  }

  async rejected({ plant }: PlantSpan): Promise<Readonly<Partial<Record<RejectReason, number>>>> {
    const rows = await statedRejections(this.#bundle, plant)
    return Object.fromEntries(rows.map(({ reason, elements }) => [reason, elements]))
  }

  async events(query: PlantSpan & { readonly types: readonly string[] }): Promise<readonly StoredEvent[]> {
    const { events } = await this.#open(query.plant)
    return events.filter(({ ts, type }) => ts >= query.fromMs && ts < query.toMs && query.types.includes(type))
  }

  #open(id: string): Promise<Opened> {
    if (this.#plant?.id !== id) this.#plant = { id, opened: this.#opened(id) }
    return this.#plant.opened
  }

  async #opened(plant: string): Promise<Opened> {
    const { versions, library, days, edition } = this.#ground
    const evidence = new BundlePlantRows(this.#bundle, plant, days)
    const events = await evidence.events()
    const [series, connectionChanges, windows, imports] = await Promise.all([
      evidence.series(events),
      evidence.connectionChanges(),
      statedWindows(this.#bundle, plant),
      statedImports(this.#bundle, plant),
    ])
    const kept = new Set(windows.map(({ scope, id, kpi, window, start }) => keptKey({ scope, id, kpi, window }, start)))
    const { readings } = evidence
    const input = {
      plant,
      library,
      edition,
      versions,
      series,
      events,
      connectionChanges,
      nowMs: this.#nowMs,
      readings,
      imports,
    }
    return { evidence, events, input, kept }
  }

  async #points(
    { plant, fromMs, toMs }: PlantSpan,
    window: OfflineWindow,
    kpis: ReadonlySet<string>,
    scopes: readonly Scope[],
  ): Promise<Point[]> {
    const { input, kept } = await this.#open(plant)
    // Events that are counted matter as far around the period as readings do.
    const events = input.events.filter(({ ts, type }) => {
      return !isCountedEvent(type) || (ts >= fromMs - 2 * DAY_MS && ts < toMs + 2 * DAY_MS)
    })
    const points: Point[] = []
    const query = { fromMs, toMs, windows: [window], scopes, kpis, onDay: this.#onDay }
    const isKept = ({ stream, startMs }: Point) => kept.has(keptKey(stream, startMs))
    for await (const point of recomputedPoints({ ...input, events }, { ...query, isKept })) points.push(point)
    return points
  }

  #hoursOf({ plant, fromMs, toMs }: StackHourTableQuery): Promise<ReadonlyMap<string, readonly Point[]>> {
    const of = `${plant} ${fromMs} ${toMs}`
    if (this.#hours?.of !== of) {
      const points = this.#points({ plant, fromMs, toMs }, '1h', STACK_KPIS, ['device']).then(byStream)
      this.#hours = { of, points }
    }
    return this.#hours.points
  }
}

function byStream(points: readonly Point[]): ReadonlyMap<string, readonly Point[]> {
  const found = new Map<string, Point[]>()
  for (const point of points) entryOf(found, `${point.stream.id}/${point.stream.kpi}`, () => []).push(point)
  return found
}

function keptKey({ scope, id, kpi, window }: Pick<Stream, 'scope' | 'id' | 'kpi' | 'window'>, startMs: number): string {
  return `${scope}|${id}|${kpi}|${window}|${startMs}`
}

/** An hour before the readings, as far as the table of hours looks at it. */
function pointOf(plant: string, { stack, kpi, start, end, value, reason }: StatedHour): Point {
  return {
    stream: { plant, scope: 'device', id: stack, kpi, window: '1h', unit: '' },
    startMs: start,
    endMs: end,
    value,
    reason: reason as NullReason | '',
    numerator: value ?? 0,
    denominator: 1,
    coverage: value === null ? 0 : 1,
    estimatedShare: 0,
    flags: 0,
    factors: NO_FACTORS,
    provisional: false,
    rev: 1,
  }
}

function calibrationOf({ ts, fields }: StoredEvent): Calibration[] {
  const { data } = EVENT_FIELDS.cems_calibration.safeParse(fields)
  if (data === undefined) return []
  const { metric, passed, zero_drift_pct: zero, span_drift_pct: span } = data
  return [{ ts, metric, passed, zeroDriftPct: zero ?? null, spanDriftPct: span ?? null }]
}
