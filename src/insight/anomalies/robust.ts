/** Median of some numbers; NaN of none. The array is sorted in place. */
export function medianInPlace(numbers: number[] | Float64Array): number {
  const { length } = numbers
  if (length === 0) return Number.NaN
  numbers.sort((a, b) => a - b)
  const middle = length >> 1
  return length % 2 === 1 ? numbers[middle]! : (numbers[middle - 1]! + numbers[middle]!) / 2
}

/** Makes the median of absolute values an estimate of the standard deviation of normal noise. */
const NORMAL = 1.4826

const DIFFERENCES_LEAST = 3

/** Standard deviation by the median of absolute residuals. */
export function robustSpread(residuals: readonly number[]): number {
  return NORMAL * medianInPlace(residuals.map(Math.abs))
}

/**
 * Noise of a figure of days that repeats by the week, as a part of it: from differences between a day and the same weekday one and two
 * weeks before, so that nothing is fitted and nothing is made too small. NaN where there are fewer than three.
 */
export function weeklyNoise(byDay: ReadonlyMap<number, number>): number {
  const differences: number[] = []
  for (const [day, value] of byDay) {
    for (const weeks of [1, 2]) {
      const before = byDay.get(day - 7 * weeks)
      if (before === undefined) continue
      const size = (Math.abs(value) + Math.abs(before)) / 2
      differences.push(size === 0 ? 0 : (value - before) / size)
    }
  }
  return differences.length < DIFFERENCES_LEAST ? Number.NaN : robustSpread(differences) / Math.SQRT2
}
