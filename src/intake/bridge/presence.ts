import { hostState, hostStates } from '../sparkplug-state.js'
import { covers } from '../topic-filter.js'
import type { BrokerOptions } from './options.js'

/** Retained messages of one connection to a broker about us: that we are connected, and as last will that we are not. */
export interface PresenceMessages {
  readonly topic: string
  readonly online: string
  readonly will: string
  /** Before an orderly end. */
  offline(nowMs: number): string
  /** True when we listen under `topic`, to contradict whoever says that we are not here. */
  readonly isContradicted: boolean
}

/** Makes that of a connection that is opened now. */
export type PresenceFactory = (connectMs: number) => PresenceMessages

/** As a Sparkplug host application where Sparkplug is fetched, else under `status_topic`; null when neither is wanted. */
export function presenceOf(
  { topics, status_topic }: Pick<BrokerOptions, 'topics' | 'status_topic'>,
  sparkplugHostId: string | null,
): PresenceFactory | null {
  if (sparkplugHostId !== null && bringsSparkplug(topics)) return hostPresence(sparkplugHostId)
  return status_topic === undefined ? null : statusPresence(status_topic)
}

/** True when messages of Sparkplug are among those that the filters match. */
export function bringsSparkplug(filters: readonly string[]): boolean {
  return filters.some((filter) => covers(filter.split('/')[0]!, 'spBv1.0'))
}

function statusPresence(topic: string): PresenceFactory {
  const offline = 'offline'
  return () => ({ topic, online: 'online', will: offline, offline: () => offline, isContradicted: false })
}

function hostPresence(hostId: string): PresenceFactory {
  return (connectMs) => {
    const { birth, will } = hostStates(hostId, connectMs)
    return {
      topic: birth.topic,
      online: birth.payload,
      will: will.payload,
      offline: (nowMs) => hostState(hostId, false, nowMs).payload,
      isContradicted: true,
    }
  }
}
