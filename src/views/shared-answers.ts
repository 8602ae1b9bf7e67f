import type { Clock } from '../base/clock.js'

/**
 * Answers that are dear and that many pages ask for at once: each is made once and given to all who ask for the same
 * within a while. A few of them are kept, the oldest goes first; one that failed is made again.
 */
export class SharedAnswers<T> {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #options: { readonly keptMs: number; readonly keptMax: number }
  readonly #made = new Map<string, { readonly atMs: number; readonly answer: Promise<T> }>()

  constructor(clock: Pick<Clock, 'nowMs'>, options: { readonly keptMs: number; readonly keptMax: number }) {
    this.#clock = clock
    this.#options = options
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const nowMs = this.#clock.nowMs()
    const known = this.#made.get(key)
    // A clock that was set back must not keep an answer for hours.
    if (known !== undefined && Math.abs(nowMs - known.atMs) < this.#options.keptMs) return known.answer
    const answer = make()
    this.#made.delete(key)
    this.#made.set(key, { atMs: nowMs, answer })
    answer.catch(() => {
      if (this.#made.get(key)?.answer === answer) this.#made.delete(key)
    })
    if (this.#made.size > this.#options.keptMax) this.#made.delete(this.#made.keys().next().value!)
    return answer
  }
}
