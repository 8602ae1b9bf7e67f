import { isUtf8 } from 'node:buffer'
import { filterProblem } from './topic-filter.js'

/** MQTT 3.1.1 Table 2.1. */
export const CONNECT = 1
export const PUBLISH = 3
export const PINGREQ = 12
export const DISCONNECT = 14

/** The reason why a connection is closed. With a code the client is told so in a CONNACK before. */
export interface PacketFault {
  readonly sentence: string
  readonly connackCode?: 1 | 2
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

/** Judges the topic name that lies from `start` to `end`; ASCII, as most are, is judged where it lies. */
export function topicProblem(bytes: Buffer, start: number, end: number): string | null {
  if (start === end) return 'an empty topic [MQTT-4.7.3-1]'
  let isAscii = true
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0x23 || byte === 0x2b) return 'a wildcard in a topic [MQTT-3.3.2-2]'
    if (byte === 0 || byte > 0x7f) isAscii = false
  }
  return isAscii ? null : textProblem(bytes.subarray(start, end), 'topic')
}

/** More in one packet would hold up all others while it is looked at. */
const FILTERS_MAX = 1000

function filtersProblem(body: Buffer, name: 'SUBSCRIBE' | 'UNSUBSCRIBE'): string | null {
  if (body.length < 2) return `${name} without a packet id`
  const fields = new Fields(body)
  if (fields.number16() === 0) return 'packet id 0 [MQTT-2.3.1-1]'
  if (fields.isAtEnd) return `${name} without a filter [MQTT-3.8.3-3] [MQTT-3.10.3-2]`
  let count = 0
  while (!fields.isAtEnd) {
    count += 1
    if (count > FILTERS_MAX) return `${name} with more than ${FILTERS_MAX} filters`
    const filter = fields.bytes()
    if (filter === null) return `${name} ends inside a filter`
    const problem = textProblem(filter, 'topic filter') ?? filterProblem(filter.toString())
    if (problem !== null) return problem
    if (name === 'UNSUBSCRIBE') continue
    const qos = fields.number8()
    if (qos === null) return 'SUBSCRIBE ends before a QoS'
    if (qos > 2) return 'a requested QoS above 2 [MQTT-3.8.3-4]'
  }
  return null
}

export interface Connect {
  readonly keepAliveS: number
  /** Offset of the two bytes of the keep alive in the body. */
  readonly keepAliveAt: number
}

/** Reads the body of a CONNECT of MQTT 3.1 or 3.1.1, MQTT 3.1.1 §3.1. */
export function readConnect(body: Buffer): Connect | PacketFault {
  const fields = new Fields(body)
  const name = fields.bytes()?.toString()
  if (name !== 'MQTT' && name !== 'MQIsdp') return fault('the protocol is not MQTT [MQTT-3.1.2-1]')
  const level = fields.number8()
  const flags = fields.number8()
  const keepAliveAt = fields.at
  const keepAliveS = fields.number16()
  if (level === null || flags === null || keepAliveS === null) return fault('CONNECT is too short')
  // [MQTT-3.1.2-2] The highest bit is what bridges set.
  if ((level & 0x7f) !== 4 && (level & 0x7f) !== 3) {
    return { sentence: `protocol level ${level}, only MQTT 3.1 and 3.1.1 are spoken here`, connackCode: 1 }
  }
  const problem = connectFlagsProblem(flags)
  if (problem !== null) return fault(problem)

  const clientId = fields.bytes()
  if (clientId === null) return fault('CONNECT ends before the client id')
  if (clientId.length === 0 && (flags & CLEAN) === 0) {
    return { sentence: 'no client id and no clean session [MQTT-3.1.3-8]', connackCode: 2 }
  }
  const will = flags & WILL ? { topic: fields.bytes(), payload: fields.bytes() } : undefined
  const user = flags & USER ? fields.bytes() : undefined
  const password = flags & PASSWORD ? fields.bytes() : undefined
  if (will?.topic === null || will?.payload === null || user === null || password === null || !fields.isAtEnd) {
    return fault('the length of CONNECT does not fit what is in it [MQTT-3.1.3-1]')
  }
  const textual =
    textProblem(clientId, 'client id') ??
    (will === undefined ? null : topicProblem(will.topic, 0, will.topic.length)) ??
    (user === undefined ? null : textProblem(user, 'user name'))
  return textual === null ? { keepAliveS, keepAliveAt } : fault(textual)
}

const CLEAN = 0x02
const WILL = 0x04
const PASSWORD = 0x40
const USER = 0x80

function connectFlagsProblem(flags: number): string | null {
  if (flags & 1) return 'the reserved flag of CONNECT is set [MQTT-3.1.2-3]'
  if (!(flags & WILL) && flags & 0x38) return 'QoS or retain of a will, but no will [MQTT-3.1.2-11]'
  if ((flags & 0x18) === 0x18) return 'a will of QoS 3 [MQTT-3.1.2-14]'
  if (flags & PASSWORD && !(flags & USER)) return 'a password without a user name [MQTT-3.1.2-22]'
  return null
}

function fault(sentence: string): PacketFault {
  return { sentence }
}

/** Reads the fields of a body one after the other; null where it ends too early. */
class Fields {
  at = 0
  constructor(private readonly body: Buffer) {}

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
}
