import { join } from 'node:path'
import { HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { type FigurePages, type FigurePeriod, plantFigures } from '../../insight/anomalies/plant-figures.js'
import { recordsAfter } from '../../insight/anomalies/record.js'
import type { AnomalyVerdicts } from '../../insight/anomalies/verdicts.js'
import { LEARNT_DAYS } from '../../insight/anomalies/watched-series.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { daysKnown, fromFirstKnown, lastKnownMs, lookPeriod } from '../../insight/stage/look-period.js'
import type { Configs } from '../configs.js'
import { GrowingRests } from '../growing-rests.js'
import { inRounds, type PlantRoundDeps } from '../plant-rounds.js'
import { DamagedRecords, type KeptLook, RecordsFile } from './records-file.js'

/** Devices of one look at a plant at most, in the order of the configuration: 60 MB of memory while it lasts. */
export const LOOK_DEVICES_MAX = 200
/** Rows of one read: more would hold up the thread of live figures. */
const PAGE = 2000
/** Rest between two reads: the figures of a large plant take minutes, and nothing else waits for them. */
const READ_REST_MS = 20
/** A plant whose look failed is looked at again after so long, … */
const AGAIN_MS = HOUR_MS
/** … one with too few days, or without the last ones, after so long, and ever more seldom: its past may come at once. */
const GROWING_MS = MINUTE_MS
/** Last days without a figure are missing from so long on. */
const MISSING_MS = HOUR_MS

export interface AnomaliesDeps extends PlantRoundDeps {
  readonly configs: Pick<Configs, 'plants' | 'isInService'>
  readonly verdicts: Pick<AnomalyVerdicts, 'of'>
  /** Replaces a file whole; makes its folder. */
  write(path: string, text: string): void
}

/**
 * Looks for anomalies in a running gateway: once a day after midnight of each plant, and at the start what was missed, by the same rules
 * as the command. Figures are read in small parts, and gone through in the thread of forecasts.
 */
export class Anomalies {
  readonly #deps: AnomaliesDeps
  readonly #looks = new Map<string, KeptLook | null>()
  readonly #failedMs = new Map<string, number>()
  readonly #growing = new GrowingRests(GROWING_MS, AGAIN_MS)
  /** End of the newest figure that the last look at a plant saw, epoch ms. */
  readonly #newestMs = new Map<string, number>()

  constructor(deps: AnomaliesDeps) {
    this.#deps = deps
  }

  get isEnabled(): boolean {
    return this.#deps.options.enabled
  }

  /**
   * The newest look at a plant; null before the first. Throws when it is not known: `DamagedRecords` or the system's error of a file
   * that cannot be read.
   */
  lookAt(plant: string): KeptLook | null {
    const known = this.#looks.get(plant)
    if (known !== undefined) return known
    const look = this.#fileOf(plant).read()
    this.#looks.set(plant, look)
    return look
  }

  /** True when the last look at a plant failed. */
  hasFailed(plant: string): boolean {
    return this.#failedMs.has(plant)
  }

  /** Runs until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return inRounds(this.#deps, signal, (plan) => this.#lookWhenDue(plan, signal))
  }

  #isDue({ id, timezone }: PlantOptions): boolean {
    const nowMs = this.#deps.clock.nowMs()
    const sinceFailureMs = nowMs - (this.#failedMs.get(id) ?? Number.NEGATIVE_INFINITY)
    if (sinceFailureMs >= 0 && sinceFailureMs < AGAIN_MS) return false
    const look = this.#lookOrAnew(id)
    // A clock that was ahead would keep the next look away for as long.
    if (look === null || look.atMs > nowMs || look.toMs < lookPeriod(timezone, nowMs).toMs) return true
    if (this.#growing.has(id)) return this.#growing.isDue(id, nowMs)
    // A start does not know how long a look of before has rested.
    if (look.isComing === true) return true
    return look.knownDays <= LEARNT_DAYS && nowMs >= look.atMs + AGAIN_MS
  }

  /** The newest look; a damaged file is set aside. Throws the system's error of one that cannot be read. */
  #lookOrAnew(plant: string): KeptLook | null {
    const { log, clock } = this.#deps
    try {
      return this.lookAt(plant)
    } catch (error) {
      if (!(error instanceof DamagedRecords)) throw error
      const to = this.#fileOf(plant).setAside(clock.nowMs())
      log('warn', `${error.message}; it was set aside as ${to}, and ${plant} is looked at for anomalies anew`)
      return this.lookAt(plant)
    }
  }

  async #lookWhenDue(plan: PlantOptions, signal: AbortSignal): Promise<void> {
    const { log, clock } = this.#deps
    try {
      if (!this.#isDue(plan)) return
      const look = await this.#made(plan, signal)
      if (look === null) return
      this.#fileOf(plan.id).write(look)
      this.#looks.set(plan.id, look)
      this.#failedMs.delete(plan.id)
    } catch (error) {
      if (signal.aborted) return
      this.#failedMs.set(plan.id, clock.nowMs())
      const reason = error instanceof Error ? error.message : String(error)
      log('warn', `${plan.id} was not looked at for anomalies: ${reason}; it is tried again in an hour`)
    }
  }

  async #made(plan: PlantOptions, signal: AbortSignal): Promise<KeptLook | null> {
    const { clock, configs, worker, verdicts, isOwner } = this.#deps
    const { id, timezone, shifts, calendar, devices } = plan
    const atMs = clock.nowMs()
    const period = lookPeriod(timezone, atMs)
    const looked = devices.slice(0, LOOK_DEVICES_MAX)
    const figures = await plantFigures(this.#pages(signal), plan, period, looked)
    if (signal.aborted || !isOwner()) return null
    const history = fromFirstKnown(figures.history, plan)
    const knownDays = daysKnown(history)
    const fromMs = history.startMs
    const lastMs = lastKnownMs(history)
    const inService = devices.filter((device) => configs.isInService(id, device.id, atMs)).map((device) => device.id)
    const task = { plan: { timezone, shifts, calendar }, history }
    const { result: found } = await worker.work<'anomalies'>({ kind: 'anomalies', task })
    if (!isOwner()) return null
    const judgedFromMs = dayAfter(plan, fromMs, LEARNT_DAYS)
    const records = recordsAfter(
      this.lookAt(id)?.records ?? [],
      {
        ...{ fromMs, judgedFromMs, toMs: period.toMs, found, lastMs },
        inService: new Set(inService),
        silent: new Set(lastMs.size === 0 ? [] : figures.silent),
      },
      (record) => verdicts.of(id, record)?.act.verdict === 'confirmed',
    )
    const leftOut = devices.length - looked.length
    const isComing = this.#isComing(id, Math.max(...lastMs.values()), period.toMs)
    if (knownDays <= LEARNT_DAYS || isComing) this.#growing.add(id, atMs)
    else this.#growing.delete(id)
    return { atMs, fromMs, toMs: period.toMs, knownDays, leftOut, silent: figures.silent, records, isComing }
  }

  /** A plant that has fallen silent is behind too, but its newest figure is that of the look before. */
  #isComing(plant: string, newestMs: number, toMs: number): boolean {
    const before = this.#newestMs.get(plant)
    this.#newestMs.set(plant, newestMs)
    return newestMs < toMs - MISSING_MS && newestMs !== before
  }

  #pages(signal: AbortSignal): FigurePages {
    const { points, clock } = this.#deps
    return async function* (name, { fromMs, toMs }: FigurePeriod) {
      for (let beginMs = fromMs; !signal.aborted; ) {
        const page = await points.points({ ...name, fromMs: beginMs, toMs, limit: PAGE })
        if (page.length > 0) yield { unit: page[0]!.stream.unit, figures: page }
        await clock.sleep(READ_REST_MS, signal)
        if (page.length < PAGE) return
        beginMs = page.at(-1)!.startMs + 1
      }
    }
  }

  #fileOf(plant: string): RecordsFile {
    return new RecordsFile(join(this.#deps.dataDir, 'anomalies', `${plant}.json`), this.#deps.write)
  }
}

/** Midnight of a plant so many days after an instant, epoch ms. */
function dayAfter(plan: PlantOptions, ms: number, days: number): number {
  const all = new LocalDays(plan)
  return all.day(all.dayAt(ms).number + days).startMs
}
