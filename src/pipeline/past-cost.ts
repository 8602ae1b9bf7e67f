/** An earlier cycle counts for less with each that follows. */
const FADING = 0.9
/** Numbers of readings that differ by less than this part of them say nothing of what one of them costs. */
const SPREAD_MIN = 0.05
/** The cost of a reading is forgotten behind so many cycles that say nothing of it, so that a smaller one is tried: it may have changed. */
const KNOWN_FOR = 20

/** Tells what a cycle takes anyhow, and what each reading of the past in it adds: by a line through the last cycles. */
export class PastCost {
  #weight = 0
  #readings = 0
  #ms = 0
  #squares = 0
  #products = 0
  #last = { readings: 0, ms: 0 }
  #readingMs: number | null = null
  #sinceKnown = 0

  add(readings: number, ms: number): void {
    this.#last = { readings, ms }
    this.#weight = this.#weight * FADING + 1
    this.#readings = this.#readings * FADING + readings
    this.#ms = this.#ms * FADING + ms
    this.#squares = this.#squares * FADING + readings * readings
    this.#products = this.#products * FADING + readings * ms
    const mean = this.#readings / this.#weight
    const variance = this.#squares / this.#weight - mean * mean
    if (variance < (SPREAD_MIN * mean) ** 2) {
      if (++this.#sinceKnown >= KNOWN_FOR) this.#readingMs = null
      return
    }
    this.#sinceKnown = 0
    const slope = (this.#products / this.#weight - (mean * this.#ms) / this.#weight) / variance
    this.#readingMs = Math.max(0, slope)
  }

  /** Time that a reading adds, ms; as if there were nothing else until cycles of different sizes were seen. */
  get readingMs(): number {
    const most = this.#last.ms / Math.max(1, this.#last.readings)
    return Math.min(most, this.#readingMs ?? most)
  }

  /** Time that the last cycle took besides, ms: it would have whatever had been in it. */
  get anyhowMs(): number {
    return this.#last.ms - this.readingMs * this.#last.readings
  }
}
