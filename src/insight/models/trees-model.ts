import type { FeatureTable } from '../trees/bins.js'
import { type BoostedTrees, type BoostOptions, boost, boostedBytes, boostedValue } from '../trees/boosted.js'

/** Several boosted models of different seeds, whose mean is the forecast. */
export interface TreesOptions extends Omit<BoostOptions, 'seed'> {
  readonly models: number
}

/** Boosted trees that are fitted anew from time to time; NaN before they have been. */
export class TreesModel {
  readonly #options: TreesOptions
  readonly #seed: number
  #fitted: readonly BoostedTrees[] = []

  constructor(options: TreesOptions, seed: number) {
    this.#options = options
    this.#seed = seed
  }

  fit(table: FeatureTable, targets: Float64Array): void {
    this.#fitted = Array.from({ length: this.#options.models }, (_, i) =>
      boost(table, targets, { ...this.#options, seed: this.#seed + i }),
    )
  }

  /** Forecast above the base of the row that begins at `at`. */
  value(values: Float32Array, at = 0): number {
    if (this.#fitted.length === 0) return Number.NaN
    return this.#fitted.reduce((sum, model) => sum + boostedValue(model, values, at), 0) / this.#fitted.length
  }

  /** The trees as they were fitted last. */
  get state(): readonly BoostedTrees[] {
    return this.#fitted
  }

  restore(fitted: readonly BoostedTrees[]): void {
    this.#fitted = fitted
  }

  get bytes(): number {
    return this.#fitted.reduce((sum, model) => sum + boostedBytes(model), 0)
  }
}
