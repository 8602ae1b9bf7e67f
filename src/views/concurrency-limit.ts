import { ProblemError } from './problem.js'

const RETRY_S = 5

/** Lets a few at a time do what is dear, the others in the order in which they came; where too many wait, 503. */
export class ConcurrencyLimit {
  readonly #options: { readonly atOnce: number; readonly waitingMax: number }
  readonly #waiting: (() => void)[] = []
  #active = 0

  constructor(options: { readonly atOnce: number; readonly waitingMax: number }) {
    this.#options = options
  }

  async take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#active < this.#options.atOnce) this.#active++
    else {
      if (this.#waiting.length >= this.#options.waitingMax) {
        throw new ProblemError(503, 'Too many ask for this just now; ask again in some seconds.', undefined, RETRY_S)
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    try {
      return await act()
    } finally {
      // The turn is handed on: nobody who comes now gets in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#active--
      else next()
    }
  }
}
