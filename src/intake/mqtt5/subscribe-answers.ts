import type { Client } from 'aedes'
import type { ISubackPacket, ISubscribePacket, IUnsubackPacket, IUnsubscribePacket } from 'mqtt-packet'
import type { BrokerPolicy, RefusableSubscription } from '../broker-policy.js'
import type { EventLoopBudget } from '../event-loop-budget.js'
import type { Limiting } from '../limiting.js'
import { Reason, shortSentence } from '../reason-codes.js'
import type { Subscriptions } from '../subscriptions.js'
import { isShared } from './shared-filter.js'
import type { SharedSubscriptions } from './shared-subscriptions.js'

/** A client that takes less is given no sentence with a SUBACK [MQTT-3.9.2-1]. */
const SENTENCE_PACKET_BYTES = 1024

/** Cost of a subscription, in units of a small PUBLISH. */
export const SUBSCRIPTION_UNITS = 50

const NO_SUBSCRIPTION = 0x11

/** A filter of a SUBSCRIBE, and what is answered in place of what aedes would. */
interface AskedSubscription extends RefusableSubscription {
  granted?: 0 | 1 | 2
  readonly rap?: boolean
}

/** Parts of the broker that take and judge subscriptions. */
export interface SubscribeParts {
  readonly shared: SharedSubscriptions
  readonly subscriptions: Subscriptions
  readonly policy: Pick<BrokerPolicy, 'refusalOf'>
  readonly limiting: Limiting
  readonly budget: Pick<EventLoopBudget, 'spend'>
}

/**
 * Answers SUBSCRIBE and UNSUBSCRIBE of one client of MQTT 5: reason codes and a sentence in place of the one code that
 * aedes has, and shared subscriptions, of which aedes knows nothing.
 */
export class SubscribeAnswers {
  readonly #asked = new Map<number | undefined, readonly AskedSubscription[]>()
  readonly #left = new Map<number | undefined, readonly (0 | typeof NO_SUBSCRIPTION | null)[]>()

  constructor(
    private readonly client: Client,
    private readonly parts: SubscribeParts,
  ) {}

  /** Takes a SUBSCRIBE before aedes has it, so in the order in which packets come. */
  subscribes({ messageId, subscriptions, properties }: ISubscribePacket): void {
    const asked = subscriptions as AskedSubscription[]
    for (const one of asked) if (isShared(one.topic)) this.#share(one, identifierOf(properties))
    this.#asked.set(messageId, asked)
  }

  unsubscribes({ messageId, unsubscriptions }: IUnsubscribePacket): void {
    const { shared, subscriptions } = this.parts
    const codes = unsubscriptions.map((filter) => {
      if (!isShared(filter)) return null
      subscriptions.release(this.client.id, [filter])
      return shared.leave(filter, this.client.id) ? 0 : NO_SUBSCRIPTION
    })
    if (codes.some((code) => code !== null)) this.#left.set(messageId, codes)
  }

  /** [MQTT-3.8.4-6] A code for each filter, in their order. */
  answer(suback: ISubackPacket): void {
    const asked = this.#asked.get(suback.messageId)
    this.#asked.delete(suback.messageId)
    if (asked === undefined) return
    suback.granted = suback.granted.map((code, i) => asked[i]?.refusal ?? asked[i]?.granted ?? code)
    const refused = asked.find(({ refusal }) => typeof refusal === 'number')
    if (refused === undefined || !this.#mayHaveSentence) return
    suback.properties = { reasonString: shortSentence(sentenceOf(refused)) }
  }

  answerLeave(unsuback: IUnsubackPacket): void {
    const codes = this.#left.get(unsuback.messageId)
    this.#left.delete(unsuback.messageId)
    if (codes === undefined) return
    const granted = (unsuback.granted ?? []) as number[]
    unsuback.granted = granted.map((code, i) => codes[i] ?? code) as typeof unsuback.granted
  }

  #share(asked: AskedSubscription, identifier: number | null): void {
    const { client, parts } = this
    const { topic, qos, rap = false } = asked
    parts.budget.spend(SUBSCRIPTION_UNITS)
    const refusal = parts.policy.refusalOf(client, topic)
    if (refusal !== null) {
      asked.refusal = refusal
      return
    }
    const member = { clientId: client.id, qos, isAsPublished: rap, identifier }
    if (parts.shared.join(topic, member)) asked.granted = qos
    else {
      parts.subscriptions.release(client.id, [topic])
      parts.limiting.reached('subscriptions', { client: client.id, topic })
      asked.refusal = Reason.quotaExceeded
    }
  }

  /** [MQTT-3.1.2-29] */
  get #mayHaveSentence(): boolean {
    const { _requestProblemInformation, maximumPacketSize = SENTENCE_PACKET_BYTES } = this.client as unknown as {
      readonly _requestProblemInformation?: boolean
      readonly maximumPacketSize?: number
    }
    return _requestProblemInformation !== false && maximumPacketSize >= SENTENCE_PACKET_BYTES
  }
}

function identifierOf(properties: ISubscribePacket['properties']): number | null {
  const { subscriptionIdentifier } = (properties ?? {}) as { readonly subscriptionIdentifier?: number }
  return subscriptionIdentifier ?? null
}

function sentenceOf({ refusal, topic }: AskedSubscription): string {
  const filter = topic.length > 80 ? `${topic.slice(0, 80)}…` : topic
  if (refusal === Reason.quotaExceeded)
    return `too many subscriptions: use wildcards for many filters, or raise mqtt.limits; refused: ${filter}`
  if (refusal === Reason.topicFilterInvalid)
    return `more levels or bytes than mqtt.limits allows (topic_levels, topic_bytes): ${filter}`
  return `mqtt.acl or the rights of its credential deny subscribing, greengauge explain says which: ${filter}`
}
