import type { Scope } from './kpi.js'

export const HORIZONS = ['next_interval', 'day_ahead', 'next_hours'] as const
/** The time ahead that a forecast is of. */
export type HorizonName = (typeof HORIZONS)[number]

/** A forecast that has just been issued, as the feed tells it: in the unit of the series. */
export interface ForecastChange {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
  readonly unit: string
  readonly horizon: HorizonName
  /** RFC 3339, as are all instants. */
  readonly issued_at: string
  /** '' when it is shown; the values are null otherwise. */
  readonly reason: string
  /** Intervals, ascending. */
  readonly values: readonly {
    readonly start: string
    readonly end: string
    readonly value: number | null
    readonly low_50: number | null
    readonly high_50: number | null
    readonly low_90: number | null
    readonly high_90: number | null
  }[]
}

/** Reasons why a model file gives no forecast. */
export const MODEL_FAULTS = [
  'not_installed',
  'unreadable',
  'damaged',
  'wrong_interface',
  'no_number',
  'too_slow',
  'ended',
] as const
export type ModelFaultKind = (typeof MODEL_FAULTS)[number]
