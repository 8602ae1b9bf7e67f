import { randomStream } from '../random.js'

type Key = readonly (string | number)[]

/**
 * Noise in −1..1 at the full minutes of a day of so many minutes, both midnights included, each minute for itself.
 * Like all noise here it is nil at both midnights, so that days meet without knowing each other.
 */
export function roughNoise(minutes: number, ...key: Key): Float64Array {
  const random = randomStream(...key)
  const noise = new Float64Array(minutes + 1)
  for (let minute = 1; minute < minutes; minute++) noise[minute] = 2 * random() - 1
  return noise
}

/** The same with random levels only every `stepMin` minutes (a divisor of the day), joined by half cosine waves. */
export function smoothNoise(minutes: number, stepMin: number, ...key: Key): Float64Array {
  const random = randomStream(...key)
  const blends = Float64Array.from({ length: stepMin }, (_, i) => (1 - Math.cos((Math.PI * i) / stepMin)) / 2)
  const noise = new Float64Array(minutes + 1)
  let level = 0
  for (let start = 0; start < minutes; start += stepMin) {
    const next = start + stepMin < minutes ? 2 * random() - 1 : 0
    for (let i = 0; i < stepMin; i++) noise[start + i] = level + (next - level) * blends[i]!
    level = next
  }
  return noise
}

/** Between two full minutes noise runs straight. */
export function noiseAt(noise: Float64Array, minutes: number): number {
  const minute = Math.floor(minutes)
  const a = noise[minute]!
  return a + ((noise[minute + 1] ?? a) - a) * (minutes - minute)
}
