import type { BrokerOptions } from './options.js'

/** What is said of us at a broker, kept there (retained): that we are connected, and as last will that we are not. */
export interface Presence {
  /** Of a connection that is opened now. */
  begin(nowMs: number): Said
}

export interface Said {
  readonly topic: string
  readonly online: string
  readonly offline: string
}

/** That of `status_topic`; null without one. */
export function statusPresence({ status_topic: topic }: Pick<BrokerOptions, 'status_topic'>): Presence | null {
  if (topic === undefined) return null
  return { begin: () => ({ topic, online: 'online', offline: 'offline' }) }
}
