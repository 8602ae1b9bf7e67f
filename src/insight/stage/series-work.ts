import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import { HORIZONS } from '../../base/forecast.js'
import type { ForecastRecord } from '../forecast.js'
import { HORIZON_RULES } from '../horizons.js'
import { type ForecastModel, ModelFault } from '../model-file/forecast-model.js'
import { intervalsAhead } from '../model-file/model-inputs.js'
import type { Observation } from '../series/known-series.js'
import { LocalDays } from '../series/local-days.js'
import { type ObservationColumns, observationAt, observationsIn } from '../series/observation-columns.js'
import { forecastVersion, SeriesForecaster } from '../series-forecaster.js'
import { type ForecastChain, ForecastChains, hasChain } from './chain.js'
import { FIRST_GROUP, FORECAST_GROUPS, type ForecastGroup, HOURS_GROUP } from './forecast-group.js'
import {
  daysOf,
  type ForecastTask,
  HISTORY_DAYS_MIN,
  type ModelFileState,
  type SeriesOutlook,
} from './forecast-task.js'
import { type IssuedForecast, IssuedForecasts, issuedForecast } from './issued-forecast.js'
import { readLearnt, writeLearnt } from './learnt-state.js'
import { ModelForecasts } from './model-forecasts.js'
import { type LoggedObservations, ObservationLog } from './observation-log.js'

/** A chain is not begun of figures that end so long ago: a history is taken whole, and what comes later would count as late. */
const BEHIND_MAX_MS = 2 * HOUR_MS
/** Days of a log that a new chain goes through. */
const CHAIN_DAYS = 400

/**
 * Brings the forecasts of one series up to the interval that goes on. All of it is a function of the log of observations and the
 * rules of the chains, so it does not matter when it is called, how often, or after which kill. Forecasts of a model file are asked for
 * once and kept beside the log.
 *
 * @param model that of the settings, or the fault for which it cannot be asked; null without one
 */
export async function workOnSeries(
  task: ForecastTask,
  model: ForecastModel | ModelFault | null = null,
): Promise<SeriesOutlook> {
  const { dir, boundaryMs, stepMs } = task
  const modelFile =
    model === null ? null : { sha256: model instanceof ModelFault ? null : model.sha256, fault: faultOf(model) }
  const knownDays = daysOf(new Set(task.observations.startsMs).size, stepMs)
  if (!hasChain(dir)) {
    const isShort = knownDays < HISTORY_DAYS_MIN
    const newestMs = task.observations.startsMs.reduce((most, startMs) => Math.max(most, startMs), 0)
    const isBehind = !isShort && newestMs < boundaryMs - BEHIND_MAX_MS
    if (isShort || isBehind) {
      return { knownDays, isBehind, newest: [], issued: [], scores: [], liveFromMs: null, damagedLines: 0, modelFile }
    }
  }
  const log = new ObservationLog(dir)
  const records = new IssuedForecasts(dir)
  const first = await walkGroup(task, FIRST_GROUP, { model, log, records })
  // The log has by now what became known.
  const hours = await walkGroup(task, HOURS_GROUP, { model: null, log, records })
  return {
    knownDays: first.knownDays,
    isBehind: false,
    newest: HORIZONS.flatMap((horizon) => records.newest(horizon) ?? []),
    issued: [...first.issued, ...hours.issued],
    scores: [...first.scores, ...hours.scores],
    liveFromMs: first.liveFromMs,
    damagedLines: log.damagedLines + first.damagedLines + hours.damagedLines + records.damagedLines,
    modelFile: modelFile === null ? null : { ...modelFile, fault: modelFile.fault ?? first.modelFault },
  }
}

interface WalkParts {
  readonly model: ForecastModel | ModelFault | null
  readonly log: ObservationLog
  readonly records: IssuedForecasts
}

