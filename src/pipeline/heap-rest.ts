import type { Clock } from '../base/clock.js'

const LOOK_MS = 5000
/** Figures that are later than this are those of a flood, or of a start. */
const BUSY_LAG_MS = 5000
/** The flood is over when this many looks one after the other have found nothing late. */
const CALM_LOOKS = 3
/** A heap is given a rest no more often: it costs as much as a second of a large plant. */
const EVERY_MS = 120_000

export interface HeapRestDeps {
  readonly clock: Clock
  /** Figures are late by so much, ms. */
  lagMs(): number
  /** A flood has begun. */
  busy(): void
  /** It is over, for some time. */
  rest(): Promise<void>
}

/**
 * Knows when the work of a start or of a flood is over, so that memory which it took and nothing needs any more can be given
 * back once.
 */
export class HeapRest {
  readonly #deps: HeapRestDeps
  #isBusy = true
  #calmLooks = 0
  #restedAtMs = -Infinity

  constructor(deps: HeapRestDeps) {
    this.#deps = deps
  }

  /** Looks now and then until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(LOOK_MS, signal)
      if (!signal.aborted) await this.look()
    }
  }

  async look(): Promise<void> {
    const { clock, lagMs, busy, rest } = this.#deps
    if (lagMs() > BUSY_LAG_MS) {
      if (!this.#isBusy) busy()
      this.#isBusy = true
      this.#calmLooks = 0
      return
    }
    this.#calmLooks++
    const isEarly = Math.abs(clock.nowMs() - this.#restedAtMs) < EVERY_MS
    if (!this.#isBusy || this.#calmLooks < CALM_LOOKS || isEarly) return
    this.#isBusy = false
    this.#restedAtMs = clock.nowMs()
    await rest()
  }
}
