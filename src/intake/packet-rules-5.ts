import { shareProblem } from './mqtt5/shared-filter.js'
import { PacketFields } from './packet-fields.js'
import { propertiesFault } from './packet-properties.js'
import { CONNECT, DISCONNECT, FILTERS_MAX, filterFault, type PacketFault, PINGREQ } from './packet-rules.js'
import { Reason, type ReasonCode } from './reason-codes.js'

/** Rules of MQTT 5 for the packets that a client may send once it is connected, besides PUBLISH. */

interface Rule {
  readonly name: string
  /** [MQTT-2.1.3-1] The lower four bits of the first byte. */
  readonly flags: number
  check(body: Buffer): PacketFault | null
}

const AUTH = 15
/** Reason codes that a client may give, MQTT 5 §3.4.2.1 and §3.6.2.1. */
const ANSWERS = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const RELEASES = [0x00, 0x92]
/** Reason codes of a DISCONNECT that a client sends, MQTT 5 §3.14.2.1. */
const ENDS = [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]

const RULES: Readonly<Record<number, Rule>> = {
  4: { name: 'PUBACK', flags: 0, check: (body) => acknowledgementFault(body, 'PUBACK', ANSWERS) },
  5: { name: 'PUBREC', flags: 0, check: (body) => acknowledgementFault(body, 'PUBREC', ANSWERS) },
  6: { name: 'PUBREL', flags: 2, check: (body) => acknowledgementFault(body, 'PUBREL', RELEASES) },
  7: { name: 'PUBCOMP', flags: 0, check: (body) => acknowledgementFault(body, 'PUBCOMP', RELEASES) },
  8: { name: 'SUBSCRIBE', flags: 2, check: (body) => filtersFault(body, 'SUBSCRIBE') },
  10: { name: 'UNSUBSCRIBE', flags: 2, check: (body) => filtersFault(body, 'UNSUBSCRIBE') },
  [PINGREQ]: {
    name: 'PINGREQ',
    flags: 0,
    check: (body) => (body.length === 0 ? null : fault(`PINGREQ has ${body.length} bytes instead of 0`)),
  },
  [DISCONNECT]: { name: 'DISCONNECT', flags: 0, check: disconnectFault },
}

/** Judges a packet other than PUBLISH by its first byte. */
export function headerFault5(firstByte: number): PacketFault | null {
  const type = firstByte >> 4
  if (type === CONNECT) return fault('a second CONNECT [MQTT-3.1.0-2]', Reason.protocolError)
  if (type === AUTH) return fault('AUTH, but CONNECT named no authentication method', Reason.protocolError)
  const rule = RULES[type]
  if (rule === undefined) return fault(`packet type ${type} is not sent by clients`)
  if ((firstByte & 0x0f) === rule.flags) return null
  return fault(`reserved flags of ${rule.name} are not ${rule.flags} [MQTT-2.1.3-1]`)
}

/** Judges the body of a packet other than CONNECT and PUBLISH. */
export function bodyFault5(firstByte: number, body: Buffer): PacketFault | null {
  return RULES[firstByte >> 4]?.check(body) ?? null
}

function acknowledgementFault(body: Buffer, name: string, reasons: readonly number[]): PacketFault | null {
  const fields = new PacketFields(body)
  const id = fields.number16()
  if (id === null) return fault(`${name} without a packet id`)
  if (id === 0) return fault('packet id 0 [MQTT-2.2.1-3]', Reason.protocolError)
  return reasonFault(fields, body, name, reasons) ?? endFault(fields, body, 'acknowledgement', name)
}

function disconnectFault(body: Buffer): PacketFault | null {
  const fields = new PacketFields(body)
  return reasonFault(fields, body, 'DISCONNECT', ENDS) ?? endFault(fields, body, 'DISCONNECT', 'DISCONNECT')
}

/** A reason code may be left out when it is 0 and nothing follows. */
function reasonFault(fields: PacketFields, body: Buffer, name: string, reasons: readonly number[]): PacketFault | null {
  if (fields.at === body.length) return null
  const reason = fields.number8()!
  if (reasons.includes(reason)) return null
  return fault(`reason code 0x${reason.toString(16)} does not belong in ${name}`, Reason.protocolError)
}

/** Properties come last, and may be left out when there are none. */
function endFault(
  fields: PacketFields,
  body: Buffer,
  holder: 'acknowledgement' | 'DISCONNECT',
  name: string,
): PacketFault | null {
  if (fields.isAtEnd) return null
  const properties = fields.properties()
  if (properties === null || !fields.isAtEnd) return fault(`the properties of ${name} do not fit its length`)
  return propertiesFault(body, properties.start, properties.end, holder)
}

function filtersFault(body: Buffer, name: 'SUBSCRIBE' | 'UNSUBSCRIBE'): PacketFault | null {
  const fields = new PacketFields(body)
  const id = fields.number16()
  if (id === null) return fault(`${name} without a packet id`)
  if (id === 0) return fault('packet id 0 [MQTT-2.2.1-3]', Reason.protocolError)
  const properties = fields.properties()
  if (properties === null) return fault(`${name} ends inside its properties`)
  const wrong = propertiesFault(body, properties.start, properties.end, name)
  if (wrong !== null) return wrong
  if (fields.isAtEnd) return fault(`${name} without a filter [MQTT-3.8.3-2] [MQTT-3.10.3-2]`, Reason.protocolError)
  for (let count = 1; !fields.isAtEnd; count++) {
    if (count > FILTERS_MAX) return fault(`${name} with more than ${FILTERS_MAX} filters`, Reason.quotaExceeded)
    const filter = fields.bytes()
    if (filter === null) return fault(`${name} ends inside a filter`)
    const problem = filterFault(filter) ?? shareProblem(filter.toString())
    if (problem !== null) return fault(problem, Reason.topicFilterInvalid)
    const options = name === 'SUBSCRIBE' ? optionsFault(fields.number8(), filter) : null
    if (options !== null) return options
  }
  return null
}

const NO_LOCAL = 0x04
const SHARED = Buffer.from('$share/')

/** Judges the options of a subscription, MQTT 5 §3.8.3.1. */
function optionsFault(options: number | null, filter: Buffer): PacketFault | null {
  if (options === null) return fault('SUBSCRIBE ends before the options of a filter')
  if (options & 0xc0) return fault('reserved bits of the options of a subscription are set [MQTT-3.8.3-5]')
  if ((options & 3) === 3) return fault('a requested QoS of 3', Reason.protocolError)
  if (options >> 4 === 3) return fault('a retain handling of 3', Reason.protocolError)
  const isShared = filter.subarray(0, SHARED.length).equals(SHARED)
  if (isShared && options & NO_LOCAL) {
    return fault('no local on a shared subscription [MQTT-3.8.3-4]', Reason.protocolError)
  }
  return null
}

function fault(sentence: string, reason: ReasonCode = Reason.malformedPacket): PacketFault {
  return { sentence, reason }
}
