import { HOUR_MS } from '../../base/durations.js'

/** A series whose history is still being computed is looked at again after so long, and after twice as long each time. */
const REST_MIN_MS = 20_000
const REST_MAX_MS = HOUR_MS

/**
 * Series whose newest figures are missing. Some of them are being back-filled and some never send again, so each is looked at ever more
 * seldom, and without the others: its whole history is read each time.
 */
export class BehindSeries {
  readonly #rests = new Map<string, { readonly restMs: number; readonly untilMs: number }>()

  has(key: string): boolean {
    return this.#rests.has(key)
  }

  /** True when this series has rested long enough. */
  isDue(key: string, nowMs: number): boolean {
    return nowMs >= (this.#rests.get(key)?.untilMs ?? Number.POSITIVE_INFINITY)
  }

  isAnyDue(nowMs: number): boolean {
    return [...this.#rests.keys()].some((key) => this.isDue(key, nowMs))
  }

  /** Notes that a series is still behind. */
  add(key: string, nowMs: number): void {
    const before = this.#rests.get(key)
    const restMs = before === undefined ? REST_MIN_MS : Math.min(REST_MAX_MS, 2 * before.restMs)
    this.#rests.set(key, { restMs, untilMs: nowMs + restMs })
  }

  delete(key: string): void {
    this.#rests.delete(key)
  }

  /** Drops all series but these. */
  keep(keys: { has(key: string): boolean }): void {
    for (const key of this.#rests.keys()) if (!keys.has(key)) this.#rests.delete(key)
  }
}
