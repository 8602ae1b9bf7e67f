import type { AlarmItem } from './alarm.js'
import type { ForecastChange } from './forecast.js'
import type { KpiPoint, Scope, Window } from './kpi.js'
import type { RejectReason } from './reasons.js'
import type { ReportItem } from './report.js'
import type { DeviceState } from './wire/plants.js'

/**
 * The shapes that cross a wire: HTTP answers and feed messages, shared by gateway, dashboards and tests. The type of an answer is
 * inferred from its schema, in a file of `wire/`; what is passed on here are types alone, so that pages load no schema.
 */

export type { Accounting, DeviceAccounting, IgnoredMessages, StoreAccounting } from './wire/accounting.js'
export type { DeviceAnswer, LastMessage } from './wire/device.js'
export type { GatewayStatus, HealthCheck, IntakeRate } from './wire/gateway.js'
export type {
  CharacteristicLimits,
  ClockVerdict,
  DeviceNode,
  DeviceState,
  LineNode,
  LocalizedNames,
  PlantNode,
  PlantsAnswer,
  Target,
} from './wire/plants.js'
export type { CatalogueAnswer, EnpiBaselineAnswer, LatestAnswer, SeriesAnswer } from './wire/points.js'
export type {
  Dismissal,
  DismissedAnswer,
  QuarantineAnswer,
  QuarantineItem,
  Rejection,
  RetryAnswer,
} from './wire/quarantine.js'
export type { ReadingPoint, ReadingsAnswer } from './wire/readings.js'
export type { StackHourRow, StackHoursAnswer } from './wire/stack-hours.js'
export type { RefusedAnswer, RefusedItem, StoreStatus, StoresAnswer } from './wire/stores.js'
export type { TotalsAnswer } from './wire/totals.js'

/** Messages that somebody dismisses at once: all that wait, or those of these alone. */
export interface DismissFilter {
  readonly reason?: RejectReason | undefined
  readonly plant?: string | undefined
  readonly device?: string | undefined
  /** Arrival of the last message that goes, epoch ms; later ones still wait, as nobody has seen them. */
  readonly untilMs?: number | undefined
}

/** Rules by which a report fills the hours of a stack that were not measured: HJ 75, or Article 45 of the EU's MRR. */
export const SUBSTITUTION_PROFILES = ['hj75', 'mrr'] as const
export type SubstitutionProfile = (typeof SUBSTITUTION_PROFILES)[number]

export const FEED_SUBPROTOCOL = 'greengauge.v1'

/** Message of a dashboard to the feed. */
export interface SubscribeMessage {
  readonly type: 'subscribe'
  readonly plants: readonly string[]
  readonly kpis: readonly string[]
  readonly scopes: readonly Scope[]
  readonly windows: readonly Window[]
  /** Plants whose alarms and devices are told of, `*` for all, empty for none; those of `plants` when absent. */
  readonly watch?: readonly string[] | undefined
  readonly since?: { readonly epoch: string; readonly seq: number } | undefined
  readonly maxHz?: number | undefined
}

/** Messages of the feed to its clients. */
export type FeedMessage =
  | { readonly type: 'hello'; readonly server_time: string; readonly epoch: string; readonly seq: number }
  | { readonly type: 'snapshot'; readonly seq: number; readonly points: readonly KpiPoint[] }
  | { readonly type: 'update'; readonly seq: number; readonly points: readonly KpiPoint[] }
  | {
      readonly type: 'device'
      readonly seq: number
      readonly plant: string
      readonly line: string
      readonly device: string
      readonly state: DeviceState
    }
  /** An alarm has changed; of several changes the newest. */
  | { readonly type: 'alarm'; readonly seq: number; readonly alarm: AlarmItem }
  /** A report was made or frozen, or has become something else; of several changes the newest. */
  | { readonly type: 'report'; readonly seq: number; readonly item: ReportItem }
  /** A forecast was issued; of one series and horizon the newest. */
  | { readonly type: 'forecast'; readonly seq: number; readonly forecast: ForecastChange }
  | { readonly type: 'gap'; readonly seq: number }
  | { readonly type: 'error'; readonly code: string; readonly detail: string }
