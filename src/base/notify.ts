import type { AlarmSeverity } from './alarm.js'

/** Channels by which people are told of alarms, as the API gives them. */

export const CHANNEL_TYPES = ['webhook', 'dingtalk', 'wecom', 'mail'] as const
export type ChannelType = (typeof CHANNEL_TYPES)[number]

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/**
 * `idle`: nothing was sent yet; `ok`: the last message arrived; `retrying`: the other side is away or asks to wait;
 * `failed`: it refuses what it is given, which is for a person to mend.
 */
export const CHANNEL_STATES = ['idle', 'ok', 'retrying', 'failed'] as const
export type ChannelState = (typeof CHANNEL_STATES)[number]

/** One message, or a row of tries that failed alike. */
export interface ChannelDelivery {
  /** RFC 3339, UTC. */
  readonly at: string
  /** Number of alarms it told of. */
  readonly alarms: number
  /** Ids of the first of them. */
  readonly ids: readonly string[]
  readonly test: boolean
  readonly ok: boolean
  /** Answer of the other side, without secrets. */
  readonly detail: string
}

export interface AlarmChannel {
  readonly id: string
  readonly type: ChannelType
  /** Address that messages go to, without secrets. */
  readonly target: string
  /** null for all. */
  readonly plants: readonly string[] | null
  readonly min_severity: AlarmSeverity
  readonly language: Language
  readonly digest_s: number
  readonly send_cleared: boolean
  readonly state: ChannelState
  /** Reason of the state `retrying` or `failed`; else ''. */
  readonly reason: string
  /** Alarms that wait to be sent, for a digest, the end of a shelving, or the other side. */
  readonly pending: number
  /** Alarms that were never sent because too many waited, since the data directory was made. */
  readonly dropped: number
  readonly last_sent_at: string | null
  /** Newest first. */
  readonly recent: readonly ChannelDelivery[]
}

export interface AlarmChannelsAnswer {
  readonly channels: readonly AlarmChannel[]
}

export interface ChannelTestAnswer {
  readonly ok: boolean
  /** Answer of the other side, without secrets. */
  readonly detail: string
}
