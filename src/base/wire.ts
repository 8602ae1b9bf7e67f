import type { AlarmItem } from './alarm.js'
import type { KpiInfo, KpiPoint, Scope, Window } from './kpi.js'
import type { Quality } from './quality.js'
import type { RangeFigure } from './range-figure.js'
import type { NullReason, RejectReason } from './reasons.js'
import type { ReportItem } from './report.js'

/** The shapes that cross a wire: HTTP answers and feed messages, shared by gateway, dashboards and tests. */

export type DeviceState = 'online' | 'offline' | 'stale'

/** Verdict on a device's clock, from its times against their arrival. */
export type ClockVerdict = 'good' | 'ahead' | 'behind' | 'unsteady'

export interface DeviceNode {
  readonly id: string
  /** null for a sender that is not configured. */
  readonly role: string | null
  readonly configured: boolean
  readonly state: DeviceState
  /** Arrival of the last message, whatever became of it, RFC 3339; null before the first. */
  readonly last_seen: string | null
  /** Reason why nothing of its last message was taken; null when something was, or when none came for its idle time. */
  readonly rejected_reason: RejectReason | null
  /** Newest event time, RFC 3339. */
  readonly newest: string | null
  /** null before the first reading that has a time of the device. */
  readonly clock: ClockVerdict | null
  /** Device minus gateway, ms, as the last minutes say; below 0 it is behind. */
  readonly clock_offset_ms: number | null
  readonly messages: number
  readonly readings: number
  readonly elements_rejected: number
  /** Messages a minute, over the last five whole minutes. */
  readonly rate_per_min: number
  /** Times that the device's `seq` jumped ahead, and numbers that are missing so. */
  readonly sequence_gaps: number
  readonly sequence_missing: number
}

export interface LocalizedNames {
  readonly en?: string | undefined
  readonly zh?: string | undefined
}

export interface LineNode {
  readonly id: string
  readonly name: LocalizedNames
  readonly devices: readonly DeviceNode[]
}

export interface PlantNode {
  readonly id: string
  readonly name: LocalizedNames
  readonly timezone: string
  readonly configured: boolean
  /** Code of the currency of its tariffs; absent where there is none, or they are of several. */
  readonly currency?: string | undefined
  /** Limits, targets and budgets, as configured: what a tile compares with. */
  readonly targets: readonly Target[]
  /** These are the configured measurements of parts, with their limits; the field is absent where there are none. */
  readonly characteristics?: readonly CharacteristicLimits[] | undefined
  readonly lines: readonly LineNode[]
}

/** Limits of one characteristic, in the unit of its values. */
export interface CharacteristicLimits {
  readonly id: string
  /** An entry for one device goes before an entry for all. */
  readonly device?: string | undefined
  readonly lsl?: number | undefined
  readonly usl?: number | undefined
  readonly target?: number | undefined
}

export interface Target {
  readonly kpi: string
  readonly window: Window
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly budget?: number | undefined
  readonly warn?: number | undefined
}

/** `GET /api/v1/plants/{plant}/kpis/totals`: by id and KPI in the order asked for. */
export interface TotalsAnswer {
  readonly figures: readonly RangeFigure[]
}

export interface PlantsAnswer {
  readonly plants: readonly PlantNode[]
  readonly next: string | null
}
export interface CatalogueAnswer {
  readonly kpis: readonly KpiInfo[]
}
export interface LatestAnswer {
  readonly points: readonly KpiPoint[]
  readonly next: string | null
}
export interface SeriesAnswer {
  readonly points: readonly KpiPoint[]
  readonly next: string | null
}

/** A line through stored days: expected kWh of a day = a + b · variable. */
export interface EnpiBaselineAnswer {
  readonly variable: string
  readonly energy: string
  /** Days that both are known of, and days of which one is not. */
  readonly days: number
  readonly left_out: number
  /** kWh of a day without output; null when there is no line, then `reason` says why. */
  readonly a: number | null
  /** kWh for one more. */
  readonly b: number | null
  /** 0..1; null also when energy was the same every day. */
  readonly r2: number | null
  readonly reason: NullReason | ''
  /** Lines for the configuration, YAML. */
  readonly config: string | null
}

