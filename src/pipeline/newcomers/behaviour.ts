import type { LastReadings } from '../../archive/recent.js'
import { because } from '../../base/proposal-reasons.js'
import type { Behaviour, Proposed } from '../../views/wire/unknown-devices.js'

/** Fewer values, or intervals, say nothing. */
const VALUES_MIN = 4
const INTERVALS_MIN = 4
/** A register that begins again falls at least to this share of what it had. */
const START_SHARE = 0.1
/** Nine in ten intervals of a device with a period are shorter than so many medians. */
const REGULAR_MAX = 2
/** A period is said as one of these where it is as near as this, since clocks and networks are not exact. */
const USUAL_PERIODS_S = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 21_600, 86_400]
const USUAL_WITHIN = 0.1

/**
 * Tells how the values of a series go in time, judged by the last of them; null where they do not say.
 *
 * @param isCounter its name or metric means a register
 */
export function behaviourOf({ values }: LastReadings, isCounter: boolean): Proposed<Behaviour> {
  const word = values.find((value) => typeof value === 'string')
  if (word !== undefined) return { value: 'state', reasons: [because('words', { example: word })] }
  const numbers = values as readonly number[]
  if (numbers.length < VALUES_MIN) return unknown('few_values', { count: numbers.length })
  const [from, to] = [Math.min(...numbers), Math.max(...numbers)]
  if (from === to) return unknown('never_changed', { count: numbers.length })
  if (!isCounter && numbers.every((value) => value === 0 || value === 1)) {
    return { value: 'switch', reasons: [because('zero_or_one')] }
  }
  const falls = numbers.flatMap((value, i) => (i > 0 && value < numbers[i - 1]! ? [i] : []))
  if (falls.length === 0) {
    const grew = because('only_grew', { count: numbers.length, from: rounded(numbers[0]!), to: rounded(to) })
    // A level can rise for a while: only what is called a register is one.
    return { value: isCounter ? 'cumulative' : null, reasons: [grew] }
  }
  const isRestarted = falls.every((i) => numbers[i]! <= START_SHARE * numbers[i - 1]!)
  if (isCounter && isRestarted && falls.length * 4 <= numbers.length) {
    return { value: 'resets', reasons: [because('fell_to_start', { falls: falls.length })] }
  }
  if (isCounter) return { value: 'per_interval', reasons: [because('per_interval')] }
  return { value: 'gauge', reasons: [because('up_and_down', { from: rounded(from), to: rounded(to) })] }
}

/** Nominal time between two samples, s; null where they come when something changes, or too few have come. */
export function periodOf({ ts }: LastReadings): Proposed<number> {
  const intervals = ts.flatMap((at, i) => (i > 0 && at > ts[i - 1]! ? [(at - ts[i - 1]!) / 1000] : []))
  const count = intervals.length
  if (count < INTERVALS_MIN) return unknown('few_intervals', { count })
  const sorted = intervals.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(count / 2)]!
  const high = sorted[Math.floor(count * 0.9)]!
  if (high > REGULAR_MAX * median || sorted[Math.floor(count * 0.1)]! * REGULAR_MAX < median) {
    return unknown('irregular', { from: rounded(sorted[0]!), to: rounded(sorted.at(-1)!) })
  }
  const usual = USUAL_PERIODS_S.find((period) => Math.abs(median - period) <= USUAL_WITHIN * period)
  const period = usual ?? Math.max(1, Math.round(median))
  return { value: period, reasons: [because('regular', { count, period: rounded(median) })] }
}

function unknown(code: Parameters<typeof because>[0], values: Record<string, string | number>): Proposed<never> {
  return { value: null, reasons: [because(code, values)] }
}

/** At most four digits that say something. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
