import { Temporal } from 'temporal-polyfill'
import { HOUR_MS } from '../../base/durations.js'
import { MANUAL } from '../../base/quality.js'

/** Readings of a metric in a quarter of an hour, in thousandths: whole numbers, whose sum no order changes. */
export interface QuarterSum {
  /** Epoch ms. */
  readonly startMs: number
  readonly sum: number
  readonly count: number
}

/** The worst quality whose readings count. */
export const MEASURED_RANK_MAX = MANUAL
/** Hours of a day with a reading, from which on the day is known. */
const HOURS_MIN = 20

/** A reading in whole thousandths; the database computes the same. */
export function thousandths(value: number): number {
  return Math.floor(value * 1000 + 0.5)
}

/** Mean of the means of the hours of each day in a zone that is known, °C, by the start of the day. */
export function dayMeans(
  quarters: Iterable<QuarterSum>,
  dayStarts: readonly number[],
  zone: string,
): ReadonlyMap<number, number> {
  const hours = new Map<string, { sum: number; count: number }>()
  const starts = dayStarts.toSorted((a, b) => a - b)
  const ends = new Map(starts.map((start) => [start, endOfDay(start, zone)]))
  for (const { startMs, sum, count } of quarters) {
    const day = lastNotAfter(starts, startMs)
    if (day === null || startMs >= ends.get(day)!) continue
    const key = `${day} ${Math.floor((startMs - day) / HOUR_MS)}`
    const hour = hours.get(key) ?? { sum: 0, count: 0 }
    hours.set(key, { sum: hour.sum + sum, count: hour.count + count })
  }
  const means = new Map<number, number>()
  for (const day of starts) {
    const known: number[] = []
    for (let hour = 0; hour < 25; hour++) {
      const found = hours.get(`${day} ${hour}`)
      if (found !== undefined) known.push(found.sum / found.count / 1000)
    }
    if (known.length >= HOURS_MIN) means.set(day, known.reduce((a, b) => a + b, 0) / known.length)
  }
  return means
}

/** End of the day that begins at an instant, epoch ms: 23 to 25 hours later. */
function endOfDay(startMs: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(zone).add({ days: 1 }).epochMilliseconds
}

function lastNotAfter(starts: readonly number[], ms: number): number | null {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= ms) low = middle + 1
    else high = middle
  }
  return starts[low - 1] ?? null
}
