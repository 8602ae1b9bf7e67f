/** Days whose errors are kept. */
const DAYS_KEPT = 56
/** A day counts this much of the next one when models are weighed. */
const FADING = 0.97
/** Picks of which a blend is made: a weight is a multiple of one sixth. */
const PICKS = 6

export interface DayErrors {
  readonly day: number
  /** Sum of the product of the errors of models a and b, and how often both were known, at `a * models + b`. */
  readonly products: Float64Array
  readonly counts: Float64Array
}

/**
 * Products of the errors of each two models, by day. They say how large the squared error of any weighted mean of the models would
 * have been, so a blend is chosen without keeping forecasts: bounded by days and models, not by intervals.
 */
export class ErrorProducts {
  readonly #models: number
  #days: DayErrors[] = []

  constructor(models: number) {
    this.#models = models
  }

  /** Days that are kept, oldest first. */
  get state(): readonly DayErrors[] {
    return this.#days
  }

  restore(days: readonly DayErrors[]): void {
    this.#days = [...days]
  }

  /** Notes the errors of all models at one interval; NaN for a model that had no forecast. */
  note(day: number, errors: Float64Array): void {
    const size = this.#models
    let entry = this.#days.find((one) => one.day === day)
    if (entry === undefined) {
      entry = { day, products: new Float64Array(size * size), counts: new Float64Array(size * size) }
      this.#days = [...this.#days, entry].sort((a, b) => a.day - b.day).slice(-DAYS_KEPT)
    }
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const product = errors[a]! * errors[b]!
        if (Number.isNaN(product)) continue
        entry.products[a * size + b]! += product
        entry.counts[a * size + b]! += 1
      }
    }
  }

  /**
   * Weights of the models, adding up to 1, picked one after the other so that the blend would have had the least squared error
   * on the days before. Recent days count more. Null when no model has been judged on `daysMin` days. The model at the place
   * `without` gets none.
   * Source: Caruana et al., Ensemble selection from libraries of models, 2004.
   */
  weights(daysMin: number, without = -1): Float64Array | null {
    const size = this.#models
    const { means, days } = this.#fadedMeans()
    const usable = Array.from({ length: size }, (_, a) => a).filter((a) => a !== without && days[a]! >= daysMin)
    if (usable.length === 0) return null
    const picks = new Float64Array(size)
    for (let picked = 1; picked <= PICKS; picked++) {
      let best = -1
      let least = Number.POSITIVE_INFINITY
      for (const candidate of usable) {
        picks[candidate]! += 1
        const error = quadratic(means, picks, size) / (picked * picked)
        picks[candidate]! -= 1
        if (error < least) {
          least = error
          best = candidate
        }
      }
      if (best === -1) return null
      picks[best]! += 1
    }
    return picks.map((count) => count / PICKS)
  }

  #fadedMeans(): { readonly means: Float64Array; readonly days: Float64Array } {
    const size = this.#models
    const sums = new Float64Array(size * size)
    const counts = new Float64Array(size * size)
    const days = new Float64Array(size)
    const last = this.#days.at(-1)?.day ?? 0
    let weight = 1
    let at = last
    for (const { day, products, counts: known } of [...this.#days].reverse()) {
      for (; at > day; at--) weight *= FADING
      for (let i = 0; i < sums.length; i++) {
        sums[i]! += weight * products[i]!
        counts[i]! += weight * known[i]!
      }
      for (let a = 0; a < size; a++) if (known[a * size + a]! > 0) days[a]! += 1
    }
    return { means: sums.map((sum, i) => sum / counts[i]!), days }
  }
}

/** Sum over all pairs of picked models of the mean product of their errors; NaN, which is less than nothing, for unknown pairs. */
function quadratic(means: Float64Array, picks: Float64Array, size: number): number {
  let sum = 0
  for (let a = 0; a < size; a++) {
    if (picks[a] === 0) continue
    for (let b = 0; b < size; b++) if (picks[b] !== 0) sum += picks[a]! * picks[b]! * means[a * size + b]!
  }
  return sum
}
