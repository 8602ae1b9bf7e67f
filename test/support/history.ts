import { fc } from '@fast-check/vitest'
import type { PlantOptions } from '../../src/base/plant.js'
import type { Reading } from '../../src/base/reading.js'
import type { Evidence } from '../../src/kpi/history/evidence.js'
import { Calendar } from '../../src/kpi/series/calendar.js'
import { arrive, type Beside, type Difference } from './arrival.js'
import { Bench } from './engine.js'
import { recomputedDifferences } from './offline.js'
import { DAY_MS, type Travel, travelled } from './random-plants.js'

/** A plant whose period lies in the middle of what it has sent. */
export interface History {
  readonly timezone: string
  readonly plants: readonly PlantOptions[]
  readonly readings: readonly Reading[]
  readonly beside: Beside
  /** Delays, repeats and batches with which all of it reaches the gateway. */
  readonly how: Travel
  /** In the first day of the period. */
  readonly fromMs: number
  /** Gives the parts of the evidence that are replaced by shorter ones. */
  readonly shorten?: (evidence: Evidence) => Partial<Evidence>
}

/** Days before and after: what a plant sends comes three times, long before the period, in it, and a while after it. */
export const longRepeats = fc.tuple(fc.constantFrom(1, 3, 3, 9), fc.constantFrom(2, 2, 5))

export function repeated(readings: readonly Reading[], [before, after]: readonly [number, number]): Reading[] {
  const at = (one: Reading, days: number) => {
    return { ...one, ts: one.ts + days * DAY_MS, receivedAt: one.receivedAt + days * DAY_MS }
  }
  const all = [-before, 0, after].flatMap((days) => readings.map((one) => at(one, days)))
  return [...new Map(all.map((one) => [`${one.device}/${one.metric}/${one.ts}`, one])).values()].sort(
    (a, b) => a.ts - b.ts,
  )
}

/** Differences between what the gateway has published and what the readings of the evidence come to. */
export async function offlineDifferences({
  timezone,
  plants,
  readings,
  beside,
  how,
  fromMs,
  shorten,
}: History): Promise<{ readonly differences: readonly Difference[]; readonly compared: number }> {
  const bench = await Bench.open(plants, fromMs - 100 * DAY_MS)
  try {
    await arrive(bench, travelled(readings, how), how, beside)
    bench.tick((readings.at(-1)?.ts ?? 0) + 3 * DAY_MS)
    await bench.settle()
    await bench.cycle()
    const calendar = new Calendar(timezone)
    const span = { fromMs: calendar.day(fromMs + DAY_MS / 2).startMs, toMs: calendar.day(fromMs + 2 * DAY_MS).endMs }
    return await recomputedDifferences(bench, { ...span, windows: ['1h', '1d'] }, shorten)
  } finally {
    await bench.close()
  }
}
