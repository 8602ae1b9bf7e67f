import { compact } from '../compact.js'
import { type KeptProperties, propertyBytes } from '../property-bytes.js'

/** Deliveries that a client is given before it acknowledges the first, however many it would take. */
const IN_FLIGHT_MAX = 1000
/** Memory that a delivery takes besides topic and payload, roughly. */
const OVERHEAD_BYTES = 256

/** A PUBLISH of QoS 1 or 2 on its way to a client. */
export interface OutgoingPublish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 1 | 2
  readonly retain: boolean
  readonly dup: boolean
  readonly messageId: number
  readonly properties?: KeptProperties
  /** Epoch ms of the end of its message expiry interval. */
  readonly messageExpiry?: number
}

interface Bounds {
  readonly session_messages: number
  readonly session_bytes: number
  readonly sessions_bytes: number
}

/** Room for what waits for acknowledgements of clients, over all of them. */
export class DeliveryRoom {
  #bytes = 0

  constructor(private readonly bounds: Bounds) {}

  /** Bytes that wait now. */
  get bytes(): number {
    return this.#bytes
  }

  has(messages: number, bytes: number, moreBytes: number): boolean {
    const { session_messages, session_bytes, sessions_bytes } = this.bounds
    return (
      messages < session_messages && bytes + moreBytes <= session_bytes && this.#bytes + moreBytes <= sessions_bytes
    )
  }

  count(bytes: number): void {
    this.#bytes += bytes
  }
}

/** A session that keeps what its client has not acknowledged. */
export interface KeptDeliveries {
  /** True when it keeps the message with this packet id, so that a connection to come would deliver it. */
  keeps(messageId: number): boolean
  /** It will not be delivered any more. */
  forget(messageId: number): void
}

/**
 * Deliveries of QoS 1 and 2 to one client of MQTT 5, §4.9: never more of them without an acknowledgement than its Receive
 * Maximum allows. The rest waits in order; beyond the bounds of a session's queue the newest is dropped, unless its
 * session keeps it, which has bounds of its own.
 */
export class Deliveries {
  readonly #most: number
  /** Packet ids that are neither acknowledged nor refused. */
  readonly #inFlight = new Set<number>()
  #waiting: OutgoingPublish[] = []
  #bytes = 0

  constructor(
    receiveMaximum: number,
    private readonly room: DeliveryRoom,
    private readonly session: KeptDeliveries,
  ) {
    this.#most = Math.min(receiveMaximum, IN_FLIGHT_MAX)
  }

  get isFree(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.size < this.#most
  }

  /** @returns whether it is to be sent now, waits, or is dropped for want of room */
  begin(delivery: OutgoingPublish): 'now' | 'waits' | 'dropped' {
    if (this.isFree) {
      this.#inFlight.add(delivery.messageId)
      return 'now'
    }
    const bytes = sizeOf(delivery)
    const isKept = this.session.keeps(delivery.messageId)
    if (!isKept && !this.room.has(this.#waiting.length, this.#bytes, bytes)) return 'dropped'
    const { topic, qos, retain, dup, messageId, properties, messageExpiry } = delivery
    const payload = compact(delivery.payload)
    this.#waiting.push({ topic, payload, qos, retain, dup, messageId, properties, ...expiry(messageExpiry) })
    this.#count(bytes)
    return 'waits'
  }

  /** PUBACK, PUBCOMP, or a PUBREC that refuses: what may go out now. */
  acknowledged(messageId: number, nowMs: number): OutgoingPublish[] {
    if (!this.#inFlight.delete(messageId)) return []
    const next: OutgoingPublish[] = []
    while (this.#waiting.length > 0 && this.#inFlight.size < this.#most) {
      const delivery = this.#waiting.shift()!
      this.#count(-sizeOf(delivery))
      const fresh = withTimeLeft(delivery, nowMs)
      if (fresh === null) {
        this.session.forget(delivery.messageId)
        continue
      }
      this.#inFlight.add(fresh.messageId)
      next.push(fresh)
    }
    return next
  }

  /** The connection has gone. */
  end(): void {
    this.#count(-this.#bytes)
    this.#waiting = []
    this.#inFlight.clear()
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.room.count(bytes)
  }
}

function expiry(messageExpiry: number | undefined): { readonly messageExpiry?: number } {
  return messageExpiry === undefined ? {} : { messageExpiry }
}

/** [MQTT-3.3.2-5] [MQTT-3.3.2-6] Null when its time is over. */
function withTimeLeft(delivery: OutgoingPublish, nowMs: number): OutgoingPublish | null {
  if (delivery.messageExpiry === undefined) return delivery
  const leftMs = delivery.messageExpiry - nowMs
  if (leftMs <= 0) return null
  return { ...delivery, properties: { ...delivery.properties, messageExpiryInterval: Math.ceil(leftMs / 1000) } }
}

function sizeOf({ topic, payload, properties }: OutgoingPublish): number {
  return topic.length + payload.length + propertyBytes(properties) + OVERHEAD_BYTES
}
