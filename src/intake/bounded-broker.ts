import { Readable } from 'node:stream'
import type { Aedes, AedesPublishPacket, Client, Subscription } from 'aedes'
import type { BrokerPolicy } from './broker-policy.js'
import { discardedOf } from './discarded.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import { IncomingIds } from './incoming-ids.js'
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
  subscriptionsByTopic(topic: string): Promise<{ readonly clientId: string }[]>
}

/**
 * Puts bounds on what aedes keeps. It keeps everything in memory and asks nobody how much: sessions, their queues,
 * retained messages and QoS 2 handshakes are replaced by stores of our own, see docs/decisions/020-guards.md.
 *
 * @returns what drops a session and all that is kept for it
 */
export function keepWithinBounds(
  aedes: Aedes,
  parts: {
    readonly policy: BrokerPolicy
    readonly queues: SessionQueues
    readonly retained: RetainedMessages
    readonly subscriptions: Subscriptions
    readonly budget: EventLoopBudget
  },
): (clientId: string) => void {
  const { policy, retained, subscriptions, budget, queues } = parts
  const { persistence } = aedes as unknown as { persistence: Persistence }
  const incoming = new IncomingIds()
  const add = persistence.addSubscriptions.bind(persistence)
  const remove = persistence.removeSubscriptions.bind(persistence)
  const clean = persistence.cleanSubscriptions.bind(persistence)
  const byTopic = persistence.subscriptionsByTopic.bind(persistence)

  Object.assign(persistence, {
    addSubscriptions: (client: Named) => add(client, policy.takeGranted(client as Client)),
    removeSubscriptions: (client: Named, filters: readonly string[]) => {
      subscriptions.release(client.id, filters)
      return remove(client, filters)
    },
    cleanSubscriptions: async (client: Named) => {
      subscriptions.drop(client.id)
      queues.drop(client.id)
      await incoming.cleanIncoming(client)
      await clean(client)
    },
    // Asked before each message of QoS 1 and 2 goes to subscribers: many filters that match it cost as much here as there.
    subscriptionsByTopic: async (topic: string) => {
      if (budget.isOver) await new Promise<void>((resolve) => budget.next(resolve))
      const found = await byTopic(topic)
      budget.spend(FOUND_UNITS * found.length)
      return found
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
  routeInOrder(aedes, policy, incoming)

  return (clientId) => {
    subscriptions.drop(clientId)
    queues.drop(clientId)
    void clean({ id: clientId })
    void incoming.cleanIncoming({ id: clientId })
    stopExpiry(aedes, clientId)
  }
}

/** Its session is gone already: nothing is left that would come to its end later. */
function stopExpiry(aedes: Aedes, clientId: string): void {
  ;(aedes as unknown as { clearSessionExpiry(clientId: string): void }).clearSessionExpiry(clientId)
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
function routeInOrder(aedes: Aedes, policy: BrokerPolicy, incoming: IncomingIds): void {
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
      publish(packet.dup || retain !== packet.retain ? { ...packet, dup: false, retain } : packet, client, done)
    }
  }
  let last: Promise<void> = Promise.resolve()
  open.publish = (packet, client, done) => {
    // The notices of aedes and of the gateway come with two arguments.
    const [sender, settled] = typeof client === 'function' ? [null, client] : [client, done]
    const through = (over: () => void): void =>
      route(packet, sender, (error) => {
        settled?.(error)
        over()
      })
    last = last.then(() => new Promise(through))
  }
}
