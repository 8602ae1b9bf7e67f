import type { Door } from '../base/doors.js'
import { fault } from './fault.js'

/**
 * True for what an external broker had kept and gave us when we subscribed: it sets the flag on nothing else
 * [MQTT-3.3.1-9]. When it was sent is not known.
 */
export function wasKept({ door, retain }: { readonly door?: Door; readonly retain: boolean }): boolean {
  return retain && door === 'broker'
}

/** A reading of what was kept has the time that it says, or none. */
export const KEPT_WITHOUT_TS = fault(
  'bad_schema',
  'ts is missing, and the message was retained by the broker: when it was sent is not known; send ts, or do not retain',
)
