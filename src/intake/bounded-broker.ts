import type { Aedes, AedesPublishPacket, Client, Subscription } from 'aedes'
import { discardedOf } from './discarded.js'
import type { Door } from './door.js'
import { IncomingIds } from './incoming-ids.js'
import type { Limiting } from './limiting.js'
import type { MqttLimits } from './options.js'
import type { RetainedMessages } from './retained.js'
import { SessionQueues } from './session-queues.js'
import type { Subscriptions } from './subscriptions.js'
import type { Turn } from './turn.js'

/** What a filter of a session that matches a message costs next to a small PUBLISH. */
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
    readonly door: Door
    readonly limits: MqttLimits
    readonly limiting: Limiting
    readonly retained: RetainedMessages
    readonly subscriptions: Subscriptions
    readonly turn: Turn
  },
): (clientId: string) => void {
  const { door, retained, subscriptions, turn } = parts
  const { persistence } = aedes as unknown as { persistence: Persistence }
  const queues = new SessionQueues(parts.limits, (client, topic) =>
    parts.limiting.reached('session_queue', { client, topic }),
  )
  const incoming = new IncomingIds()
  let lastFound = 0
  const add = persistence.addSubscriptions.bind(persistence)
  const remove = persistence.removeSubscriptions.bind(persistence)
  const clean = persistence.cleanSubscriptions.bind(persistence)
  const byTopic = persistence.subscriptionsByTopic.bind(persistence)

  Object.assign(persistence, {
    addSubscriptions: (client: Named) => add(client, door.takeGranted(client as Client)),
    removeSubscriptions: (client: Named, filters: readonly string[]) => {
      subscriptions.release(client.id, filters)
      return remove(client, filters)
    },
    cleanSubscriptions: async (client: Named) => {
      subscriptions.drop(client.id)
      queues.drop(client.id)
      await clean(client)
    },
    // Asked before each message of QoS 1 and 2 goes to subscribers: many filters that match it cost as much here as there.
    subscriptionsByTopic: async (topic: string) => {
      if (turn.isOver) {
        await new Promise<void>((resolve) =>
          turn.next(() => {
            // It will cost about what the last one did; were nothing spent here, all that wait would begin at once.
            turn.spend(FOUND_UNITS * lastFound)
            resolve()
          }),
        )
      } else turn.spend(FOUND_UNITS * lastFound)
      const found = await byTopic(topic)
      lastFound = found.length
      return found
    },
    ...methodsOf(queues, [
      'outgoingEnqueue',
      'outgoingEnqueueCombi',
      'outgoingUpdate',
      'outgoingClearMessageId',
      'outgoingStream',
    ]),
    ...methodsOf(incoming, ['incomingStorePacket', 'incomingGetPacket', 'incomingDelPacket', 'cleanIncoming']),
    ...methodsOf(retained, ['storeRetained', 'createRetainedStreamCombi']),
  })
  routeWhatMayPass(aedes, door)

  return (clientId) => {
    subscriptions.drop(clientId)
    queues.drop(clientId)
    void clean({ id: clientId })
    void incoming.cleanIncoming({ id: clientId })
  }
}

function methodsOf<T extends object>(store: T, names: readonly (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, (store[name] as () => unknown).bind(store)]))
}

/**
 * What was discarded for its size is journaled and acknowledged, but there is nothing to give to subscribers; nor is
 * what goes beyond the bounds of topics and of retained messages.
 */
function routeWhatMayPass(aedes: Aedes, door: Door): void {
  type Publish = (packet: AedesPublishPacket, client: Client | null, done?: (error?: Error) => void) => void
  const open = aedes as unknown as { publish: Publish }
  const publish = open.publish.bind(aedes)
  open.publish = (packet, client, done) => {
    // The gateway's own notices come with two arguments.
    const sender = typeof client === 'function' ? null : client
    const isWhole = !Buffer.isBuffer(packet.payload) || discardedOf(packet.payload) === null
    if (!isWhole || !door.mayRoute(sender, packet)) done?.()
    else if (packet.retain && !door.mayRetain(sender, packet)) publish({ ...packet, retain: false }, client, done)
    else publish(packet, client, done)
  }
}
