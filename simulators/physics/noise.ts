import { randomStream } from '../random.js'

export const MINUTES_A_DAY = 1440

type Key = readonly (string | number)[]

/**
 * Noise in −1..1 at the 1,441 full minutes of a day, each minute for itself. Like all noise here it is nil at both
 * midnights, so that days meet without knowing each other.
 */
export function roughNoise(...key: Key): Float64Array {
  const random = randomStream(...key)
  const noise = new Float64Array(MINUTES_A_DAY + 1)
  for (let minute = 1; minute < MINUTES_A_DAY; minute++) noise[minute] = 2 * random() - 1
  return noise
}

/** The same with random levels only every `stepMin` minutes (a divisor of the day), joined by half cosine waves. */
export function smoothNoise(stepMin: number, ...key: Key): Float64Array {
  const random = randomStream(...key)
  const blends = Float64Array.from({ length: stepMin }, (_, i) => (1 - Math.cos((Math.PI * i) / stepMin)) / 2)
  const noise = new Float64Array(MINUTES_A_DAY + 1)
  let level = 0
  for (let start = 0; start < MINUTES_A_DAY; start += stepMin) {
    const next = start + stepMin < MINUTES_A_DAY ? 2 * random() - 1 : 0
    for (let i = 0; i < stepMin; i++) noise[start + i] = level + (next - level) * blends[i]!
    level = next
  }
  return noise
}
