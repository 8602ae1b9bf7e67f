import type { Scope, Window } from './kpi.js'

/** Shapes of an alarm, the same wherever it is shown: API, feed, stores. */

export const ALARM_SEVERITIES = ['critical', 'major', 'minor', 'warning'] as const
export type AlarmSeverity = (typeof ALARM_SEVERITIES)[number]

/**
 * States of an alarm: what it tells of still is (active) or is over (cleared), and a person has acknowledged it or not.
 * `cleared_ack` is back to normal. Source: ISA-18.2, alarm states (from secondary sources, not checked against its text).
 */
export const ALARM_STATES = ['active_unack', 'active_ack', 'cleared_unack', 'cleared_ack'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

/** Rule of the alarm that demand above its limit is expected: its figure is the time until then, s. */
export const EXPECTED_DEMAND = 'demand-expected'
/** Rule of the alarm that a month of a carbon market is not attested in time: its figure is the time since its deadline, s. */
export const MONTH_OVERDUE = 'month-not-attested'

export interface AlarmNote {
  /** Event time of what the gateway notes, arrival of what a person does; RFC 3339. */
  readonly at: string
  /** Name of the person; null for the gateway, and for a person who did not say. */
  readonly by: string | null
  readonly text: string
}

/** One occurrence of an alarm. Times are RFC 3339, UTC, and event times unless they are those of a person. */
export interface AlarmItem {
  readonly id: string
  readonly plant: string
  readonly rule: string
  readonly scope: Scope
  /** Id of the line or device; the plant's own id in scope `plant`. */
  readonly scope_id: string
  /** A device sends as a part of this line, through this client; null where that is not known, and for what is no device. */
  readonly line: string | null
  readonly client: string | null
  /** The rule compares this KPI; it is null for an alarm on a device's silence or clock. */
  readonly kpi: string | null
  readonly window: Window | null
  readonly severity: AlarmSeverity
  readonly state: AlarmState
  /** The text gives its rule and the figure with which it was raised. */
  readonly text: { readonly en: string; readonly zh: string }
  /** The figure with which it was raised. */
  readonly value: number
  /**
   * The newest figure of the same, also of a window that still runs; of a silence the seconds it has lasted. null when it
   * is over, is not known, or there is nothing to measure.
   */
  readonly current: number | null
  /** End of the window of `current`; null when there is none. */
  readonly current_at: string | null
  readonly limit: number
  readonly unit: string
  readonly raised_at: string
  /** null while it is active. */
  readonly cleared_at: string | null
  readonly acked_at: string | null
  readonly acked_by: string | null
  /** null when it is not shelved, or no longer. */
  readonly shelved_until: string | null
  /** False while nothing says whether it still is: a data gap, too little coverage. */
  readonly watched: boolean
  /** Oldest first. */
  readonly notes: readonly AlarmNote[]
}

/** A place in a list of alarms. */
export interface AlarmPlace {
  readonly raisedMs: number
  /** An id is that of one alarm within its plant. */
  readonly plant: string
  readonly id: string
}

/** Fields that a search of alarms looks at: of the many that are over nothing else need be made. */
export interface AlarmBrief extends AlarmPlace {
  /** null while it is active. */
  readonly clearedMs: number | null
  readonly state: AlarmState
}

/** The order of lists: newest first; of one instant by plant and id, backwards. */
export function newestFirst(a: AlarmPlace, b: AlarmPlace): number {
  if (a.raisedMs !== b.raisedMs) return b.raisedMs - a.raisedMs
  if (a.plant !== b.plant) return a.plant < b.plant ? 1 : -1
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

/** Alarms of the page of one cause: devices that fell silent together. */
export interface AlarmCause {
  readonly plant: string
  /** The alarms share this line, or this plant where their lines differ. */
  readonly scope: Scope
  readonly scope_id: string
  readonly text: { readonly en: string; readonly zh: string }
  /** Ids of the alarms. */
  readonly alarms: readonly string[]
}

/** Act of a person on an alarm, as the journal keeps it. */
export interface AlarmAction {
  /** Id of the act itself, so that it is found again when it has come through the journal. */
  readonly id: string
  readonly plant: string
  readonly alarm: string
  readonly what: 'ack' | 'shelve' | 'note'
  /** End of the shelving, epoch ms; null for other acts. */
  readonly untilMs: number | null
  /** '' when nothing was said. */
  readonly note: string
  readonly by: string | null
}
