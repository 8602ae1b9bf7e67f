import type { KpiFlag } from '../../src/base/flags.js'
import type { Span } from './windows.js'

/** Value that a register showed at an instant. */
export interface Shown {
  readonly ts: number
  readonly value: number
}

/** A period of which a figure must say something. */
export interface Mark extends Span {
  readonly flag: KpiFlag
}

export interface RegisterRules {
  /** A piece is not split in time: it belongs to the window that holds the sample that showed it. */
  readonly isPieces: boolean
  /** Longest interval that is not called estimated, ms. */
  readonly maxGapMs: number
}

/** A register followed through its faults. */
export interface RegisterTruth {
  /** Amount that had flowed up to each boundary since an instant of no importance; NaN where nothing is known. */
  readonly at: readonly number[]
  readonly marks: readonly Mark[]
}

/**
 * A register at each of the boundaries, ascending: in a straight line between two samples, pieces in steps. A 0 that is
 * followed by no less than there was before is skipped; any other fall is a new beginning, of which all that is shown has
 * flowed. These are the two cases of KPI specification §1.4 that a simulated register can come into; the others never
 * happen to it.
 */
export function followRegister(
  samples: Iterable<Shown>,
  boundaries: readonly number[],
  rules: RegisterRules,
): RegisterTruth {
  const at = boundaries.map(() => Number.NaN)
  const marks: Mark[] = []
  let before: Shown | null = null
  // The amount that had flowed before the register began again.
  let offset = 0
  let next = 0
  for (const sample of withoutGlitches(samples, (ts) => marks.push(around(ts, 'counter_glitch')))) {
    while (next < boundaries.length && boundaries[next]! < sample.ts) {
      if (before !== null) {
        const share = rules.isPieces ? 0 : (boundaries[next]! - before.ts) / (sample.ts - before.ts)
        const delta = sample.value < before.value ? sample.value : sample.value - before.value
        at[next] = before.value + offset + share * delta
      }
      next++
    }
    if (before !== null) {
      if (sample.value < before.value) {
        offset += before.value
        marks.push({ startMs: before.ts, endMs: sample.ts, flag: 'counter_reset' })
      }
      if (sample.ts - before.ts > rules.maxGapMs)
        marks.push({ startMs: before.ts, endMs: sample.ts, flag: 'estimated' })
    }
    if (boundaries[next] === sample.ts) at[next++] = sample.value + offset
    before = sample
  }
  // Pieces that are shown after the last sample belong to nobody before it; a register is not known beyond it.
  if (rules.isPieces && before !== null) for (; next < at.length; next++) at[next] = before.value + offset
  return { at, marks }
}

function around(ts: number, flag: KpiFlag): Mark {
  return { startMs: ts, endMs: ts + 1, flag }
}

function* withoutGlitches(samples: Iterable<Shown>, skipped: (ts: number) => void): Generator<Shown> {
  let before: Shown | null = null
  let waiting: Shown | null = null
  for (const sample of samples) {
    if (waiting !== null) {
      if (sample.value >= (before?.value ?? 0)) skipped(waiting.ts)
      else yield waiting
      waiting = null
    }
    if (before !== null && sample.value === 0 && before.value > 0) waiting = sample
    else {
      yield sample
      before = sample
    }
  }
  if (waiting !== null) yield waiting
}
