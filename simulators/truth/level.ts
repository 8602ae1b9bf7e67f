import type { Span } from './windows.js'

/** A level that was sampled; null for a sample that is not good and ends what the one before it held. */
export interface Level {
  readonly ts: number
  readonly value: number | null
}

/** A level over one span. */
export interface LevelTruth {
  /** Σ value · ms. */
  readonly integral: number
  readonly coveredMs: number
  readonly min: number
  readonly max: number
}

/**
 * A level over spans that follow each other: each good sample holds until the next sample of any quality, at most
 * `holdMs`. Source: KPI specification §1.4, gauge of a stack.
 */
export function followLevel(samples: Iterable<Level>, spans: readonly Span[], holdMs: number): readonly LevelTruth[] {
  const found = spans.map(() => ({ integral: 0, coveredMs: 0, min: Infinity, max: -Infinity }))
  let first = 0
  const hold = (value: number, fromMs: number, toMs: number) => {
    while (first < spans.length && spans[first]!.endMs <= fromMs) first++
    for (let i = first; i < spans.length && spans[i]!.startMs < toMs; i++) {
      const coveredMs = Math.min(toMs, spans[i]!.endMs) - Math.max(fromMs, spans[i]!.startMs)
      const one = found[i]!
      one.integral += value * coveredMs
      one.coveredMs += coveredMs
      one.min = Math.min(one.min, value)
      one.max = Math.max(one.max, value)
    }
  }
  let before: Level | null = null
  for (const sample of samples) {
    if (before !== null && before.value !== null) hold(before.value, before.ts, Math.min(sample.ts, before.ts + holdMs))
    before = sample
  }
  if (before !== null && before.value !== null) hold(before.value, before.ts, before.ts + holdMs)
  return found
}
