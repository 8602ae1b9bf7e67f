import { Readable } from 'node:stream'
import { compact, compactPacket } from './compact.js'
import type { OutgoingPublish } from './mqtt5/deliveries.js'
import { type KeptProperties, propertyBytes } from './property-bytes.js'

/** Memory that a queued packet takes besides topic and payload, roughly. */
const OVERHEAD_BYTES = 256

/** A packet that aedes keeps for a session: PUBLISH, or PUBREL once the client has answered PUBREC. */
export interface Outgoing {
  readonly cmd: string
  /** Counts the messages of this broker; the same for all who get it. */
  readonly brokerCounter?: number
  messageId?: number | undefined
  readonly topic?: string
  readonly payload?: string | Buffer
  readonly dup?: boolean
  readonly properties?: KeptProperties
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
  readonly messageExpiry?: number
  /** Filter of the shared subscription by which it came. */
  readonly share?: string
}

interface Bounds {
  readonly session_messages: number
  readonly session_bytes: number
  readonly sessions_bytes: number
}

interface Queue {
  /** By `brokerCounter`, in order. */
  readonly packets: Map<number, Outgoing>
  readonly counterOf: Map<number, number>
  bytes: number
}

/** A filter of a session that matches; without a QoS the message keeps its own. */
interface Subscriber {
  readonly clientId: string
  readonly qos?: 0 | 1 | 2
}

interface Named {
  readonly id: string
}

/**
 * Packets that sessions (clean session 0) have not acknowledged yet, or not even got because their client is away: at most so
 * many messages and bytes each, and so many bytes together. What comes beyond is not kept: a client that is there
 * gets it all the same, but once at most. The calls are those of aedes-persistence.
 */
export class SessionQueues {
  readonly #queues = new Map<string, Queue>()
  #bytes = 0

  /** @param onFull called with the client id for each message that is not kept. */
  constructor(
    private readonly bounds: Bounds,
    private readonly onFull: (clientId: string, topic: string) => void,
  ) {}

