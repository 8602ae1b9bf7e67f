/** Where messages come in: the embedded MQTT broker, one that exists already, stack monitors over TCP, polled meters. */
export const DOORS = ['mqtt', 'broker', 'hj212', 'modbus'] as const
export type Door = (typeof DOORS)[number]

/** What one client of a door has sent, and how much of that was of the past when it came. */
export interface Flow {
  readonly door: Door
  readonly client: string
  readonly messages: number
  readonly past: number
}

/** Something that the gateway itself tells devices. */
export interface Notice {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** Null for the subscribers of the embedded broker, else the id of an external broker. */
  readonly to: string | null
}

/** What the client of a message begins with that a gateway in a plant has passed on: `edge:ID/PLANT`, in earlier journals `edge:ID`. */
export const EDGE_CLIENT = 'edge:'

/**
 * Whether a message is older than what has been heard since: after a lost line a batch may come again, or after its successor.
 * Only there: a clock of this machine that was set back makes nothing old.
 */
export function isOvertaken(
  message: { readonly client: string; readonly arrivedAt: number },
  heardMs: number,
): boolean {
  return message.arrivedAt < heardMs && message.client.startsWith(EDGE_CLIENT)
}
