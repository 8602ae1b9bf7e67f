import { isUtf8 } from 'node:buffer'
import { PacketFields } from './packet-fields.js'
import type { ReasonCode } from './reason-codes.js'
import { filterProblem } from './topic-filter.js'

/** MQTT 3.1.1 Table 2.1. */
export const CONNECT = 1
export const PUBLISH = 3
export const PINGREQ = 12
export const DISCONNECT = 14

/** A reason to close a connection. With a code the client is told so before. */
export interface PacketFault {
  readonly sentence: string
  /** The return code of a CONNACK of MQTT 3.1.1. */
  readonly connackCode?: 1 | 2
  /** The reason code of a CONNACK or DISCONNECT of MQTT 5. */
  readonly reason?: ReasonCode
}

interface Rule {
  readonly name: string
  /** [MQTT-2.2.2-1] The lower four bits of the first byte. */
  readonly flags: number
  readonly lengthBytes?: number
  readonly check?: (body: Buffer) => string | null
}

/** Rules of the packets that a client may send once it is connected, besides PUBLISH, by packet type. */
const RULES: Readonly<Record<number, Rule>> = {
  4: { name: 'PUBACK', flags: 0, lengthBytes: 2, check: idProblem },
  5: { name: 'PUBREC', flags: 0, lengthBytes: 2, check: idProblem },
  6: { name: 'PUBREL', flags: 2, lengthBytes: 2, check: idProblem },
  7: { name: 'PUBCOMP', flags: 0, lengthBytes: 2, check: idProblem },
  8: { name: 'SUBSCRIBE', flags: 2, check: (body) => filtersProblem(body, 'SUBSCRIBE') },
  10: { name: 'UNSUBSCRIBE', flags: 2, check: (body) => filtersProblem(body, 'UNSUBSCRIBE') },
  [PINGREQ]: { name: 'PINGREQ', flags: 0, lengthBytes: 0 },
  [DISCONNECT]: { name: 'DISCONNECT', flags: 0, lengthBytes: 0 },
}

/** Judges a packet other than PUBLISH by its first bytes: a sentence on what is wrong, or null. */
export function headerProblem(firstByte: number, lengthBytes: number): string | null {
  const type = firstByte >> 4
  if (type === CONNECT) return 'a second CONNECT [MQTT-3.1.0-2]'
  const rule = RULES[type]
  if (rule === undefined) return `packet type ${type} is not sent by clients`
  if ((firstByte & 0x0f) !== rule.flags) return `reserved flags of ${rule.name} are not ${rule.flags} [MQTT-2.2.2-2]`
  if (rule.lengthBytes !== undefined && lengthBytes !== rule.lengthBytes) {
    return `${rule.name} has ${lengthBytes} bytes instead of ${rule.lengthBytes}`
  }
  return null
}

/** Judges the body of a packet other than CONNECT and PUBLISH: a sentence on what is wrong, or null. */
export function bodyProblem(firstByte: number, body: Buffer): string | null {
  return RULES[firstByte >> 4]?.check?.(body) ?? null
}

function idProblem(body: Buffer): string | null {
  return body.readUInt16BE(0) === 0 ? 'packet id 0 [MQTT-2.3.1-1]' : null
}

/** [MQTT-1.5.3-1] well-formed UTF-8 (surrogates are not), [MQTT-1.5.3-2] without U+0000. */
export function textProblem(bytes: Buffer, what: string): string | null {
  if (bytes.includes(0)) return `U+0000 in the ${what} [MQTT-1.5.3-2]`
  return isUtf8(bytes) ? null : `the ${what} is not UTF-8 [MQTT-1.5.3-1]`
}

export const EMPTY_TOPIC = 'an empty topic [MQTT-4.7.3-1]'

/** Judges the topic name that lies from `start` to `end`; ASCII, as most are, is judged where it lies. */
export function topicProblem(bytes: Buffer, start: number, end: number): string | null {
  if (start === end) return EMPTY_TOPIC
  let isAscii = true
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0x23 || byte === 0x2b) return 'a wildcard in a topic [MQTT-3.3.2-2]'
    if (byte === 0 || byte > 0x7f) isAscii = false
  }
  return isAscii ? null : textProblem(bytes.subarray(start, end), 'topic')
}

/** More in one packet would hold up all others while it is looked at. */
export const FILTERS_MAX = 1000

/** Says what is wrong with a topic filter, or null. */
export function filterFault(filter: Buffer): string | null {
  return textProblem(filter, 'topic filter') ?? filterProblem(filter.toString())
}

function filtersProblem(body: Buffer, name: 'SUBSCRIBE' | 'UNSUBSCRIBE'): string | null {
  if (body.length < 2) return `${name} without a packet id`
  const fields = new PacketFields(body)
  if (fields.number16() === 0) return 'packet id 0 [MQTT-2.3.1-1]'
  if (fields.isAtEnd) return `${name} without a filter [MQTT-3.8.3-3] [MQTT-3.10.3-2]`
  let count = 0
  while (!fields.isAtEnd) {
    count += 1
    if (count > FILTERS_MAX) return `${name} with more than ${FILTERS_MAX} filters`
    const filter = fields.bytes()
    if (filter === null) return `${name} ends inside a filter`
    const problem = filterFault(filter)
    if (problem !== null) return problem
    if (name === 'UNSUBSCRIBE') continue
    const qos = fields.number8()
    if (qos === null) return 'SUBSCRIBE ends before a QoS'
    if (qos > 2) return 'a requested QoS above 2 [MQTT-3.8.3-4]'
  }
  return null
}

/** Gives null where there is no sentence: nothing is wrong then. */
export function faultSaying(sentence: string | null): PacketFault | null {
  return sentence === null ? null : { sentence }
}
