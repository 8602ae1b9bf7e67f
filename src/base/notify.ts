/** Channels by which people are told of alarms. */

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
