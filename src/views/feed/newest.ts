/** An item with the number of the batch in which it was published. */
export interface Numbered<T> {
  readonly seq: number
  readonly item: T
}

/** The newest item of each key, longest unchanged first; at most `max` keys. */
export class Newest<T> {
  readonly #max: number
  readonly #byKey = new Map<string, Numbered<T>>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Number of the item that is longest unchanged; undefined when there is none. */
  get oldestSeq(): number | undefined {
    return this.#byKey.values().next().value?.seq
  }

  /** Answers the item that had to go to make room, if one had to. */
  put(key: string, entry: Numbered<T>): Numbered<T> | undefined {
    this.#byKey.delete(key)
    this.#byKey.set(key, entry)
    return this.#byKey.size > this.#max ? this.take(1)[0] : undefined
  }

  delete(key: string): void {
    this.#byKey.delete(key)
  }

  /** Removes and answers up to `count` items, longest unchanged first. */
  take(count: number): Numbered<T>[] {
    const taken: Numbered<T>[] = []
    for (const [key, entry] of this.#byKey) {
      if (taken.length === count) break
      this.#byKey.delete(key)
      taken.push(entry)
    }
    return taken
  }

  since(seq: number): Numbered<T>[] {
    return [...this.#byKey.values()].filter((entry) => entry.seq > seq)
  }

  /** Becomes what another of the same size is. */
  copy(other: Newest<T>): void {
    this.clear()
    for (const [key, entry] of other.#byKey) this.#byKey.set(key, entry)
  }

  clear(): void {
    this.#byKey.clear()
  }
}