  async outgoingEnqueue(subscription: Subscriber, packet: Outgoing): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet)
  }

  async outgoingEnqueueCombi(subscriptions: readonly Subscriber[], packet: Outgoing): Promise<void> {
    if (subscriptions.length === 0) return
    // Many filters of one client may match the same message.
    const granted = new Map<string, number>()
    for (const { clientId, qos = 2 } of subscriptions) granted.set(clientId, Math.max(qos, granted.get(clientId) ?? 0))
    const kept = compactPacket({ ...packet, payload: packet.payload ?? '' })
    const sizeBytes = sizeOf(packet)
    for (const [clientId, qos] of granted) {
      const queue = this.#queues.get(clientId) ?? emptyQueue()
      const counter = packet.brokerCounter ?? 0
      if (this.#isFull(queue, sizeBytes)) {
        this.onFull(clientId, packet.topic ?? '')
        continue
      }
      this.#queues.set(clientId, queue)
      // [MQTT-3.8.4-8]
      const lowered = Math.min(packet.qos ?? 0, qos) as 0 | 1 | 2
      queue.packets.set(counter, { ...kept, qos: lowered, messageId: undefined })
      this.#count(queue, sizeBytes)
    }
  }

  /** A PUBLISH of the queue goes out under a packet id, or the PUBREL takes the place of one. */
  async outgoingUpdate({ id }: Named, packet: Outgoing): Promise<void> {
    const queue = this.#queues.get(id)
    if (queue === undefined || packet.messageId === undefined) return
    if (packet.cmd === 'publish') {
      const kept = queue.packets.get(packet.brokerCounter ?? 0)
      if (kept === undefined) return
      if (kept.messageId !== undefined) queue.counterOf.delete(kept.messageId)
      kept.messageId = packet.messageId
      queue.counterOf.set(packet.messageId, packet.brokerCounter ?? 0)
      return
    }
    const counter = queue.counterOf.get(packet.messageId)
    const kept = counter === undefined ? undefined : queue.packets.get(counter)
    if (counter === undefined || kept === undefined) return
    queue.packets.set(counter, { cmd: packet.cmd, messageId: packet.messageId, brokerCounter: counter })
    this.#count(queue, sizeOf({ cmd: packet.cmd }) - sizeOf(kept))
  }

  /** It is acknowledged, or not to be sent at all; gives the packet if there was one. */
  async outgoingClearMessageId({ id }: Named, packet: Outgoing): Promise<Outgoing | undefined> {
    const queue = this.#queues.get(id)
    if (queue === undefined) return undefined
    const { messageId } = packet
    const counter = messageId === undefined ? packet.brokerCounter : queue.counterOf.get(messageId)
    const kept = counter === undefined ? undefined : queue.packets.get(counter)
    if (counter === undefined || kept === undefined) return undefined
    queue.packets.delete(counter)
    if (kept.messageId !== undefined) queue.counterOf.delete(kept.messageId)
    this.#count(queue, -sizeOf(kept))
    if (queue.packets.size === 0) this.#queues.delete(id)
    return kept
  }

  /** True when a message that went out under this packet id is kept. */
  has(id: string, messageId: number): boolean {
    return this.#queues.get(id)?.counterOf.has(messageId) ?? false
  }

  hasRoomFor(id: string, packet: Outgoing): boolean {
    return !this.#isFull(this.#queues.get(id) ?? emptyQueue(), sizeOf(packet))
  }

  /** Messages of shared subscriptions that may go to others when the session is over: of QoS 1, or not sent yet [MQTT-4.8.2-5]. */
  sharedOf(id: string): OutgoingPublish[] {
    const packets = [...(this.#queues.get(id)?.packets.values() ?? [])]
    return packets.flatMap(sharedIn).filter(({ qos, messageId }) => qos === 1 || messageId === 0)
  }

  /** The message of a shared subscription that is kept under this packet id; none for others. */
  sharedUnder(id: string, messageId: number): OutgoingPublish[] {
    const queue = this.#queues.get(id)
    const kept = queue?.packets.get(queue.counterOf.get(messageId) ?? -1)
    return kept === undefined ? [] : sharedIn(kept)
  }

  /** All of it as it is now, oldest first; what went out before is marked as sent again [MQTT-3.3.1-1]. */
  outgoingStream({ id }: Named): Readable {
    const packets = [...(this.#queues.get(id)?.packets.values() ?? [])]
    return Readable.from(packets.map((kept) => (wasSent(kept) ? { ...kept, dup: true } : kept)))
  }

  drop(id: string): void {
    this.#bytes -= this.#queues.get(id)?.bytes ?? 0
    this.#queues.delete(id)
  }

  #isFull(queue: Queue, sizeBytes: number): boolean {
    return (
      queue.packets.size >= this.bounds.session_messages ||
      queue.bytes + sizeBytes > this.bounds.session_bytes ||
      this.#bytes + sizeBytes > this.bounds.sessions_bytes
    )
  }

  #count(queue: Queue, sizeBytes: number): void {
    queue.bytes += sizeBytes
    this.#bytes += sizeBytes
  }
}

/** The packet as a message that another member of its group may be given; none for what is no such message. */
function sharedIn(kept: Outgoing): OutgoingPublish[] {
  const { cmd, topic, payload, qos = 0, retain = false, messageId = 0, properties, messageExpiry, share } = kept
  if (share === undefined || cmd !== 'publish' || topic === undefined || qos === 0) return []
  const more = { ...(properties && { properties }), ...(messageExpiry !== undefined && { messageExpiry }) }
  return [{ topic, payload: compact(payload ?? ''), qos, retain, dup: false, messageId, share, ...more }]
}

function emptyQueue(): Queue {
  return { packets: new Map(), counterOf: new Map(), bytes: 0 }
}

function wasSent({ cmd, messageId }: Outgoing): boolean {
  return cmd === 'publish' && messageId !== undefined
}

function sizeOf({ topic = '', payload = '', properties }: Outgoing): number {
  return topic.length + payload.length + propertyBytes(properties) + OVERHEAD_BYTES
}
