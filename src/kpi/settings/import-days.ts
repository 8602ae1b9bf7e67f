import { createHash } from 'node:crypto'
import type { Range } from '../time/ranges.js'

/** So many days are kept: of those before, contracts are long settled. */
const DAYS_MAX = 4000

/**
 * Electricity that a plant imported on each of its days, as far as they are over, kWh: instruments that cover more than a
 * day are matched with it. It is a function of the final figures of days, in whatever order they came.
 */
export class ImportDays {
  readonly #kwh = new Map<number, number>()
  #ordered: readonly (readonly [dayMs: number, kwh: number])[] | null = []
  #changes = 0
  #digest: string | null = null
  #touched: Range | null = null

  /** Grows with each change: shares that were made before are out of date. */
  get changes(): number {
    return this.#changes
  }

  /** In order of time. */
  get all(): readonly (readonly [dayMs: number, kwh: number])[] {
    this.#ordered ??= [...this.#kwh].sort(([a], [b]) => a - b)
    return this.#ordered
  }

  /** Takes over what a day came to that is over, epoch ms. */
  note({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }, kwh: number): void {
    if (!this.#set(startMs, kwh)) return
    const { fromMs = startMs, toMs = endMs } = this.#touched ?? {}
    this.#touched = { fromMs: Math.min(fromMs, startMs), toMs: Math.max(toMs, endMs) }
  }

  /** Takes over days that are no news. */
  restore(days: Iterable<readonly [dayMs: number, kwh: number]>): void {
    for (const [dayMs, kwh] of days) this.#set(dayMs, kwh)
  }

  /** SHA-256 of all days, hex: by it a start knows whether what rests on them was made of them. */
  get digest(): string {
    this.#digest ??= createHash('sha256').update(JSON.stringify(this.all)).digest('hex')
    return this.#digest
  }

  /** Takes all days for news. */
  touchAll(): void {
    const [first, last] = [this.all[0], this.all.at(-1)]
    if (first !== undefined && last !== undefined) this.#touched = { fromMs: first[0], toMs: last[0] + 1 }
  }

  /** From the first to the last day that has changed since it was asked for; null when none has. */
  takeTouched(): Range | null {
    const touched = this.#touched
    this.#touched = null
    return touched
  }

  #set(dayMs: number, kwh: number): boolean {
    if (this.#kwh.get(dayMs) === kwh) return false
    this.#kwh.set(dayMs, kwh)
    if (this.#kwh.size > DAYS_MAX) this.#kwh.delete(Math.min(...this.#kwh.keys()))
    this.#ordered = null
    this.#digest = null
    this.#changes++
    return true
  }
}
