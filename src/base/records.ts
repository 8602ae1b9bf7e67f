import type { EventOrigin } from './entry-origin.js'
import type { DeviceEvent } from './reading.js'

/** Records beside readings and figures, as the API gives them. Times are RFC 3339. */

/** Something that happened once at a device. */
export interface EventItem {
  readonly id: string
  readonly type: string
  readonly line: string
  readonly device: string
  /** Event time. */
  readonly ts: string
  readonly received_at: string
  readonly fields: Readonly<Record<string, unknown>>
  /** Device or person behind it, for types that people put on record too; null for others and where it was before origins were kept. */
  readonly origin?: EventOrigin | null | undefined
}
/** Event that a person enters on the page of a machine, on its way through the journal. */
export interface OperatorEventAction {
  /** Id of the act itself, so that it is found again when it has come through the journal. */
  readonly id: string
  readonly what: 'event'
  readonly event: Omit<DeviceEvent, 'receivedAt'>
}

/**
 * Reasons for which a correction does not count: nobody else has approved it where the plant asks for that, there is no reading
 * at that instant (or not any more), the reading says something else than the correction says it does, a later correction of the
 * same reading counts, or nothing is computed of the metric.
 */
export const CORRECTION_FAULTS = ['not_approved', 'no_reading', 'before_differs', 'superseded', 'not_counted'] as const
export type CorrectionFault = (typeof CORRECTION_FAULTS)[number]

/** Devices, or metrics of them, that a person wants forgotten, as the journal keeps it: what was sent of them up to there counts no longer. */
export interface ForgetAction {
  /** Id of the act itself, so that it is found again when it has come through the journal. */
  readonly id: string
  readonly what: 'forget'
  readonly plant: string
  readonly devices: readonly string[]
  /** Metrics that go alone; absent where all goes that the devices sent. */
  readonly metrics?: readonly string[]
  readonly by: string | null
  /** Reason that the person gave; absent where none was given. */
  readonly why?: string
}

/** Reasons for which a final figure has changed; of several the later in this list is told. */
export const RESTATEMENT_REASONS = [
  'replay',
  'late_data',
  'configuration',
  'correction',
  'matching',
  'factors',
  'rules',
] as const
export type RestatementReason = (typeof RESTATEMENT_REASONS)[number]
/** Pages and reports in Chinese tell the reasons in these words. */
export const RESTATEMENT_REASONS_ZH: Readonly<Record<RestatementReason, string>> = {
  replay: '重新读取',
  late_data: '数据迟到',
  matching: '合同电量重新匹配',
  configuration: '配置变更',
  correction: '更正',
  factors: '因子更新',
  rules: '计算规则更新',
}

export interface RestatedFigure {
  readonly value: number | null
  readonly numerator: number
  readonly denominator: number
}
