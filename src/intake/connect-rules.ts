import { PacketFields } from './packet-fields.js'
import { type FoundProperties, propertiesFault } from './packet-properties.js'
import { type PacketFault, textProblem, topicProblem } from './packet-rules.js'
import { Reason } from './reason-codes.js'

/** MQTT 3.1, 3.1.1 or 5, by the level that stands in CONNECT. */
export type ProtocolVersion = 3 | 4 | 5

export interface Connect {
  readonly version: ProtocolVersion
  readonly keepAliveS: number
  /** Offset of the two bytes of the keep alive in the body. */
  readonly keepAliveAt: number
  /** Largest packet that the client takes, Infinity when it has named none. */
  readonly packetBytesMax: number
}

const CLEAN = 0x02
const WILL = 0x04
const PASSWORD = 0x40
const USER = 0x80
/** [MQTT-3.1.2-2] Bridges of MQTT 3.1 and 3.1.1 set the highest bit of the level; MQTT 5 has an option in its place. */
const BRIDGE = 0x80
const VERSIONS: Readonly<Record<number, ProtocolVersion>> = { 3: 3, 4: 4, 5: 5, [BRIDGE | 3]: 3, [BRIDGE | 4]: 4 }

/** Reads the body of a CONNECT, MQTT 3.1.1 §3.1 and MQTT 5 §3.1. */
export function readConnect(body: Buffer): Connect | PacketFault {
  const fields = new PacketFields(body)
  const name = fields.bytes()?.toString()
  if (name !== 'MQTT' && name !== 'MQIsdp') return { sentence: 'the protocol is not MQTT [MQTT-3.1.2-1]' }
  const level = fields.number8()
  if (level === null) return { sentence: 'CONNECT is too short' }
  const version = VERSIONS[level]
  if (version === undefined) return unknownVersion(level)
  const read = readParts(fields, body, version)
  // MQTT 3.1.1 has no answer to a CONNECT that is malformed.
  return version === 5 && 'sentence' in read ? { reason: Reason.malformedPacket, ...read } : read
}

/** [MQTT-3.1.2-2] Each version has its own words for it: below 3 the client cannot know those of MQTT 5. */
function unknownVersion(level: number): PacketFault {
  const sentence = `protocol level ${level}, only MQTT 3.1, 3.1.1 and 5 are spoken here`
  return level < 5 || level >= BRIDGE ? { sentence, connackCode: 1 } : { sentence, reason: Reason.unsupportedVersion }
}

function readParts(fields: PacketFields, body: Buffer, version: ProtocolVersion): Connect | PacketFault {
  const flags = fields.number8()
  const keepAliveAt = fields.at
  const keepAliveS = fields.number16()
  if (flags === null || keepAliveS === null) return { sentence: 'CONNECT is too short' }
  const problem = flagsProblem(flags, version)
  if (problem !== null) return { sentence: problem }
  const found = { packetBytesMax: Number.POSITIVE_INFINITY }
  const ofConnect = version === 5 ? readProperties(fields, body, 'CONNECT', found) : null
  if (ofConnect !== null) return ofConnect
  const clientId = fields.bytes()
  if (clientId === null) return { sentence: 'CONNECT ends before the client id' }
  if (version !== 5 && clientId.length === 0 && (flags & CLEAN) === 0) {
    return { sentence: 'no client id and no clean session [MQTT-3.1.3-8]', connackCode: 2 }
  }
  const ofWill = version === 5 && flags & WILL ? readProperties(fields, body, 'will') : null
  if (ofWill !== null) return ofWill
  return readRest(fields, flags, clientId) ?? { version, keepAliveS, keepAliveAt, ...found }
}

function readProperties(
  fields: PacketFields,
  body: Buffer,
  holder: 'CONNECT' | 'will',
  found?: FoundProperties,
): PacketFault | null {
  const properties = fields.properties()
  if (properties === null) return { sentence: 'CONNECT ends inside its properties' }
  return propertiesFault(body, properties.start, properties.end, holder, found)
}

function readRest(fields: PacketFields, flags: number, clientId: Buffer): PacketFault | null {
  const will = flags & WILL ? { topic: fields.bytes(), payload: fields.bytes() } : undefined
  const user = flags & USER ? fields.bytes() : undefined
  const password = flags & PASSWORD ? fields.bytes() : undefined
  if (will?.topic === null || will?.payload === null || user === null || password === null || !fields.isAtEnd) {
    return { sentence: 'the length of CONNECT does not fit what is in it [MQTT-3.1.3-1]' }
  }
  const textual =
    textProblem(clientId, 'client id') ??
    (will === undefined ? null : topicProblem(will.topic, 0, will.topic.length)) ??
    (user === undefined ? null : textProblem(user, 'user name'))
  return textual === null ? null : { sentence: textual }
}

function flagsProblem(flags: number, version: ProtocolVersion): string | null {
  if (flags & 1) return 'the reserved flag of CONNECT is set [MQTT-3.1.2-3]'
  if (!(flags & WILL) && flags & 0x38) return 'QoS or retain of a will, but no will [MQTT-3.1.2-11]'
  if ((flags & 0x18) === 0x18) return 'a will of QoS 3 [MQTT-3.1.2-14]'
  if (version !== 5 && flags & PASSWORD && !(flags & USER)) return 'a password without a user name [MQTT-3.1.2-22]'
  return null
}
