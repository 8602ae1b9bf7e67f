import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.js'
import { HORIZONS, type HorizonName } from '../../base/forecast.js'
import { type ForecastSeries, forecastSeriesKey } from '../../insight/stage/forecast-series.js'
import { type IssuedForecast, IssuedForecasts } from '../../insight/stage/issued-forecast.js'
import type { Delivery } from '../../stores/delivery.js'
import type { StoredForecast } from '../../stores/store.js'
import type { Forecasts } from './forecasts.js'

const LOOK_MS = 2_000
/** It rests so long when something went wrong: people have to mend a full disk. */
const REST_MS = 60_000
/** A long delivery notes so often what the store has: each note waits for the disk. */
const NOTE_MS = 5_000
/** Forecasts of one write: a day has a hundred intervals. */
const FORECASTS_MAX = 100

/** Start of the newest interval that a store has, epoch ms, by series and horizon. */
type Delivered = Readonly<Record<string, number>>

export interface ForecastDeliveryDeps {
  readonly clock: Clock
  readonly forecasts: Pick<Forecasts, 'dir' | 'states' | 'listen'>
  readonly delivery: Pick<Delivery, 'hasBegun' | 'trouble' | 'timesEmpty'> & {
    readonly store: Pick<Delivery['store'], 'name' | 'write'>
  }
  /** Folder in which it is kept what the store has. */
  readonly dir: string
  /** Replaces a file whole; makes its folder. */
  write(path: string, text: string): void
  /** True while nobody else may write for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

/** Runs work that may fail, `what` being its name for people. */
type TriedWork = (what: string, work: () => Promise<void>) => Promise<void>

/**
 * Brings forecasts that were shown to one store, beside its delivery of readings and figures. They are read from their records, so
 * nothing waits in memory; what a store has is kept in a small file, and a store that holds nothing (any more) gets all of them. The file
 * may be some seconds behind, for a forecast that is written a second time changes nothing.
 */
export class ForecastDelivery {
  readonly #deps: ForecastDeliveryDeps
  /** Keys of series with something new, bounded by the series. */
  readonly #due = new Set<string>()
  readonly #seen = new Set<string>()
  /** Everything that went wrong in the last round; it is told of once. */
  #failing: ReadonlySet<string> = new Set()
  /** Lines that cannot be read and were told of, by series and horizon. */
  readonly #damaged = new Map<string, number>()
  #delivered: Delivered = {}
  #isRead = false
  #isNoted = true
  #notedAtMs = 0
  #timesEmpty = 0

  constructor(deps: ForecastDeliveryDeps) {
    this.#deps = deps
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, forecasts, delivery, isOwner } = this.#deps
    const stop = forecasts.listen(({ series }) => this.#due.add(forecastSeriesKey(series)))
    while (!signal.aborted) {
      const isWell = delivery.hasBegun && delivery.trouble === '' && isOwner() ? await this.#round(signal) : true
      await clock.sleep(isWell ? LOOK_MS : REST_MS, signal)
    }
    stop()
  }

