import { Readable } from 'node:stream'
import type { Aedes, AedesPublishPacket, Client, Subscription } from 'aedes'
import type { BrokerPolicy } from './broker-policy.js'
import { discardedOf } from './discarded.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import { loweredToGranted } from './granted-qos.js'
import { IncomingIds } from './incoming-ids.js'
import type { KeptSessions } from './kept-sessions.js'
import type { SharedDelivery } from './mqtt5/shared-delivery.js'
import { isShared } from './mqtt5/shared-filter.js'
import type { SharedSubscriptions } from './mqtt5/shared-subscriptions.js'
import { identified } from './mqtt5/subscription-identifiers.js'
import type { RetainedMessages } from './retained.js'
import type { SessionQueues } from './session-queues.js'
import type { Subscriptions } from './subscriptions.js'

/** Cost of a filter of a session that matches a message, in units of a small PUBLISH. */
const FOUND_UNITS = 2

interface Named {
  readonly id: string
}

/** The part of aedes-persistence that is asked or replaced here. */
interface Persistence {
  addSubscriptions(client: Named, subscriptions: readonly Subscription[]): Promise<void>
  removeSubscriptions(client: Named, filters: readonly string[]): Promise<void>
  cleanSubscriptions(client: Named): Promise<void>
  subscriptionsByClient(client: Named): Promise<Subscription[]>
  subscriptionsByTopic(topic: string): Promise<{ readonly clientId: string }[]>
}

interface BoundParts {
  readonly policy: BrokerPolicy
  readonly queues: SessionQueues
  readonly shared: SharedSubscriptions
  readonly sharing: SharedDelivery
  readonly retained: RetainedMessages
  readonly sessions: KeptSessions
  readonly subscriptions: Subscriptions
  readonly budget: EventLoopBudget
}

/**
 * A filter that no client can name, and nobody is given: it stands in the list of a session without any, as aedes takes an empty
 * list for no session.
 */
export const NO_FILTER = '$share/\0/none'

/**
 * Puts bounds on what aedes keeps. It keeps everything in memory and asks nobody how much: sessions, their queues,
 * retained messages and QoS 2 handshakes are replaced by stores of our own, see docs/decisions/020-guards.md.
 *
 * @returns what drops a session and all that is kept for it
 */
export function keepWithinBounds(aedes: Aedes, parts: BoundParts): (clientId: string) => void {
  const { policy, retained, queues, sharing } = parts
  const { persistence } = aedes as unknown as { persistence: Persistence }
  const incoming = new IncomingIds()
  aedes.authorizeForward = forwarding(parts)
  const clean = persistence.cleanSubscriptions.bind(persistence)
  const end = (clientId: string): void => endSession(clientId, parts)

  Object.assign(persistence, {
    ...boundSubscriptions(aedes, persistence, parts),
    cleanSubscriptions: async (client: Named) => {
      end(client.id)
      await incoming.cleanIncoming(client)
      await clean(client)
    },
    // aedes looks for the wills of brokers that have died beside it. There are none, and a clock that jumps ahead would
    // make it take itself for one: everybody who is connected would be said to be offline.
    streamWill: () => Readable.from([]),
    ...methodsOf(queues, [
      'outgoingEnqueue',
      'outgoingEnqueueCombi',
      'outgoingUpdate',
      'outgoingClearMessageId',
      'outgoingStream',
    ]),
    ...methodsOf(incoming, ['incomingStorePacket', 'incomingGetPacket', 'incomingDelPacket']),
    ...methodsOf(retained, ['storeRetained', 'createRetainedStreamCombi']),
  })
  aedes.on('clientDisconnect', (client) => {
    if (client.clean) void incoming.cleanIncoming(client)
  })
  routeInOrder(aedes, policy, incoming, sharing)

  return (clientId) => {
    end(clientId)
    void clean({ id: clientId })
    void incoming.cleanIncoming({ id: clientId })
    stopExpiry(aedes, clientId)
  }
}

/** The subscriptions that aedes keeps, with the bounds of clients and the cost of looking for them. */
function boundSubscriptions(aedes: Aedes, persistence: Persistence, parts: BoundParts): object {
  const { policy, subscriptions, shared, sessions, budget } = parts
  const { clients } = aedes as unknown as { readonly clients: Readonly<Record<string, Client>> }
  const add = persistence.addSubscriptions.bind(persistence)
  const remove = persistence.removeSubscriptions.bind(persistence)
  const byClient = persistence.subscriptionsByClient.bind(persistence)
  const byTopic = persistence.subscriptionsByTopic.bind(persistence)
  return {
    addSubscriptions: (client: Named) => add(client, policy.takeGranted(client as Client)),
    removeSubscriptions: (client: Named, filters: readonly string[]) => {
      subscriptions.release(client.id, withoutShared(client as Client, filters))
      return remove(client, filters)
    },
    // Asked for the session that a client takes up. One without subscriptions, or with none but shared ones, is one all the
    // same [MQTT-3.2.2-3]: a client that is told of none lets go of what was not acknowledged.
    subscriptionsByClient: async ({ id }: Named) => {
      const found = await byClient({ id })
      // One that ends with the connection that is there takes its shared subscriptions with it.
      if (!sessions.has(id) && clients[id]?.clean !== false) return found
      const others = shared.filtersOf(id)
      return [...found, ...[...others, NO_FILTER].map((topic) => ({ topic, qos: 0 as const }))]
    },
    // Asked before each message of QoS 1 and 2 goes to subscribers: many filters that match it cost as much here as there.
    subscriptionsByTopic: async (topic: string) => {
      if (budget.isOver) await new Promise<void>((resolve) => budget.next(resolve))
      const found = await byTopic(topic)
      budget.spend(FOUND_UNITS * found.length)
      return found
    },
  }
}

