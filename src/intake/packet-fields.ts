/** Reads the fields of a packet's body one after the other; null where it ends too early. */
export class PacketFields {
  constructor(
    private readonly body: Buffer,
    public at = 0,
  ) {}

  get isAtEnd(): boolean {
    return this.at === this.body.length
  }

  number8(): number | null {
    if (this.at + 1 > this.body.length) return null
    this.at += 1
    return this.body.readUInt8(this.at - 1)
  }

  number16(): number | null {
    if (this.at + 2 > this.body.length) return null
    this.at += 2
    return this.body.readUInt16BE(this.at - 2)
  }

  /** Bytes with their length before them, MQTT 3.1.1 §1.5.3. */
  bytes(): Buffer | null {
    const lengthBytes = this.number16()
    if (lengthBytes === null || this.at + lengthBytes > this.body.length) return null
    this.at += lengthBytes
    return this.body.subarray(this.at - lengthBytes, this.at)
  }

  /** Properties of MQTT 5, with their length before them: where they lie, or null when the body ends inside them. */
  properties(): { readonly start: number; readonly end: number } | null {
    const length = readVarint(this.body, this.at)
    if (length < 0) return null
    const start = this.at + varintBytes(length)
    if (start + length > this.body.length) return null
    this.at = start + length
    return { start, end: this.at }
  }
}

/** It is not whole yet. */
export const VARINT_CUT = -1
/** It has more than four bytes, or more than it needs [MQTT-1.5.5-1]. */
export const VARINT_WRONG = -2

/** Reads a variable byte integer, MQTT 5 §1.5.5: its value, `VARINT_CUT` or `VARINT_WRONG`. */
export function readVarint(bytes: Buffer, start: number): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const digit = bytes[start + i]
    if (digit === undefined) return VARINT_CUT
    value |= (digit & 0x7f) << (7 * i)
    if (digit < 0x80) return i > 0 && digit === 0 ? VARINT_WRONG : value
  }
  return VARINT_WRONG
}

/** Number of bytes that a variable byte integer takes. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  return value < 0x20_0000 ? 3 : 4
}

/** Writes a variable byte integer, MQTT 3.1.1 §2.2.3 and MQTT 5 §1.5.5: seven bits a byte, lowest first. */
export function varint(value: number): Buffer {
  const digits: number[] = []
  let rest = value
  do {
    digits.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(digits)
}
