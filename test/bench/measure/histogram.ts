/** Buckets of each power of two: what is read back is at most a 64th too large. */
const STEPS_BITS = 6
const STEPS = 1 << STEPS_BITS
/** Longer than half an hour counts as half an hour. */
const MICROSECONDS_MAX = 2 ** 31 - 1

/** Durations of something, many times: buckets whose width grows with the time, so that recording one costs nothing. */
export class Histogram {
  readonly #counts = new Float64Array((32 - STEPS_BITS + 1) * STEPS)
  #count = 0
  #maxUs = 0

  get count(): number {
    return this.#count
  }

  record(ms: number): void {
    const us = Math.min(MICROSECONDS_MAX, Math.max(0, Math.round(ms * 1000)))
    this.#counts[bucketOf(us)]!++
    this.#count++
    if (us > this.#maxUs) this.#maxUs = us
  }

  /** The time that a share of all (0..1) did not exceed, ms, at most a 64th too large; null when nothing was recorded. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null
    const wanted = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (let bucket = 0; ; bucket++) {
      seen += this.#counts[bucket]!
      if (seen >= wanted) return Math.min(upperUs(bucket), this.#maxUs) / 1000
    }
  }

  summary(): Quantiles {
    return {
      count: this.#count,
      p50: this.quantile(0.5),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      max: this.quantile(1),
    }
  }
}

/** In ms; null when nothing was recorded. */
export interface Quantiles {
  readonly count: number
  readonly p50: number | null
  readonly p99: number | null
  readonly p999: number | null
  readonly max: number | null
}

function bucketOf(us: number): number {
  const shift = Math.max(0, 31 - Math.clz32(us) - STEPS_BITS)
  return shift * STEPS + (us >>> shift)
}

/** The largest value of a bucket. */
function upperUs(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / STEPS) - 1)
  return (bucket - shift * STEPS + 1) * 2 ** shift - 1
}
