import type { Client } from 'aedes'
import type { IConnackPacket, IDisconnectPacket, IPubackPacket, IPubrecPacket, Packet } from 'mqtt-packet'
import { systemClock } from '../../base/clock.js'
import type { FramingGuard } from '../framing-guard.js'
import { Reason, type ReasonCode, sentenceWithin } from '../reason-codes.js'
import type { SessionQueues } from '../session-queues.js'
import { AnswerOrder } from './answer-order.js'
import { Deliveries, type DeliveryRoom, type OutgoingPublish } from './deliveries.js'
import { sendPacket } from './outgoing-packets.js'
import type { PacketGate } from './packet-gate.js'
import { withinLevels } from './publish-refusals.js'
import { SubscribeAnswers, type SubscribeParts } from './subscribe-answers.js'

/** Parts of the broker that all gates share. */
export interface GateParts extends SubscribeParts {
  readonly queues: SessionQueues
  readonly room: DeliveryRoom
}

/** aedes gives a message the packet id that stands here, and then puts the next one. */
interface Numbering {
  _nextId: number
}
const ID_MAX = 65_535

/** A reason code from here on says that something was refused. */
const REFUSED = 0x80

/** Sentences for ends of which aedes gives the reason code alone. */
const ENDS: Readonly<Record<number, string>> = {
  [Reason.serverShuttingDown]:
    'the gateway stops; connect again when it is back, and send again what is not acknowledged',
  [Reason.sessionTakenOver]: 'another connection has come with the same client id: give each client an id of its own',
}

/** Stands between aedes and one client of MQTT 5, and does what aedes does not. */
export class ClientGate implements PacketGate {
  readonly #guard: FramingGuard
  /** All three are made when they are wanted. */
  #deliveries: Deliveries | undefined
  #subscribing: SubscribeAnswers | undefined
  /** Orders of answers, by QoS of the messages. */
  #orders: { readonly 1: AnswerOrder; readonly 2: AnswerOrder } | undefined
  /** Reason for the acknowledgement that aedes writes next, in place of 0x87. */
  #refusal: ReasonCode | null = null

  constructor(
    private readonly client: Client,
    private readonly parts: GateParts,
  ) {
    this.#guard = client.conn as FramingGuard
    this.#skipUsedIds()
  }

  get isFree(): boolean {
    return this.#deliveries?.isFree ?? true
  }

  lets(packet: Packet): boolean {
    switch (packet.cmd) {
      case 'publish':
        return packet.qos === 0 || this.#lets(packet as unknown as OutgoingPublish)
      case 'puback':
      case 'pubrec':
        this.#answers(packet)
        break
      case 'pubcomp':
        this.#guard.refill(1)
        break
      case 'suback':
        this.#subscribing?.answer(packet)
        break
      case 'unsuback':
        this.#subscribing?.answerLeave(packet)
        break
      case 'connack':
        withSharedSubscriptions(packet)
        break
      case 'disconnect':
        this.#explains(packet, ENDS[packet.reasonCode ?? 0])
        break
    }
    return true
  }

