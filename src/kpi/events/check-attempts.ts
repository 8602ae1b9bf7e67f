import { DAY_MS } from '../../base/durations.js'
import type { KpiEvent } from '../formulas/recipe.js'
import { insertInstant, instantsUpTo } from '../time/ascending.js'

/**
 * A part that comes back to a step within this is the same part, so that the figures of a month count none twice. What
 * comes later counts as new: somebody has to remember all parts until then.
 */
export const LOOK_BACK_MS = 31 * DAY_MS
/** Results are in memory from so long before the newest one on: windows of the last days look back from there. */
const KEPT_MS = LOOK_BACK_MS + 5 * DAY_MS
/** At most so many are in memory; beyond that the oldest are read from the archive. */
const RESULTS_MAX = 500_000

/** Event times at which each serial number was checked at each step of a plant. */
export class CheckAttempts {
  /** Instants by serial number and step, ascending where there are several; epoch ms. */
  readonly #instants = new Map<string, number | number[]>()
  #count = 0
  #fromMs = Infinity
  #newestMs = -Infinity

  /** Takes over all results from an instant on, so that a book can be asked of events `LOOK_BACK_MS` behind that. */
  static of(results: Iterable<KpiEvent>, fromMs = -Infinity): CheckAttempts {
    const book = new CheckAttempts()
    book.#fromMs = fromMs
    for (const result of results) book.#insert(result)
    return book
  }

  /** All results from this instant on are here; Infinity before they were taken over. Epoch ms. */
  get fromMs(): number {
    return this.#fromMs
  }

  /** Event time from which on the book should hold everything, when the newest result is known. */
  static fromMs(newestMs: number): number {
    return newestMs - KEPT_MS
  }

  fill(results: Iterable<KpiEvent>, fromMs: number): void {
    this.forget()
    this.#fromMs = fromMs
    for (const result of results) this.#insert(result)
    this.#trim()
  }

  /** Is as empty as at a start. */
  forget(): void {
    this.#instants.clear()
    this.#count = 0
    this.#fromMs = Infinity
    this.#newestMs = -Infinity
  }

  /** A result that has just been archived. */
  add(result: KpiEvent): void {
    if (result.ts < this.#fromMs) return
    this.#insert(result)
    this.#trim()
  }

  /** The part was checked at the same step before, not too long ago. */
  isRepeat(result: KpiEvent): boolean {
    const own = this.#of(keyOf(result))
    const before = own[countBefore(own, result.ts) - 1]
    return before !== undefined && before >= result.ts - LOOK_BACK_MS
  }

  /** Event time of the part's next check at the same step, as long as that depends on this result; null when there was none. */
  nextMs(result: KpiEvent): number | null {
    const own = this.#of(keyOf(result))
    const next = own[instantsUpTo(own, result.ts)]
    return next !== undefined && next <= result.ts + LOOK_BACK_MS ? next : null
  }

  #of(key: string): readonly number[] {
    const own = this.#instants.get(key)
    return own === undefined ? NEVER : typeof own === 'number' ? [own] : own
  }

  #insert(result: KpiEvent): void {
    const key = keyOf(result)
    const own = this.#instants.get(key)
    this.#newestMs = Math.max(this.#newestMs, result.ts)
    if (own === undefined) this.#instants.set(key, result.ts)
    else {
      const all = typeof own === 'number' ? [own] : own
      if (!insertInstant(all, result.ts)) return
      this.#instants.set(key, all)
    }
    this.#count++
  }

  #trim(): void {
    if (this.#count > RESULTS_MAX) this.#dropBefore((this.#oldestMs() + this.#newestMs) / 2)
    else if (this.#newestMs - this.#fromMs > KEPT_MS + DAY_MS) this.#dropBefore(this.#newestMs - KEPT_MS)
  }

  #oldestMs(): number {
    let oldest = this.#newestMs
    for (const own of this.#instants.values()) oldest = Math.min(oldest, typeof own === 'number' ? own : own[0]!)
    return Math.max(oldest, this.#fromMs)
  }

  #dropBefore(ms: number): void {
    this.#fromMs = ms
    for (const [key, own] of this.#instants) {
      const all = typeof own === 'number' ? [own] : own
      const gone = countBefore(all, ms)
      this.#count -= gone
      if (gone === all.length) this.#instants.delete(key)
      else if (gone > 0) this.#instants.set(key, all.slice(gone))
    }
  }
}

const NEVER: readonly number[] = []

/** Event times are whole milliseconds. */
function countBefore(instants: readonly number[], ms: number): number {
  return instantsUpTo(instants, ms - 1)
}

/** One part at one step of its way, whichever device checked it. */
export function keyOf({ fields }: Pick<KpiEvent, 'fields'>): string {
  return `${String(fields.op ?? '')}\n${String(fields.serial)}`
}
