import { decodeFirstProperties, encodeProperties, type MessageProperties } from '../base/message-properties.js'

/** Bounds of what the journal keeps of the properties of one message; what is beyond them is left out. */
const CONTENT_TYPE_BYTES_MAX = 256
const CORRELATION_BYTES_MAX = 1024
const USER_PROPERTIES_MAX = 16
const USER_PROPERTIES_BYTES_MAX = 1024

const NONE = Buffer.alloc(0)

/** True when the sender may have its rejections told under a topic that it has named. */
export type MayReply = (topic: string) => boolean

/** Properties as the parsers of aedes and of the client of other brokers have them. */
export interface PacketProperties {
  readonly contentType?: string | undefined
  readonly messageExpiryInterval?: number | undefined
  readonly responseTopic?: string | undefined
  readonly correlationData?: Buffer | undefined
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>> | undefined
}

/** The journal keeps these bytes of the properties of a PUBLISH on the wire; empty for nothing. */
export function keptOfWire(properties: Uint8Array, mayReply: MayReply): Buffer {
  return kept(decodeFirstProperties(properties, USER_PROPERTIES_MAX), mayReply)
}

/** The same bytes for the same PUBLISH when a parser has read it. */
export function keptOfPacket(properties: PacketProperties | undefined, mayReply: MayReply): Buffer {
  if (properties === undefined) return NONE
  const { contentType, messageExpiryInterval, responseTopic, correlationData } = properties
  return kept(
    {
      ...(contentType === undefined ? {} : { contentType }),
      ...(messageExpiryInterval === undefined ? {} : { messageExpiryS: messageExpiryInterval }),
      ...(responseTopic === undefined ? {} : { responseTopic }),
      ...(correlationData === undefined ? {} : { correlationData }),
      userProperties: firstPairsOf(properties.userProperties ?? {}),
    },
    mayReply,
  )
}

/** The first by name; each name has one value at least. */
function firstPairsOf(sent: NonNullable<PacketProperties['userProperties']>): MessageProperties['userProperties'] {
  const first: string[] = []
  for (const name of Object.keys(sent)) {
    const isFull = first.length === USER_PROPERTIES_MAX
    if (isFull && name > first[USER_PROPERTIES_MAX - 1]!) continue
    let at = first.length
    while (at > 0 && name < first[at - 1]!) at -= 1
    first.splice(at, 0, name)
    if (isFull) first.pop()
  }
  return first.flatMap((name) => {
    const values = sent[name]!
    const few = typeof values === 'string' ? [values] : values.slice(0, USER_PROPERTIES_MAX)
    return few.map((value): [string, string] => [name, value])
  })
}

function kept(sent: MessageProperties, mayReply: MayReply): Buffer {
  const { contentType, messageExpiryS, responseTopic, correlationData } = sent
  const isReplied =
    responseTopic !== undefined && (correlationData?.length ?? 0) <= CORRELATION_BYTES_MAX && mayReply(responseTopic)
  return encodeProperties({
    ...(messageExpiryS === undefined ? {} : { messageExpiryS }),
    ...(contentType === undefined || Buffer.byteLength(contentType) > CONTENT_TYPE_BYTES_MAX ? {} : { contentType }),
    ...(isReplied ? { responseTopic } : {}),
    ...(isReplied && correlationData !== undefined ? { correlationData } : {}),
    userProperties: fewOf(sent.userProperties),
  })
}

/** Leaves out of pairs that are sorted by name, for a parser keeps their order only within a name, what is beyond the bounds. */
function fewOf(pairs: MessageProperties['userProperties']): MessageProperties['userProperties'] {
  const few: (readonly [string, string])[] = []
  let left = USER_PROPERTIES_BYTES_MAX
  for (const pair of pairs) {
    left -= Buffer.byteLength(pair[0]) + Buffer.byteLength(pair[1])
    if (left < 0 || few.length === USER_PROPERTIES_MAX) break
    few.push(pair)
  }
  return few
}
