import type { AedesPublishPacket, Client, Subscription } from 'aedes'
import { originOf } from '../access/places/origin.js'
import type { ClientRefusal } from '../base/wire/refused-clients.js'
import { type Access, type ConnectRefusal, type Principal, Rights } from './access.js'
import { endClient } from './client-end.js'
import type { ClientPlaces } from './client-places.js'
import type { ConnectThrottle } from './connect-throttle.js'
import type { FramingGuard } from './framing-guard.js'
import type { KeptSessions } from './kept-sessions.js'
import type { Limiting } from './limiting.js'
import { filterBehind } from './mqtt5/shared-filter.js'
import type { MqttLimits } from './options.js'
import { propertyBytes } from './property-bytes.js'
import { Reason, type ReasonCode } from './reason-codes.js'
import type { Reconnects } from './reconnects.js'
import type { RefusedClients, ShownClient } from './refused-clients.js'
import { isReservedForReplies, REJECTED } from './replies.js'
import type { RetainedMessages } from './retained.js'
import type { IntakeStats } from './stats.js'
import { isModest, type Subscriptions } from './subscriptions.js'
import type { Unsent } from './unsent.js'

interface Deps {
  readonly access: Access
  readonly limits: MqttLimits
  readonly limiting: Limiting
  readonly stats: IntakeStats
  readonly subscriptions: Subscriptions
  readonly sessions: KeptSessions
  readonly retained: RetainedMessages
  readonly unsent: Pick<Unsent<FramingGuard>, 'takes'>
  readonly throttle: ConnectThrottle
  readonly places: ClientPlaces
  readonly reconnects: Reconnects
  readonly refused: RefusedClients
}

/** Reason codes of MQTT 5 for the return codes of 3.1.1. */
const REASONS = {
  2: Reason.clientIdNotValid,
  3: Reason.quotaExceeded,
  4: Reason.badUserNameOrPassword,
  5: Reason.notAuthorized,
} as const

/** Reasons by the CONNACK code, for who has shown something. */
const REFUSALS: Readonly<Record<ConnectRefusal['connackCode'], ClientRefusal>> = {
  2: 'other_client',
  4: 'credential',
  5: 'disabled',
}

/** As aedes wants it: with `returnCode` it answers CONNACK before it closes. */
export class ConnectRefused extends Error {
  constructor(
    readonly returnCode: 2 | 3 | 4 | 5,
    sentence: string,
    /** True when the log has been told, or has been told enough. */
    readonly isSaid = false,
    /** The reason code of MQTT 5, which may say more than the return code. */
    readonly reason: ReasonCode = REASONS[returnCode],
  ) {
    super(sentence)
  }
}

/** A PUBLISH that is not taken: with MQTT 5 it is answered with the reason, and the connection stays. */
export class PublishDenied extends Error {
  constructor(
    sentence: string,
    readonly reason: ReasonCode = Reason.notAuthorized,
  ) {
    super(sentence)
  }
}

/** Sentence on why a topic is closed to a client: there are three places to look, and one command that tells them apart. */
export function deniedSentence(topic: string): string {
  return `mqtt.acl, the registry of devices or results, below which the gateway alone speaks, denies publishing to ${topic}: greengauge explain says which`
}

/** First byte, lengths, packet id and a subscription identifier. */
const HEAD_BYTES_MAX = 18

/** The part of a message that is asked for on its way to a subscriber. */
type ForwardedMessage = Pick<AedesPublishPacket, 'topic' | 'payload'>

/** A filter of a SUBSCRIBE, which may be refused. */
export interface RefusableSubscription extends Subscription {
  /** Reason code of MQTT 5, once it is refused. */
  refusal?: ReasonCode | null
}

/** As much of aedes' client as its types keep back. */
interface Connecting {
  readonly connackSent: boolean
  readonly _will?: { readonly topic: string }
  /** Id that it was given because it has none. */
  readonly _assignedClientId?: string
}

/**
 * Decides who may come in, and what may pass in either direction: the same rights asked for a CONNECT and its will, a PUBLISH,
 * a SUBSCRIBE (and again when a session is taken up) and each message on its way to a subscriber; and the bounds of
 * `mqtt.limits`. Every method is a hook of aedes or serves one.
 */
export class BrokerPolicy {
  readonly #rights = new WeakMap<Client, Rights>()
  /** Granted, but not yet put down for the session. */
  readonly #granted = new Map<string, Subscription[]>()

  constructor(private readonly deps: Deps) {}

  /** The client id by which a connection goes if it is admitted: an edge node may draw another each time and go by one credential. */
  nameOf(client: Client, username: string | undefined): string {
    const { access, limits } = this.deps
    if (Buffer.byteLength(client.id) > limits.client_id_bytes) return client.id
    const { certificateSubject } = client.conn as FramingGuard
    return access.clientOf?.({ clientId: client.id, username, certificateSubject }) ?? client.id
  }

