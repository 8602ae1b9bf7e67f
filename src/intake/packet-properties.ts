import { isUtf8 } from 'node:buffer'
import { readVarint, varintBytes } from './packet-fields.js'
import { type PacketFault, topicProblem } from './packet-rules.js'
import { Reason } from './reason-codes.js'

/** A packet of a client that carries properties, or the will in its CONNECT. */
export type PropertyHolder =
  | 'CONNECT'
  | 'will'
  | 'PUBLISH'
  | 'SUBSCRIBE'
  | 'UNSUBSCRIBE'
  | 'acknowledgement'
  | 'DISCONNECT'

interface Property {
  readonly name: string
  readonly type: 'flag' | 'number16' | 'number32' | 'varint' | 'text' | 'binary' | 'pair'
  readonly of: readonly PropertyHolder[]
  /** 0 is a protocol error. */
  readonly isNeverZero?: boolean
}

const FORMAT_INDICATOR = 0x01
const USER_PROPERTY = 0x26
const RESPONSE_TOPIC = 0x08
export const TOPIC_ALIAS = 0x23
/** A topic alias among the properties: its id and two bytes. */
export const TOPIC_ALIAS_BYTES = 3
const PACKET_SIZE_MAX = 0x27
const SHORT_BYTES_MAX = 64

/** Properties that a client may send, MQTT 5 §2.2.2.2; what only a server sends is not there. */
const PROPERTIES: Readonly<Record<number, Property>> = {
  [FORMAT_INDICATOR]: { name: 'payload format indicator', type: 'flag', of: ['PUBLISH', 'will'] },
  2: { name: 'message expiry interval', type: 'number32', of: ['PUBLISH', 'will'] },
  3: { name: 'content type', type: 'text', of: ['PUBLISH', 'will'] },
  [RESPONSE_TOPIC]: { name: 'response topic', type: 'text', of: ['PUBLISH', 'will'] },
  9: { name: 'correlation data', type: 'binary', of: ['PUBLISH', 'will'] },
  11: { name: 'subscription identifier', type: 'varint', of: ['SUBSCRIBE'], isNeverZero: true },
  17: { name: 'session expiry interval', type: 'number32', of: ['CONNECT', 'DISCONNECT'] },
  21: { name: 'authentication method', type: 'text', of: ['CONNECT'] },
  22: { name: 'authentication data', type: 'binary', of: ['CONNECT'] },
  23: { name: 'request problem information', type: 'flag', of: ['CONNECT'] },
  24: { name: 'will delay interval', type: 'number32', of: ['will'] },
  25: { name: 'request response information', type: 'flag', of: ['CONNECT'] },
  31: { name: 'reason string', type: 'text', of: ['acknowledgement', 'DISCONNECT'] },
  33: { name: 'receive maximum', type: 'number16', of: ['CONNECT'], isNeverZero: true },
  34: { name: 'topic alias maximum', type: 'number16', of: ['CONNECT'] },
  [TOPIC_ALIAS]: { name: 'topic alias', type: 'number16', of: ['PUBLISH'], isNeverZero: true },
  [USER_PROPERTY]: {
    name: 'user property',
    type: 'pair',
    of: ['CONNECT', 'will', 'PUBLISH', 'SUBSCRIBE', 'UNSUBSCRIBE', 'acknowledgement', 'DISCONNECT'],
  },
  [PACKET_SIZE_MAX]: { name: 'maximum packet size', type: 'number32', of: ['CONNECT'], isNeverZero: true },
}

/** Properties that the gateway itself goes by; those that are not there stay as they were. */
export interface FoundProperties {
  /** Number of all that are there. */
  propertyCount?: number
  alias?: number
  /** Its three bytes begin here. */
  aliasAt?: number
  /** The payload is said to be UTF-8. */
  isText?: boolean
  /** Largest packet that the client takes. */
  packetBytesMax?: number
}

