import { Aedes, type Client } from 'aedes'
import { type BrokerPolicy, deniedSentence } from './broker-policy.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import type { Journaling } from './journaling.js'
import type { MessageQueue } from './mq.js'
import type { MqttLimits } from './options.js'
import { PROVE_MS } from './sockets.js'

const RESERVED = '$SYS/'
const RESERVED_SENTENCE = '$SYS/ topics are reserved'
/** Cost of a subscription, in units of a small PUBLISH. */
const SUBSCRIPTION_UNITS = 50

/** The broker's parser and router, with the answers that we give to its questions. */
export async function openAedes(parts: {
  readonly mq: MessageQueue
  readonly limits: MqttLimits
  readonly policy: BrokerPolicy
  readonly journaling: Journaling
  readonly budget: EventLoopBudget
}): Promise<Aedes> {
  const { policy, limits, budget } = parts
  const aedes = await Aedes.createBroker({
    mq: parts.mq,
    concurrency: 100,
    drainTimeout: limits.unread_s * 1000,
    // The places of strangers decide, which look every half second: two clocks of one length would take turns.
    connectTimeout: 2 * PROVE_MS,

    preConnect(_client, packet, done) {
      const isReserved = packet.will?.topic.startsWith(RESERVED) === true
      done(isReserved ? new Error(RESERVED_SENTENCE) : null, !isReserved)
    },
    authenticate(client, username, password, done) {
      const { clients, connectedClients } = this as unknown as {
        clients: Record<string, Client>
        connectedClients: number
      }
      // Before it is registered under it: one that goes by the same goes for it, last will and all.
      client.id = policy.nameOf(client, username)
      const others = clients[client.id] === undefined ? connectedClients : connectedClients - 1
      const refusal = policy.admit(client, username, password, others)
      if (refusal === null) done(null, true)
      else done(refusal, false)
    },
    // Runs before PUBACK and PUBREC, and is the only hook that does. For a will `client` may be null.
    authorizePublish(client, packet, done) {
      if (packet.topic.startsWith(RESERVED)) done(new Error(RESERVED_SENTENCE))
      else if (!policy.mayPublish(client, packet.topic)) done(new Error(deniedSentence(packet.topic)))
      else parts.journaling.take(client?.id ?? '', packet, done)
    },
    authorizeSubscribe(client, subscription, done) {
      const answer = (): void => {
        budget.spend(SUBSCRIPTION_UNITS)
        done(null, policy.subscription(client, subscription))
      }
      if (budget.isOver) budget.next(answer)
      else answer()
    },
    authorizeForward(client, packet) {
      return policy.mayForward(client, packet) ? packet : null
    },
  })
  return Object.assign(aedes, { clients: Object.create(null), brokers: Object.create(null) })
}

/** Keys from outside, as client ids and filters are, must not find what every object has, such as `__proto__`. */
export function withoutInherited(client: Client): Client {
  return Object.assign(client, { subscriptions: Object.create(null), duplicates: Object.create(null) })
}
