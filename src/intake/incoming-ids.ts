interface Named {
  readonly id: string
}

interface Numbered {
  readonly cmd?: string
  readonly messageId?: number | undefined
}

/** One bit for each packet id of MQTT. */
const ID_BYTES = 65_536 / 8

/**
 * The packet ids of QoS 2 messages that wait for PUBREL. aedes keeps each such message whole, but only asks whether it
 * is there: 8 KiB a client are enough, however many there are. The calls are those of aedes-persistence.
 */
export class IncomingIds {
  readonly #clients = new Map<string, Uint8Array>()
  readonly #repeated = new WeakSet<Numbered>()

  async incomingStorePacket({ id }: Named, packet: Numbered): Promise<void> {
    const { messageId = 0 } = packet
    const ids = this.#clients.get(id) ?? new Uint8Array(ID_BYTES)
    if (has(ids, messageId)) this.#repeated.add(packet)
    ids[messageId >> 3]! |= 1 << (messageId & 7)
    this.#clients.set(id, ids)
  }

  /** True when its id was there already as it was stored [MQTT-4.3.3-2]. */
  isRepeated(packet: Numbered): boolean {
    return this.#repeated.has(packet)
  }

  /**
   * Rejects when it is not there, and for every PUBLISH: aedes would answer one that was sent again at once, before
   * those in front of it.
   */
  async incomingGetPacket({ id }: Named, { cmd, messageId = 0 }: Numbered): Promise<Numbered> {
    if (cmd === 'publish') throw new Error('a PUBLISH is stored first')
    const ids = this.#clients.get(id)
    if (ids === undefined || !has(ids, messageId)) throw new Error('no such packet')
    return { messageId }
  }

  /** Never rejects: of two PUBREL at once the second finds nothing, and nobody would catch the error that aedes makes of it. */
  async incomingDelPacket({ id }: Named, { messageId = 0 }: Numbered): Promise<void> {
    const ids = this.#clients.get(id)
    if (ids !== undefined) ids[messageId >> 3]! &= ~(1 << (messageId & 7))
  }

  async cleanIncoming({ id }: Named): Promise<void> {
    this.#clients.delete(id)
  }
}

function has(ids: Uint8Array, messageId: number): boolean {
  return (ids[messageId >> 3]! & (1 << (messageId & 7))) !== 0
}
