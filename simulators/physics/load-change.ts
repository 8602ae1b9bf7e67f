import { MINUTE_MS } from '../../src/base/durations.js'
import type { LocalDay } from './local-days.js'

/** A consumer draws otherwise than it did, for a time: a new machine, a leak, something that is left on. */
export interface LoadChange {
  /** The load, or the machine with a meter of its own. */
  readonly id: string
  /** [fromMs, toMs), epoch ms; without an end until further notice. */
  readonly fromMs: number
  readonly toMs?: number
  /** Times what it drew, 1 when absent. */
  readonly factor?: number
  /** Above that, kW. */
  readonly addKw?: number
  /** Never less than this, kW. */
  readonly leastKw?: number
}

/** Changes the power of a consumer at the full minutes of a day, kW, in place. */
export function changePower(
  power: Float64Array,
  changes: readonly LoadChange[],
  id: string,
  { startMs, minutes }: LocalDay,
): void {
  for (const { id: of, fromMs, toMs = Number.POSITIVE_INFINITY, factor = 1, addKw = 0, leastKw = 0 } of changes) {
    if (of !== id || fromMs > startMs + minutes * MINUTE_MS || toMs <= startMs) continue
    for (let minute = 0; minute <= minutes; minute++) {
      const atMs = startMs + minute * MINUTE_MS
      if (atMs >= fromMs && atMs < toMs) power[minute] = Math.max(leastKw, power[minute]! * factor + addKw)
    }
  }
}
