import type { Archive } from '../archive/archive.js'
import type { ArchiveBatch, ArchivedChanges } from '../archive/batch.js'
import type { Database } from '../archive/database.js'
import type { Senders } from '../archive/senders.js'
import type { RemovedSeries } from '../base/forget.js'
import type { Scope, WatchedFigures } from '../base/kpi.js'
import type { ConfigVersion } from '../base/plant.js'
import type { ConnectionChange } from '../base/reading.js'
import { sum } from '../base/sum.js'
import { CycleOutput, type CycleResult, type PublishPart } from './cycle-result.js'
import type { FactorLibrary } from './factors/table.js'
import { CheckpointTable } from './history/checkpoints.js'
import { PastFold } from './history/past.js'
import { applyConnectionChange, applyEvent } from './plant/apply-event.js'
import { noteFolded } from './plant/folded.js'
import { addHeldByConnection } from './plant/held-by-connection.js'
import { Ingestion } from './plant/ingestion.js'
import { isOfHeld, type PastStep, type SeriesMax } from './plant/past-work.js'
import { EnginePlant } from './plant/plant.js'
import { StateHistory } from './plant/state-history.js'
import { unfinishedBefore } from './plant/unfinished.js'
import { goneFigures, markForgotten, noneForgotten } from './schedule/forgotten.js'
import { GoneKeeper } from './schedule/gone-keeper.js'
import { endPass, foldFresh, nextStretch, noteOpenedRanges, putOffSilences } from './schedule/late-fold.js'
import { liveFirst, type Share } from './schedule/live-first.js'
import type { EngineProgress, ForgottenShare } from './schedule/progress.js'
import { Recomputation, type Recomputed, type StoredPoints } from './schedule/recomputation.js'
import { Redo } from './schedule/redo.js'
import { matchedNow } from './schedule/rematch.js'
import { RestatementTable } from './schedule/restatements.js'
import { type RestoreDeps, restorePlants } from './schedule/restoring.js'
import { nextShare } from './schedule/stale-stretch.js'
import { SubjectParts } from './schedule/subject-parts.js'
import { isOnlyVoided } from './schedule/voids.js'
import { mark } from './series/late.js'
import { minOf } from './time/ranges.js'
import { isTakenBack, type Point } from './windows/point.js'
import type { StreamName } from './windows/stream-numbers.js'

/**
 * Readings to KPI points. It looks at no clock: "now" is the arrival time of the journal record in hand, handed in with
 * what was archived. New samples are folded at once; late ones are marked and folded from the archive when the caller
 * asks for it, coalesced. Every final figure is a function of the archived rows alone.
 */
export class Engine {
  readonly checkpoints: CheckpointTable
  readonly restatements: RestatementTable
  readonly states: StateHistory
  /** Makes figures again that newer rules or factor tables change. */
  readonly redo: Redo
  /** While nobody looks at such figures of a plant, those of windows that go on may wait. */
  isWatched: (plant: string, scope: Scope) => boolean = () => true
  readonly #archive: Archive
  readonly #senders: Senders
  readonly #library: FactorLibrary
  readonly #past: PastFold
  readonly #recomputation: Recomputation
  readonly #parts: SubjectParts
  readonly #gone: GoneKeeper
  readonly #plants = new Map<string, EnginePlant>()
  readonly #ingestion: Ingestion
  /** Configurations taken over, and how many of them are in the points. */
  #versions = 0
  #versionsComputed: number
  #nowMs: number
  #ingestedTo: number
  #matched: Readonly<Record<string, string>>
  #finalPoints: number
  /** First record behind the stretch whose points are being computed: some of them are not out yet. */
  #computingFrom: number | null = null
  /** So long sums of many series over the past may wait, as the last cycle was told, ms of "now". */
  #holdMs = 0
  #forgotten: readonly ForgottenShare[]

