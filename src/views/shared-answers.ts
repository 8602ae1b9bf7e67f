import type { Clock } from '../base/clock.js'

interface Made<T> {
  readonly answer: Promise<T>
  /** When it was there; null while it is being made. */
  settledMs: number | null
}

/**
 * Answers that are dear and that many pages ask for at once: each is made once and given to all who ask for the same
 * while it is made, however long that takes, and for a while after. A few of them are kept, the oldest goes first; one
 * that failed is made again, and what is too old is dropped when the next one is asked for.
 */
export class SharedAnswers<T> {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #options: { readonly keptMs: number; readonly keptMax: number }
  readonly #made = new Map<string, Made<T>>()

  constructor(clock: Pick<Clock, 'nowMs'>, options: { readonly keptMs: number; readonly keptMax: number }) {
    this.#clock = clock
    this.#options = options
  }

  /** Number of answers that are being made or are kept. */
  get size(): number {
    return this.#made.size
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    this.#drop()
    const known = this.#made.get(key)
    if (known !== undefined) return known.answer
    const made: Made<T> = { answer: make(), settledMs: null }
    this.#made.set(key, made)
    made.answer.then(
      () => {
        made.settledMs = this.#clock.nowMs()
      },
      () => {
        if (this.#made.get(key) === made) this.#made.delete(key)
      },
    )
    if (this.#made.size > this.#options.keptMax) this.#made.delete(this.#oldest())
    return made.answer
  }

  /** One that is still being made goes last: it would be made twice at the same time. */
  #oldest(): string {
    const settled = [...this.#made].find(([, { settledMs }]) => settledMs !== null)
    return settled?.[0] ?? this.#made.keys().next().value!
  }

  #drop(): void {
    const nowMs = this.#clock.nowMs()
    for (const [key, { settledMs }] of this.#made) {
      // A clock that was set back must not keep an answer for hours.
      if (settledMs !== null && Math.abs(nowMs - settledMs) >= this.#options.keptMs) this.#made.delete(key)
    }
  }
}
