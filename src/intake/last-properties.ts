import { ownOf } from './compact.js'
import { keptOfWire, type MayReply } from './kept-properties.js'

const NOTHING = Buffer.alloc(0)
/** Longer ones are worked out anew for each message: ten thousand connections keep 10 MiB at most. */
const KNOWN_BYTES_MAX = 512

/** Works out once what is kept of the properties of a connection's PUBLISHes, for all that say the same as the one before. */
export class LastProperties {
  #sent: Buffer = NOTHING
  #kept: Buffer = NOTHING
  #version = -1

  /**
   * The bytes for the journal of the properties from `start` to before `end`.
   *
   * @param version of the rules by which `mayReply` answers
   */
  keptOf(bytes: Buffer, start: number, end: number, version: number, mayReply: MayReply): Buffer {
    const length = end - start
    if (this.#version === version && this.#isLast(bytes, start, length)) return this.#kept
    const sent = bytes.subarray(start, end)
    const kept = ownOf(keptOfWire(sent, mayReply))
    if (length <= KNOWN_BYTES_MAX) {
      this.#sent = ownOf(sent)
      this.#kept = kept
      this.#version = version
    }
    return kept
  }

  #isLast(bytes: Buffer, start: number, length: number): boolean {
    const sent = this.#sent
    if (sent.length !== length) return false
    for (let i = 0; i < length; i++) if (sent[i] !== bytes[start + i]) return false
    return true
  }
}