/** Brings one group of horizons up to the interval that goes on; gives plain figures, so that what it has learnt can be let go of. */
async function walkGroup(task: ForecastTask, group: ForecastGroup, { model, log, records }: WalkParts) {
  const { dir, boundaryMs, nowMs } = task
  const chains = new ForecastChains(dir, group)
  const issuedOfMs = records.newest('next_interval')?.knownUntilMs ?? 0
  const walk = SeriesWalk.open(task, group, { model, log, chains, issuedOfMs })
  const candidates: IssuedForecast[] = []
  await walk.goTo(boundaryMs, model, (forecast, endMs) => {
    // A forecast that is not written while its time goes on is never issued: it would be none any more.
    if (nowMs < endMs) candidates.push(forecast)
  })
  walk.keepModelForecasts()
  const issued = records.add(candidates)
  walk.keep()
  return {
    knownDays: walk.knownDays,
    issued,
    scores: walk.scores(boundaryMs),
    liveFromMs: walk.chain.liveFromMs,
    damagedLines: chains.damagedLines,
    modelFault: faultOf(walk.modelFault),
  }
}

/** Goes through the log of a series by the rules of a chain, from where it was left. */
class SeriesWalk {
  readonly chain: ForecastChain
  readonly #dir: string
  readonly #group: ForecastGroup
  readonly #log: ObservationLog
  readonly #days: LocalDays
  readonly #forecaster: SeriesForecaster
  readonly #nowMs: number
  /** Forecasts of the model file; null in a chain without one. */
  readonly #models: ModelForecasts | null
  /** Observations that have not been taken yet, in order. */
  #waiting: LoggedObservations
  #taken = 0
  #endByte: number
  #nextMs: number
  /** True when all rows since the start of the chain are in memory. */
  #hasRows: boolean
  #toKeep: (() => void) | null = null

  static open(
    task: ForecastTask,
    group: ForecastGroup,
    of: Pick<WalkParts, 'model' | 'log'> & { readonly chains: ForecastChains; readonly issuedOfMs: number },
  ): SeriesWalk {
    const { model, log, chains, issuedOfMs } = of
    const { plan, coordinates, stepMs, issueAfterMs, seed, boundaryMs } = task
    const firstMs = () => {
      const [first] = log.readFrom(0).startsMs
      return Math.ceil(Math.max(first!, boundaryMs - CHAIN_DAYS * DAY_MS) / stepMs) * stepMs
    }
    const isBegun = chains.newest !== null
    const isFirst = group === FIRST_GROUP
    // The log comes before the chain: a kill in between begins anew.
    if (isFirst && !isBegun) log.append(unknownOf(task.observations, log))
    // A file that cannot be asked just now is waited for: a chain of its own without it would learn all anew.
    const modelFile = model instanceof ModelFault ? (chains.newest?.modelFile ?? null) : (model?.sha256 ?? null)
    const chain = chains.withRules(
      { version: forecastVersion(coordinates), seed, stepMs, issueAfterMs, plan, coordinates, modelFile },
      { firstMs, nowMs: boundaryMs },
    )
    const walk = new SeriesWalk(task, group, { log, chain })
    if (isFirst && isBegun) walk.#note(task.observations, issuedOfMs)
    return walk
  }

  private constructor(
    { dir, boundaryMs, nowMs }: ForecastTask,
    group: ForecastGroup,
    { log, chain }: { readonly log: ObservationLog; readonly chain: ForecastChain },
  ) {
    this.chain = chain
    this.#dir = dir
    this.#group = group
    this.#log = log
    this.#nowMs = nowMs
    this.#days = new LocalDays(chain.plan)
    const learnt = readLearnt(dir, group)
    const isTakenOver = learnt !== null && learnt.chain === chain.tookOver
    const isUsable = isTakenOver || learnt?.chain === chain.chain
    this.#nextMs = isUsable ? learnt.nextMs : chain.firstMs
    this.#models = modelForecastsOf(dir, chain, this.#nextMs)
    // Forecasts of time that has gone by are not issued any more: of these the intervals that are judged are enough.
    const wholeFromMs = Math.max(chain.liveFromMs, boundaryMs) - HOUR_MS
    const of = { days: this.#days, models: this.#models, wholeFromMs }
    this.#forecaster = forecasterOf(chain, group, of, (run) => {
      if (!this.#hasRows) this.#makeRows()
      return run()
    })
    if (isUsable) this.#forecaster.restore(learnt.forecaster)
    // It was kept behind the first step of a day.
    if (isTakenOver) this.#forecaster.judgeAnew(this.#nextMs - chain.stepMs)
    this.#endByte = isUsable ? learnt.endByte : 0
    this.#hasRows = !isUsable
    this.#waiting = log.readFrom(this.#endByte)
  }