  /** Brings everything that is due. False when something went wrong: that stays due. */
  async #round(signal: AbortSignal): Promise<boolean> {
    const failing = new Set<string>()
    const tried: TriedWork = async (what, work) => {
      try {
        await work()
      } catch (error) {
        if (!this.#failing.has(what) && !failing.has(what)) this.#tell(what, error)
        failing.add(what)
      }
    }
    await tried(this.#path, async () => this.#begin())
    if (failing.size === 0) await this.#deliverDue(tried, signal)
    await tried(this.#path, async () => this.#note())
    this.#failing = failing
    return failing.size === 0
  }

  #tell(what: string, error: unknown): void {
    const { delivery, log } = this.#deps
    const reason = error instanceof Error ? error.message : String(error)
    log('warn', `forecasts did not all reach ${delivery.store.name}: ${what}: ${reason}; it is tried again each minute`)
  }

  #begin(): void {
    const { delivery } = this.#deps
    if (!this.#isRead) this.#delivered = this.#read()
    this.#isRead = true
    if (delivery.timesEmpty === this.#timesEmpty) return
    this.#delivered = {}
    this.#isNoted = false
    // This is noted first, for after a start nothing tells that the store has lost them.
    this.#note()
    this.#timesEmpty = delivery.timesEmpty
    this.#seen.clear()
  }

  async #deliverDue(tried: TriedWork, signal: AbortSignal): Promise<void> {
    const { clock, forecasts } = this.#deps
    for (const { series } of forecasts.states) {
      const key = forecastSeriesKey(series)
      if (this.#seen.has(key) && !this.#due.has(key)) continue
      this.#due.delete(key)
      for (const horizon of HORIZONS) {
        let isAll = false
        await tried(`${key} ${horizon}`, async () => {
          isAll = await this.#deliver(series, horizon, signal)
        })
        if (signal.aborted) return
        if (!isAll) this.#due.add(key)
        if (clock.nowMs() - this.#notedAtMs >= NOTE_MS) await tried(this.#path, async () => this.#note())
      }
      this.#seen.add(key)
    }
  }

  /** False when the store did not take all there is. */
  async #deliver(series: ForecastSeries, horizon: HorizonName, signal: AbortSignal): Promise<boolean> {
    const { forecasts, delivery, isOwner } = this.#deps
    const key = `${forecastSeriesKey(series)} ${horizon}`
    const records = new IssuedForecasts(join(forecasts.dir, forecastSeriesKey(series)))
    const newestMs = records.newest(horizon)?.startMs ?? Number.NEGATIVE_INFINITY
    this.#tellDamage(key, records.damagedLines)
    while (!signal.aborted) {
      const deliveredMs = this.#delivered[key] ?? -1
      if (newestMs <= deliveredMs) return true
      const range = { fromMs: deliveredMs + 1, toMs: Number.POSITIVE_INFINITY, limit: FORECASTS_MAX }
      const issued = records.range(horizon, range)
      this.#tellDamage(key, records.damagedLines)
      const last = issued.at(-1)
      if (last === undefined) return true
      const intervals = issued.flatMap((one) => intervalsOf(series, one))
      if (!isOwner()) return false
      if (intervals.length > 0) {
        const outcome = await delivery.store.write({ samples: [], points: [], erased: [], forecasts: intervals })
        if (outcome.kind === 'busy') return false
      }
      this.#delivered = { ...this.#delivered, [key]: last.startMs }
      this.#isNoted = false
    }
    return false
  }

  /** Lines that cannot be read hold nothing up, and are told of when they have become more. */
  #tellDamage(key: string, lines: number): void {
    if (lines <= (this.#damaged.get(key) ?? 0)) return
    this.#damaged.set(key, lines)
    const { delivery, log } = this.#deps
    log(
      'warn',
      `forecasts of ${key}: ${lines} damaged lines of the record do not reach ${delivery.store.name}; the others do`,
    )
  }

  get #path(): string {
    return join(this.#deps.dir, `${this.#deps.delivery.store.name}.json`)
  }

  /** A file that is missing or damaged means that all is written once more, which changes nothing. */
  #read(): Delivered {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Delivered
    } catch (error) {
      if (!(error instanceof SyntaxError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return {}
    }
  }

  /** Writes down what the store has, unless that is done. */
  #note(): void {
    if (this.#isNoted) return
    this.#notedAtMs = this.#deps.clock.nowMs()
    this.#deps.write(this.#path, `${JSON.stringify(this.#delivered)}\n`)
    this.#isNoted = true
  }
}

/** Intervals of a forecast that is shown; those without a value are left out. */
function intervalsOf({ plant, scope, id, kpi }: ForecastSeries, issued: IssuedForecast): readonly StoredForecast[] {
  if (issued.hidden !== null) return []
  const { horizon, issuedAtMs, startMs, stepMs, values } = issued
  return values.flatMap(([value, low50, high50, low90, high90], i) => {
    if (value === null || low50 === null || high50 === null || low90 === null || high90 === null) return []
    const of = { plant, scope, id, kpi, horizon, issuedAtMs, startMs: startMs + i * stepMs }
    return [{ ...of, value, low50, high50, low90, high90 }]
  })
}