export interface ReadingPoint {
  readonly ts: string
  readonly value: number | string
  readonly unit: string
  readonly quality: Quality
}
export interface ReadingsAnswer {
  readonly points: readonly ReadingPoint[]
  readonly next: string | null
}

export interface Rejection {
  readonly reason: RejectReason
  readonly detail: string
  /** Position of the element in an array, 0 for a single message. */
  readonly index: number
  /** The metric, when only that one was rejected. */
  readonly metric?: string | undefined
  /** Event time of the element where it has one, RFC 3339. */
  readonly ts?: string | undefined
}

export interface QuarantineItem {
  readonly id: string
  readonly received_at: string
  readonly topic: string
  readonly client: string
  /** Bytes of the payload as it came. */
  readonly size_bytes: number
  /**
   * The first 4 KiB, as text with replacement characters where it is not UTF-8; of bytes that are no text at all the first
   * KiB, as `hex: 08 ff …`.
   */
  readonly sample: string
  readonly reason: RejectReason
  /** At most 20 of them; `count` says how many there were. */
  readonly rejections: readonly Rejection[]
  readonly count: number
  /** Somebody has decided that nothing is to be done about it: it no longer waits, and stays listed. */
  readonly dismissed?: Dismissal | undefined
}

/** A person has put a rejected message aside; `at` is RFC 3339. */
export interface Dismissal {
  readonly by: string
  readonly at: string
  readonly note: string
}

/** Messages that somebody dismisses at once: all that wait, or those of these alone. */
export interface DismissFilter {
  readonly reason?: RejectReason | undefined
  readonly plant?: string | undefined
  readonly device?: string | undefined
  /** Arrival of the last message that goes, epoch ms; later ones still wait, as nobody has seen them. */
  readonly untilMs?: number | undefined
}

export interface DismissedAnswer {
  readonly dismissed: number
  /** Messages of the same reason, plant and device that have arrived since. */
  readonly waiting: number
}

export interface QuarantineAnswer {
  readonly items: readonly QuarantineItem[]
  readonly next: string | null
  /** All rejected elements and metrics since the data directory was made, by reason. */
  readonly counts: Readonly<Partial<Record<RejectReason, number>>>
  /** Messages that wait, by reason: of the plant and device that were asked for, on all pages. */
  readonly waiting: Readonly<Partial<Record<RejectReason, number>>>
  /** Messages that were dismissed and are still kept, by reason; absent where none is. */
  readonly dismissed?: Readonly<Partial<Record<RejectReason, number>>> | undefined
}

/** Outcome of a message in quarantine that was decoded again. */
export interface RetryAnswer {
  readonly result: 'accepted' | 'rejected'
  /** Decoded from it, and archived; 0 when it was rejected again. */
  readonly readings: number
  readonly events: number
  /** Rejections that remain, at most 20. */
  readonly rejections: readonly Rejection[]
}

export interface StoreAccounting {
  readonly readings: {
    readonly archived: number
    readonly stored: number
    readonly refused: number
    readonly pending: number
  }
  readonly kpis: {
    readonly final: number
    readonly stored: number
    readonly refused: number
    readonly pending: number
  }
}

/** A store and how it stands; its type is that of config section `store`. */
export interface StoreStatus {
  readonly name: string
  readonly type: string
  /** Its history is what the API answers with. */
  readonly answers_history: boolean
  /** `current`: it has everything; `behind`: it is being written; `waiting`: it takes nothing, `reason` says why. */
  readonly state: 'current' | 'behind' | 'waiting'
  readonly reason: string
  readonly pending: { readonly readings: number; readonly kpis: number; readonly provisional?: number | undefined }
  readonly refused: { readonly readings: number; readonly kpis: number }
  /** A stretch of time that is being written once more, or was last. */
  readonly refill: {
    readonly from: string
    readonly to: string
    readonly readings: number
    readonly kpis: number
    readonly done: boolean
  } | null
}
export interface StoresAnswer {
  readonly stores: readonly StoreStatus[]
}

