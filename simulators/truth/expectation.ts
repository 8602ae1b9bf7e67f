import type { KpiFlag } from '../../src/base/flags.js'
import type { Span } from './windows.js'

/**
 * A figure that a gateway must come to. Without faults that lose or change something it is exact; with them the figure may
 * lie `bound` away from it, and a figure that differs says why.
 */
export interface Expectation {
  readonly plant: string
  readonly scope: 'plant' | 'device'
  readonly id: string
  readonly kpi: string
  readonly window: '1h' | '1d'
  /** RFC 3339. */
  readonly start: string
  /** True value of the figure; null where what has been taken is not enough for one. */
  readonly value: number | null
  readonly exact: boolean
  /** Tolerance of a figure that is exact, in its unit. */
  readonly tolerance: number
  /** Largest distance of a figure that is not exact from the value, in its unit. */
  readonly bound?: number
  /**
   * Value that the rules make of the samples that were taken, to the tolerance, for a figure that is not exact; absent
   * where it is not known.
   */
  readonly ruled?: number
  /** Flags that must be there, whether the figure differs or not. */
  readonly flags?: readonly KpiFlag[]
  /** Flags of which one must be there if the figure differs. */
  readonly flags_if_different?: readonly KpiFlag[]
  /** The coverage lies below this. */
  readonly coverage_below?: number
  /** Samples of this window have been refused: they are among the device's rejections. */
  readonly rejected?: true
}

export type Place = Pick<Expectation, 'plant' | 'scope' | 'id'>

/** Figure that is expected of one window. */
export interface Finding {
  readonly value: number | null
  /** Value that the rules make of the samples that were taken; null where that cannot be said. */
  readonly ruled: number | null
  /** 0 for an exact one. */
  readonly bound: number
  readonly flags?: readonly KpiFlag[]
  readonly flagsIfDifferent?: readonly KpiFlag[]
  readonly isCoverageLower?: boolean
  readonly isRejected?: boolean
}

const RELATIVE = 1e-9

export function expectation(place: Place, kpi: string, window: '1h' | '1d', span: Span, finding: Finding): Expectation {
  const { value, ruled, flags = [], flagsIfDifferent = [] } = finding
  const tolerance = RELATIVE * Math.max(1, Math.abs(value ?? 0))
  const exact = finding.bound <= tolerance
  return {
    ...place,
    kpi,
    window,
    start: new Date(span.startMs).toISOString(),
    value,
    exact,
    tolerance,
    ...(exact ? {} : { bound: finding.bound + tolerance }),
    ...(exact || ruled === null ? {} : { ruled }),
    ...(flags.length === 0 ? {} : { flags: [...new Set(flags)] }),
    ...(exact || flagsIfDifferent.length === 0 ? {} : { flags_if_different: flagsIfDifferent }),
    ...(finding.isCoverageLower ? { coverage_below: 1 } : {}),
    ...(finding.isRejected ? { rejected: true as const } : {}),
  }
}
