import { Aedes, type Client, type PublishPacket } from 'aedes'
import { NO_FILTER } from './bounded-broker.js'
import { type BrokerPolicy, type ConnectRefused, deniedSentence, PublishDenied } from './broker-policy.js'
import type { EventLoopBudget } from './event-loop-budget.js'
import type { FramingGuard } from './framing-guard.js'
import type { Journaling, Publication } from './journaling.js'
import { keptOfPacket, type PacketProperties } from './kept-properties.js'
import type { MessageQueue } from './mq.js'
import { ClientGate, type GateParts } from './mqtt5/client-gate.js'
import type { PacketGate } from './mqtt5/packet-gate.js'
import { isWrongText, NOT_TEXT_SENTENCE, RESERVED, reservedSentence } from './mqtt5/publish-refusals.js'
import { RECEIVE_MAXIMUM } from './mqtt5/receive-quota.js'
import { SUBSCRIPTION_UNITS } from './mqtt5/subscribe-answers.js'
import { noteIdentifier } from './mqtt5/subscription-identifiers.js'
import type { MqttLimits } from './options.js'
import { Reason } from './reason-codes.js'
import { PROVE_MS } from './sockets.js'
import { TOPIC_ALIASES_MAX } from './topic-aliases.js'

/** The broker's parser and router, with the answers that we give to its questions. */
export async function openAedes(parts: {
  readonly mq: MessageQueue
  readonly limits: MqttLimits
  readonly policy: BrokerPolicy
  readonly journaling: Journaling
  readonly budget: EventLoopBudget
  readonly absent: Set<string>
  readonly gates: GateParts
}): Promise<Aedes> {
  const { policy, limits, budget, journaling, absent, gates } = parts
  const aedes = await Aedes.createBroker({
    mq: parts.mq,
    concurrency: 100,
    drainTimeout: limits.unread_s * 1000,
    // The places of strangers decide, which look every half second: two clocks of one length would take turns.
    connectTimeout: 2 * PROVE_MS,
    topicAliasMaximum: TOPIC_ALIASES_MAX,
    receiveMaximum: RECEIVE_MAXIMUM,
    // The oldest session goes for a newer one, see `KeptSessions`; a will beyond those that wait goes out at once.
    pendingSessionsLimit: Math.max(1, limits.sessions),

    preConnect(_client, packet, done) {
      const isReserved = packet.will?.topic.startsWith(RESERVED) === true
      done(isReserved ? new Error(reservedSentence(packet.will?.topic ?? '')) : null, !isReserved)
    },
    authenticate(client, username, password, done) {
      const { clients, connectedClients } = this as unknown as {
        clients: Record<string, Client>
        connectedClients: number
      }
      // Before it is registered under it: one that goes by the same goes for it, last will and all.
      client.id = policy.nameOf(client, username)
      if (client.version === 5) (client.conn as FramingGuard).gate = new ClientGate(client, gates)
      const others = clients[client.id] === undefined ? connectedClients : connectedClients - 1
      const refusal = policy.admit(client, username, password, others)
      if (refusal === null) done(null, true)
      else {
        ;(client.conn as FramingGuard).refuse(refusal.reason, sentenceFor(refusal))
        done(refusal, false)
      }
    },
    // Runs before PUBACK and PUBREC, and is the only hook that does. For a will `client` may be null.
    authorizePublish(client, packet, done) {
      // A will comes from the CONNECT, and is no packet.
      const isWill = packet.cmd === undefined
      if (isWill) forgetDelay(packet)
      if (isWill && absent.delete(client?.id ?? '')) journaling.session(client?.id ?? '', 'end')
      const refusal = refusalOf(packet, policy.mayPublish(client, packet.topic))
      const gate = isWill ? null : gateOf(client)
      if (refusal !== null) refuse(gate, packet.qos, refusal, done)
      else {
        gate?.takes(packet.qos)
        const publication = publicationOf(packet, (topic) => policy.mayReply(client, topic))
        if (client === null || isWill || client.version !== 5) journaling.take(client?.id ?? '', publication, done)
        else journaling.take(client.id, publication, (error) => (error === null ? done(null) : giveUp(client, error)))
      }
    },
    authorizeSubscribe(client, subscription, done) {
      const answer = (): void => {
        budget.spend(SUBSCRIPTION_UNITS)
        noteIdentifier(client, subscription)
        done(null, subscription.topic === NO_FILTER ? null : policy.subscription(client, subscription))
      }
      if (budget.isOver) budget.next(answer)
      else answer()
    },
  })
  return Object.assign(aedes, { clients: Object.create(null), brokers: Object.create(null) })
}

function gateOf(client: Client | null): PacketGate | null {
  return (client?.conn as FramingGuard | undefined)?.gate ?? null
}

/** MQTT 5 answers a refusal in its turn; another version ends the connection. */
function refuse(gate: PacketGate | null, qos: 0 | 1 | 2, denied: PublishDenied, done: (error: Error) => void): void {
  if (gate === null) done(denied)
  else gate.refuses(qos, denied.reason, () => done(denied))
}

/** Reason why a message is not journaled; null when it is. */
function refusalOf(packet: PublishPacket, isAllowed: boolean): PublishDenied | null {
  const { topic } = packet
  if (topic.startsWith(RESERVED)) return new PublishDenied(reservedSentence(topic), Reason.topicNameInvalid)
  if (!isAllowed) return new PublishDenied(deniedSentence(topic))
  return isWrongText(packet) ? new PublishDenied(NOT_TEXT_SENTENCE, Reason.payloadFormatInvalid) : null
}

/** A will that is published is a PUBLISH, in which no reader takes the will delay interval of the CONNECT. */
function forgetDelay(will: PublishPacket): void {
  const holder = will as { properties?: { willDelayInterval?: number } }
  if (holder.properties?.willDelayInterval === undefined) return
  const { willDelayInterval: _, ...rest } = holder.properties
  holder.properties = rest
}

/** Makes of a PUBLISH what is written down, with what is kept of its properties. */
function publicationOf(packet: PublishPacket, mayReply: (topic: string) => boolean): Publication {
  const { topic, payload, qos, retain, properties } = packet as PublishPacket & { properties?: PacketProperties }
  return { topic, payload, qos, retain, properties: keptOfPacket(properties, mayReply) }
}

/** MQTT 5 has no reason that means "never on the disk": as with 3.1.1 the connection ends without an answer. */
function giveUp(client: Client, error: Error): void {
  const guard = client.conn as FramingGuard
  guard.tellWhy(Reason.unspecifiedError, 'the message could not be written down')
  guard.fail(error)
}

/** The sentence for a client that is turned away: of a secret it learns no more than that it is not taken. */
function sentenceFor({ returnCode, message }: ConnectRefused): string {
  if (returnCode < 4) return message
  return 'client id, user name or password are not taken: greengauge explain says why'
}

/** The will of a client whose credential is withdrawn is not published. */
export function dropWill(aedes: Aedes, clientId: string): void {
  ;(aedes as unknown as { clearDelayedWill(clientId: string): void }).clearDelayedWill(clientId)
}

/** Keys from outside, as client ids and filters are, must not find what every object has, such as `__proto__`. */
export function withoutInherited(client: Client): Client {
  return Object.assign(client, { subscriptions: Object.create(null), duplicates: Object.create(null) })
}