/**
 * Answers whether a subscriber is given a message. A session that has kept one for all who share a subscription may be back
 * without the right to it: then it goes to another of them, unless it was QoS 2 and begun [MQTT-4.8.2-5].
 */
function forwarding({ policy, queues, sharing, budget }: BoundParts): Aedes['authorizeForward'] {
  return (client, packet) => {
    // Before it is asked whether it fits the client.
    identified(client, packet, budget)
    if (policy.mayForward(client, packet)) return loweredToGranted(client, packet, budget)
    const { messageId, qos, dup } = packet as AedesPublishPacket & { readonly messageId?: number }
    const isHandedOver = messageId !== undefined && (qos === 1 || !dup) && !policy.mayReceive(client, packet.topic)
    if (isHandedOver) sharing.handOver(queues.sharedUnder(client.id, messageId))
    return null
  }
}

/** Nothing of a session is left here; messages of its shared subscriptions go to other members. */
function endSession(clientId: string, { queues, subscriptions, shared, sharing }: BoundParts): void {
  const left = queues.sharedOf(clientId)
  subscriptions.drop(clientId)
  shared.drop(clientId)
  queues.drop(clientId)
  sharing.handOver(left)
}

/** Its session is gone already: nothing is left that would come to its end later. */
function stopExpiry(aedes: Aedes, clientId: string): void {
  ;(aedes as unknown as { clearSessionExpiry(clientId: string): void }).clearSessionExpiry(clientId)
}

/** Shared filters of MQTT 5 are released as soon as the packet comes; for older versions `$share/` is a topic like others. */
export function withoutShared({ version }: Client, filters: readonly string[]): readonly string[] {
  return version === 5 ? filters.filter((filter) => !isShared(filter)) : filters
}

function methodsOf<T extends object>(store: T, names: readonly (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (store[name] as () => unknown).bind(store)]))
}

/**
 * One message after the other goes to subscribers, in the order of the journal. aedes numbers them before it looks for
 * subscriptions, and gives a subscriber none with a lower number than the last: what is overtaken on the way, as a
 * retained message is by the next, would be lost. PUBREC is written when a message is through, so in order as well
 * [MQTT-4.6.0-3]. No more wait than aedes has read: it reads a connection on when all before is through.
 *
 * What was discarded for its size is journaled and acknowledged in its turn, but there is nothing to give to
 * subscribers; nor is what was sent again, or goes beyond the bounds of topics and of retained messages.
 */
function routeInOrder(aedes: Aedes, policy: BrokerPolicy, incoming: IncomingIds, sharing: SharedDelivery): void {
  type Done = (error?: Error) => void
  type Publish = (packet: AedesPublishPacket, client: Client | null, done: Done) => void
  const open = aedes as unknown as {
    publish(packet: AedesPublishPacket, client: Client | null | Done, done?: Done): void
  }
  const publish: Publish = open.publish.bind(aedes)
  const route: Publish = (packet, client, done) => {
    const isWhole = !Buffer.isBuffer(packet.payload) || discardedOf(packet.payload) === null
    if (!isWhole || incoming.isRepeated(packet) || !policy.mayRoute(client, packet)) done()
    else {
      // [MQTT-3.3.1-3] That a device sent it again is nothing to subscribers: with QoS 0 it would even be malformed.
      const retain = packet.retain && policy.mayRetain(client, packet)
      sharing.route(packet, retain)
      publish(packet.dup || retain !== packet.retain ? { ...packet, dup: false, retain } : packet, client, done)
    }
  }
  let last: Promise<void> = Promise.resolve()
  open.publish = (packet, client, done) => {
    // The notices of aedes and of the gateway come with two arguments.
    const [sender, settled] = typeof client === 'function' ? [null, client] : [client, done]
    const through = (over: () => void): void => {
      const isOver: Done = (error) => {
        settled?.(error)
        over()
      }
      try {
        route(packet, sender, isOver)
      } catch (error) {
        // The client is ended by it, and sends again; what comes behind it is routed all the same.
        isOver(error as Error)
      }
    }
    last = last.then(() => new Promise(through))
  }
}
