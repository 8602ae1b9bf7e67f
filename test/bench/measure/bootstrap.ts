import { median } from './cost.js'

const DRAWS = 4000
/** Share of the draws that lie inside the interval. */
const INSIDE = 0.95

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Interval in which the median of what was measured may lie: that of samples drawn from it anew, with repetition. */
export function medianInterval(values: readonly number[], seed: number): Interval {
  const random = randomOf(seed)
  return middleOf(Array.from({ length: DRAWS }, () => median(drawn(values, random))))
}

/** The same for the ratio of two medians. */
export function ratioInterval(above: readonly number[], below: readonly number[], seed: number): Interval {
  const random = randomOf(seed)
  return middleOf(Array.from({ length: DRAWS }, () => median(drawn(above, random)) / median(drawn(below, random))))
}

/** Numbers in [0, 1), the same ones for the same seed: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function drawn(values: readonly number[], random: () => number): number[] {
  return values.map(() => values[Math.floor(random() * values.length)]!)
}

function middleOf(draws: number[]): Interval {
  const sorted = draws.sort((a, b) => a - b)
  const outside = (1 - INSIDE) / 2
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return { low: at(outside), high: at(1 - outside) }
}
