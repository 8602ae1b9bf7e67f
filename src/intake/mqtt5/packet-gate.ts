import type { Packet } from 'mqtt-packet'

/** Stands between aedes and a client: it sees what each tells the other. */
export interface PacketGate {
  /** Asked for each packet that aedes writes; false when it is not to go out now. */
  lets(packet: Packet): boolean
  /** Told of each packet that aedes is given. */
  heard(packet: Packet): void
  /** The connection has gone. */
  end(): void
}
