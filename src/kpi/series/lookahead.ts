import { isUsable, type Samples, sampleCountOf } from './samples.js'

const LOOKAHEAD_SAMPLES = 3
export const LOOKAHEAD_MS = 900_000

/**
 * Answers a question about one sample of a register from those after it: the next three usable ones, or those of 900 s if
 * that is more. As long as they are not all there the answer may turn with the next one, and then is in doubt. Source: KPI
 * specification §1.4, rules 1, 3 and 4.
 */
export class Lookahead {
  readonly question: 'falls back' | 'climbs back' | 'climbs back at once'
  /** The answer by what was looked at so far. */
  isTrue = false
  /** Up to where it was looked, epoch ms; Infinity while it is in doubt. */
  reachMs = Infinity
  /** The register before the sample, and at it. */
  readonly #p: number
  readonly #c: number
  readonly #untilMs: number
  #lastTs: number
  #seen = 0
  /** The usable value before the next one. */
  #before: number
  /** The first value as high as before has come. */
  #isBack = false

  /** @param p the register before the sample, @param c at it, @param ts its event time, epoch ms */
  constructor(question: Lookahead['question'], p: number, c: number, ts: number) {
    this.question = question
    this.#p = p
    this.#c = c
    this.#before = c
    this.#untilMs = ts + LOOKAHEAD_MS
    this.#lastTs = this.#untilMs
  }

  /** Looks at all samples from `i` on; true when it stays in doubt. */
  takeAll(samples: Samples, i: number): boolean {
    const size = sampleCountOf(samples)
    for (let j = i; j < size; j++) if (!this.take(samples, j)) return false
    return true
  }

  /** Looks at the next sample; false when it lies behind all that have a say: the answer is certain. */
  take(samples: Samples, i: number): boolean {
    const ts = samples.ts[i]!
    if (this.#seen >= LOOKAHEAD_SAMPLES && ts > this.#untilMs) {
      this.reachMs = this.#lastTs
      return false
    }
    if (!isUsable(samples, i)) return true
    this.#seen++
    this.#lastTs = Math.max(this.#untilMs, ts)
    this.#judge(samples.value[i]!)
    return true
  }

  #judge(v: number): void {
    if (this.question === 'climbs back at once') {
      // Rule 3 (a): the first sample that is as high as before is reached by one step of more than half the fall.
      if (!this.#isBack && v >= this.#p) {
        this.#isBack = true
        this.isTrue = v - this.#before > (this.#p - this.#c) / 2
      }
      this.#before = v
    } else if (this.#seen <= LOOKAHEAD_SAMPLES && v >= this.#p) {
      this.isTrue ||= this.question === 'climbs back' || v < this.#c
    }
  }
}
