import { isUtf8 } from 'node:buffer'
import { readVarint, VARINT_CUT, varint, varintBytes } from './packet-fields.js'
import { propertiesFault, TOPIC_ALIAS, TOPIC_ALIAS_BYTES } from './packet-properties.js'
import type { PacketFault } from './packet-rules.js'
import { Reason } from './reason-codes.js'
import type { PublishView } from './scanner-output.js'

/** Properties of a PUBLISH in bytes; they are judged whole. */
export const PROPERTIES_BYTES_MAX = 16 * 1024

const NOTHING = Buffer.alloc(0)

/** The part of a PUBLISH before its payload, as places in the bytes that were read; used again for each of them. */
export class PublishHead implements PublishView {
  qos: 0 | 1 | 2 = 0
  bytes: Buffer = NOTHING
  /** The bytes in which the topic lies: those that were read, or what a topic alias stands for. */
  topicBytes: Buffer = NOTHING
  topicAt = 0
  topicEnd = 0
  /** The packet id lies here when QoS is above 0. */
  idAt = 0
  propertiesAt = 0
  payloadAt = 0
  end = 0
  isSameTopic = false
  isBare = true
  /** 0 without a topic alias. */
  alias = 0
  aliasAt = 0
  isText = false
  /** 0 when it is bare. */
  propertyCount = 0
  #idEnd = 0

  get topic(): Buffer {
    return this.topicBytes.subarray(this.topicAt, this.topicEnd)
  }

  /** True when the payload, of which all bytes are there, is said to be UTF-8 and is not. */
  get isWrongText(): boolean {
    return this.isText && !isUtf8(this.bytes.subarray(this.payloadAt, this.end))
  }

  /** Takes the topic that an alias stands for. */
  standFor(topic: Buffer): void {
    this.topicBytes = topic
    this.topicAt = 0
    this.topicEnd = topic.length
  }

  /** True when the topic is that one, and not empty. */
  hasTopic(known: Buffer): boolean {
    const { topicBytes, topicAt } = this
    const length = this.topicEnd - topicAt
    if (known.length !== length || length === 0) return false
    // The topic of an alias is known by the bytes in which it lies.
    if (known === topicBytes) return true
    for (let i = 0; i < length; i++) if (known[i] !== topicBytes[topicAt + i]) return false
    return true
  }

  /** Topic and packet id of the body that begins at `bodyAt`, of which two bytes are there. */
  begin(bytes: Buffer, bodyAt: number, end: number, qos: 0 | 1 | 2): void {
    this.qos = qos
    this.bytes = bytes
    this.end = end
    this.isSameTopic = false
    this.topicBytes = bytes
    this.topicAt = bodyAt + 2
    this.topicEnd = this.topicAt + bytes.readUInt16BE(bodyAt)
    this.idAt = this.topicEnd
    this.#idEnd = qos > 0 ? this.topicEnd + 2 : this.topicEnd
    this.payloadAt = this.#idEnd
    this.propertiesAt = this.#idEnd
    this.isBare = true
    this.alias = 0
    this.isText = false
    this.propertyCount = 0
  }

  /** MQTT 5 §3.3.2.3: null when the properties are well-formed, a number when bytes up to there have to come first. */
  readProperties(): PacketFault | number | null {
    if (this.#isBareHere()) return null
    const bytes = this.bytes
    const length = readVarint(bytes, this.#idEnd)
    if (length === VARINT_CUT && bytes.length < this.end) return bytes.length + 1
    const start = this.#idEnd + varintBytes(length)
    const end = start + length
    if (length < 0 || end > this.end) {
      return { sentence: 'a PUBLISH that ends inside its properties', reason: Reason.malformedPacket }
    }
    if (length > PROPERTIES_BYTES_MAX) {
      const sentence = `a PUBLISH with ${length} bytes of properties, more than ${PROPERTIES_BYTES_MAX}`
      return { sentence, reason: Reason.packetTooLarge }
    }
    if (end > bytes.length) return end
    this.propertiesAt = start
    this.payloadAt = end
    this.isBare = false
    return propertiesFault(bytes, start, end, 'PUBLISH', this)
  }

  /** Nearly all messages have no property, or an alias alone, which are read where they lie. */
  #isBareHere(): boolean {
    const bytes = this.bytes
    const start = this.#idEnd + 1
    const length = bytes[start - 1]
    // Behind the end of the bytes nothing is read, and what is not there is neither length.
    if (length === 0) this.payloadAt = start
    else if (
      length === TOPIC_ALIAS_BYTES &&
      bytes[start] === TOPIC_ALIAS &&
      start + TOPIC_ALIAS_BYTES <= bytes.length
    ) {
      this.alias = (bytes[start + 1]! << 8) | bytes[start + 2]!
      this.aliasAt = start
      this.payloadAt = start + TOPIC_ALIAS_BYTES
      if (this.alias === 0) return false
    } else return false
    this.propertiesAt = start
    return this.payloadAt <= this.end
  }

  /** Topic, packet id and properties as they are to be passed on: with the topic, and without an alias for it. */
  withoutAlias(): Buffer {
    const bytes = this.bytes
    if (this.alias === 0) return Buffer.from(bytes.subarray(this.topicAt - 2, this.payloadAt))
    const length = this.topicEnd - this.topicAt
    return Buffer.concat([
      Buffer.of(length >> 8, length & 0xff),
      this.topic,
      bytes.subarray(this.idAt, this.#idEnd),
      varint(this.payloadAt - this.propertiesAt - TOPIC_ALIAS_BYTES),
      bytes.subarray(this.propertiesAt, this.aliasAt),
      bytes.subarray(this.aliasAt + TOPIC_ALIAS_BYTES, this.payloadAt),
    ])
  }

  /** Lets go of the bytes, which are soon used again. */
  forget(): void {
    this.bytes = NOTHING
    this.topicBytes = NOTHING
  }
}
