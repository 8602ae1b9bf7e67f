import { Transform, type TransformCallback } from 'node:stream'
import { Discarding } from '../discarded.js'
import { varint } from '../packet-fields.js'
import { PUBLISH } from '../packet-rules.js'
import { PROPERTIES_BYTES_MAX } from '../publish-head.js'

/** Most bytes of a packet from a broker that is no PUBLISH. Such packets are small: answers to a hundred filters, reasons in words. */
const OTHER_BYTES_MAX = 64 * 1024
const NOTHING = Buffer.alloc(0)

/**
 * Stands between the socket and the MQTT client, which keeps a packet until it is whole and may be sent 256 MiB. A PUBLISH
 * whose payload is too large is discarded as it streams in, and a small one stands in for it (`discardedOf`), to be
 * journaled and acknowledged in its turn. Of other large ones the properties are left out, and of each that has more of them
 * than our own broker takes: the client makes objects of a hundred thousand, for which all else would wait.
 */
export class OversizeFilter extends Transform {
  /** The beginning of a packet that cannot be judged yet; at most a topic, a packet id and three lengths. */
  #held: Buffer = NOTHING
  /** Bytes still to come of a packet that is passed on, */
  #passBytes = 0
  /** and of what is left out before that. */
  #skipBytes = 0
  #discarding: Discarding | null = null

  /** @param onLeftOut called for each message whose properties are too large, and left out */
  constructor(
    private readonly version: 4 | 5,
    private readonly payloadBytesMax: number,
    private readonly onLeftOut = (): void => {},
  ) {
    super()
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = NOTHING
    try {
      const judged = this.#filter(bytes)
      if (judged < bytes.length) this.#held = Buffer.from(bytes.subarray(judged))
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  /** Passes on what may be, and answers where it stopped for want of bytes. */
  #filter(bytes: Buffer): number {
    let at = 0
    let passFrom = 0
    const passUpTo = (end: number): void => {
      if (end > passFrom) this.push(bytes.subarray(passFrom, end))
    }
    while (at < bytes.length) {
      const leftBytes = bytes.length - at
      if (this.#skipBytes > 0) {
        const skippedBytes = Math.min(this.#skipBytes, leftBytes)
        this.#skipBytes -= skippedBytes
        at += skippedBytes
        passFrom = at
      } else if (this.#discarding !== null) {
        at += this.#discarding.take(bytes.subarray(at))
        passFrom = at
        if (this.#discarding.isComplete) {
          this.push(this.#discarding.packet())
          this.#discarding = null
        }
      } else if (this.#passBytes > 0) {
        const passedBytes = Math.min(this.#passBytes, leftBytes)
        this.#passBytes -= passedBytes
        at += passedBytes
      } else {
        const length = readLength(bytes, at + 1)
        if (length === null) break
        const judged = this.#judge(bytes, at, length)
        if (judged === 'cut') break
        if (judged === 'whole') this.#passBytes = length.end - at + length.value
        else {
          passUpTo(at)
          at = judged.headEnd
          passFrom = at
          this.#begin(judged)
        }
      }
    }
    passUpTo(at)
    return at
  }

  /** Answers whether a packet is passed on whole, has to come further to be judged, or is a PUBLISH that is passed on in part. */
  #judge(bytes: Buffer, at: number, length: Length): 'whole' | 'cut' | LargePublish {
    const bodyBytes = length.value
    if (bytes[at]! >> 4 !== PUBLISH) {
      if (bodyBytes <= OTHER_BYTES_MAX) return 'whole'
      throw new Error(`the broker sent ${length.end - at + bodyBytes} bytes that are no PUBLISH`)
    }
    const isWithin = bodyBytes <= this.payloadBytesMax
    if (isWithin && (this.version === 4 || bodyBytes <= PROPERTIES_BYTES_MAX)) return 'whole'
    const large = readLarge(bytes, at, length.end, length.end + bodyBytes, this.version)
    if (large === null) return 'cut'
    return isWithin && large.propertiesBytes <= PROPERTIES_BYTES_MAX ? 'whole' : large
  }

  #begin({ firstByte, head, propertiesBytes, payloadBytes }: LargePublish): void {
    this.#skipBytes = propertiesBytes
    if (propertiesBytes > PROPERTIES_BYTES_MAX) this.onLeftOut()
    if (payloadBytes > this.payloadBytesMax) {
      this.#discarding = new Discarding(firstByte, head, payloadBytes)
      return
    }
    this.push(Buffer.concat([Buffer.of(firstByte), varint(head.length + payloadBytes), head]))
    this.#passBytes = payloadBytes
  }
}

interface Length {
  readonly value: number
  /** Offset behind it. */
  readonly end: number
}

interface LargePublish {
  readonly firstByte: number
  /** Topic with its length, packet id if there is one, and under MQTT 5 the length 0 of no properties. */
  readonly head: Buffer
  /** Offset at which the properties begin, or the payload. */
  readonly headEnd: number
  readonly propertiesBytes: number
  readonly payloadBytes: number
}

/** The parts of a PUBLISH; null while they are not all there. MQTT 5 §3.3 */
function readLarge(bytes: Buffer, at: number, bodyAt: number, end: number, version: 4 | 5): LargePublish | null {
  const firstByte = bytes[at]!
  if (bodyAt + 2 > bytes.length) return null
  const idBytes = (firstByte >> 1) & 3 ? 2 : 0
  const idEnd = bodyAt + 2 + bytes.readUInt16BE(bodyAt) + idBytes
  if (version === 4) {
    if (idEnd > bytes.length) return null
    const head = Buffer.from(bytes.subarray(bodyAt, idEnd))
    return { firstByte, head, headEnd: idEnd, propertiesBytes: 0, payloadBytes: end - idEnd }
  }
  const properties = readLength(bytes, idEnd)
  if (properties === null) return null
  const payloadBytes = end - properties.end - properties.value
  if (payloadBytes < 0) throw new Error('the broker sent a PUBLISH that ends inside its properties')
  const head = Buffer.concat([bytes.subarray(bodyAt, idEnd), Buffer.of(0)])
  return { firstByte, head, headEnd: properties.end, propertiesBytes: properties.value, payloadBytes }
}

/** A length of one to four bytes, seven bits each, and where it ends; null while it is not all there. MQTT 5 §1.5.5 */
function readLength(bytes: Buffer, at: number): Length | null {
  let value = 0
  for (let i = 0; i < 4; i++) {
    if (at + i >= bytes.length) return null
    const digit = bytes[at + i]!
    value |= (digit & 0x7f) << (7 * i)
    if (digit < 0x80) return { value, end: at + i + 1 }
  }
  throw new Error('the broker sent a length of more than four bytes')
}
