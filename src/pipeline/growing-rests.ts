/**
 * Rests between two tries of what lacks figures: some are being back-filled and some never come, so each is tried again ever more seldom,
 * and without the others.
 */
export class GrowingRests {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #rests = new Map<string, { readonly restMs: number; readonly untilMs: number }>()

  /** @param minMs the first rest; each is twice as long as the one before, `maxMs` at most */
  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs
    this.#maxMs = maxMs
  }

  has(key: string): boolean {
    return this.#rests.has(key)
  }

  /** True when this one has rested long enough, or a clock that was ahead would keep it longer than any rest. */
  isDue(key: string, nowMs: number): boolean {
    const leftMs = (this.#rests.get(key)?.untilMs ?? Number.POSITIVE_INFINITY) - nowMs
    return leftMs <= 0 || (this.has(key) && leftMs > this.#maxMs)
  }

  isAnyDue(nowMs: number): boolean {
    return [...this.#rests.keys()].some((key) => this.isDue(key, nowMs))
  }

  /** Notes that something is still missing. */
  add(key: string, nowMs: number): void {
    const before = this.#rests.get(key)
    const restMs = before === undefined ? this.#minMs : Math.min(this.#maxMs, 2 * before.restMs)
    this.#rests.set(key, { restMs, untilMs: nowMs + restMs })
  }

  /** Notes that a try failed: the next one is as far away as any. */
  addLongest(key: string, nowMs: number): void {
    this.#rests.set(key, { restMs: this.#maxMs, untilMs: nowMs + this.#maxMs })
  }

  delete(key: string): void {
    this.#rests.delete(key)
  }

  /** Drops all but these. */
  keep(keys: { has(key: string): boolean }): void {
    for (const key of this.#rests.keys()) if (!keys.has(key)) this.#rests.delete(key)
  }
}
