import type { Clock } from '../base/clock.js'

const LOOK_MS = 5000
/** Figures that are later than this are those of a flood, or of a start. */
const BUSY_LAG_MS = 5000
/** The flood is over when this many looks one after the other have found nothing late. */
const CALM_LOOKS = 3
/** A heap is given a rest no more often: it costs as much as a second of a large plant. */
const EVERY_MS = 120_000
/** Memory outside of the heaps is cheap to give back, and goes so often while figures are on time, … */
const TRIM_MS = 60_000
/** … when it has grown by so much since, as it does when the history of a plant is read, … */
const GROWN_MIB = 32
/** … and with each look in a flood, which takes a hundred MiB within a few seconds that nothing needs behind them. */
const BUSY_TRIM_MS = LOOK_MS
const MIB = 2 ** 20

export interface HeapRestDeps {
  readonly clock: Clock
  /** Figures are late by so much, ms. */
  lagMs(): number
  /** Memory that the process holds outside of this heap, bytes. */
  outsideBytes(): number
  /** A flood has begun. */
  busy(): void
  /** It is over, for some time. */
  rest(): Promise<void>
  /** Some time has passed, less in a flood, or that memory has grown. */
  trim(): Promise<void>
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
  #trimmedAtMs = -Infinity
  #outsideThenMiB = Infinity

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
    const nowMs = clock.nowMs()
    if (lagMs() > BUSY_LAG_MS) {
      if (!this.#isBusy) busy()
      this.#isBusy = true
      this.#calmLooks = 0
      return await this.#trimAfter(BUSY_TRIM_MS)
    }
    if (++this.#calmLooks < CALM_LOOKS) return await this.#trimAfter(BUSY_TRIM_MS)
    if (this.#isBusy && Math.abs(nowMs - this.#restedAtMs) >= EVERY_MS) {
      this.#isBusy = false
      this.#restedAtMs = nowMs
      this.#trimmedAtMs = -Infinity
      await rest()
    }
    await this.#trimAfter(TRIM_MS)
  }

  async #trimAfter(ms: number): Promise<void> {
    const { clock, trim } = this.#deps
    const nowMs = clock.nowMs()
    const hasGrown = this.#outsideMiB() - this.#outsideThenMiB >= GROWN_MIB
    if (!hasGrown && Math.abs(nowMs - this.#trimmedAtMs) < ms) return
    this.#trimmedAtMs = nowMs
    await trim()
    this.#outsideThenMiB = this.#outsideMiB()
  }

  #outsideMiB(): number {
    return this.#deps.outsideBytes() / MIB
  }
}
