/** Things by weight, a whole number: the heaviest is found at once, of equals the one that has that weight longest. */
export class WeightRanking<T> {
  readonly #weights = new Map<T, number>()
  readonly #byWeight = new Map<number, Set<T>>()
  #most = 0

  /** 0 takes it out. */
  weigh(one: T, weight: number): void {
    const before = this.#weights.get(one) ?? 0
    if (before === weight) return
    const beside = this.#byWeight.get(before)
    beside?.delete(one)
    if (beside?.size === 0) this.#byWeight.delete(before)
    if (weight === 0) this.#weights.delete(one)
    else {
      this.#weights.set(one, weight)
      const equals = this.#byWeight.get(weight)
      if (equals === undefined) this.#byWeight.set(weight, new Set([one]))
      else equals.add(one)
      this.#most = Math.max(this.#most, weight)
    }
    while (this.#most > 0 && !this.#byWeight.has(this.#most)) this.#most -= 1
  }

  get heaviest(): T | undefined {
    return this.#byWeight.get(this.#most)?.values().next().value
  }
}
