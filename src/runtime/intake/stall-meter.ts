import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** The fine measurement looks this often how late it is; the delay that it finds is that much too long. */
const RESOLUTION_MS = 5
/** Working time between two looks from which on a stall is measured finely: no stall is longer than the work it is part of. */
const FINE_MS = 20
/** The fine measurement goes on for so many seconds after the last that needed it. */
const FINE_SECONDS = 5

/**
 * Measures how long the event loop of this thread was not free at a time. A timer that is asked 200 times a second would be most
 * of what an idle gateway does, so it runs only while there is work: before that the working time between two looks, which a
 * stall cannot exceed, stands for it.
 */
export class StallMeter {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #utilization: EventLoopUtilization = performance.eventLoopUtilization()
  #longestMs = 0
  #fineSeconds = 0

  /** True while stalls are measured to a few milliseconds. */
  get isFine(): boolean {
    return this.#fineSeconds > 0
  }

  /** Notes the working time since the look before; the oftener it is called, the closer the figure. */
  look(): void {
    const now = performance.eventLoopUtilization()
    const activeMs = performance.eventLoopUtilization(now, this.#utilization).active
    this.#utilization = now
    this.#longestMs = Math.max(this.#longestMs, activeMs)
  }

  /** The longest stall since the last call, in seconds. To be called once a second. */
  takeS(): number {
    this.look()
    const fineMs = this.isFine ? Math.max(0, this.#delays.max / 1e6 - RESOLUTION_MS) : Infinity
    const stallMs = Math.min(this.#longestMs, fineMs)
    if (this.#longestMs >= FINE_MS) this.#begin()
    else if (this.isFine && --this.#fineSeconds === 0) this.#delays.disable()
    this.#longestMs = 0
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