  /** @param others how many clients are connected besides, without one of the same id, which goes for it */
  admit(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    others: number,
  ): ConnectRefused | null {
    const { access, limits, limiting, throttle, stats } = this.deps
    // A client without an id is given one by chance, each time another.
    const isNamed = (client as unknown as Connecting)._assignedClientId === undefined
    const about = { client: isNamed ? client.id : '', address: addressOf(client) }
    if (Buffer.byteLength(client.id) > limits.client_id_bytes) {
      limiting.reached('client_id', about)
      return this.#refuse(about, 'client_id', new ConnectRefused(2, 'the client id is too long', true))
    }
    if (throttle.isOver(about.address, client.id)) {
      limiting.reached('attempts', about)
      return this.#refuse(about, 'too_often', new ConnectRefused(5, 'it was wrong too often', true, Reason.banned))
    }
    const { certificateSubject } = client.conn as FramingGuard
    const principal = access.admit({ clientId: client.id, username, password, certificateSubject })
    if (isRefusal(principal)) {
      stats.limited('credentials')
      const isSaid = !throttle.failed(about.address, client.id)
      const isNothingShown = principal.connackCode === 4 && password === undefined && certificateSubject === null
      const refusal = new ConnectRefused(principal.connackCode, principal.sentence, isSaid)
      return this.#refuse(about, isNothingShown ? 'none_shown' : REFUSALS[principal.connackCode], refusal)
    }
    throttle.succeeded(about.address, client.id)
    const rights = new Rights(access, principal)
    const will = (client as unknown as Connecting)._will
    if (will !== undefined && will !== null && !rights.mayPublish(will.topic)) {
      const reason = `${deniedSentence(will.topic)}; it is the topic of the will`
      limiting.say('client turned away', { ...about, reason })
      return this.#refuse(about, 'will', new ConnectRefused(5, reason, true))
    }
    const refusal = this.#place(client, principal, others)
    if (refusal !== null) return refusal
    this.#rights.set(client, rights)
    this.deps.refused.admitted(about, principal.isProved)
    return null
  }

