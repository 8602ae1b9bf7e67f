import type { Packet } from 'mqtt-packet'
import type { ReasonCode } from '../reason-codes.js'
import type { OutgoingPublish } from './deliveries.js'

/** Stands between aedes and a client: it sees what each tells the other. */
export interface PacketGate {
  /** Asked for each packet that aedes writes; false when it is not to go out now. */
  lets(packet: Packet): boolean
  /** Told of each packet that aedes is given. */
  heard(packet: Packet): void
  /** A PUBLISH is on its way to the journal. */
  takes(qos: 0 | 1 | 2): void
  /** A PUBLISH is refused for this reason; `refuse` lets aedes answer it with 0x87, when all before it is answered. */
  refuses(qos: 0 | 1 | 2, reason: ReasonCode, refuse: () => void): void
  /** All that took the fast path is answered. */
  straightAnswered(): void
  /** True when a message of QoS 1 or 2 goes out at once: what it was given before is acknowledged, but for what it takes at once. */
  readonly isFree: boolean
  /** Sends a message that aedes knows nothing of, or lets it wait; false when there is no room for it. */
  deliver(publish: OutgoingPublish): boolean
  /** The connection has gone; gives what may go to other members of its shared subscriptions. */
  end(): readonly OutgoingPublish[]
}
