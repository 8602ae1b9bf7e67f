import type { Sample } from './plant.js'

export type { Sample } from './plant.js'

/** The multiples of a period of epoch time in [fromMs, toMs). */
export function instants(fromMs: number, toMs: number, periodMs: number): number[] {
  const first = Math.ceil(fromMs / periodMs)
  const count = Math.max(0, Math.ceil(toMs / periodMs) - first)
  return Array.from({ length: count }, (_, i) => (first + i) * periodMs)
}

/** A message for one sample, an array for more. */
export function payloadOf(samples: readonly Sample[]): string {
  return JSON.stringify(samples.length === 1 ? samples[0] : samples)
}