  #refuse(about: ShownClient, why: ClientRefusal, refusal: ConnectRefused): ConnectRefused {
    this.deps.refused.refused(about, why, refusal.message)
    return refusal
  }

  #place(client: Client, { isProved = false }: Principal, others: number): ConnectRefused | null {
    const { places, reconnects, limiting } = this.deps
    const about = { client: client.id, address: addressOf(client) }
    // A client that has proved nothing uses up what is held against its address, never the turn of the owner of the id.
    // Joined and not a template, of which V8 would keep the parts.
    if (!reconnects.mayCome(isProved ? client.id : [originOf(about.address).host, client.id].join(' '))) {
      limiting.reached('reconnects', about)
      const refusal = new ConnectRefused(3, 'it connects again and again', true, Reason.connectionRateExceeded)
      return this.#refuse(about, 'reconnects', refusal)
    }
    const { isGranted, goes } = places.request(client, { origin: originOf(about.address), isProved, others })
    if (!isGranted) {
      limiting.reached('connections', about)
      return this.#refuse(about, 'full', new ConnectRefused(3, 'too many clients are connected', true))
    }
    if (goes === undefined) return null
    limiting.reached('displaced', { client: goes.id, address: addressOf(goes) })
    endClient(goes, Reason.quotaExceeded, 'its place was taken by a client that has proved who it is')
    return null
  }

  /** Another number whenever an answer of `mayPublish` may have become another. */
  get edition(): number {
    return this.deps.access.edition
  }

  /** True when a topic is within the bounds of those that are given to subscribers. */
  isModest(topic: string): boolean {
    return isModest(topic, this.deps.limits)
  }

  /** Asked of a will when it is published too: what was allowed at its CONNECT may not be any more. */
  mayPublish(client: Client | null, topic: string): boolean {
    return client !== null && (this.#rights.get(client)?.mayPublish(topic) ?? false)
  }

  /**
   * True when the rejections of a client's messages may be told under a topic that it names: one that it may subscribe to, and
   * might publish to itself, so that nothing is said in the gateway's name that the client could not say.
   */
  mayReply(client: Client | null, topic: string): boolean {
    const rights = client === null ? undefined : this.#rights.get(client)
    if (rights === undefined || isReservedForReplies(topic) || !this.isModest(topic)) return false
    return rights.maySubscribe(topic) && rights.mayPublish(topic)
  }

  /** False when what it was admitted by is right no more. */
  stillHolds(client: Client): boolean {
    return this.#rights.get(client)?.holds() ?? false
  }

  /** True when a message that is journaled is given to subscribers; one with a topic out of bounds is not. */
  mayRoute(client: Client | null, { topic }: AedesPublishPacket): boolean {
    // The gateway alone tells devices of rejections: said by somebody else it is a lie, and a bridge sends it back as it was heard.
    if (client !== null && REJECTED.test(topic)) return false
    if (this.isModest(topic)) return true
    this.deps.limiting.reached('topic', { client: client?.id ?? null, topic })
    return false
  }

  mayRetain(client: Client | null, packet: AedesPublishPacket): boolean {
    if (this.deps.retained.hasRoomFor(packet)) return true
    this.deps.limiting.reached('retained', { client: client?.id ?? null, topic: packet.topic })
    return false
  }

  /** Takes a filter for a client; else the reason code of MQTT 5 why not, which 3.1.1 has as 0x80 [MQTT-3.9.3-1]. */
  refusalOf(client: Client, filter: string): ReasonCode | null {
    const { subscriptions, limiting } = this.deps
    // A client that has gone while this waited for its turn has nothing that would be dropped later. One that has the
    // filter from a time when it was allowed keeps it: `mayForward` is asked, and the rules may change again.
    if (client.closed) return Reason.unspecifiedError
    if (this.#rights.get(client)?.maySubscribe(filterBehind(filter)) !== true) return Reason.notAuthorized
    const broken = subscriptions.take(client.id, filter)
    if (broken === null) return null
    limiting.reached(broken, { client: client.id, topic: filter })
    return broken === 'topic' ? Reason.topicFilterInvalid : Reason.quotaExceeded
  }

  /** Null is answered with what stands in `refusal` then. */
  subscription(client: Client, subscription: RefusableSubscription): Subscription | null {
    const refusal = this.refusalOf(client, subscription.topic)
    if (refusal !== null) {
      subscription.refusal = refusal
      return null
    }
    // Before CONNACK it is one of a session that is taken up, and put down already.
    if (!client.clean && (client as unknown as Connecting).connackSent) {
      const granted = this.#granted.get(client.id)
      if (granted === undefined) this.#granted.set(client.id, [subscription])
      else granted.push(subscription)
    }
    return subscription
  }

  /** aedes would put down for the session all that a SUBSCRIBE asks for when one of it is granted. */
  takeGranted({ id }: Pick<Client, 'id'>): Subscription[] {
    const granted = this.#granted.get(id) ?? []
    this.#granted.delete(id)
    return granted
  }

  /** A subscriber that does not read loses messages; it costs a bounded amount of memory and delays nobody. */
  mayForward(client: Client, packet: ForwardedMessage): boolean {
    if (this.takes(client, packet)) return true
    if (this.mayReceive(client, packet.topic)) this.deps.stats.forwardDropped()
    return false
  }

  /** True when a client has the right to what is published under a topic. */
  mayReceive(client: Client, topic: string): boolean {
    return this.#rights.get(client)?.mayReceive(topic) === true
  }

  /** True when a client may have a message and reads what it is sent. */
  takes(client: Client, packet: ForwardedMessage): boolean {
    const { topic, payload } = packet
    if (!this.mayReceive(client, topic)) return false
    const connection = client.conn
    const isTaken = !connection.writableNeedDrain && fitsClient(client, packet)
    return isTaken && this.deps.unsent.takes(connection, payload.length)
  }

  /**
   * @param isTakenOver its session goes on with another connection
   * @returns the client id of the session that is to be dropped, if one is
   */
  left(client: Client, isTakenOver: boolean): string | null {
    const { sessions, subscriptions, limiting } = this.deps
    this.#granted.delete(client.id)
    if (client.clean) {
      subscriptions.drop(client.id)
      return null
    }
    if (isTakenOver) return null
    const dropped = sessions.keep(client.id)
    if (dropped !== null) limiting.reached('sessions', { client: dropped })
    return dropped
  }
}

/** [MQTT-3.1.2-24 of MQTT 5] A packet that is larger than the client takes is not sent to it. */
function fitsClient({ maximumPacketSize }: Client, packet: ForwardedMessage): boolean {
  if (maximumPacketSize === undefined) return true
  const { properties } = packet as { properties?: object }
  const bytes = HEAD_BYTES_MAX + Buffer.byteLength(packet.topic) + packet.payload.length + propertyBytes(properties)
  return bytes <= maximumPacketSize
}

function addressOf(client: Client): string | undefined {
  return (client.conn as FramingGuard).remoteAddress
}

function isRefusal(answer: Principal | ConnectRefusal): answer is ConnectRefusal {
  return 'connackCode' in answer
}
