/** Where messages come in: the embedded MQTT broker, one that exists already, stack monitors over TCP, polled meters. */
export const DOORS = ['mqtt', 'broker', 'hj212', 'modbus'] as const
export type Door = (typeof DOORS)[number]

/** Something that the gateway itself tells devices. */
export interface Notice {
  readonly topic: string
  readonly payload: string | Uint8Array
  /** Null for the subscribers of the embedded broker, else the id of an external broker. */
  readonly to: string | null
}
