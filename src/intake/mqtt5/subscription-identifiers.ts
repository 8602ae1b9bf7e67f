import type { Client, Subscription } from 'aedes'
import type { EventLoopBudget } from '../event-loop-budget.js'
import { LOOK_UNITS } from '../granted-qos.js'
import { covers } from '../topic-filter.js'

/** A PUBLISH that aedes has made for one subscriber. */
interface IdentifiedPublish {
  readonly topic: string
  /** Absent for a retained message that a SUBSCRIBE brings, which has the identifier of that one alone. */
  readonly brokerId?: string | undefined
  properties?: object | undefined
}

/** The part of aedes' client that its types keep back. */
interface Identifying {
  readonly subscriptions: Readonly<Record<string, { readonly si?: number | undefined }>>
}

/** Clients with a subscription that has an identifier: nothing is looked for on behalf of others. */
const identifying = new WeakSet<Client>()

/** A subscription is granted, or taken up with its session. */
export function noteIdentifier(client: Client, subscription: Subscription): void {
  const { subscriptionIdentifier } = subscription as { readonly subscriptionIdentifier?: number }
  if (subscriptionIdentifier !== undefined) identifying.add(client)
}

/**
 * [MQTT-3.3.4-4] Puts into a message, which is returned, the identifiers of all subscriptions of its client that match, the same one as often as they
 * have it. aedes writes that of the one that it came to first, and none into what comes out of the queue of a session.
 */
export function identified<T extends IdentifiedPublish>(client: Client, packet: T, budget: EventLoopBudget): T {
  if (packet.brokerId === undefined || !identifying.has(client)) return packet
  const { subscriptions } = client as unknown as Identifying
  const identifiers: number[] = []
  for (const filter in subscriptions) {
    budget.spend(LOOK_UNITS)
    const { si } = subscriptions[filter]!
    if (si !== undefined && covers(filter, packet.topic)) identifiers.push(si)
  }
  if (identifiers.length > 0) packet.properties = { ...packet.properties, subscriptionIdentifier: identifiers }
  return packet
}