  private constructor(parts: {
    database: Database
    archive: Archive
    senders: Senders
    library: FactorLibrary
    stored: StoredPoints
    progress: EngineProgress
    nowMs: number
    position: number
  }) {
    this.checkpoints = new CheckpointTable(parts.database)
    this.#archive = parts.archive
    this.#ingestion = new Ingestion(parts.archive.series, (id) => this.#plant(id))
    this.#senders = parts.senders
    this.#library = parts.library
    this.restatements = new RestatementTable(parts.database)
    this.#past = new PastFold(parts.database, this.checkpoints)
    // Pages are answered while a cycle reads ahead: what that has read is for its own folds.
    this.states = new StateHistory(this.#plants, new PastFold(parts.database, this.checkpoints))
    this.#recomputation = new Recomputation(this.#past, parts.stored, this.restatements)
    this.#parts = new SubjectParts(this.#past, this.#recomputation)
    this.#gone = new GoneKeeper(parts.database, this.#past, this.#recomputation)
    this.redo = new Redo(parts.progress, parts.library.hash)
    this.#versionsComputed = parts.progress.versions
    this.#nowMs = parts.nowMs
    this.#ingestedTo = parts.position
    this.#finalPoints = parts.progress.finalPoints
    this.#matched = parts.progress.matched ?? {}
    this.#forgotten = parts.progress.forgotten ?? []
  }

  /** Takes up where the stored points end: what was archived since is marked to be computed, again where need be. */
  static async start(parts: {
    readonly database: Database
    readonly archive: Archive
    readonly senders: Senders
    /** The tables of factors that come with the program. */
    readonly library: FactorLibrary
    readonly stored: StoredPoints
    /** Every configuration that the journal has had, in their order. */
    readonly versions: readonly ConfigVersion[]
    readonly progress: EngineProgress
    /** Arrival of the last archived journal record, epoch ms, and the place behind it, where the next one begins. */
    readonly nowMs: number
    readonly position: number
  }): Promise<Engine> {
    const engine = new Engine(parts)
    await engine.restatements.load()
    await engine.#restore(parts)
    for (const share of engine.#forgotten) markForgotten(engine.#plants.get(share.plant), share, parts.nowMs)
    engine.redo.begin(engine.#plants.values(), parts.nowMs)
    return engine
  }

  /**
   * Takes over what was archived, and "now": the arrival time of the last journal record in it. Returns how many of the
   * readings came late: behind what can still be folded from memory. `changes` is null where there can be none.
   * @param position the place in the journal behind it, where the next record begins
   */
  ingest(
    changes: ArchivedChanges | null,
    events: ArchiveBatch['events'],
    connectionChanges: readonly ConnectionChange[],
    position: number,
    nowMs: number,
  ): number {
    for (const change of connectionChanges) applyConnectionChange(this.#plant(change.plant), change, position)
    const late = changes === null ? 0 : this.#ingestion.take(changes)
    for (const { event, position: at } of events) applyEvent(this.#plant(event.plant), event, at)
    this.#ingestedTo = position
    this.#nowMs = nowMs
    return late
  }

  /** Takes over the next configuration: it is in force from its arrival on. @param only of one plant alone; null for all */
  configured(version: ConfigVersion, only: string | null = null): void {
    const named = new Map(version.plants.map((plant) => [plant.id, plant]))
    for (const id of only === null ? new Set([...named.keys(), ...this.#plants.keys()]) : [only]) {
      const plant = this.#plant(id)
      const isComputed = this.#versions < this.#versionsComputed
      const fromMs = plant.configure(version.fromMs, named.get(id) ?? null, isComputed)
      if (fromMs === null || isComputed) continue
      for (const series of plant.seriesList) {
        if (!series.isSampled) continue
        const ts = series.newestTs
        mark(plant.late, series, Math.min(ts, Math.max(fromMs, series.oldestTs)), ts, Infinity, 'configuration')
      }
    }
    this.#versions++
  }

  /** Readings before these days are gone, by plant: what was computed from them stays as it is. */
  keptFrom(days: Readonly<Record<string, number>>): void {
    for (const [id, day] of Object.entries(days)) this.#gone.keptFrom(this.#plant(id), day)
  }

  /** Before the readings of a plant before a day go: keeps what they come to in months, and the states behind them. It holds from `keptFrom` on. */
  keepMonths = (id: string, before: number) => this.#gone.keep(this.#plant(id), before, this.#nowMs)

  get nowMs(): number {
    return this.#nowMs
  }

  /** Samples are archived that the next cycle brings into the points. */
  get isFreshPending(): boolean {
    for (const plant of this.#plants.values()) {
      if (plant.fresh.size + plant.reconnected.size + plant.held.waiting.size > 0) return true
      // The time that a connection vouches for grows always: there something always waits.
      if (this.#recomputation.isWaiting(plant, this.#nowMs) && plant.heldUntil(this.#nowMs).size === 0) return true
    }
    return false
  }

  /** Somebody looks at figures of a plant: the next cycle brings them up to date. False when they are so, or too many. */
  watch = (id: string, watched: WatchedFigures): boolean =>
    this.#recomputation.watch(this.#plants.get(id), watched, this.#nowMs)

  /** Late samples wait to be folded. */
  get isLatePending(): boolean {
    return [...this.#plants.values()].some(({ isLate }) => isLate)
  }

  /** Work of the last call of `cycleLate`; null when it took new samples, or plants had several kinds of it. */
  get lateWork(): PastStep | null {
    const steps = [...this.#plants.values()].flatMap(({ worked }) => worked ?? [])
    const [first] = steps
    if (first === undefined || steps.some(({ kind }) => kind !== first.kind)) return null
    return { kind: first.kind, series: sum(steps, ({ series }) => series) }
  }

  /** A pass over late samples goes on: what came behind it waits for the next. */
  get isPassGoingOn(): boolean {
    return [...this.#plants.values()].some(({ isLate, foldedMs }) => isLate && foldedMs !== null)
  }

  /**
   * Computes what new samples and the passing of time have changed. When there are many points the first of them go out
   * before: those are not in the result. Aborted, it rejects, and is of no use any more.
   * @param holdMs more samples are to come at once: sums of many series over the past may wait for them, so long of "now"; then
   * they are computed with the late samples
   */
  async cycle(publish: PublishPart | null = null, signal?: AbortSignal, holdMs = 0): Promise<CycleResult> {
    this.#holdMs = holdMs
    const output = new CycleOutput(publish, signal)
    for (const plant of this.#plants.values()) await this.#cyclePlant(plant, output)
    return output.take()
  }

  /** Work that is still to be done before an instant; null for an unknown plant. */
  pending = (plant: string, toMs: number) => unfinishedBefore(this.#plants.get(plant), toMs)

  /**
   * Folds one stretch of late samples of every plant that has some; `isLatePending` says whether more is to be done. When
   * there are many points the first of them go out before: those are not in the result.
   * @param isBegun a plant in which no pass goes on begins one
   * @param seriesMax so many series are worked on at once: no figure depends on it
   */
  async cycleLate(publish: PublishPart | null = null, isBegun = true, seriesMax: SeriesMax = () => Infinity) {
    const output = new CycleOutput(publish)
    for (const plant of this.#plants.values()) {
      plant.worked = null
      if (!plant.isLate) continue
      if (isBegun) plant.foldedMs ??= -Infinity
      if (plant.foldedMs === null) continue
      // A series that is folded from the archive becomes live with all its samples: new ones have to be taken before. What
      // they make has to be stored before it is looked up again, so the late ones wait for the next call.
      if (plant.fresh.size === 0) await this.#cycleLate(plant, output, seriesMax)
      else await this.#cyclePlant(plant, output)
    }
    return output.take()
  }

  /** Marks the next piece of what newer rules make again, to be computed like late samples; only while none of these wait. */
  async redoNext(): Promise<void> {
    await this.redo.next(this.#plants, (seriesList, fromMs) => this.#past.nextCoveredMs(seriesList, fromMs))
  }

  progress(): EngineProgress {
    let position = Math.min(this.#ingestedTo, this.#computingFrom ?? Infinity)
    for (const plant of this.#plants.values()) position = Math.min(position, plant.firstWaiting)
    if (!this.isLatePending && this.#computingFrom === null) {
      this.#versionsComputed = this.#versions
      this.#forgotten = noneForgotten(this.#plants.values())
    }
    if (this.#computingFrom === null) this.#matched = matchedNow(this.#matched, this.#plants.values())
    return {
      position,
      watermarks: Object.fromEntries([...this.#plants].map(([id, plant]) => [id, plant.watermarkMs])),
      versions: this.#versionsComputed,
      finalPoints: this.#finalPoints,
      ...(Object.keys(this.#matched).length > 0 && { matched: this.#matched }),
      ...this.redo.progress(),
      ...(this.#forgotten.length > 0 && { forgotten: this.#forgotten }),
    }
  }

  /** Final points ever made, each window counted once. */
  get finalPoints(): number {
    return this.#finalPoints
  }

  /** The newest points of the streams of a plant that are wanted, provisional ones included, taken back ones not; of all where nothing is said. */
  latest(plant: string, isWanted?: (stream: StreamName) => boolean): readonly Point[] {
    return (this.#plants.get(plant)?.streams.latest(isWanted) ?? []).filter((point) => !isTakenBack(point))
  }

  /** The window is not final yet. */
  isOpen = (point: Point) => this.#plants.get(point.stream.plant)?.streams.isOpen(point) ?? false

  /** The point of a window that is not final yet and never was, which a final one replaces; null for any other window. */
  firstOpen(at: Pick<Point, 'stream' | 'startMs'>): Point | null {
    return this.#plants.get(at.stream.plant)?.streams.firstOpen(at) ?? null
  }

  /** The windows of a stream that are in memory alone: open ones, and final points on their way into the store. */
  inMemory = (of: StreamName) => this.#plants.get(of.plant)?.streams.inMemory(of) ?? []

  /** The store has taken these final points. */
  stored(points: readonly Point[]): void {
    for (const point of points) this.#plants.get(point.stream.plant)?.streams.stored(point)
  }

  /** Silence after which a device is idle, ms. */
  idleMs = (plant: string, device: string) => this.#plant(plant).idleMs(device)

  /** Figures of a plant that go with devices or metrics of them, or are others without them; null for an unknown plant. */
  goneFigures = (plant: string, gone: RemovedSeries) => goneFigures(this.#plants.get(plant), gone)

  /**
   * Takes up a plant anew from what is archived, as at a start, after devices of it were forgotten: figures of the time in
   * which these had samples are computed again without them. Only while nothing late waits.
   *
   * @param points final points that went with the devices
   */
  async forget(
    share: ForgottenShare,
    points: number,
    deps: Pick<RestoreDeps, 'database' | 'versions' | 'stored'>,
  ): Promise<void> {
    const { plant } = share
    this.#finalPoints -= points
    const before = this.#plants.get(plant)
    if (before === undefined) return
    const progress = this.progress()
    this.#plants.delete(plant)
    this.#recomputation.forget(before)
    this.#parts.forget(before)
    this.#ingestion.forget(plant)
    const isNamed = deps.versions.at(-1)?.plants.some(({ id }) => id === plant) === true
    if (!isNamed && !this.#archive.series.all().some((series) => series.plant === plant)) return
    this.#versions -= deps.versions.length
    await this.#restore({ ...deps, progress }, plant)
    const now = this.#plant(plant)
    this.#forgotten = [...this.#forgotten, share]
    markForgotten(now, share, this.#nowMs)
  }

  /** @param only of one plant alone; null for all */
  #restore(deps: RestoreDeps, only: string | null = null): Promise<void> {
    return restorePlants(
      {
        archive: this.#archive,
        senders: this.#senders,
        plants: this.#plants,
        plant: (id) => this.#plant(id),
        configured: (version) => this.configured(version, only),
      },
      deps,
      only,
    )
  }

  #plant(id: string): EnginePlant {
    const known = this.#plants.get(id)
    if (known !== undefined) return known
    const plant = new EnginePlant(id, this.#senders, this.#library)
    plant.pacer.isUnwatched = (scope) => !plant.now.hasLiveAlarms(scope) && !this.isWatched(id, scope)
    this.#plants.set(id, plant)
    return plant
  }

  async #cyclePlant(plant: EnginePlant, output: CycleOutput): Promise<void> {
    plant.moveWatermark(this.#nowMs)
    const changed = await foldFresh(plant, this.#past, () => output.othersTurn())
    this.#computingFrom = minOf([...plant.fresh.values()], ({ position }) => position)
    plant.held.position = this.#computingFrom
    putOffSilences(plant, changed)
    noteOpenedRanges(plant, changed, plant.fresh)
    plant.fresh.clear()
    addHeldByConnection(plant, changed, this.#nowMs)
    for (const [series, { fromMs }] of changed) plant.stretch?.prepared.changed(series, fromMs)
    await this.#recompute(plant, { changed, concerns: () => true }, output, this.#holdMs > 0)
    this.#computingFrom = null
    plant.held.ripen(this.#nowMs, this.#holdMs, isOfHeld(plant.stretch))
    noteFolded(plant, this.checkpoints)
  }

  async #cycleLate(plant: EnginePlant, output: CycleOutput, seriesMax: SeriesMax): Promise<void> {
    if (isOnlyVoided(plant)) {
      await this.#recomputation.voidNext(plant, this.#nowMs, (some) => this.#takeTo(output, some))
      endPass(plant)
      return
    }
    const stretch = plant.stretch ?? (await nextStretch(plant, this.#past, this.#nowMs, seriesMax))
    if (stretch === null) return
    this.#computingFrom = stretch.position
    const share = nextShare(plant, stretch, seriesMax)
    if (plant.stretch === null) this.#parts.forget(plant)
    if (share !== null) await this.#recompute(plant, share, output)
    else await this.#parts.step(plant, stretch, seriesMax, this.#nowMs, (some) => this.#takeTo(output, some))
    this.#computingFrom = null
    endPass(plant)
  }

  async #recompute(plant: EnginePlant, share: Share, output: CycleOutput, isHeld = false): Promise<void> {
    for (const part of liveFirst(share, this.#nowMs, { isHeld, isSentInParts: output.isSentInParts })) {
      await this.#recomputation.recompute(plant, part, this.#nowMs, (some) => this.#takeTo(output, some))
      if (part.changed !== share.changed) await output.send()
    }
  }

  #takeTo(output: CycleOutput, some: Recomputed): Promise<void> {
    this.#finalPoints += some.finalNew
    return output.add(some)
  }
}
