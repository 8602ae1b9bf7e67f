import type { AnomalyKind } from '../../base/anomaly.js'

/**
 * Days within which each kind is found after it began, holidays and planned stops not counted. A base load takes two weekends where a
 * plant has no other hours of rest.
 */
export const ANOMALY_KINDS: Readonly<Record<AnomalyKind, number>> = {
  stuck: 1,
  spike: 1,
  sign_swapped: 3,
  unit_swapped: 4,
  swapped_meters: 4,
  conservation_broken: 7,
  drift: 21,
  leak: 15,
  compressed_air_base_load: 15,
  idle_waste: 15,
  slower_cycle: 7,
}

/** Reasons for which an amount is not known. */
export type AmountReason = 'not_energy' | 'no_price' | 'no_factor' | 'no_expectation'

/** A figure, or why there is none. */
export interface AnomalyAmount {
  readonly value: number | null
  readonly reason: AmountReason | null
}

/** Figures to draw: what came beside what was expected, at most `EVIDENCE_MAX` values; null where nothing came or was expected. */
export interface AnomalyEvidence {
  readonly startMs: number
  readonly stepMs: number
  /** Unit of the values; `1` for a ratio. */
  readonly unit: string
  readonly measured: readonly (number | null)[]
  readonly expected: readonly (number | null)[]
  /** Limit that was passed, in the unit of its rule: see docs/use/anomalies.md. */
  readonly threshold: number
  readonly thresholdUnit: string
}

/** One anomaly of one device, from the first interval that shows it. */
export interface AnomalyFinding {
  readonly kind: AnomalyKind
  readonly device: string
  readonly line: string | null
  /** The other meter of a swap, or the parent of a broken balance; null otherwise. */
  readonly other: string | null
  readonly sinceMs: number
  /** Null while it lasts. */
  readonly untilMs: number | null
  readonly foundMs: number
  /** Measured above expected, in the unit of the series: energy wasted, or wrongly counted. */
  readonly excess: number | null
  readonly unit: string
  readonly kwh: AnomalyAmount
  readonly money: AnomalyAmount
  readonly kgCo2e: AnomalyAmount
  /** Factor between measured and true values where the kind has one: a unit, a step or a drift of a meter, a slower cycle. */
  readonly factor: number | null
  /** Part of what was looked at that agrees with the finding, 0..1. */
  readonly confidence: number
  readonly evidence: AnomalyEvidence
}
