import type { Aedes, Client } from 'aedes'
import type { Packet } from 'mqtt-packet'
import { systemClock } from '../../base/clock.js'
import type { BrokerPolicy } from '../broker-policy.js'
import type { EventLoopBudget } from '../event-loop-budget.js'
import type { FramingGuard } from '../framing-guard.js'
import type { KeptProperties } from '../property-bytes.js'
import type { SessionQueues } from '../session-queues.js'
import type { IntakeStats } from '../stats.js'
import { type OutgoingPublish, withTimeLeft } from './deliveries.js'
import { sendPacket } from './outgoing-packets.js'
import type { SharedGroup, SharedMember, SharedSubscriptions } from './shared-subscriptions.js'

/** Cost of a message for one group, in units of a small PUBLISH taken in, and of each member that was looked at. */
const DELIVERY_UNITS = 2
const LOOK_UNITS = 0.05

/** A message for the groups that share a filter of its topic. */
export interface SharedMessage {
  readonly topic: string
  readonly payload: string | Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly properties?: KeptProperties
  readonly messageExpiry?: number
}

interface Parts {
  readonly shared: SharedSubscriptions
  readonly policy: BrokerPolicy
  readonly queues: SessionQueues
  readonly budget: EventLoopBudget
  readonly stats: Pick<IntakeStats, 'forwardDropped'>
}

/** The part of aedes and its client that is needed to deliver beside them. */
interface OpenAedes {
  readonly id: string
  readonly closed: boolean
  readonly clients: Readonly<Record<string, Client>>
  counter: number
}
interface OpenClient {
  readonly connackSent: boolean
  _nextId: number
}

/** Members are looked through in this order, until one takes the message. */
const TURNS = ['ready', 'waiting', 'away'] as const
type Turn = (typeof TURNS)[number]

/**
 * Gives each message to one member of each group, MQTT 5 §4.8.2: to the one whose turn was longest ago among those that
 * acknowledge what they get; if there is none, to one where it waits, and if nobody is there, to a session. What a
 * member leaves behind with its session goes to another, unless it was QoS 2 and begun [MQTT-4.8.2-5].
 */
export class SharedDelivery {
  readonly #aedes: OpenAedes

  constructor(
    aedes: Aedes,
    private readonly parts: Parts,
  ) {
    this.#aedes = aedes as unknown as OpenAedes
  }

  /** @param isRetained it is kept for who comes later, which members are told who have asked for it */
  route(message: SharedMessage, isRetained: boolean): void {
    const { shared } = this.parts
    if (shared.isEmpty) return
    for (const group of shared.groupsOf(message.topic))
      this.#give(group, withExpiry({ ...message, retain: isRetained }))
  }

  /** Deliveries that a member has left behind go to others, but for those whose time is over. */
  handOver(left: readonly OutgoingPublish[]): void {
    if (this.#aedes.closed) return
    for (const delivery of left) {
      const group = this.parts.shared.group(delivery.share ?? '')
      const fresh = withTimeLeft(delivery, systemClock.nowMs())
      if (group !== undefined && fresh !== null) this.#give(group, fresh)
    }
  }

  #give(group: SharedGroup, message: SharedMessage): void {
    const { budget, stats } = this.parts
    for (const turn of TURNS) {
      for (const member of group.members.values()) {
        budget.spend(LOOK_UNITS)
        if (!this.#takes(group, member, message, turn)) continue
        budget.spend(DELIVERY_UNITS)
        group.members.delete(member.clientId)
        group.members.set(member.clientId, member)
        return
      }
    }
    stats.forwardDropped()
  }

  #takes(group: SharedGroup, member: SharedMember, message: SharedMessage, turn: Turn): boolean {
    const client = this.#aedes.clients[member.clientId]
    const isThere = client !== undefined && (client as unknown as OpenClient).connackSent
    if (!isThere) return turn === 'away' && this.#keep(group, member, message)
    const guard = client.conn as FramingGuard
    const { gate } = guard
    if (turn === 'away' || gate === null || client.closed) return false
    if (turn === 'ready' && !(gate.isFree && !guard.writableNeedDrain)) return false
    const publish = this.#publishOf(group, member, message)
    if (!this.parts.policy.takes(client, publish)) return false
    if (publish.qos === 0) {
      sendPacket(guard, { cmd: 'publish', ...publish } as Packet)
      return true
    }
    const messageId = nextId(client as unknown as OpenClient)
    if (client.clean) return gate.deliver({ ...publish, qos: publish.qos, messageId })
    const brokerCounter = this.#enqueue(member, publish)
    void this.parts.queues.outgoingUpdate(client, { cmd: 'publish', messageId, brokerCounter })
    return gate.deliver({ ...publish, qos: publish.qos, messageId })
  }

  /** Keeps it for a session whose client is away, or is on its way and will be given all that is kept. */
  #keep(group: SharedGroup, member: SharedMember, message: SharedMessage): boolean {
    const publish = this.#publishOf(group, member, message)
    if (publish.qos === 0 || !this.parts.queues.hasRoomFor(member.clientId, { cmd: 'publish', ...publish }))
      return false
    this.#enqueue(member, publish)
    return true
  }

  /** @returns the number under which the queue knows it */
  #enqueue({ clientId }: SharedMember, publish: object): number {
    const aedes = this.#aedes
    const brokerCounter = ++aedes.counter
    const packet = { ...publish, cmd: 'publish', brokerId: aedes.id, brokerCounter }
    void this.parts.queues.outgoingEnqueueCombi([{ clientId }], packet)
    return brokerCounter
  }

  #publishOf({ filter }: SharedGroup, member: SharedMember, message: SharedMessage) {
    const { topic, retain, messageExpiry } = message
    const payload = typeof message.payload === 'string' ? Buffer.from(message.payload) : message.payload
    const { identifier } = member
    const properties =
      identifier === null ? message.properties : { ...message.properties, subscriptionIdentifier: identifier }
    return {
      topic,
      payload,
      // [MQTT-3.8.4-8]
      qos: Math.min(message.qos, member.qos) as 0 | 1 | 2,
      retain: retain && member.isAsPublished,
      dup: false,
      share: filter,
      ...(properties === undefined ? {} : { properties }),
      ...(messageExpiry === undefined ? {} : { messageExpiry }),
    }
  }
}

function withExpiry(message: SharedMessage): SharedMessage {
  const { messageExpiryInterval } = (message.properties ?? {}) as { readonly messageExpiryInterval?: number }
  if (messageExpiryInterval === undefined || message.messageExpiry !== undefined) return message
  return { ...message, messageExpiry: systemClock.nowMs() + 1000 * messageExpiryInterval }
}

/** [MQTT-2.2.1-4] Packet ids of aedes and of these deliveries are one sequence. */
function nextId(client: OpenClient): number {
  const id = client._nextId
  client._nextId = id >= 65_535 ? 1 : id + 1
  return id
}
