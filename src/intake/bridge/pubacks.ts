import type { Writable } from 'node:stream'

const PUBACK = 0x4002
const PUBACK_BYTES = 4

/**
 * The PUBACKs that one network connection is owed, in the order of the messages; those of one batch of the journal go out
 * in one write. Under MQTT 5 a PUBACK of this length says success (§3.4.2.1).
 */
export class Pubacks {
  #ids: number[] = []

  constructor(private readonly stream: Writable) {}

  /** Nothing happens when the connection is gone: the broker sends the message again. */
  add(messageId: number): void {
    this.#ids.push(messageId)
    if (this.#ids.length === 1) queueMicrotask(() => this.#write())
  }

  #write(): void {
    const ids = this.#ids
    this.#ids = []
    if (!this.stream.writable) return
    const packets = Buffer.allocUnsafe(ids.length * PUBACK_BYTES)
    for (const [i, id] of ids.entries()) {
      packets.writeUInt16BE(PUBACK, i * PUBACK_BYTES)
      packets.writeUInt16BE(id, i * PUBACK_BYTES + 2)
    }
    this.stream.write(packets)
  }
}
