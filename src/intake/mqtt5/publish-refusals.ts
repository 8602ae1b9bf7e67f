import { isUtf8 } from 'node:buffer'
import { discardedOf } from '../discarded.js'

/** Topics of aedes itself. */
export const RESERVED = '$SYS/'

/** Levels of a topic beyond which aedes ends the connection, with nothing journaled and nothing answered. */
const LEVELS_MAX = 100
/** Stands in for a topic with more: as a reserved one it is refused. */
const TOO_DEEP = `${RESERVED}too-deep`

/** The topic as aedes is to have it. */
export function withinLevels(topic: string): string {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels += 1
  return levels > LEVELS_MAX ? TOO_DEEP : topic
}

export function reservedSentence(topic: string): string {
  if (topic !== TOO_DEEP) return `${RESERVED} topics are reserved`
  return `the topic has more than ${LEVELS_MAX} levels: publish under a shorter one, such as plants/PLANT/LINE/DEVICE/telemetry`
}

export const NOT_TEXT_SENTENCE =
  'the payload format indicator says UTF-8 and the payload is not: send UTF-8, or leave the indicator out'

/** These parts of a PUBLISH say whether it is what it says. */
interface Indicated {
  readonly qos: 0 | 1 | 2
  readonly payload: string | Buffer
  readonly properties?: { readonly payloadFormatIndicator?: boolean }
}

/** [MQTT 5 §3.3.2.3.2] QoS 0 has no answer: it is journaled, and rejected as a payload that cannot be read. */
export function isWrongText(packet: object): boolean {
  const { qos, payload, properties } = packet as Indicated
  if (qos === 0 || properties?.payloadFormatIndicator !== true || typeof payload === 'string') return false
  return discardedOf(payload) === null && !isUtf8(payload)
}
