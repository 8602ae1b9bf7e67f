import { join } from 'node:path'
import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { PROJECTION_VERSION } from '../../insight/budget/projection.js'
import { LocalDays } from '../../insight/series/local-days.js'
import { type IssuedProjection, IssuedProjections } from '../../insight/stage/issued-projection.js'
import type { ReadDays } from '../../insight/stage/projection-task.js'
import { unitInCurrency } from '../../kpi/settings/currency.js'
import { inRounds, type PlantRoundDeps } from '../plant-rounds.js'
import { budgetedKpis, kpiUnit, projectedKpis } from './projected-kpis.js'

/** Figures of a day are final so long after it, unless a device was silent. */
const SETTLED_MS = HOUR_MS
/** Days that are looked back, at most: two years, and some weeks that these are compared with. */
const HISTORY_DAYS = 800
/** A plant of which nothing could be projected, or whose work failed, is tried again after so long: its past may come at once. */
const AGAIN_MS = HOUR_MS

/**
 * Projects how month and year of each plant will end, once a day an hour after midnight of the plant, out of final figures of days. Each
 * projection is kept as it was issued.
 */
export class Projections {
  readonly #deps: PlantRoundDeps
  readonly #newest = new Map<string, IssuedProjection | null>()
  /** Instants before which a plant is not tried again, epoch ms. */
  readonly #restUntilMs = new Map<string, number>()

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
    const restMs = (this.#restUntilMs.get(plan.id) ?? nowMs) - nowMs
    // A clock that was ahead would keep the next one away for as long.
    if (restMs > 0 && restMs <= AGAIN_MS) return
    try {
      const todayMs = new LocalDays(plan).dayAt(nowMs - SETTLED_MS).startMs
      const newest = this.newest(plan.id)
      const isOfToday = newest !== null && newest.todayMs === todayMs
      if (isOfToday && saysAnything(newest)) return
      this.#restUntilMs.set(plan.id, nowMs + AGAIN_MS)
      const issued = await this.#projected(plan, todayMs, signal)
      if (issued === null) return
      if (saysAnything(issued)) this.#restUntilMs.delete(plan.id)
      else if (isOfToday) return
      this.recordsOf(plan.id).add(issued)
      this.#newest.set(plan.id, issued)
    } catch (error) {
      if (signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      log('warn', `the budget of ${plan.id} was not projected: ${reason}; it is tried again in an hour`)
    }
  }

  async #projected(plan: PlantOptions, todayMs: number, signal: AbortSignal): Promise<IssuedProjection | null> {
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
    return isOwner() ? { issuedAtMs: clock.nowMs(), todayMs, version: PROJECTION_VERSION, kpis } : null
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

function saysAnything({ kpis }: IssuedProjection): boolean {
  return kpis.some(({ periods }) => periods.some(({ projected }) => projected !== null))
}
