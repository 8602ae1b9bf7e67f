import type { Client } from 'aedes'
import type { Packet } from 'mqtt-packet'
import { systemClock } from '../../base/clock.js'
import type { FramingGuard } from '../framing-guard.js'
import type { Limiting } from '../limiting.js'
import type { SessionQueues } from '../session-queues.js'
import { Deliveries, type DeliveryRoom, type OutgoingPublish } from './deliveries.js'
import { sendPacket } from './outgoing-packets.js'
import type { PacketGate } from './packet-gate.js'

/** Parts of the broker that all gates share. */
export interface GateParts {
  readonly limiting: Limiting
  readonly queues: SessionQueues
  readonly room: DeliveryRoom
}

/** A reason code from here on says that something was refused. */
const REFUSED = 0x80

/** Stands between aedes and one client of MQTT 5: it sees what each tells the other, and does what aedes does not. */
export class ClientGate implements PacketGate {
  readonly #guard: FramingGuard
  /** Made for the first message of QoS 1 or 2. */
  #deliveries: Deliveries | undefined

  constructor(
    private readonly client: Client,
    private readonly parts: GateParts,
  ) {
    this.#guard = client.conn as FramingGuard
  }

  lets(packet: Packet): boolean {
    switch (packet.cmd) {
      case 'publish':
        return packet.qos === 0 || this.#lets(packet as unknown as OutgoingPublish)
      case 'puback':
      case 'pubcomp':
        this.#guard.refill(1)
        return true
      case 'pubrec':
        if ((packet.reasonCode ?? 0) >= REFUSED) this.#guard.refill(1)
        return true
      default:
        return true
    }
  }

  heard(packet: Packet): void {
    const isEnd = packet.cmd === 'puback' || packet.cmd === 'pubcomp'
    if (isEnd || (packet.cmd === 'pubrec' && (packet.reasonCode ?? 0) >= REFUSED)) this.#acknowledged(packet.messageId)
  }

  end(): void {
    this.#deliveries?.end()
  }

  #lets(delivery: OutgoingPublish): boolean {
    const { client, parts } = this
    const { id } = client
    const { receiveMaximum } = client as unknown as { readonly receiveMaximum: number }
    this.#deliveries ??= new Deliveries(receiveMaximum, parts.room, {
      keeps: (messageId) => parts.queues.has(id, messageId),
      forget: (messageId) => void parts.queues.outgoingClearMessageId({ id }, { cmd: 'puback', messageId }),
    })
    const what = this.#deliveries.begin(delivery)
    if (what === 'dropped') parts.limiting.reached('deliveries', { client: id, topic: delivery.topic })
    return what === 'now'
  }

  #acknowledged(messageId: number | undefined): void {
    if (messageId === undefined || this.#deliveries === undefined) return
    // The clock by which aedes says when a message expires.
    for (const next of this.#deliveries.acknowledged(messageId, systemClock.nowMs())) {
      sendPacket(this.#guard, { cmd: 'publish', ...next } as Packet)
    }
  }
}
