import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { HOUR_MS, MINUTE_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import { type LocalDay, localDateOf } from '../../insight/series/local-days.js'
import type { LoadPlanAnswer } from '../../views/wire/load-plan.js'
import { GrowingRests } from '../growing-rests.js'
import { inRounds, type PlantRoundDeps } from '../plant-rounds.js'
import { KeptPlans } from './kept-plans.js'
import { planAnswer, type TriedLoadPlan } from './plan-answer.js'
import { hasFlexibility, nextDay, readPlanTask } from './plan-input.js'

/** A plan is made anew so often, with what has become known since; at once when the configuration has changed. */
const AGAIN_MS = HOUR_MS
/** A plant of which too little is known is tried again after so long, and ever more seldom: its past may come at once. */
const GROWING_MS = MINUTE_MS

export interface LoadPlansDeps extends PlantRoundDeps {
  /** Replaces a file whole; makes its folder. */
  write(path: string, text: string): void
}

/**
 * Plans the next day of each plant that has anything to place, each hour, in the thread of forecasts. The newest plan is in memory and made again from the same figures
 * after a start; the last one before a day begins stays on record, for whoever asks what was advised for it. No device is ever told of one.
 */
export class LoadPlans {
  readonly #deps: LoadPlansDeps
  readonly #kept: KeptPlans
  readonly #tried = new Map<string, TriedLoadPlan>()
  /** Instants before which a plant whose work failed is not tried again, epoch ms. */
  readonly #restUntilMs = new Map<string, number>()
  /** Plants of which too little is known. */
  readonly #growing = new GrowingRests(GROWING_MS, AGAIN_MS)

  constructor(deps: LoadPlansDeps) {
    this.#deps = deps
    this.#kept = new KeptPlans(join(deps.dataDir, 'load-plans'), deps.write)
  }

  get isEnabled(): boolean {
    return this.#deps.options.enabled
  }

  /** The newest try, where it is of the day that comes next and of the configuration that is; null before it. */
  newest(plan: PlantOptions): TriedLoadPlan | null {
    const tried = this.#tried.get(plan.id)
    const isOfNow = tried !== undefined && this.#isOf(tried, plan, nextDay(plan, this.#deps.clock.nowMs()))
    return isOfNow ? tried : null
  }

  /** The day that is planned now. */
  nextDayOf(plan: PlantOptions): LocalDay {
    return nextDay(plan, this.#deps.clock.nowMs())
  }

  /** The last plan that was made for a day before it began; null when none is on record. */
  kept(plant: string, date: string): LoadPlanAnswer | null {
    return this.#kept.of(plant, date)
  }

  /** Runs until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return inRounds(this.#deps, signal, (plan) => this.#planWhenDue(plan, signal))
  }

  #isOf({ day, options }: TriedLoadPlan, plan: PlantOptions, next: LocalDay): boolean {
    return day.startMs === next.startMs && (options === plan || isDeepStrictEqual(options, plan))
  }

  async #planWhenDue(plan: PlantOptions, signal: AbortSignal): Promise<void> {
    const { clock, log, points, worker, isOwner } = this.#deps
    if (!hasFlexibility(plan)) return void this.#tried.delete(plan.id)
    const nowMs = clock.nowMs()
    if ((this.#restUntilMs.get(plan.id) ?? 0) > nowMs) return
    const day = nextDay(plan, nowMs)
    const tried = this.#tried.get(plan.id)
    if (tried !== undefined && this.#isOf(tried, plan, day)) {
      const isGrowing = this.#growing.has(plan.id)
      const isDue = isGrowing ? this.#growing.isDue(plan.id, nowMs) : Math.abs(nowMs - tried.madeAtMs) >= AGAIN_MS
      if (!isDue) return
    }
    try {
      const task = await readPlanTask(points, plan, day)
      if (signal.aborted || !isOwner()) return
      const made = task === null ? null : { task, ...(await worker.work<'load_plan'>({ kind: 'load_plan', task })) }
      if (made !== null && made.result.expected === null) this.#growing.add(plan.id, nowMs)
      else this.#growing.delete(plan.id)
      const planned = { madeAtMs: nowMs, options: plan, day, made }
      this.#tried.set(plan.id, planned)
      this.#keep(planned)
    } catch (error) {
      if (signal.aborted) return
      this.#restUntilMs.set(plan.id, nowMs + AGAIN_MS)
      const reason = error instanceof Error ? error.message : String(error)
      log('warn', `tomorrow of ${plan.id} was not planned: ${reason}; it is tried again in an hour`)
    }
  }

  #keep(planned: TriedLoadPlan): void {
    const { options, day } = planned
    const answer = planAnswer(planned)
    try {
      const before = this.#kept.of(options.id, localDateOf(day))
      // A start whose past is still coming, or a solver without the time, takes no plan back that people go by.
      const isUndecided = answer.reason === 'no_forecast' || answer.reason === 'too_hard'
      if (isUndecided && before?.reason === '') return
      this.#kept.keep(options.id, localDateOf(day), answer)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#deps.log(
        'warn',
        `the plan of tomorrow of ${options.id} is not on record: ${reason}; the next one is tried again`,
      )
    }
  }
}
