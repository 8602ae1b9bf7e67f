import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** The fine measurement looks this often how late it is; the delay that it finds is that much too long. */
const RESOLUTION_MS = 5
/** Working time between two looks from which on a stall is measured finely: no stall is longer than the work it is part of. */
const FINE_MS = 20
/** The fine measurement goes on for so many seconds after the last that needed it. */
const FINE_SECONDS = 5
/** Working time that one look of the fine measurement costs a slow machine whose caches are cold, at most. */
const LOOK_MS = 0.2

/** The two measurements of Node.js: how late a timer was, ns, and for how long the loop has worked in all, ms. */
export interface LoopMeasurements {
  readonly delays: { readonly max: number; readonly count: number; enable(): void; disable(): void; reset(): void }
  workedMs(): number
}

function ofThisThread(): LoopMeasurements {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  return { delays, workedMs: () => performance.eventLoopUtilization().active }
}

/**
 * Measures how long the event loop of this thread was not free at a time. A timer that is asked 200 times a second would be most
 * of what an idle gateway does, so it runs only while there is work: before that the working time between two looks, which a
 * stall cannot exceed, stands for it.
 */
export class StallMeter {
  readonly #delays: LoopMeasurements['delays']
  readonly #workedMs: () => number
  #lastMs: number
  #longestMs = 0
  #looks = 0
  #fineSeconds = 0

  constructor({ delays, workedMs } = ofThisThread()) {
    this.#delays = delays
    this.#workedMs = workedMs
    this.#lastMs = workedMs()
  }

  /** True while stalls are measured to a few milliseconds. */
  get isFine(): boolean {
    return this.#fineSeconds > 0
  }

  /** Notes the working time since the look before; the oftener it is called, the closer the figure. */
  look(): void {
    const nowMs = this.#workedMs()
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.#looks++
  }

  /** The longest stall since the last call, in seconds. To be called once a second. */
  takeS(): number {
    this.look()
    const fineMs = this.isFine ? Math.max(0, this.#delays.max / 1e6 - RESOLUTION_MS) : Infinity
    const stallMs = Math.min(this.#longestMs, fineMs)
    // The fine measurement is no work for which it would be needed: it would go on for ever by itself.
    const ownMs = this.isFine ? (this.#delays.count / this.#looks) * LOOK_MS : 0
    if (this.#longestMs - ownMs >= FINE_MS) this.#begin()
    else if (this.isFine && --this.#fineSeconds === 0) this.#delays.disable()
    this.#longestMs = 0
    this.#looks = 0
    this.#delays.reset()
    return stallMs / 1000
  }

  #begin(): void {
    if (!this.isFine) this.#delays.enable()
    this.#fineSeconds = FINE_SECONDS
  }

  close(): void {
    this.#delays.disable()
  }
}