/** Judges the properties from `start` to `end`, without making an object of any. */
export function propertiesFault(
  bytes: Buffer,
  start: number,
  end: number,
  holder: PropertyHolder,
  found?: FoundProperties,
): PacketFault | null {
  // Ids are below 64: two words of bits tell which have been there.
  let seenLow = 0
  let seenHigh = 0
  let count = 0
  for (let at = start; at < end; ) {
    const id = bytes[at]!
    const property = PROPERTIES[id]
    if (property === undefined) return malformed(`${id} is no property that a client may send [MQTT-2.2.2-2]`)
    const { name } = property
    if (!property.of.includes(holder)) {
      return protocolError(`the property ${name} does not belong in ${inSentence(holder)}`)
    }
    const bit = 1 << (id & 31)
    if (id !== USER_PROPERTY && ((id < 32 ? seenLow : seenHigh) & bit) !== 0) {
      return protocolError(`the property ${name} stands twice in ${inSentence(holder)}`)
    }
    if (id < 32) seenLow |= bit
    else seenHigh |= bit
    const valueEnd = endOfValue(bytes, at + 1, end, property)
    if (valueEnd < 0) return malformed(`the properties of ${inSentence(holder)} end inside ${name}`)
    const fault = valueFault(bytes, at + 1, valueEnd, id, property)
    if (fault !== null) return fault
    if (id === FORMAT_INDICATOR && found !== undefined) found.isText = bytes[at + 1] === 1
    if (id === TOPIC_ALIAS && found !== undefined) {
      found.alias = bytes.readUInt16BE(at + 1)
      found.aliasAt = at
    }
    if (id === PACKET_SIZE_MAX && found !== undefined) found.packetBytesMax = bytes.readUInt32BE(at + 1)
    at = valueEnd
    count += 1
  }
  if (found !== undefined) found.propertyCount = count
  return null
}

function inSentence(holder: PropertyHolder): string {
  if (holder === 'will') return 'a will'
  return holder === 'acknowledgement' ? 'an acknowledgement' : holder
}

/** Finds the end of the value that begins at `at`; negative when it lies behind `end`. */
function endOfValue(bytes: Buffer, at: number, end: number, { type }: Property): number {
  const value = valueBytes(bytes, at, end, type)
  return value < 0 || at + value > end ? -1 : at + value
}

function valueBytes(bytes: Buffer, at: number, end: number, type: Property['type']): number {
  switch (type) {
    case 'flag':
      return 1
    case 'number16':
      return 2
    case 'number32':
      return 4
    case 'varint': {
      const value = readVarint(bytes.subarray(0, end), at)
      return value < 0 ? -1 : varintBytes(value)
    }
    case 'text':
    case 'binary':
      return at + 2 > end ? -1 : 2 + bytes.readUInt16BE(at)
    case 'pair': {
      if (at + 2 > end) return -1
      const first = 2 + bytes.readUInt16BE(at)
      return at + first + 2 > end ? -1 : first + 2 + bytes.readUInt16BE(at + first)
    }
  }
}

function valueFault(bytes: Buffer, at: number, end: number, id: number, property: Property): PacketFault | null {
  const { name, type, isNeverZero = false } = property
  if (type === 'flag' && bytes[at]! > 1) return protocolError(`the property ${name} is neither 0 nor 1`)
  if (isNeverZero && isZero(bytes, at, end)) {
    return protocolError(`the property ${name} is 0`)
  }
  if (type === 'pair') {
    const second = at + 2 + bytes.readUInt16BE(at)
    return textFault(bytes, at + 2, second, name) ?? textFault(bytes, second + 2, end, name)
  }
  if (id === RESPONSE_TOPIC) {
    const problem = topicProblem(bytes, at + 2, end)
    return problem === null ? null : protocolError(`response topic: ${problem} [MQTT-3.3.2-14]`)
  }
  return type === 'text' ? textFault(bytes, at + 2, end, name) : null
}

function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false
  return true
}

function textFault(bytes: Buffer, start: number, end: number, name: string): PacketFault | null {
  if (isShortAscii(bytes, start, end)) return null
  const text = bytes.subarray(start, end)
  if (text.includes(0)) return malformed(`U+0000 in the property ${name} [MQTT-1.5.4-2]`)
  return isUtf8(text) ? null : malformed(`the property ${name} is not UTF-8 [MQTT-1.5.4-1]`)
}

/** True for nearly all texts; there may be thousands of few bytes each, for which calls of native code cost more than the bytes. */
function isShortAscii(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > SHORT_BYTES_MAX) return false
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0 || byte > 0x7f) return false
  }
  return true
}

function malformed(sentence: string): PacketFault {
  return { sentence, reason: Reason.malformedPacket }
}

function protocolError(sentence: string): PacketFault {
  return { sentence, reason: Reason.protocolError }
}
