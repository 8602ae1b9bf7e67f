import type { EventReach } from '../../archive/events.js'
import type { Series } from '../../archive/series.js'
import { HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import { entryOf } from '../../base/entry-of.js'
import { type CountedEvent, eventSeries, isCountedEvent, metricOf } from '../../base/events.js'
import { ALLOWED_LATENESS_H, expectedMetrics, type PlantOptions, seriesTimes } from '../../base/plant.js'
import type { ConnectionChange } from '../../base/reading.js'
import { type PlantEvent, PlantEvents } from '../events/plant-events.js'
import type { FactorLibrary } from '../factors/table.js'
import { RULES_EDITION } from '../rules-edition.js'
import type { BoundaryState } from '../series/boundary-state.js'
import type { TimeRange } from '../series/calendar.js'
import { type ClockRules, Clocks } from '../series/clocks.js'
import { ConnectionHistory } from '../series/connection-history.js'
import { type Cause, keepMarks, type Late, type Touched } from '../series/late.js'
import { type DeviceClock, type KnownSenders, LATENESS_MS, presentEndMs } from '../series/liveness.js'
import { inputsOf, mergedInto, SeriesState } from '../series/series-state.js'
import { ImportDays } from '../settings/import-days.js'
import { IdealCycles } from '../settings/products.js'
import { STATE_METRIC, settingsOf } from '../settings/settings.js'
import { DeviceTurns, SettingsInTime } from '../settings/turns.js'
import { PlantVersion, versionAt, WorkPlan } from '../settings/version.js'
import { PlantVersions, type VersionChange } from '../settings/versions.js'
import type { Range } from '../time/ranges.js'
import { DayTotals } from '../windows/days.js'
import type { GoneDays } from '../windows/gone-days.js'
import { PublicationPacer } from '../windows/publication-pacer.js'
import type { SubjectClock } from '../windows/publish.js'
import { Streams } from '../windows/streams.js'
import { type KpiSubject, subjectsOf } from '../windows/subjects.js'
import { HeldPast } from './held-past.js'
import { forgetMonths, notePartedPast, type VoidedTime } from './parted-past.js'
import type { PastStep, Refolding, StaleStretch } from './past-work.js'
import { sourceOfEvents } from './source-of-events.js'
import { touchedBy } from './touched.js'

/** A plant in the engine: its versions, series and subjects, and the instant up to which its readings are complete. */
export class EnginePlant {
  readonly id: string
  readonly streams = new Streams()
  readonly days = new DayTotals()
  readonly pacer = new PublicationPacer()
  readonly plantEvents = new PlantEvents()
  readonly imports = new ImportDays()
  /** Months that are to be computed later, by version and subject, and by start. */
  readonly waitingMonths = new Map<string, Map<number, TimeRange>>()
  readonly late = new Map<SeriesState, Late>()
  /** Stretches that were folded anew and whose points are still those of before. */
  readonly stale = new Map<SeriesState, Late>()
  /** The stretch of stale points that is computed, and that of late samples that is folded; null between two. */
  stretch: StaleStretch | null = null
  refolding: Refolding | null = null
  /** The last step over the past; null when the last call has taken new samples. */
  worked: PastStep | null = null
  /** A pass over the late samples has folded so far, epoch ms; what comes behind it waits for the next. Null when none goes on. */
  foldedMs: number | null = null
  /** New samples since the last cycle. */
  readonly fresh = new Map<SeriesState, Late>()
  /** Series with samples that may not be folded yet. */
  readonly unfolded = new Set<SeriesState>()
  /** Series whose connection came or went since the last cycle: from when on it says something else. */
  readonly reconnected = new Map<SeriesState, number>()
  /** Causes of changed sums of subjects whose months are not computed yet, by subject. */
  readonly causes = new Map<string, Cause>()
  /** Time in which figures may be there that nobody makes any more, since another configuration holds for it. */
  voided: readonly VoidedTime[] = []
  /** All such time as one, until everything is computed; null for none. */
  reparted: VoidedTime | null = null
  watermarkMs = -Infinity
  readonly held = new HeldPast()
  /** Time in which points may be those of devices that are forgotten, until it is computed without them; null for none. */
  forgotten: Range | null = null
  /** Readings before this are gone: windows that begin before it stay what they are. Epoch ms; set by `keepFrom`. */
  keptFromMs = -Infinity
  /** Sums of the days before `keptFromMs`, for months that go on behind it. */
  goneDays: readonly GoneDays[] = []
  /** Keyed by `device/metric`. */
  #boundaries: ReadonlyMap<string, BoundaryState> = new Map()
  readonly #clocks: Clocks
  readonly #versions: PlantVersions
  readonly #seriesList = new Map<string, SeriesState>()
  /** The same by device. */
  readonly #byDevice = new Map<string, SeriesState[]>()
  /** Silence after which each device is idle, ms, until something of it changes. */
  readonly #idleMs = new Map<string, number>()
  readonly #links = new Map<string, ConnectionHistory>()
  readonly #seenUnder = new Map<string, string>()
  readonly #subjects = new Map<PlantVersion, readonly KpiSubject[]>()
  readonly #turns = new DeviceTurns()
  #haveUnitsChanged = true
  /** Series whose connection says something of them, until a series is new or configured anew. */
  #vouching: readonly SeriesState[] | null = null

  constructor(id: string, senders: KnownSenders, library: FactorLibrary, edition = RULES_EDITION) {
    this.id = id
    this.#clocks = new Clocks(id, senders, (device) => this.#clockRules(device))
    const { laboratory } = this.plantEvents
    this.#versions = new PlantVersions(({ index, fromMs, options, early }) => {
      return new PlantVersion(index, fromMs, options, library, laboratory, edition, this.imports, early)
    })
  }

  /** All versions, in the order in which they came into force. */
  get versions(): readonly PlantVersion[] {
    return this.#versions.all
  }

  /** Version of the plant that holds now. */
  get now(): PlantVersion {
    return this.#versions.all.at(-1)!
  }

  /**
   * Takes over the next configuration of the plant, null when it no longer has one. Returns from when on figures change;
   * null when it says what the one before said. The first one also holds for all time before it; see `backdated` for devices.
   *
   * @param isComputed the points are those that it gives
   */
  configure(fromMs: number, options: PlantOptions | null, isComputed = true): number | null {
    const change = this.#versions.take(fromMs, options)
    if (change === null) return null
    const { sinceMs, gone, parted } = change
    this.#forgetSubjects()
    this.days.clear()
    if (gone.length + parted.length > 0) this.#turns.clear()
    forgetMonths(this.waitingMonths, this.versions)
    if (!isComputed) notePartedPast(this, change.changed)
    for (const device of this.now.devices) for (const metric of expectedMetrics(device)) this.series(device.id, metric)
    this.#changeUnits(change)
    for (const series of this.#seriesList.values()) this.#configureSeries(series)
    return sinceMs
  }

  /** A register that counts in another unit from an instant on has a new beginning with its next sample. */
  #changeUnits({ joined, parted }: VersionChange): void {
    for (const { device, metric } of this.#seriesList.values()) {
      const isOther = ([before, next]: (typeof joined)[number]) =>
        before.multiplier(device, metric) !== next.multiplier(device, metric)
      for (const pair of parted) if (isOther(pair)) this.plantEvents.keepUnit(device, metric, pair[1].fromMs)
      for (const pair of joined) if (isOther(pair)) this.plantEvents.changeUnit(device, metric, pair[1].fromMs)
    }
  }

  /** Readings before an instant are gone; of series that had some there are states, by `device/metric`. */
  keepFrom(ms: number, boundaries: ReadonlyMap<string, BoundaryState>): void {
    this.keptFromMs = ms
    this.#boundaries = boundaries
    for (const [key, series] of this.#seriesList) series.keepFrom(ms, boundaries.get(key) ?? null)
    keepMarks(this.late)
  }

  get seriesList(): Iterable<SeriesState> {
    return this.#seriesList.values()
  }

  get seriesCount(): number {
    return this.#seriesList.size
  }

  subjectsOf(version: PlantVersion): readonly KpiSubject[] {
    let subjects = this.#subjects.get(version)
    if (subjects === undefined) {
      subjects = subjectsOf(this.id, version, [...this.#seriesList.values()], (device) => this.lineOf(version, device))
      this.#subjects.set(version, subjects)
    }
    return subjects
  }

  /** True once after the subjects were made anew, and at the start. */
  takeUnitsChanged(): boolean {
    const changed = this.#haveUnitsChanged
    this.#haveUnitsChanged = false
    return changed
  }

  /** Line of a device: as configured, else the one under which it was last seen; null when nobody knows. */
  lineOf(version: PlantVersion, device: string): string | null {
    return version.device(device)?.line ?? this.#seenUnder.get(device) ?? null
  }

  /** Windows of a minute exist as soon as one series is sampled that often. */
  get publishesMinutes(): boolean {
    for (const series of this.#seriesList.values()) if (series.now.times.periodMs <= MINUTE_MS) return true
    return false
  }

  /** The series of a metric of a device, made when it is new; null for a metric that takes no part in KPIs. */
  series(device: string, metric: string): SeriesState | null {
    if (metricOf(metric) === undefined) return null
    const key = `${device}/${metric}`
    let series = this.#seriesList.get(key)
    if (series === undefined) {
      series = new SeriesState({ plant: this.id, device, metric })
      this.#seriesList.set(key, series)
      entryOf(this.#byDevice, device, () => []).push(series)
      this.#configureSeries(series)
      series.keepFrom(this.keptFromMs, this.#boundaries.get(key) ?? null)
      for (const [input, name] of inputsOf(metric).entries()) {
        if (input > 0) series.inputs[input] = this.#seriesList.get(`${device}/${name}`)?.archived ?? null
      }
      this.#forgetSubjects()
    }
    return series
  }

  /** Takes over a series: as that of its own metric, and as an input of another one that it makes clear. */
  adopt(archived: Series): readonly { readonly series: SeriesState; readonly input: number }[] {
    const series = this.series(archived.device, archived.metric)
    if (series === null) return []
    // A device that sends states as a robot is one, where nobody has said what it is.
    const hasNoRole = () => this.versions.some((one) => one.device(archived.device)?.role === undefined)
    if (series.archived === null && series.isState && archived.class === 'robot' && hasNoRole()) this.#forgetSubjects()
    series.inputs[0] = archived
    const name = mergedInto(archived.metric)
    const merged = name === null ? undefined : this.#seriesList.get(`${archived.device}/${name}`)
    if (merged === undefined) return [{ series, input: 0 }]
    const input = inputsOf(merged.metric).indexOf(archived.metric)
    merged.inputs[input] = archived
    return [
      { series, input: 0 },
      { series: merged, input },
    ]
  }

  /** Notes under which line a device was seen. */
  seen(device: string, line: string): void {
    if (this.#seenUnder.get(device) === line) return
    this.#seenUnder.set(device, line)
    // One whose line is configured stands there, whatever it says.
    if (this.#turns.of(this.versions, device).every((one) => one.device(device)?.line !== undefined)) return
    this.#forgetSubjects()
    for (const series of this.#byDevice.get(device) ?? []) this.held.giveUp(series, this.stale, this.stretch)
  }

  /** Takes over something that happened at a device; returns the series whose sums that changes, and where. */
  happened(event: PlantEvent): readonly Touched[] {
    return touchedBy(event, {
      plantEvents: this.plantEvents,
      versions: this.versions,
      ofDevice: this.#byDevice.get(event.device) ?? [],
      all: this.#seriesList.values(),
      seriesOfEvents: (type) => this.#seriesOfEvents(event.device, event.line, type),
    })
  }

  /** Takes over from when to when a device has sent events of a type. */
  sawEvents({ device, line, type, oldestTs, newestTs }: EventReach): SeriesState | null {
    if (!isCountedEvent(type)) return null
    const series = this.#seriesOfEvents(device, line, type)
    series.sampled(oldestTs)
    series.sampled(newestTs)
    return series
  }

  /** Everything there is of events from a few days before the newest on, once: what came before is in the archive. */
  get newestEventMs(): number {
    let newestMs = -Infinity
    for (const series of this.#seriesList.values()) if (series.isEvent) newestMs = Math.max(newestMs, series.newestTs)
    return newestMs
  }

  /** Takes over that the connection of a device came up or went down; returns what that concerns, and from when on. */
  reconnect(change: ConnectionChange): { readonly seriesList: readonly SeriesState[]; readonly fromMs: number } {
    const fromMs = this.#linkOf(change.device).take(change, this.#maxHoldMs(change.device, change.at))
    const seriesList = (this.#byDevice.get(change.device) ?? []).filter((series) => series.vouches)
    return { seriesList, fromMs }
  }

  /** Up to when the connection of each device that sends on change vouches for what it said, epoch ms. */
  heldUntil(nowMs: number): ReadonlyMap<SeriesState, number> {
    const heldUntil = new Map<SeriesState, number>()
    this.#vouching ??= [...this.#seriesList.values()].filter((series) => series.vouches && series.now.isOnChange)
    for (const series of this.#vouching) {
      const { newestTs } = series
      const toMs = this.#linkOf(series.device).heldUntilMs(newestTs, nowMs, this.#maxHoldMs(series.device, newestTs))
      if (toMs > newestTs) heldUntil.set(series, toMs)
    }
    return heldUntil
  }

  /** The first record with something that is not in the points yet; Infinity when there is none. */
  get firstWaiting(): number {
    let position = this.stretch?.position ?? Infinity
    for (const marks of [this.late, this.stale, this.fresh, this.held.waiting, this.held.ripe]) {
      for (const mark of marks.values()) position = Math.min(position, mark.position)
    }
    return position
  }

  /** Late samples wait to be folded, or the points of what was folded to be computed. */
  get isLate(): boolean {
    return this.late.size + this.stale.size + this.held.ripe.size + this.voided.length > 0 || this.stretch !== null
  }

  /** Something of the past is still to be folded or computed. */
  get isPastBusy(): boolean {
    return this.isLate || this.waitingMonths.size > 0
  }

  /** A window that ended then is not expected to change any more: late data are allowed to come so late and no later. */
  isLongOver(endMs: number): boolean {
    return endMs < this.watermarkMs - (this.now.options?.allowed_lateness_h ?? ALLOWED_LATENESS_H) * HOUR_MS
  }

  /** Moves the watermark to `nowMs`; it goes back only with "now": what was over before its time by a wrong clock is open again. */
  moveWatermark(nowMs: number): void {
    const { watermarkMs } = this.#clocks.joint(this.#byDevice.keys(), nowMs)
    const endMs = presentEndMs(nowMs)
    this.watermarkMs = this.watermarkMs > endMs ? watermarkMs : Math.max(this.watermarkMs, watermarkMs)
    this.streams.present(endMs, nowMs - LATENESS_MS)
  }

  clockOf({ scope, id, senders }: Pick<KpiSubject, 'scope' | 'id' | 'senders'>, nowMs: number): SubjectClock {
    const closedMs = this.streams.closedMs(scope, id)
    const devices = scope === 'plant' ? this.#byDevice.keys() : senders
    const { watermarkMs, allIdle, count } = this.#clocks.joint(devices, nowMs)
    if (scope === 'plant') return { watermarkMs: this.watermarkMs, closedMs, allIdle, nowMs }
    if (scope === 'line' || count > 1) return { watermarkMs, closedMs, allIdle, nowMs }
    // A device that only tells of events has nothing to say every so often: its windows are over with those of the plant.
    const ownMs = this.#tellsOnly(id) ? Math.max(watermarkMs, this.watermarkMs) : watermarkMs
    return { watermarkMs: ownMs, closedMs, allIdle, nowMs }
  }

  /** The clock of one device at "now"; null for one that has never sent. */
  deviceClock(device: string, nowMs: number): DeviceClock | null {
    return this.#clocks.of(device, nowMs)
  }

  /** The silence after which a device is idle, ms: the shortest among its metrics. */
  idleMs(device: string): number {
    return entryOf(this.#idleMs, device, () => {
      const seriesList = this.#byDevice.get(device) ?? []
      const shortest = Math.min(...seriesList.map((series) => series.now.times.idleMs))
      return shortest === Infinity ? seriesTimes(undefined).idleMs : shortest
    })
  }

  #tellsOnly(device: string): boolean {
    const own = this.#byDevice.get(device) ?? []
    return own.length > 0 && own.every((series) => series.isEvent || (!series.isSampled && !series.now.isConfigured))
  }

  /** A device that sends on change vouches for the time of its connection, and for now for that before a disconnect. */
  #clockRules(device: string): ClockRules {
    const idleMs = this.idleMs(device)
    if (!(this.now.device(device)?.on_change ?? false)) return { idleMs, heldUntilMs: null }
    const connections = this.#linkOf(device)
    const heldUntilMs = (nowMs: number) =>
      connections.isUp ? nowMs : connections.pendingSinceMs(nowMs, this.#maxHoldMs(device, nowMs))
    return { idleMs, heldUntilMs }
  }

  #configureSeries(series: SeriesState): void {
    const { device } = series
    this.stretch?.prepared.drop(series)
    this.#vouching = null
    this.#idleMs.delete(device)
    this.#clocks.forget(device)
    series.configure(() => this.#saidOf(series))
  }

  #saidOf({ device, metric }: SeriesState): SettingsInTime {
    const turns = this.#turns.of(this.versions, device)
    const facts = {
      device,
      metric,
      replacedAt: this.plantEvents.replacementsOf(device, metric),
      corrections: this.plantEvents.correctionsOf(device, metric),
      connections: this.#linkOf(device),
      configuredSinceMs: turns.find((version) => version.expects(device, metric))?.fromMs ?? Infinity,
      plan: new WorkPlan(this.versions),
      cycles: new IdealCycles(this.versions, device, this.plantEvents.runsOf(device)),
    }
    return new SettingsInTime(turns.map((version) => ({ version, settings: settingsOf(version, facts) })))
  }

  /** Within this a connection that was lost has to come back, ms. */
  #maxHoldMs(device: string, ms: number): number {
    return seriesTimes(versionAt(this.versions, ms).device(device)?.metrics[STATE_METRIC]).maxHoldMs
  }

  #linkOf(device: string): ConnectionHistory {
    const connections = this.#links.get(device) ?? new ConnectionHistory()
    this.#links.set(device, connections)
    return connections
  }

  #forgetSubjects(): void {
    this.#subjects.clear()
    this.#haveUnitsChanged = true
  }

  #seriesOfEvents(device: string, line: string, type: CountedEvent): SeriesState {
    const metric = eventSeries(type)
    const series = this.series(device, metric)
    if (series === null) throw new Error(`${metric} is no series of events`)
    if (series.archived === null) series.inputs[0] = sourceOfEvents({ plant: this.id, device, line, metric })
    return series
  }
}
