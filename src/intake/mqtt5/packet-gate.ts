import type { Packet } from 'mqtt-packet'
import type { ReasonCode } from '../reason-codes.js'
import type { OutgoingPublish } from './deliveries.js'

/** Stands between aedes and a client: it sees what each tells the other. */
export interface PacketGate {
  /** Asked for each packet that aedes writes; false when it is not to go out now. */
  lets(packet: Packet): boolean
  /** Told of each packet that aedes is given. */
  heard(packet: Packet): void
  /** The next acknowledgement that aedes writes with 0x87 is to have this reason. */
  refuses(reason: ReasonCode): void
  /** True when a message of QoS 1 or 2 goes out at once: what it was given before is acknowledged, but for what it takes at once. */
  readonly isFree: boolean
  /** Sends a message that aedes knows nothing of, or lets it wait; false when there is no room for it. */
  deliver(publish: OutgoingPublish): boolean
  /** The connection has gone; gives what may go to other members of its shared subscriptions. */
  end(): readonly OutgoingPublish[]
}
