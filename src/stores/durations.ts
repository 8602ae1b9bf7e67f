/** Upper bounds in seconds of the buckets of `greengauge_store_write_seconds`; slower ones count in the total alone. */
export const WRITE_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

/** Histogram of how long writes have taken. */
export class WriteDurations {
  readonly #counts = WRITE_BUCKETS_S.map(() => 0)
  #sum = 0
  #count = 0

  add(ms: number): void {
    const seconds = ms / 1000
    const bucket = WRITE_BUCKETS_S.findIndex((bound) => seconds <= bound)
    if (bucket >= 0) this.#counts[bucket]!++
    this.#sum += seconds
    this.#count++
  }

  /** `counts`: one a bound, what is not above it but above the bound before. */
  get figures() {
    return { bucketsSeconds: WRITE_BUCKETS_S, counts: [...this.#counts], sum: this.#sum, count: this.#count }
  }
}