/** A reading or a KPI point that a store does not take, with the store's own words. */
export interface RefusedItem {
  /** Event time, or the window's start, RFC 3339. */
  readonly time: string
  readonly refused_at: string
  readonly detail: string
  readonly plant: string
  readonly device?: string
  readonly metric?: string
  readonly scope?: string
  readonly id?: string
  readonly kpi?: string
  readonly window?: string
}
export interface RefusedAnswer {
  readonly items: readonly RefusedItem[]
  readonly next: string | null
}

/** Rules by which a report fills the hours of a stack that were not measured: HJ 75, or Article 45 of the EU's MRR. */
export const SUBSTITUTION_PROFILES = ['hj75', 'mrr'] as const
export type SubstitutionProfile = (typeof SUBSTITUTION_PROFILES)[number]

/** An hour of a stack as a report has it: what was measured, what counts, and how what is missing was put in. */
export interface StackHourRow {
  readonly start: string
  readonly end: string
  readonly cause: 'measured' | 'stopped' | 'out_of_control' | 'invalid'
  /** Mass that counts, kg; null where nothing was measured and nothing may be put in. */
  readonly kg: number | null
  readonly measured_kg: number | null
  /** mg/Nm3, as measured and at reference oxygen; null where the hour is not valid. */
  readonly concentration: number | null
  readonly reference: number | null
  /** Above the limit; null where nothing was measured or no limit holds: a substituted hour never is. */
  readonly above_limit: boolean | null
  readonly substitution: {
    readonly kg: number | null
    readonly method: string | null
    /** Reason why nothing was put in; '' otherwise. */
    readonly reason: NullReason | ''
    readonly gap_hours: number
    readonly from_hours: number
  } | null
}

export interface StackHoursAnswer {
  readonly hours: readonly StackHourRow[]
  /** Checks of the analyser in these hours. A good one ends the look-back, a failed one puts hours in doubt. */
  readonly calibrations: readonly {
    readonly time: string
    readonly metric: string
    readonly passed: boolean
    readonly zero_drift_pct: number | null
    readonly span_drift_pct: number | null
  }[]
  /** Capture of the quarters (HJ 75) or years (MRR) by which the hours were filled, 0..1; null when the source never ran. */
  readonly captures: readonly {
    readonly start: string
    readonly end: string
    readonly hours: number
    readonly stopped: number
    readonly invalid: number
    readonly capture: number | null
  }[]
  readonly next: string | null
}

/** Account of where every message and every reading went; `closes` when the sums agree. */
export interface Accounting {
  readonly messages: {
    readonly received: number
    readonly decoded: number
    readonly rejected: number
    readonly undecoded: number
  }
  readonly readings: {
    readonly decoded: number
    readonly archived: number
    readonly duplicate: number
    readonly conflict: number
    readonly pending: number
  }
  readonly elements_rejected: number
  /** Decoded messages that profiles ignore, most first. Left out by programs that did not count them. */
  readonly ignored?: readonly IgnoredMessages[]
  readonly stores: Readonly<Record<string, StoreAccounting>>
  readonly closes: boolean
  readonly devices?: readonly DeviceAccounting[]
  /** Cursor of the next page of `devices`; null at the end. */
  readonly next?: string | null
}

/** Messages that no profile in use reads and one ignores. */
export interface IgnoredMessages {
  /** maker/model; `others` for what is beyond the room for profiles and rules. */
  readonly profile: string
  /** A topic as the profile writes it; with `, conditions` where only the conditions of its messages do not hold. */
  readonly rule: string
  readonly messages: number
}

export interface DeviceAccounting {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly messages: number
  readonly readings: number
  readonly elements_rejected: number
}

/** One thing that must be well for the gateway to be ready. */
export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** Says what is wrong and what to do; '' when nothing is wrong. */
  readonly reason: string
}

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
  | { readonly type: 'gap'; readonly seq: number }
  | { readonly type: 'error'; readonly code: string; readonly detail: string }