  get knownDays(): number {
    return this.#forecaster.knownDays
  }

  scores(atMs: number): SeriesOutlook['scores'] {
    const { liveFromMs } = this.chain
    return this.#forecaster.scores(atMs).map((score) => ({ ...score, liveFromMs }))
  }

  /** The fault that the model file had last; null when it had none. */
  get modelFault(): ModelFault | null {
    return this.#models?.fault ?? null
  }

  /** Takes all steps up to one; gives each forecast with the end of what it is of. */
  async goTo(
    boundaryMs: number,
    model: ForecastModel | ModelFault | null,
    onForecast: (forecast: IssuedForecast, endMs: number) => void,
  ): Promise<void> {
    const { stepMs, issueAfterMs } = this.chain
    const lastDayMs = this.#days.dayAt(boundaryMs).startMs
    for (let at = this.#nextMs; at <= boundaryMs; at += stepMs) {
      this.#take(at + issueAfterMs)
      if (model !== null) await this.#askModel(model, at, at === boundaryMs)
      for (const record of this.#forecaster.step(at).issued) {
        const of = { issuedAtMs: this.#nowMs, knownUntilMs: at + issueAfterMs }
        onForecast(issuedForecast(record, this.chain, of), endOf(record, stepMs))
      }
      this.#nextMs = at + stepMs
      if (at === lastDayMs) this.#prepareToKeep()
    }
  }

  async #askModel(model: ForecastModel | ModelFault, startMs: number, isLive: boolean): Promise<void> {
    await this.#models?.ask(model, {
      startMs,
      intervals: intervalsAhead(this.#days, startMs, this.chain.stepMs),
      isLive,
      inputs: () => this.#forecaster.modelInputs(startMs),
    })
  }

  /** Writes what the model file gave: before what was issued, which was made of it. */
  keepModelForecasts(): void {
    this.#models?.keep()
  }

  /** Writes what was learnt by the start of the day, when that is new: after what was issued, which a kill must not lose. */
  keep(): void {
    this.#toKeep?.()
  }

  #prepareToKeep(): void {
    const { chain } = this.chain
    // It goes on to be changed, so it is copied as it is now.
    const forecaster = structuredClone(this.#forecaster.state)
    const [nextMs, endByte] = [this.#nextMs, this.#endByte]
    this.#toKeep = () => writeLearnt(this.#dir, this.#group, { chain, nextMs, endByte, forecaster })
  }

  #take(untilMs: number): void {
    const { arrivedAtMs, endBytes } = this.#waiting
    for (; this.#taken < arrivedAtMs.length && arrivedAtMs[this.#taken]! <= untilMs; this.#taken++) {
      this.#forecaster.take(observationAt(this.#waiting, this.#taken))
      this.#endByte = endBytes[this.#taken]!
    }
  }

  /** Adds what is new to the log. It counts as known after all that is in it, and after what forecasts were issued of. */
  #note(observations: ObservationColumns, issuedOfMs: number): void {
    const waiting = valuesOf(this.#waiting)
    const isNew = (startMs: number, value: number) =>
      (waiting.get(startMs) ?? this.#forecaster.valueAt(startMs)) !== value
    const { stepMs, issueAfterMs } = this.chain
    const steppedMs = Math.max(issuedOfMs, this.#nextMs - stepMs + issueAfterMs)
    let knownMs = Math.max(steppedMs + 1, this.#waiting.arrivedAtMs.at(-1) ?? 0)
    const added = observationsIn(observations, isNew).map((one) => {
      knownMs = Math.max(knownMs, one.arrivedAtMs)
      return { ...one, arrivedAtMs: knownMs }
    })
    this.#log.append(added)
    this.#waiting = this.#log.readFrom(this.#endByte)
    this.#taken = 0
  }

  /** Goes through the log once more for the rows that trees learn from. */
  #makeRows(): void {
    const { firstMs, stepMs, issueAfterMs } = this.chain
    const of = { days: this.#days, models: this.#models, wholeFromMs: Number.POSITIVE_INFINITY }
    const other = forecasterOf(this.chain, this.#group, of, (run) => run())
    const all = this.#log.readFrom(0)
    let taken = 0
    // The step at which the fit is made has no rows yet.
    for (let at = firstMs; at < this.#nextMs; at += stepMs) {
      taken = takeUntil(other, all, taken, at + issueAfterMs)
      other.stepRows(at)
    }
    this.#forecaster.useRowsOf(other)
    this.#hasRows = true
  }
}

/** End of the time in which a forecast may be issued, epoch ms. */
function endOf({ horizon, issuedAtMs, values }: ForecastRecord, stepMs: number): number {
  const { replacedAfterMs } = HORIZON_RULES[horizon]
  return replacedAfterMs === null ? values.at(-1)!.startMs + stepMs : issuedAtMs + replacedAfterMs
}

function forecasterOf(
  chain: ForecastChain,
  { horizons }: ForecastGroup,
  of: { readonly days: LocalDays; readonly models: ModelForecasts | null; readonly wholeFromMs: number },
  onFit: (run: () => boolean) => boolean,
): SeriesForecaster {
  const { version, stepMs, seed, fitsFromMs, coordinates = null } = chain
  const { days, models, wholeFromMs } = of
  return new SeriesForecaster({
    horizons,
    stepMs,
    days,
    coordinates,
    seed,
    version,
    peakThreshold: null,
    fitsFromMs,
    wholeFromMs,
    outside: models === null ? null : (startMs) => models.at(startMs),
    onFit: (_, run) => void onFit(run),
  })
}

function modelForecastsOf(dir: string, chain: ForecastChain, fromMs: number): ModelForecasts | null {
  return chain.modelFile == null ? null : new ModelForecasts(dir, chain, fromMs)
}

function faultOf(error: unknown): ModelFileState['fault'] {
  return error instanceof ModelFault ? { kind: error.kind, message: error.message } : null
}

/** A start that was killed between log and chain has written some already. */
function unknownOf(observations: ObservationColumns, log: ObservationLog): readonly Observation[] {
  const known = valuesOf(log.readFrom(0))
  return observationsIn(observations, (startMs, value) => known.get(startMs) !== value)
}

function valuesOf({ startsMs, values }: ObservationColumns): ReadonlyMap<number, number> {
  return new Map(startsMs.map((startMs, at) => [startMs, values[at]!]))
}

/** Gives a forecaster what has arrived by an instant, from a place of the log on; gives the place behind it. */
function takeUntil(forecaster: SeriesForecaster, all: LoggedObservations, from: number, untilMs: number): number {
  let taken = from
  for (; taken < all.arrivedAtMs.length && all.arrivedAtMs[taken]! <= untilMs; taken++) {
    forecaster.take(observationAt(all, taken))
  }
  return taken
}

/** Forecasts of a chain as the log gives them again: those that were issued are among them, to the last bit of their values. */
export function forecastsOfLog(dir: string, untilMs: number): readonly IssuedForecast[] {
  return FORECAST_GROUPS.flatMap((group) => forecastsOfGroup(dir, group, untilMs))
}

function forecastsOfGroup(dir: string, group: ForecastGroup, untilMs: number): readonly IssuedForecast[] {
  const chain = new ForecastChains(dir, group).newest
  if (chain === null) return []
  const models = modelForecastsOf(dir, chain, chain.firstMs)
  // Forecasts that are issued when a chain begins are whole; earlier ones are exercises.
  const of = { days: new LocalDays(chain.plan), models, wholeFromMs: chain.liveFromMs - HOUR_MS }
  const forecaster = forecasterOf(chain, group, of, (run) => run())
  const all = new ObservationLog(dir).readFrom(0)
  const found: IssuedForecast[] = []
  let taken = 0
  for (let at = chain.firstMs; at <= untilMs; at += chain.stepMs) {
    const knownUntilMs = at + chain.issueAfterMs
    taken = takeUntil(forecaster, all, taken, knownUntilMs)
    const of = { issuedAtMs: knownUntilMs, knownUntilMs }
    found.push(...forecaster.step(at).issued.map((record) => issuedForecast(record, chain, of)))
  }
  return found
}
