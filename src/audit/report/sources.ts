import type { StoredEvent } from '../../archive/events.js'
import type { Scope } from '../../base/kpi.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { RejectReason } from '../../base/reasons.js'
import type { ClaimDays, ClaimSeries } from '../../insight/savings/claim.js'
import type { FactorLibrary } from '../../kpi/factors/table.js'
import type { Point } from '../../kpi/windows/point.js'
import type { StackHours, StackHourTableQuery } from '../stack-hours.js'

/** Instants in [fromMs, toMs) of one plant. */
export interface PlantSpan {
  readonly plant: string
  readonly fromMs: number
  readonly toMs: number
}

/** The source of all that a report says: the running gateway, or a bundle of evidence. Both have to give the same. */
export interface ReportSources {
  /** The tables that come with the program. */
  readonly library: FactorLibrary
  /** Every configuration up to the place the report rests on, in their order. */
  versions(): Promise<readonly ConfigVersion[]>
  /** Final points of a day whose start lies in the span, of some KPIs and scopes, in any order. */
  days(
    query: PlantSpan & { readonly kpis: readonly string[]; readonly scopes: readonly Scope[] },
  ): Promise<readonly Point[]>
  /** Final points of an hour, as `days` gives those of a day. */
  hours(
    query: PlantSpan & { readonly kpis: readonly string[]; readonly scopes: readonly Scope[] },
  ): Promise<readonly Point[]>
  stackHours(query: StackHourTableQuery): Promise<StackHours>
  /** Tells how each series reported, by device and metric. */
  streams(span: PlantSpan): Promise<readonly StreamQuality[]>
  /** Every series of a plant that has ever reported, with its first reading, in any order. */
  firstReadings(plant: string): Promise<readonly FirstReading[]>
  /** Elements that were rejected, by the arrival of their message. */
  rejected(span: PlantSpan): Promise<Readonly<Partial<Record<RejectReason, number>>>>
  /** Days of what claimed savings go by that are final and known; `dayStarts` has the start of each, epoch ms. */
  claimDays(query: ClaimDaysQuery): Promise<ClaimDays>
  /** In order of time, device and id. */
  events(span: PlantSpan & { readonly types: readonly string[] }): Promise<readonly StoredEvent[]>
}

export interface ClaimDaysQuery {
  readonly plant: string
  /** In which the days begin and end. */
  readonly zone: string
  readonly series: readonly ClaimSeries[]
  readonly dayStarts: readonly number[]
}

/** The first reading of a series of all time, epoch ms. */
export interface FirstReading {
  readonly device: string
  readonly metric: string
  readonly firstTs: number
}

/** Reporting of one series in a span: counts, silences, delay. Times in epoch ms, lengths in ms. */
export interface StreamQuality {
  readonly device: string
  readonly metric: string
  readonly unit: string
  readonly received: number
  /** Number of readings by quality. */
  readonly byQuality: Readonly<Record<string, number>>
  /** Arrived more than 24 h after their time. */
  readonly late: number
  readonly assumedTime: number
  /** Silences of more than an hour between two readings, or from or to the ends of the span; in order of time. */
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Lower median of arrival less time of the readings that are not late, in steps of 100 ms, rounded down; null without any. */
  readonly delayMs: number | null
}
