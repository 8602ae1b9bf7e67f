import { basename, join, resolve } from 'node:path'
import { DAY_MS, HOUR_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { ModelFileOptions } from '../../insight/model-file/model-runner.js'
import type { InsightOptions } from '../../insight/options.js'
import { type ObservationColumns, observationColumns } from '../../insight/series/observation-columns.js'
import { coordinatesOf } from '../../insight/series/sunshine.js'
import { hasChain } from '../../insight/stage/chain.js'
import {
  chosenSeries,
  FORECAST_KPIS,
  FORECAST_WINDOW,
  type ForecastCandidate,
  forecastSeriesKey,
} from '../../insight/stage/forecast-series.js'
import type { ModelFileState, SeriesOutlook } from '../../insight/stage/forecast-task.js'
import type { InsightWorker } from '../../insight/stage/insight-worker.js'
import type { IssuedForecast } from '../../insight/stage/issued-forecast.js'
import { ObservationLog } from '../../insight/stage/observation-log.js'
import { CATALOGUE } from '../../kpi/catalogue.js'
import type { Engine } from '../../kpi/engine.js'
import type { ForecastMeasures } from '../../views/sources/measures.js'
import { GrowingRests } from '../growing-rests.js'
import type { PlantRoundDeps } from '../plant-rounds.js'
import type { Publisher } from '../publisher.js'
import { KnownFigures, LOOKBACK_MS, type ToBeRead } from './known-figures.js'

/** Seed of all forecasts. */
const SEED = 1
const LOOK_MS = 1000
const HISTORY_DAYS = 400
/** A series whose newest figures are missing is looked at again after so long, and ever more seldom: its whole history is read each time. */
const BEHIND_MS = 20_000
/** Rows of one read: more would hold up the thread of live figures. */
const PAGE = 2000

export interface ForecastsDeps extends PlantRoundDeps {
  readonly engine: Pick<Engine, 'latest'>
  readonly publisher: Pick<Publisher, 'listen'>
  readonly worker: InsightWorker
}

/** A series that is forecast, with what came of it last. */
export interface ForecastState {
  readonly series: ForecastCandidate
  /** Null until it was worked on since the start. */
  readonly outlook: SeriesOutlook | null
}

/** Forecasts of one series that were just issued. */
export interface ForecastNews {
  readonly series: ForecastCandidate
  readonly issued: readonly IssuedForecast[]
}

/**
 * Forecasts of a running gateway. Shortly after each quarter of an hour it gives the figures that became known to the thread that
 * forecasts, one series after the other. Live figures never wait for it: whoever makes them publishes as ever, and it listens.
 */
export class Forecasts {
  readonly #deps: ForecastsDeps
  readonly #known: KnownFigures
  readonly #listeners = new Set<(news: ForecastNews) => void>()
  #states: ReadonlyMap<string, ForecastState> = new Map()
  #leftOut = 0
  /** Start of the interval for which all was done, epoch ms. */
  #doneMs = 0
  readonly #behind = new GrowingRests(BEHIND_MS, HOUR_MS)
  readonly #counts = { issued: { next_interval: 0, day_ahead: 0, next_hours: 0 }, failed: 0, processorSeconds: 0 }

  constructor(deps: ForecastsDeps) {
    this.#deps = deps
    this.#known = new KnownFigures(deps.clock)
  }

  /** Folder of all forecasts. */
  get dir(): string {
    return join(this.#deps.dataDir, 'forecasts')
  }

  /** Name of the model file of the operator; null without one. */
  get modelFile(): string | null {
    const { model_file } = this.#deps.options
    return model_file === undefined ? null : basename(model_file)
  }

  get states(): readonly ForecastState[] {
    return [...this.#states.values()]
  }

  /** Series that could be forecast, and for which there is no room. */
  get leftOut(): number {
    return this.#leftOut
  }

  get measures(): ForecastMeasures {
    return { ...this.#counts, series: this.#states.size, threads: this.#deps.worker.isRunning ? 1 : 0 }
  }

  /** Tells of each series whose forecasts are new. */
  listen(listener: (news: ForecastNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { options, publisher, clock, progress, worker, isOwner } = this.#deps
    if (!options.enabled) return
    const stop = publisher.listen((points) => this.#known.take(points))
    signal.addEventListener('abort', () => void worker.close(), { once: true })
    while (!signal.aborted) {
      const isDue = this.#boundaryMs() > this.#doneMs || this.#behind.isAnyDue(clock.nowMs())
      if (isDue && progress.hasComputed && isOwner()) await this.#round(signal)
      await clock.sleep(LOOK_MS, signal)
    }
    stop()
    await worker.close()
  }

  /** Start of the interval whose forecast is due, epoch ms. */
  #boundaryMs(): number {
    const { clock, options } = this.#deps
    const dueMs = clock.nowMs() - options.issue_after_s * 1000
    return Math.floor(dueMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { clock, isOwner } = this.#deps
    const boundaryMs = this.#boundaryMs()
    const isNew = boundaryMs > this.#doneMs
    const chosen = this.#choose()
    this.#known.watch(chosen)
    this.#behind.keep(this.#states)
    for (const series of chosen) {
      if (signal.aborted || !isOwner()) return
      const key = forecastSeriesKey(series)
      const isDue = this.#behind.has(key) ? this.#behind.isDue(key, clock.nowMs()) : isNew
      if (isDue) await this.#workOn(series, signal)
    }
    this.#doneMs = Math.max(this.#doneMs, boundaryMs)
  }

  #choose(): readonly ForecastCandidate[] {
    const { engine, configs, options } = this.#deps
    const kpis: ReadonlySet<string> = new Set([...FORECAST_KPIS, ...options.kpis.filter(isQuarterSum)])
    const candidates = configs.plants.flatMap(({ id, devices }) => {
      const mains = new Set(devices.filter(({ role }) => role === 'main').map((device) => device.id))
      const isWanted = ({ window, kpi }: { readonly window: string; readonly kpi: string }) =>
        window === FORECAST_WINDOW && kpis.has(kpi)
      return engine.latest(id, isWanted).map(({ stream: { plant, scope, id, kpi, unit } }): ForecastCandidate => {
        return { plant, scope, id, kpi, unit, isMain: scope === 'device' && mains.has(id) }
      })
    })
    const all = chosenSeries(candidates, options.meters)
    const chosen = all.slice(0, options.series_max)
    this.#leftOut = all.length - chosen.length
    this.#states = new Map(
      chosen.map((series) => {
        const key = forecastSeriesKey(series)
        return [key, { series, outlook: this.#states.get(key)?.outlook ?? null }]
      }),
    )
    return chosen
  }

  async #workOn(series: ForecastCandidate, signal: AbortSignal): Promise<void> {
    const { clock, configs, options, worker, log } = this.#deps
    const plant = configs.plants.find(({ id }) => id === series.plant)
    if (plant === undefined) return
    const key = forecastSeriesKey(series)
    const dir = join(this.dir, key)
    const taken = this.#known.taken(series)
    try {
      const observations =
        typeof taken === 'string' ? await this.#stored(series, dir, taken) : observationColumns(taken)
      if (signal.aborted) return
      const { timezone, shifts, calendar } = plant
      const task = {
        dir,
        series,
        plan: { timezone, shifts, calendar },
        coordinates: coordinatesOf(plant),
        stepMs: QUARTER_HOUR_MS,
        issueAfterMs: options.issue_after_s * 1000,
        seed: SEED,
        observations,
        boundaryMs: this.#boundaryMs(),
        nowMs: clock.nowMs(),
        modelFile: modelFileOf(options),
      }
      const { result, processorSeconds } = await worker.work<'forecast'>({ kind: 'forecast', task })
      this.#counts.processorSeconds += processorSeconds ?? 0
      this.#took(key, series, result)
    } catch (error) {
      this.#known.lost(series, taken)
      this.#behind.delete(key)
      if (signal.aborted) return
      this.#counts.failed++
      const reason = error instanceof Error ? error.message : String(error)
      log('warn', `${key} was not forecast: ${reason}; it is tried again with the next quarter of an hour`)
    }
  }

  #took(key: string, series: ForecastCandidate, outlook: SeriesOutlook): void {
    this.#tellDamage(key, outlook.damagedLines)
    this.#tellModelFault(key, outlook.modelFile?.fault ?? null)
    this.#states = new Map(this.#states).set(key, { series, outlook })
    // Its whole history may come at once: it is read anew as long as there is too little.
    if (outlook.liveFromMs === null) this.#known.lost(series, 'recent')
    if (outlook.isBehind) this.#behind.add(key, this.#deps.clock.nowMs())
    else this.#behind.delete(key)
    for (const { horizon } of outlook.issued) this.#counts.issued[horizon]++
    if (outlook.issued.length === 0) return
    for (const listener of this.#listeners) listener({ series, issued: outlook.issued })
  }

  /** Tells of lines that cannot be read when they have become more. */
  #tellDamage(key: string, lines: number): void {
    const before = this.#states.get(key)?.outlook?.damagedLines ?? 0
    if (lines <= before) return
    const remedy = 'they are left out, and the others go on; a backup may have them'
    this.#deps.log('warn', `${key}: ${lines} lines of its forecasts cannot be read; ${remedy}`)
  }

  /** Tells of a fault of the model file once, and not for each series. */
  #tellModelFault(key: string, fault: ModelFileState['fault']): void {
    const isTold = this.states.some(({ outlook }) => outlook?.modelFile?.fault?.kind === fault?.kind)
    if (fault === null || isTold) return
    const { options, log } = this.#deps
    const what = `insight.model_file ${options.model_file} gives no forecast of ${key}: ${fault.message}`
    log('warn', `${what}; the other models go on, and it is asked again with the next quarter of an hour`)
  }

  /** Stored figures: those of a series that is new count as known at the end of their window, others as known now. */
  async #stored(series: ForecastCandidate, dir: string, which: ToBeRead): Promise<ObservationColumns> {
    const { clock, points } = this.#deps
    const { plant, scope, id, kpi } = series
    const nowMs = clock.nowMs()
    const isKnown = hasChain(dir)
    const historyMs = nowMs - HISTORY_DAYS * DAY_MS
    // A gateway that was off for long has more to catch up with than the last days.
    const notedMs = isKnown && which === 'recent' ? (new ObservationLog(dir).newestKnownMs ?? 0) : 0
    const found = { startsMs: [] as number[], values: [] as number[], arrivedAtMs: [] as number[] }
    for (let fromMs = Math.max(historyMs, Math.min(nowMs, notedMs) - LOOKBACK_MS); ; ) {
      const asked = { plant, scope, id, kpi, window: FORECAST_WINDOW, fromMs, toMs: nowMs, limit: PAGE } as const
      const page = await points.points(asked)
      for (const { startMs, endMs, value, provisional } of page) {
        if (value === null || provisional) continue
        found.startsMs.push(startMs)
        found.values.push(value)
        found.arrivedAtMs.push(isKnown ? nowMs : endMs)
      }
      if (page.length < PAGE) return found
      fromMs = page.at(-1)!.startMs + 1
    }
  }
}

/** True for a KPI whose quarters of an hour add up. */
function isQuarterSum(kpi: string): boolean {
  return CATALOGUE.some(({ id, shape, windows }) => id === kpi && shape === 'sum' && windows.includes(FORECAST_WINDOW))
}

function modelFileOf({ model_file, model_timeout_s }: InsightOptions): ModelFileOptions | null {
  return model_file === undefined ? null : { file: resolve(model_file), timeoutMs: model_timeout_s * 1000 }
}
