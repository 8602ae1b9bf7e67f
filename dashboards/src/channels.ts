import type { AlarmSeverity } from '../../src/base/alarm.js'

/** A way by which people are told of alarms, as the gateway tells of it. */
export interface AlarmChannel {
  readonly id: string
  readonly type: 'webhook' | 'dingtalk' | 'wecom' | 'mail'
  /** Where messages go, without secrets. */
  readonly target: string
  /** null for all. */
  readonly plants: readonly string[] | null
  readonly min_severity: AlarmSeverity
  readonly language: 'en' | 'zh'
  readonly state: 'ok' | 'retrying' | 'failed' | 'idle'
  /** Why it is `retrying` or `failed`, else ''. */
  readonly reason: string
  readonly pending: number
  readonly dropped: number
  readonly last_sent_at: string | null
  /** The newest first. */
  readonly recent: readonly {
    readonly at: string
    readonly alarms: number
    readonly ok: boolean
    readonly test?: boolean
    readonly detail: string
  }[]
}
