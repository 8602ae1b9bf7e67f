import { HOUR_MS } from '../base/durations.js'

const FIRST_MS = 500
const MAX_MS = 15_000
/** A server may ask for more than we would wait, but not for ever. */
const ASKED_MAX_MS = HOUR_MS

/**
 * Pauses before the next try: they double up to a quarter of a minute as a rule, less up to a half by chance, so that many
 * gateways do not come back at once.
 */
export class Pauses {
  readonly #random: () => number
  readonly #maxMs: number
  #failures = 0

  /** @param random a number in [0, 1) */
  constructor(random: () => number, maxMs = MAX_MS) {
    this.#random = random
    this.#maxMs = maxMs
  }

  /** The pause after one more failure, ms: at least what the server has asked for. */
  next(askedMs: number | null): number {
    const ownMs = Math.min(this.#maxMs, FIRST_MS * 2 ** Math.min(this.#failures, 30))
    this.#failures++
    return Math.max(Math.min(askedMs ?? 0, ASKED_MAX_MS), Math.ceil(ownMs * (1 - this.#random() / 2)))
  }

  /** Something was taken: the next failure is a first one. */
  reset(): void {
    this.#failures = 0
  }
}
