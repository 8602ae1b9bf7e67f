import type { Clock } from '../base/clock.js'
import { entryOf } from '../base/entry-of.js'
import type { Scope, WatchedFigures } from '../base/kpi.js'
import type { Engine } from '../kpi/engine.js'
import type { Pipeline } from './pipeline.js'

/** Figures are looked at for so long by whoever has asked for them. */
const WATCHED_MS = 30_000
/** Longest wait of a question: behind a flood it is answered with what there is. */
const WAIT_MAX_MS = 2000

export interface FigureDemandDeps {
  readonly clock: Clock
  readonly engine: Pick<Engine, 'watch'>
  readonly pipeline: Pick<Pipeline, 'computed'>
}

/**
 * Knows who looks at figures of windows that go on, of devices, or of plants and lines. Nobody misses what nobody looks at:
 * such figures are computed seldom then, and brought up to date for the first who asks. Windows that are over never wait.
 */
export class FigureDemand {
  readonly #deps: FigureDemandDeps
  /** Time of the last question by plant and kind of figures, epoch ms: bounded by the plants. */
  readonly #askedAtMs = new Map<string, number>()
  /** A cycle that brings a plant up to date. */
  readonly #coming = new Map<string, Promise<void>>()

  constructor(deps: FigureDemandDeps) {
    this.#deps = deps
  }

  isWatched(plant: string, scope: Scope): boolean {
    const atMs = this.#askedAtMs.get(keyOf(plant, scope))
    return atMs !== undefined && Math.abs(this.#deps.clock.nowMs() - atMs) < WATCHED_MS
  }

  /**
   * Somebody looks at figures of a plant. Resolves when they are as new as when they had been watched all the time, or when
   * that takes too long.
   */
  async ask(plant: string, watched: WatchedFigures): Promise<void> {
    const { clock, engine } = this.#deps
    this.#askedAtMs.set(keyOf(plant, watched.scope), clock.nowMs())
    if (engine.watch(plant, watched)) entryOf(this.#coming, plant, () => this.#compute(plant))
    const coming = this.#coming.get(plant)
    if (coming === undefined) return
    const waiting = new AbortController()
    await Promise.race([coming, clock.sleep(WAIT_MAX_MS, waiting.signal)])
    waiting.abort()
  }

  async #compute(plant: string): Promise<void> {
    await this.#deps.pipeline.computed()
    this.#coming.delete(plant)
  }
}

function keyOf(plant: string, scope: Scope): string {
  return scope === 'device' ? `${plant}|devices` : `${plant}|whole`
}
