import type { Client } from 'aedes'
import type { EventLoopBudget } from './event-loop-budget.js'
import { covers } from './topic-filter.js'

type Qos = 0 | 1 | 2

/** A PUBLISH that aedes has made for one subscriber. */
interface Outbound {
  readonly topic: string
  readonly retain: boolean
  /** Set when it comes out of the queue of a session, which has lowered it already. */
  readonly messageId?: number | undefined
  qos: Qos
}

/** The part of aedes' client that its types keep back. */
interface Subscribed {
  readonly subscriptions: Readonly<Record<string, { readonly qos: Qos }>>
}

/** Cost of a filter that is looked at, in units of a small PUBLISH. */
export const LOOK_UNITS = 0.05

/**
 * [MQTT-3.8.4-8] Lowers a message, which is returned, to the QoS that its subscriber was granted, the highest of its filters that match. aedes
 * does so where a filter is the topic itself, and gives nothing above QoS 0 to a filter of QoS 0, unless it was retained.
 */
export function loweredToGranted<T extends Outbound>(client: Client, packet: T, budget: EventLoopBudget): T {
  const { qos, retain, topic, messageId } = packet
  if (qos === 0 || (qos === 1 && !retain) || messageId !== undefined) return packet
  const { subscriptions: granted } = client as unknown as Subscribed
  let highest = -1
  for (const filter in granted) {
    budget.spend(LOOK_UNITS)
    if (covers(filter, topic)) highest = Math.max(highest, granted[filter]!.qos)
  }
  if (highest >= 0 && highest < qos) packet.qos = highest as Qos
  return packet
}