  heard(packet: Packet): void {
    switch (packet.cmd) {
      case 'puback':
      case 'pubcomp':
        this.#acknowledged(packet.messageId)
        break
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= REFUSED) this.#acknowledged(packet.messageId)
        break
      case 'publish':
        packet.topic = withinLevels(packet.topic)
        break
      case 'subscribe':
        this.#subscribingOf().subscribes(packet)
        break
      case 'unsubscribe':
        this.#subscribingOf().unsubscribes(packet)
        break
    }
  }

  takes(qos: 0 | 1 | 2): void {
    if (qos > 0) this.#ordersOf()[qos as 1 | 2].takes()
  }

  refuses(qos: 0 | 1 | 2, reason: ReasonCode, refuse: () => void): void {
    if (qos === 0) {
      refuse()
      return
    }
    const order = this.#ordersOf()[qos]
    order.refuses(() => {
      this.#refusal = reason
      refuse()
    })
    this.#goOn(order)
  }

  straightAnswered(): void {
    if (this.#orders === undefined) return
    this.#goOn(this.#orders[1])
    this.#goOn(this.#orders[2])
  }

  deliver(publish: OutgoingPublish): boolean {
    const what = this.#begin(publish)
    if (what === 'now') sendPacket(this.#guard, { cmd: 'publish', ...publish } as Packet)
    return what !== 'dropped'
  }

  end(): readonly OutgoingPublish[] {
    this.#orders?.[1].end()
    this.#orders?.[2].end()
    return this.#deliveries?.end() ?? []
  }

  #lets(publish: OutgoingPublish): boolean {
    const what = this.#begin(publish)
    if (what === 'dropped') this.parts.limiting.reached('deliveries', { client: this.client.id, topic: publish.topic })
    return what === 'now'
  }

  #begin(publish: OutgoingPublish): 'now' | 'waits' | 'dropped' {
    const what = this.#deliveriesOf().begin(publish)
    this.#skipUsedIds()
    return what
  }

  /** [MQTT-2.2.1-4] aedes counts on without a look at which ids are in use, and comes to each again after 65,535. */
  #skipUsedIds(): void {
    const numbering = this.client as unknown as Numbering
    for (let looked = 0; looked < ID_MAX && this.#isUsed(numbering._nextId); looked++) {
      numbering._nextId = (numbering._nextId % ID_MAX) + 1
    }
  }

  #isUsed(messageId: number): boolean {
    return this.#deliveries?.isUsed(messageId) === true || this.parts.queues.has(this.client.id, messageId)
  }

  #deliveriesOf(): Deliveries {
    const { queues, room } = this.parts
    const { id } = this.client
    const { receiveMaximum } = this.client as unknown as { readonly receiveMaximum: number }
    this.#deliveries ??= new Deliveries(receiveMaximum, room, {
      keeps: (messageId) => queues.has(id, messageId),
      forget: (messageId) => void queues.outgoingClearMessageId({ id }, { cmd: 'puback', messageId }),
    })
    return this.#deliveries
  }

  #subscribingOf(): SubscribeAnswers {
    this.#subscribing ??= new SubscribeAnswers(this.client, this.parts)
    return this.#subscribing
  }

  /** aedes has one reason code for all that is refused, and no bound for a sentence. */
  #answers(packet: IPubackPacket | IPubrecPacket): void {
    const { reasonCode = 0, properties, cmd } = packet
    const order = this.#ordersOf()[cmd === 'puback' ? 1 : 2]
    this.#goOn(order)
    order.answered()
    // The next one waits until this one is written.
    if (order.waiting > 0) queueMicrotask(() => this.#goOn(order))
    if (reasonCode === Reason.notAuthorized && this.#refusal !== null) packet.reasonCode = this.#refusal
    this.#refusal = null
    this.#explains(packet, properties?.reasonString)
    if (cmd === 'puback' || reasonCode >= REFUSED) this.#guard.refill(1)
  }

  /** Puts the sentence there where it fits what the client takes; without it the reason code stands alone. */
  #explains(packet: IPubackPacket | IPubrecPacket | IDisconnectPacket, sentence: string | undefined): void {
    if (sentence === undefined) return
    const { reasonString: _, ...others } = packet.properties ?? {}
    const reasonString = sentenceWithin(
      sentence,
      (this.client as { readonly maximumPacketSize?: number }).maximumPacketSize,
    )
    packet.properties = reasonString === undefined ? others : { ...others, reasonString }
  }

  /** Refusals do not overtake what took the fast path either. */
  #goOn(order: AnswerOrder): void {
    if (this.#guard.isStraightAnswered) order.goOn()
  }

  #ordersOf(): { readonly 1: AnswerOrder; readonly 2: AnswerOrder } {
    this.#orders ??= { 1: new AnswerOrder(), 2: new AnswerOrder() }
    return this.#orders
  }

  #acknowledged(messageId: number | undefined): void {
    if (messageId === undefined || this.#deliveries === undefined) return
    // The clock by which aedes says when a message expires.
    for (const next of this.#deliveries.acknowledged(messageId, systemClock.nowMs())) {
      sendPacket(this.#guard, { cmd: 'publish', ...next } as Packet)
    }
  }
}

/** aedes says that there are none, as there would be none of its own. */
function withSharedSubscriptions({ properties }: IConnackPacket): void {
  delete properties?.sharedSubscriptionAvailable
}
