import type { IngressKind } from '../base/ingress.js'
import { fault } from './fault.js'

interface Of {
  readonly ingress?: IngressKind
  readonly retain: boolean
}

/**
 * True for what an external broker had kept and gave us when we subscribed: it sets the flag on nothing else
 * [MQTT-3.3.1-9]. When it was sent is not known.
 */
export function wasKept({ ingress, retain }: Of): boolean {
  return retain && ingress === 'broker'
}

/** A reading of what was kept has the time that it says, or none. */
export const KEPT_WITHOUT_TS = fault(
  'bad_schema',
  'ts is missing, and the message was retained by the broker: when it was sent is not known; send ts, or do not retain',
)

/**
 * Clearing a retained message is how MQTT forgets it, not a word of the device [MQTT-3.3.1-10]. An external broker passes
 * that on without the flag [MQTT-3.3.1-9].
 */
export function isCleared(message: Of & { readonly payload: Uint8Array }): boolean {
  return (message.retain || message.ingress === 'broker') && message.payload.length === 0
}
