interface Named {
  readonly id: string
}

interface Numbered {
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

  async incomingStorePacket({ id }: Named, { messageId = 0 }: Numbered): Promise<void> {
    const ids = this.#clients.get(id) ?? new Uint8Array(ID_BYTES)
    ids[messageId >> 3]! |= 1 << (messageId & 7)
    this.#clients.set(id, ids)
  }

  /** Rejects when it is not there. */
  async incomingGetPacket({ id }: Named, { messageId = 0 }: Numbered): Promise<Numbered> {
    this.#idsWith(id, messageId)
    return { messageId }
  }

  /** Rejects when it is not there. */
  async incomingDelPacket({ id }: Named, { messageId = 0 }: Numbered): Promise<void> {
    this.#idsWith(id, messageId)[messageId >> 3]! &= ~(1 << (messageId & 7))
  }

  async cleanIncoming({ id }: Named): Promise<void> {
    this.#clients.delete(id)
  }

  #idsWith(id: string, messageId: number): Uint8Array {
    const ids = this.#clients.get(id)
    if (ids === undefined || (ids[messageId >> 3]! & (1 << (messageId & 7))) === 0) throw new Error('no such packet')
    return ids
  }
}
