/** Requests of the poller to meters and its entries in the journal, which decoding reads there again. */

/** Registers that one request reads: so many from an address on. Function 3 reads holding registers, 4 input registers. */
export interface RegisterBlock {
  readonly fc: 3 | 4
  /** As in the frame: from 0. */
  readonly address: number
  readonly count: number
}

/** A protocol limit. Source: Modbus Application Protocol V1.1b3, 6.3 and 6.4. */
export const REGISTERS_MAX = 125

/** Connections that the figures of the poller have room for. */
export const MODBUS_CONNECTIONS_MAX = 200

/** The payload of a message of the poller, as JSON. */
export interface PolledRegisters {
  /** When the last of it was read, epoch ms: one time for all, as one poll of a meter is one look at it. */
  readonly read_at: number
  readonly blocks: readonly {
    readonly fc: 3 | 4
    readonly address: number
    /** The registers as they came, four digits each. */
    readonly hex: string
  }[]
}

/** One for each meter. */
export function modbusTopic(connection: string, unitId: number): string {
  return `modbus/${connection}/${unitId}`
}

/** Plan by which one connection is polled: what the configuration says, and what its profiles come to. */
export interface PollPlan {
  readonly id: string
  readonly host: string
  readonly port: number
  readonly everyMs: number
  readonly timeoutMs: number
  readonly units: readonly { readonly unitId: number; readonly blocks: readonly RegisterBlock[] }[]
}
