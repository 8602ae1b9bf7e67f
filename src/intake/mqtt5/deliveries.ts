import { compact, compactProperties } from '../compact.js'
import { type KeptProperties, propertyBytes } from '../property-bytes.js'

/** Deliveries that a client is given before it acknowledges the first, however many it would take. */
const IN_FLIGHT_MAX = 1000
/** Packet ids that one client has in use at once, of the 65,535 that there are: the next is found quickly. */
const IDS_MAX = 60_000
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
  /** Filter of the shared subscription by which it comes; absent for others. */
  readonly share?: string
}

interface Bounds {
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

  /** The number of messages needs no bound: each has its memory counted, also when it is empty. */
  has(bytes: number, moreBytes: number): boolean {
    const { session_bytes, sessions_bytes } = this.bounds
    return bytes + moreBytes <= session_bytes && this.#bytes + moreBytes <= sessions_bytes
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
 * Maximum allows. The rest waits in order; beyond the bytes of a session's queue the newest is dropped, unless its
 * session keeps it, which has bounds of its own.
 */
export class Deliveries {
  readonly #most: number
  /** Holds by packet id what is neither acknowledged nor refused; null stands for what goes to nobody else. */
  readonly #inFlight = new Map<number, OutgoingPublish | null>()
  #waiting: OutgoingPublish[] = []
  readonly #waitingIds = new Set<number>()
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

  /** [MQTT-2.2.1-4] True when a message that is not acknowledged, or not sent yet, has this packet id. */
  isUsed(messageId: number): boolean {
    return this.#inFlight.has(messageId) || this.#waitingIds.has(messageId)
  }

  /** @returns whether it is to be sent now, waits, or is dropped for want of room or of packet ids */
  begin(delivery: OutgoingPublish): 'now' | 'waits' | 'dropped' {
    const isFree = this.isFree
    const isKept = this.session.keeps(delivery.messageId)
    const isHeld = !isFree || (isShared1(delivery) && !isKept)
    const bytes = sizeOf(delivery)
    const isRoom = this.#inFlight.size + this.#waitingIds.size < IDS_MAX && this.room.has(this.#bytes, bytes)
    if (isHeld && !isKept && !isRoom) return 'dropped'
    const held = isHeld ? heldOf(delivery) : null
    if (held !== null) this.#count(bytes)
    if (isFree) this.#inFlight.set(delivery.messageId, held)
    else {
      this.#waiting.push(held!)
      this.#waitingIds.add(delivery.messageId)
    }
    return isFree ? 'now' : 'waits'
  }

  /** PUBACK, PUBCOMP, or a PUBREC that refuses: what may go out now. */
  acknowledged(messageId: number, nowMs: number): OutgoingPublish[] {
    const held = this.#inFlight.get(messageId)
    if (!this.#inFlight.delete(messageId)) return []
    if (held != null) this.#count(-sizeOf(held))
    const next: OutgoingPublish[] = []
    while (this.#waiting.length > 0 && this.#inFlight.size < this.#most) {
      const delivery = this.#waiting.shift()!
      this.#waitingIds.delete(delivery.messageId)
      const fresh = withTimeLeft(delivery, nowMs)
      const staysHeld = fresh !== null && isShared1(delivery) && !this.session.keeps(delivery.messageId)
      if (!staysHeld) this.#count(-sizeOf(delivery))
      if (fresh === null) {
        this.session.forget(delivery.messageId)
        continue
      }
      this.#inFlight.set(fresh.messageId, staysHeld ? delivery : null)
      next.push(fresh)
    }
    return next
  }

  /**
   * The connection has gone.
   *
   * @returns deliveries of shared subscriptions that no session keeps and that may go to somebody else: of QoS 1, or not begun
   */
  end(): readonly OutgoingPublish[] {
    const all = [...this.#inFlight.values(), ...this.#waiting]
    this.#count(-this.#bytes)
    this.#waiting = []
    this.#waitingIds.clear()
    this.#inFlight.clear()
    return all
      .filter((one) => one !== null)
      .filter((one) => one.share !== undefined && !this.session.keeps(one.messageId))
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    this.room.count(bytes)
  }
}

/** [MQTT-4.8.2-5] QoS 2 that has begun goes to nobody else. */
function isShared1({ share, qos }: OutgoingPublish): boolean {
  return share !== undefined && qos === 1
}

/** The same for keeping, without what aedes has put there. */
function heldOf({ topic, payload, qos, retain, dup, messageId, ...more }: OutgoingPublish): OutgoingPublish {
  const { properties, messageExpiry, share } = more
  return {
    topic,
    payload: compact(payload),
    qos,
    retain,
    dup,
    messageId,
    ...(properties === undefined ? {} : { properties: compactProperties(properties) }),
    ...(messageExpiry === undefined ? {} : { messageExpiry }),
    ...(share === undefined ? {} : { share }),
  }
}

/** [MQTT-3.3.2-5] [MQTT-3.3.2-6] Null when its time is over. */
export function withTimeLeft(delivery: OutgoingPublish, nowMs: number): OutgoingPublish | null {
  if (delivery.messageExpiry === undefined) return delivery
  const leftMs = delivery.messageExpiry - nowMs
  if (leftMs <= 0) return null
  return { ...delivery, properties: { ...delivery.properties, messageExpiryInterval: Math.ceil(leftMs / 1000) } }
}

function sizeOf({ topic, payload, properties }: OutgoingPublish): number {
  return topic.length + payload.length + propertyBytes(properties) + OVERHEAD_BYTES
}
