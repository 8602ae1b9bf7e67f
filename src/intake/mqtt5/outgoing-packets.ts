import mqttPacket, { type Packet } from 'mqtt-packet'
import { FramingGuard } from '../framing-guard.js'

/*
 * aedes has no call before a packet goes out. It writes all of them through one function of mqtt-packet, in whose place
 * stands one that asks the gate of the client first; other users of mqtt-packet notice nothing of it.
 */

const write = mqttPacket.writeToStream
const V5 = { protocolVersion: 5 } as const

const ask = (packet: Packet, stream: NodeJS.WritableStream, options?: object): boolean => {
  const gate = stream instanceof FramingGuard ? stream.gate : null
  return gate === null || gate.lets(packet) ? write(packet, stream, options) : true
}

// Settings of the function lie on it.
Object.assign(mqttPacket, { writeToStream: Object.defineProperties(ask, Object.getOwnPropertyDescriptors(write)) })

/** Writes a packet to a client of MQTT 5 without asking its gate. */
export function sendPacket(guard: FramingGuard, packet: Packet): void {
  if (guard.destroyed) return
  try {
    write(packet, guard, V5)
  } catch (error) {
    // It ends this client alone: whoever has published it, and all who get it, go on.
    guard.fail(error as Error)
  }
}
