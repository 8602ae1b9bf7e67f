/** An expected value with the bounds that hold the outcome in 50 % and in 90 % of all cases, all in one unit. */
export interface BoundedValue {
  readonly value: number
  readonly low50: number
  readonly high50: number
  readonly low90: number
  readonly high90: number
}

/** Chance that the outcome is above each of the five values, from the lowest up. */
const CHANCES = [0.95, 0.75, 0.5, 0.25, 0.05] as const
const [MOST, , , , LEAST] = CHANCES

/**
 * Chance that an outcome is above a limit, 0.05..0.95, read off between its bounds. Nothing is known beyond those of 90 %: 0.95
 * stands for at least so much there, and 0.05 for at most.
 */
export function chanceAbove(limit: number, { value, low50, high50, low90, high90 }: BoundedValue): number {
  // A forecast may lie outside of its own bounds when its errors are one-sided.
  const values = [low90, low50, value, high50, high90].sort((a, b) => a - b)
  if (limit < values[0]!) return MOST
  const above = values.findIndex((one) => one > limit)
  if (above === -1) return LEAST
  const [from, to] = [values[above - 1]!, values[above]!]
  const [chanceFrom, chanceTo] = [CHANCES[above - 1]!, CHANCES[above]!]
  return chanceFrom + ((limit - from) / (to - from)) * (chanceTo - chanceFrom)
}
