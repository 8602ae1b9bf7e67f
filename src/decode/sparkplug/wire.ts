import protobuf from 'protobufjs/minimal.js'

const NO_BYTES = new Uint8Array(0)
const TWO_TO_32 = 2 ** 32

/** Wire types of protobuf, the lowest three bits of a tag. */
export const VARINT = 0
export const FIXED64 = 1
export const LENGTH = 2
export const FIXED32 = 5

/**
 * Reads protobuf from a part of a larger buffer, message after message, and 64-bit numbers without an object for each.
 * Throws where the bytes end too early or are none of protobuf.
 */
export class Wire extends protobuf.Reader {
  /** Halves of the 64-bit number that was read last, unsigned. */
  lo = 0
  hi = 0

  constructor() {
    super(NO_BYTES)
  }

  open(bytes: Uint8Array, start: number, end: number): void {
    this.buf = bytes
    this.pos = start
    this.len = end
  }

  /** Reads a 64-bit varint into `lo` and `hi`. */
  long(): void {
    const { buf } = this
    let lo = 0
    let hi = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.len) throw new RangeError('a number is cut off')
      const byte = buf[this.pos++]!
      const bits = byte & 127
      if (shift < 28) lo |= bits << shift
      else if (shift === 28) {
        lo |= bits << 28
        hi = bits >> 4
      } else if (shift < 63) hi |= bits << (shift - 32)
      else hi |= (bits & 1) << 31
      if (byte < 128) {
        this.lo = lo >>> 0
        this.hi = hi >>> 0
        return
      }
    }
    throw new RangeError('a number has more than ten bytes')
  }

  /** A 64-bit varint as an unsigned number; above 2^53 the nearest one that there is. */
  unsigned(): number {
    const { buf, len } = this
    let value = 0
    let weight = 1
    // Times, aliases and seq have at most seven bytes: no halves are needed.
    for (let at = this.pos; at < len && weight < 2 ** 49; weight *= 128) {
      const byte = buf[at++]!
      value += (byte & 127) * weight
      if (byte < 128) {
        this.pos = at
        return value
      }
    }
    this.long()
    return this.hi * TWO_TO_32 + this.lo
  }

  /** Goes past a length and returns where its bytes end; they begin at `pos`. */
  span(): number {
    const end = this.size() + this.pos
    if (end > this.len) throw new RangeError('a length goes beyond the end')
    return end
  }
}
