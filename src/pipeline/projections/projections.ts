import { join } from 'node:path'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { PROJECTION_VERSION } from '../../insight/budget/projection.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { type IssuedProjection, IssuedProjections } from '../../insight/stage/issued-projection.js'
import type { ReadDays } from '../../insight/stage/projection-task.js'
import { unitInCurrency } from '../../kpi/settings/currency.js'
import { GrowingRests } from '../growing-rests.js'
import { inRounds, type PlantRoundDeps } from '../plant-rounds.js'
import { budgetedKpis, kpiUnit, projectedKpis } from './projected-kpis.js'

/** Figures of a day are final so long after it, unless a device was silent. */
const SETTLED_MS = HOUR_MS
/** Days that are looked back, at most: two years, and some weeks that these are compared with. */
const HISTORY_DAYS = 800
/** A plant whose work failed is tried again after so long, … */
const AGAIN_MS = HOUR_MS
/** … one of which nothing could be projected, or whose last days are missing, after so long, and ever more seldom: its past may come at once. */
const GROWING_MS = MINUTE_MS
/** Last days that are not known are missing from so many on. */
const MISSING_DAYS = 2

/**
 * Projects how month and year of each plant will end, once a day an hour after midnight of the plant, out of final figures of days. Each
 * projection is kept as it was issued.
 */
export class Projections {
  readonly #deps: PlantRoundDeps
  readonly #newest = new Map<string, IssuedProjection | null>()
  readonly #rests = new GrowingRests(GROWING_MS, AGAIN_MS)

  constructor(deps: PlantRoundDeps) {
    this.#deps = deps
  }

  get isEnabled(): boolean {
    return this.#deps.options.enabled
  }

  /** The projection of a plant that was issued last; null before the first. */
  newest(plant: string): IssuedProjection | null {
    const known = this.#newest.get(plant)
    if (known !== undefined) return known
    const { newest } = this.recordsOf(plant)
    this.#newest.set(plant, newest)
    return newest
  }

  recordsOf(plant: string): IssuedProjections {
    return new IssuedProjections(join(this.#deps.dataDir, 'projections', plant))
  }

  /** Runs until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return inRounds(this.#deps, signal, (plan) => this.#projectWhenDue(plan, signal))
  }

  async #projectWhenDue(plan: PlantOptions, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps
    const nowMs = clock.nowMs()
    if (this.#rests.has(plan.id) && !this.#rests.isDue(plan.id, nowMs)) return
    try {
      const todayMs = new LocalDays(plan).dayAt(nowMs - SETTLED_MS).startMs
      const newest = this.newest(plan.id)
      const isOfToday = newest !== null && newest.todayMs === todayMs
      if (isOfToday && said(newest) > 0 && !this.#rests.has(plan.id)) return
      this.#rests.add(plan.id, nowMs)
      const made = await this.#projected(plan, todayMs, signal)
      if (made === null) return
      const { issued, isWhole } = made
      if (isWhole && said(issued) > 0) this.#rests.delete(plan.id)
      // A projection that was made of a day stays, unless more can be said by then.
      if (isOfToday && said(issued) <= said(newest)) return
      this.recordsOf(plan.id).add(issued)
      this.#newest.set(plan.id, issued)
    } catch (error) {
      if (signal.aborted) return
      this.#rests.addLongest(plan.id, nowMs)
      const reason = error instanceof Error ? error.message : String(error)
      log('warn', `the budget of ${plan.id} was not projected: ${reason}; it is tried again in an hour`)
    }
  }

  /** Null when it was stopped. `isWhole` says that the last days are known. */
  async #projected(
    plan: PlantOptions,
    todayMs: number,
    signal: AbortSignal,
  ): Promise<{ readonly issued: IssuedProjection; readonly isWhole: boolean } | null> {
    const { clock, worker, isOwner } = this.#deps
    const { timezone, shifts, calendar } = plan
    const asked = new Set(budgetedKpis(plan))
    const series: ReadDays[] = []
    for (const kpi of projectedKpis(plan)) {
      const read = await this.#daysOf(plan, kpi, todayMs)
      if (signal.aborted || !isOwner()) return null
      if (read.values.length > 0 || asked.has(kpi)) series.push(read)
    }
    const task = { plan: { timezone, shifts, calendar }, todayMs, series }
    const { result: kpis } = await worker.work<'projection'>({ kind: 'projection', task })
    if (!isOwner()) return null
    const lastMs = Math.max(...series.map(({ startsMs }) => startsMs.at(-1) ?? Number.NEGATIVE_INFINITY))
    const issued = { issuedAtMs: clock.nowMs(), todayMs, version: PROJECTION_VERSION, kpis }
    return { issued, isWhole: lastMs >= todayMs - MISSING_DAYS * DAY_MS }
  }

  /** Days that are final, up to the one that goes on. */
  async #daysOf(plan: PlantOptions, kpi: string, todayMs: number): Promise<ReadDays> {
    const name = { plant: plan.id, scope: 'plant', id: plan.id, kpi, window: '1d' } as const
    const fromMs = todayMs - HISTORY_DAYS * DAY_MS
    const found = await this.#deps.points.points({ ...name, fromMs, toMs: todayMs, limit: HISTORY_DAYS + 1 })
    const known = found.flatMap(({ startMs, value, provisional }) =>
      value === null || provisional ? [] : [{ startMs, value }],
    )
    return {
      ...{ kpi, unit: unitInCurrency(kpiUnit(kpi), plan) },
      startsMs: Float64Array.from(known, ({ startMs }) => startMs),
      values: Float64Array.from(known, ({ value }) => value),
    }
  }
}

/** Number of ends that are projected. */
function said({ kpis }: IssuedProjection): number {
  return kpis.reduce((sum, { periods }) => sum + periods.filter(({ projected }) => projected !== null).length, 0)
}
