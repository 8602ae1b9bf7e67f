import { varint } from './packet-fields.js'

/** Reason codes of MQTT 5 that the gateway gives, §2.4. */
export const Reason = {
  unspecifiedError: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  unsupportedVersion: 0x84,
  clientIdNotValid: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverShuttingDown: 0x8b,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  quotaExceeded: 0x97,
  payloadFormatInvalid: 0x99,
  topicNameInvalid: 0x90,
  topicFilterInvalid: 0x8f,
  banned: 0x8a,
  connectionRateExceeded: 0x9f,
} as const

export type ReasonCode = (typeof Reason)[keyof typeof Reason]

const REASON_STRING = 0x1f
/** A longer sentence is cut: it is read by a person, in one line. */
const SENTENCE_BYTES_MAX = 200

/** DISCONNECT of MQTT 5 §3.14 with a sentence for a person. */
export function disconnectPacket(reason: ReasonCode, sentence: string): Buffer {
  return packet(0xe0, Buffer.of(reason), sentence)
}

/** CONNACK of MQTT 5 §3.2 that refuses. */
export function refusingConnack(reason: number, sentence: string): Buffer {
  return packet(0x20, Buffer.of(0, reason), sentence)
}

function packet(firstByte: number, head: Buffer, sentence: string): Buffer {
  const whole = Buffer.from(shortSentence(sentence))
  const property = Buffer.concat([Buffer.of(REASON_STRING, whole.length >> 8, whole.length & 0xff), whole])
  const body = Buffer.concat([head, varint(property.length), property])
  return Buffer.concat([Buffer.of(firstByte), varint(body.length), body])
}

/** The sentence as it goes out. */
export function shortSentence(sentence: string): string {
  const text = Buffer.from(sentence).subarray(0, SENTENCE_BYTES_MAX)
  // A cut may go through a character.
  return text.toString('utf8').replace(/�$/, '')
}
