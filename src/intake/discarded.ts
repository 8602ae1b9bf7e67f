import { randomBytes } from 'node:crypto'
import { varint } from './packet-fields.js'

/** Bytes that are kept of a payload that is too large. */
export const SAMPLE_BYTES_MAX = 4096

/**
 * A PUBLISH whose payload is too large is discarded as it streams in; a small one stands in for it, so that it is
 * journaled and acknowledged in its turn like any other:
 *
 *     same topic, QoS and packet id, retain bit cleared; payload:
 *     | token 16 | retained 1 | full size 4 | the first 4 KiB |
 *
 * The token is random for each process, so nobody outside can send such a payload.
 */
const TOKEN = randomBytes(16)
const PREFIX_BYTES = TOKEN.length + 1 + 4

export interface Discarded {
  readonly fullSizeBytes: number
  readonly retain: boolean
  readonly sample: Buffer
}

/** Reads what such a payload stands for; null for every payload that a client sent itself. */
export function discardedOf(payload: Buffer): Discarded | null {
  // One byte tells nearly all apart without a call into native code.
  if (payload.length < PREFIX_BYTES || payload[0] !== TOKEN[0] || TOKEN.compare(payload, 0, TOKEN.length) !== 0)
    return null
  return {
    retain: payload[TOKEN.length] === 1,
    fullSizeBytes: payload.readUInt32BE(TOKEN.length + 1),
    sample: payload.subarray(PREFIX_BYTES),
  }
}

/** Swallows the payload of one PUBLISH and then gives the packet that stands in for it. */
export class Discarding {
  readonly #sample: Buffer[] = []
  #leftBytes: number

  /**
   * @param firstByte of the packet: type and flags
   * @param head topic with its length, packet id if there is one, and with MQTT 5 the properties
   */
  constructor(
    private readonly firstByte: number,
    private readonly head: Buffer,
    private readonly fullSizeBytes: number,
  ) {
    this.#leftBytes = fullSizeBytes
  }

  get isComplete(): boolean {
    return this.#leftBytes === 0
  }

  /** Takes what belongs to the payload and says how many bytes that were. */
  take(bytes: Buffer): number {
    const takenBytes = Math.min(this.#leftBytes, bytes.length)
    const sampleLeftBytes = SAMPLE_BYTES_MAX - (this.fullSizeBytes - this.#leftBytes)
    if (sampleLeftBytes > 0) this.#sample.push(Buffer.from(bytes.subarray(0, Math.min(takenBytes, sampleLeftBytes))))
    this.#leftBytes -= takenBytes
    return takenBytes
  }

  packet(): Buffer {
    const prefix = Buffer.alloc(PREFIX_BYTES)
    TOKEN.copy(prefix)
    prefix[TOKEN.length] = this.firstByte & 1
    prefix.writeUInt32BE(this.fullSizeBytes, TOKEN.length + 1)
    const body = Buffer.concat([this.head, prefix, ...this.#sample])
    return Buffer.concat([Buffer.of(this.firstByte & 0xfe), varint(body.length), body])
  }
}
