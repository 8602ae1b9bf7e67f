import type { Client } from 'aedes'
import type { FramingGuard } from './framing-guard.js'
import type { ReasonCode } from './reason-codes.js'

/** Ends the connection of a client that has done nothing wrong; with MQTT 5 it is told why. */
export function endClient(client: Client, reason: ReasonCode, sentence: string, done?: () => void): void {
  ;(client.conn as FramingGuard).tellWhy(reason, sentence)
  client.close(done)
}
