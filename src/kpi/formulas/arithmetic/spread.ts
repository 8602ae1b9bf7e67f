/**
 * Number, mean and spread of values, built without ever summing squares: two sums of squares that nearly cancel lose every
 * digit of a small spread around a large mean. The same values in the same order give the same bits, so whoever needs a
 * figure that does not depend on arrival feeds them in order of (time, id) and merges windows in order of time.
 */
export interface Spread {
  readonly n: number
  /** 0 when n is 0. */
  readonly mean: number
  /** Sum of squared distances from the mean, never negative. */
  readonly m2: number
}

export const NO_VALUES: Spread = { n: 0, mean: 0, m2: 0 }

/** One more value. Source: Welford 1962. */
export function withValue({ n, mean, m2 }: Spread, value: number): Spread {
  const distance = value - mean
  const moved = mean + distance / (n + 1)
  return { n: n + 1, mean: moved, m2: m2 + distance * (value - moved) }
}

export function spreadOf(values: Iterable<number>): Spread {
  let spread = NO_VALUES
  for (const value of values) spread = withValue(spread, value)
  return spread
}

/** The values of both, `a` being the earlier. Source: Chan, Golub and LeVeque 1979. */
export function mergedSpread(a: Spread, b: Spread): Spread {
  if (a.n === 0) return b
  if (b.n === 0) return a
  const n = a.n + b.n
  const distance = b.mean - a.mean
  return { n, mean: a.mean + (distance * b.n) / n, m2: a.m2 + b.m2 + (distance * distance * a.n * b.n) / n }
}

/** Standard deviation of a sample, by n − 1; `null` below two values. */
export function standardDeviation({ n, m2 }: Spread): number | null {
  return n < 2 ? null : Math.sqrt(m2 / (n - 1))
}
