/**
 * Inputs that figures are recomputed from: the readings as the gateway answers them, and what its configuration says. This folder
 * is written from the KPI specification alone and imports nothing of the product, so that a wrong formula there is none here.
 */

/** One reading: epoch ms, in the stored unit. */
export interface Sample {
  readonly ts: number
  readonly value: number | string
  readonly quality: string
}

/** Something that happened once, with what it says of it. */
export interface EventSample {
  readonly device: string
  readonly type: string
  readonly ts: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** A stretch of time [fromMs, toMs). */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface MetricSettings {
  readonly period_s?: number
  readonly max_gap_s?: number
  readonly max_hold_s?: number
  readonly modulus?: number
  readonly max_rate?: number
  readonly multiplier?: number
}

export interface DeviceSettings {
  readonly id: string
  readonly line?: string
  readonly role?: string
  readonly counting_point?: boolean
  readonly product?: string
  readonly microstop_s?: number
  readonly capacity_per_h?: number
  readonly energy_meter?: string
  readonly metrics?: Readonly<Record<string, MetricSettings>>
}

export interface ShiftSettings {
  readonly name: string
  readonly start: string
  readonly end: string
  readonly days?: readonly string[]
  readonly breaks?: readonly { readonly start: string; readonly end: string }[]
  readonly breaks_in_pbt?: boolean
}

/** Days that differ from the shifts. */
export interface CalendarSettings {
  readonly date: string
  readonly to?: string
  readonly planned_stop?: boolean
  readonly shifts?: readonly string[]
}

export interface ContractSettings {
  readonly id: string
  readonly kwh: number
  readonly factor: number
  readonly technology?: string
  readonly vintage: number
  readonly valid_from?: string
  readonly valid_to?: string
  readonly certificates?: readonly string[]
}

export interface TariffSettings {
  readonly periods: readonly {
    readonly name: string
    readonly price_per_kwh: number
    readonly from: string
    readonly to: string
    readonly days?: unknown
    readonly months?: unknown
  }[]
}

/** As `greengauge.yaml` has it under `plants`. */
export interface PlantSettings {
  readonly id: string
  readonly timezone: string
  readonly grid_region?: string
  readonly energy?: { readonly demand_mode?: 'block' | 'sliding' }
  readonly shifts?: readonly ShiftSettings[]
  readonly calendar?: readonly CalendarSettings[]
  readonly contracts?: readonly ContractSettings[]
  readonly tariffs?: readonly TariffSettings[]
  readonly carbon?: { readonly gwp?: string; readonly coal?: string; readonly combustion?: string }
  readonly factors?: readonly { readonly activity: string; readonly value: number }[]
  readonly employees?: number
  readonly automation?: { readonly automatic_operations: number; readonly all_operations: number }
  readonly characteristics?: readonly {
    readonly id: string
    readonly device?: string
    readonly lsl?: number
    readonly usl?: number
  }[]
  readonly process_steps?: readonly string[]
  readonly products?: readonly { readonly id: string; readonly ideal_cycle_s: number }[]
  readonly limits?: readonly {
    readonly stack: string
    readonly pollutant: string
    readonly limit: number
    readonly o2_ref?: number
  }[]
  readonly devices?: readonly DeviceSettings[]
}

/** One row of the table of factors. */
export interface FactorRow {
  readonly id: string
  readonly value: number
  readonly unit: string
  readonly region: string
  readonly validFrom: string
  readonly note: string
}

/** Device that sends, configured or not. */
export interface Sender {
  readonly id: string
  readonly line: string
}

export type ScopeName = 'plant' | 'line' | 'device'

export interface PlantInput {
  readonly plant: PlantSettings
  readonly senders: readonly Sender[]
  readonly factors: readonly FactorRow[]
  /** In order of time. */
  readonly events: readonly EventSample[]
  /** Time in which all that was asked for is there. */
  readonly known: Span
  /** In order of time; empty for what never came. */
  samplesOf(device: string, metric: string): readonly Sample[]
}

/** Recomputed figure. `value` is null where the specification allows none. */
export interface Figure {
  readonly value: number | null
  readonly numerator: number
  readonly denominator: number
  /** Part of the expected time that is known, 0..1; near the minimum the figure is not compared. */
  readonly coverage: number
}

/** KPI specification §5: minimum coverage for a value. */
export const COVERAGE_MIN = 0.75
export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000
export const DAY_MS = 24 * HOUR_MS

/** Time of `other` inside `span`, ms. */
export function commonMs(span: Span, other: Span): number {
  return Math.max(0, Math.min(span.toMs, other.toMs) - Math.max(span.fromMs, other.fromMs))
}

export function lengthMs({ fromMs, toMs }: Span): number {
  return toMs - fromMs
}

/** Numerator over denominator, or none: rule 0 of the specification. */
export function ratio(numerator: number, denominator: number, coverage: number): Figure {
  const isKnown = denominator !== 0 && coverage >= COVERAGE_MIN
  return { value: isKnown ? numerator / denominator : null, numerator, denominator, coverage }
}

export function total(sum: number, coverage: number): Figure {
  return { value: coverage >= COVERAGE_MIN ? sum : null, numerator: sum, denominator: 1, coverage }
}

export function settingsOf({ plant }: PlantInput, device: string, metric: string): MetricSettings {
  return plant.devices?.find(({ id }) => id === device)?.metrics?.[metric] ?? {}
}

/** §1.4: nominal time between two samples and how long gaps and levels may last, ms. */
export function timesOf({ period_s: periodS = 300, max_gap_s: gapS, max_hold_s: holdS }: MetricSettings) {
  return {
    periodMs: periodS * 1000,
    maxGapMs: (gapS ?? Math.max(1200, 3 * periodS)) * 1000,
    maxHoldMs: (holdS ?? Math.max(300, 3 * periodS)) * 1000,
  }
}
