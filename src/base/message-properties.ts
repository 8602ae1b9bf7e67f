import { FirstPairs } from './first-pairs.js'

/**
 * The properties of an MQTT 5 message that are kept with it. In the journal they are written as on the wire (MQTT 5 §2.2.2):
 * each an id and its value, in the order of their ids, user properties by name; numbers are big-endian there.
 */
export interface MessageProperties {
  readonly contentType?: string
  /** The sender has said for how many seconds the message is of use. */
  readonly messageExpiryS?: number
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly userProperties: readonly (readonly [name: string, value: string])[]
}

const MESSAGE_EXPIRY = 2
const CONTENT_TYPE = 3
const RESPONSE_TOPIC = 8
const CORRELATION_DATA = 9
const USER_PROPERTY = 38
/** Bytes of the values of other properties that a PUBLISH may have: payload format, subscription identifier, topic alias. */
const OTHER_BYTES: Readonly<Record<number, number>> = { 1: 1, 11: 1, 35: 2 }

export function encodeProperties(properties: MessageProperties): Buffer {
  const { contentType, messageExpiryS, responseTopic, correlationData, userProperties } = properties
  const parts: Uint8Array[] = []
  if (messageExpiryS !== undefined) {
    const seconds = Buffer.alloc(5)
    seconds.writeUInt8(MESSAGE_EXPIRY)
    seconds.writeUInt32BE(messageExpiryS, 1)
    parts.push(seconds)
  }
  if (contentType !== undefined) parts.push(Buffer.of(CONTENT_TYPE), withLength(Buffer.from(contentType)))
  if (responseTopic !== undefined) parts.push(Buffer.of(RESPONSE_TOPIC), withLength(Buffer.from(responseTopic)))
  if (correlationData !== undefined) parts.push(Buffer.of(CORRELATION_DATA), withLength(correlationData))
  for (const [name, value] of userProperties) {
    parts.push(Buffer.of(USER_PROPERTY), withLength(Buffer.from(name)), withLength(Buffer.from(value)))
  }
  return Buffer.concat(parts)
}

/** Reads the properties of a PUBLISH, or those in the journal; none when they are cut off or hold one that no PUBLISH has. */
export function decodeProperties(bytes: Uint8Array): MessageProperties {
  const reader = new Reader(bytes)
  const userProperties: [string, string][] = []
  const found = readAll(reader, () => userProperties.push([reader.text(), reader.text()]))
  return reader.isWhole ? { ...found, userProperties } : { userProperties: [] }
}

/**
 * The same with the first user properties by name alone, as a parser has them: of several values of one name an empty first
 * one gives its place to the next. Costs little more for thousands than for `pairsMax`.
 */
export function decodeFirstProperties(bytes: Uint8Array, pairsMax: number): MessageProperties {
  const reader = new Reader(bytes)
  const first = new FirstPairs(bytes, pairsMax)
  const found = readAll(reader, () => {
    const at = reader.at - 1
    reader.skip()
    reader.skip()
    if (reader.isWhole) first.offer(at)
  })
  if (!reader.isWhole) return { userProperties: [] }
  const pairAt = (at: number): [string, string] => {
    reader.at = at + 1
    return [reader.text(), reader.text()]
  }
  return { ...found, userProperties: first.places.map(pairAt) }
}

/** @param onPair reads a user property, whose id was read */
function readAll(reader: Reader, onPair: () => void): Omit<MessageProperties, 'userProperties'> {
  const found: { -readonly [name in keyof MessageProperties]?: MessageProperties[name] } = {}
  while (!reader.isAtEnd) {
    const id = reader.number(1)
    if (id === USER_PROPERTY) onPair()
    else if (id === MESSAGE_EXPIRY) found.messageExpiryS = reader.number(4)
    else if (id === CONTENT_TYPE) found.contentType = reader.text()
    else if (id === RESPONSE_TOPIC) found.responseTopic = reader.text()
    else if (id === CORRELATION_DATA) found.correlationData = reader.bytes()
    else reader.number(OTHER_BYTES[id] ?? Number.POSITIVE_INFINITY)
  }
  return found
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

class Reader {
  readonly #bytes: Buffer
  at = 0
  /** False when a value would have ended behind the end. */
  isWhole = true

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length
  }

  number(bytes: number): number {
    const at = this.#take(bytes)
    if (bytes === 1 && at >= 0) return this.#bytes[at]!
    if (bytes === 2 && at >= 0) return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!
    return at < 0 || bytes === 0 ? 0 : this.#bytes.readUIntBE(at, bytes)
  }

  /** Passes over bytes that have their length before them. */
  skip(): void {
    this.#take(this.number(2))
  }

  bytes(): Uint8Array {
    const length = this.number(2)
    const at = this.#take(length)
    return at < 0 ? Buffer.alloc(0) : this.#bytes.subarray(at, at + length)
  }

  text(): string {
    return Buffer.from(this.bytes()).toString()
  }

  #take(length: number): number {
    const at = this.at
    if (at + length > this.#bytes.length) {
      this.isWhole = false
      this.at = this.#bytes.length
      return -1
    }
    this.at = at + length
    return at
  }
}
