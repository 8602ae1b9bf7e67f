/** Entries of those who are gone that the row may keep besides as many as are here. */
const LEFT_OVER_MAX = 16

/** Order in which those who are here came. Each call costs the same however many they are. */
export class ArrivalOrder<T> {
  readonly #here = new Set<T>()
  /** In the same order, with some who are gone or have come again since: who is here stands where it came last, too. */
  #came: T[] = []

  get size(): number {
    return this.#here.size
  }

  get oldest(): T | undefined {
    return this.#here.values().next().value
  }

  get newest(): T | undefined {
    for (let last = this.#came.at(-1); last !== undefined && !this.#here.has(last); last = this.#came.at(-1)) {
      this.#came.pop()
    }
    return this.#came.at(-1)
  }

  /** It comes last, also when it was here before. */
  add(one: T): void {
    this.#here.delete(one)
    this.#here.add(one)
    this.#came.push(one)
    if (this.#came.length > 2 * this.#here.size + LEFT_OVER_MAX) this.#came = [...this.#here]
  }

  remove(one: T): void {
    this.#here.delete(one)
  }
}
