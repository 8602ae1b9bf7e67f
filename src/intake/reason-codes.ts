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

/** Bytes of an acknowledgement, a CONNACK or a DISCONNECT around its sentence, at most. */
const AROUND_SENTENCE_BYTES = 11

/** DISCONNECT of MQTT 5 §3.14 with a sentence for a person, where it fits what the client takes. */
export function disconnectPacket(reason: ReasonCode, sentence: string, packetBytesMax?: number): Buffer {
  return packet(0xe0, Buffer.of(reason), sentenceWithin(sentence, packetBytesMax))
}

/** CONNACK of MQTT 5 §3.2 that refuses, with a sentence where it fits what the client takes. */
export function refusingConnack(reason: number, sentence: string, packetBytesMax?: number): Buffer {
  return packet(0x20, Buffer.of(0, reason), sentenceWithin(sentence, packetBytesMax))
}

function packet(firstByte: number, head: Buffer, sentence: string | undefined): Buffer {
  if (sentence === undefined) return Buffer.concat([Buffer.of(firstByte, head.length + 1), head, Buffer.of(0)])
  const whole = Buffer.from(sentence)
  const property = Buffer.concat([Buffer.of(REASON_STRING, whole.length >> 8, whole.length & 0xff), whole])
  const body = Buffer.concat([head, varint(property.length), property])
  return Buffer.concat([Buffer.of(firstByte), varint(body.length), body])
}

/** The sentence as it goes out, or undefined where its packet would be larger than the client takes [MQTT-3.1.2-24]. */
export function sentenceWithin(sentence: string, packetBytesMax = Number.POSITIVE_INFINITY): string | undefined {
  const short = shortSentence(sentence)
  return AROUND_SENTENCE_BYTES + Buffer.byteLength(short) <= packetBytesMax ? short : undefined
}

/** The sentence as it goes out. */
export function shortSentence(sentence: string): string {
  const text = Buffer.from(sentence).subarray(0, SENTENCE_BYTES_MAX)
  // A cut may go through a character.
  return text.toString('utf8').replace(/�$/, '')
}
