import type { Speakers } from '../access/speakers.js'
import type { IngressKind } from '../base/ingress.js'
import type { DeviceEvent, Reading } from '../base/reading.js'
import { type DevicePath, type ParsedTopic, parseTopic } from '../base/topic.js'
import type { KnownNames } from './cardinality/known.js'
import { type Fault, fault, isFault } from './fault.js'
import { isCleared, wasKept } from './kept.js'
import { type ElementRejection, type Harvest, takeElement } from './message.js'
import { registrationFault } from './registration.js'
import { quote } from './text.js'

export type { ElementRejection } from './message.js'

export const ELEMENTS_MAX = 1000

/**
 * Edition of the rules that messages are read by. The journal keeps it with each configuration, so that what was journaled
 * before a rule came is read again as it was then. 2: devices say nothing that only people may, and nothing for devices of
 * other clients. 3: power that came in as a negative number is split into what comes in and what goes out. 4: profiles move the point where a
 * factor is a power of ten, and one that takes nothing of a message leaves it to the next.
 */
export const DECODING_EDITION = 4

/** A message as the journal holds it. */
export interface Incoming {
  readonly topic: string
  readonly payload: Uint8Array
  /** Epoch ms, from the journal. */
  readonly arrivedAt: number
  readonly retain: boolean
  /** Size of a payload of which only the beginning was kept, null for a whole one. */
  readonly fullSizeBytes: number | null
  /** Absent for the embedded broker. */
  readonly ingress?: IngressKind
  /** As the journal has it; absent where nobody asks. */
  readonly client?: string
}

/** Rules that messages are decoded by, from the configuration: who may send, how old readings may be, what each dialect is set to. */
export interface DecodeRules {
  /** `plant/device` of every registered device; null when any device may send. */
  readonly registered: ReadonlySet<string> | null
  /** `plant/device` of those of which nothing is taken; absent when there are none. */
  readonly disabled?: ReadonlySet<string>
  /** `plant/device` of every device that is configured or registered; absent where nobody asks. */
  readonly named?: ReadonlySet<string>
  /** Says who may speak for which devices; absent where everybody may. */
  readonly speakers?: Speakers
  /**
   * True in a configuration that was journaled before devices were refused what only people may say, and what belongs to the
   * devices of other clients: messages behind it are read as they were then. Absent when not.
   */
  readonly isEarlier?: boolean
  /** The edition of these rules, as the configuration in the journal says; the newest when absent. */
  readonly edition?: number
  /** Time that the archive keeps readings, ms, counted back from the arrival; absent or null when for ever. */
  readonly retentionMs?: number | null
  /** Time by which a doubted clock may be behind, ms: an event time that much later than the arrival is not in the future. */
  readonly aheadMs?: number
  /**
   * The sections of the configuration as the journal keeps it, without secrets. A dialect reads its own by its own
   * schema, once for each object of rules.
   */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Zones of the plants, by id. */
  readonly timezones?: ReadonlyMap<string, string>
  /** Names heard of so far, which say whether there is room for more; absent where nobody counts. */
  readonly known?: KnownNames
}

/** True when power that comes in as a negative number is power that goes out, by the rules that a message is read by. */
export function splitsPower({ edition = DECODING_EDITION }: Pick<DecodeRules, 'edition'>): boolean {
  return edition >= 3
}

/** True when profiles scale by powers of ten without noise and leave to the next what they take nothing of, by these rules. */
export function readsExactly({ edition = DECODING_EDITION }: Pick<DecodeRules, 'edition'>): boolean {
  return edition >= 4
}

/** Result of decoding one message. */
export interface Decoded {
  /** Device that sent it; null when the topic is not in the grammar. */
  readonly path: DevicePath | null
  readonly readings: readonly Reading[]
  readonly events: readonly DeviceEvent[]
  readonly status: { readonly online: boolean } | null
  readonly rejected: readonly ElementRejection[]
  /** The device's counters in the order sent, those of refused elements included: what has arrived is no gap. */
  readonly seqs: readonly number[]
  /** Keys that nobody looks at, by element: `unit`, `units.power_kw`. */
  readonly unread: readonly string[]
  /** At least one element was taken, or it was a status or an empty retained message. */
  readonly isDecoded: boolean
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const utf8Lenient = new TextDecoder('utf-8')

/**
 * Bytes to readings and rejections, element by element. It never throws: a wrong payload is an expected answer. A
 * function of its arguments alone, but that `rules.known` gets to know what is taken. Every element of an array ends in
 * readings, events or exactly one rejection of its own.
 */
export function decode(incoming: Incoming, rules: DecodeRules): Decoded {
  const topic = parseTopic(incoming.topic)
  if ('problem' in topic) return refused(null, fault('bad_topic', `${topic.problem}; ${ofOtherTopics(rules)}`))
  const { plant, line, device, kind } = topic
  const path = { plant, line, device }
  const full = rules.known?.admit(path, incoming.arrivedAt) ?? null
  if (kind === 'rejected') return refused(path, fault('bad_topic', 'only the gateway publishes under rejected'))
  if (incoming.fullSizeBytes !== null) return refused(path, tooLarge(incoming.payload.length, incoming.fullSizeBytes))
  const stranger = registrationFault(path, rules) ?? full
  if (stranger !== null) return refused(path, stranger)
  if (isCleared(incoming)) return { ...NOTHING, path, isDecoded: true }
  if (kind === 'status') return decodeStatus(path, incoming.payload)
  return decodeMessages(path, kind, incoming, rules)
}

const NOTHING: Omit<Decoded, 'path' | 'isDecoded'> = {
  readings: [],
  events: [],
  status: null,
  rejected: [],
  seqs: [],
  unread: [],
}

function refused(path: DevicePath | null, why: Fault): Decoded {
  return { ...NOTHING, path, rejected: [{ index: 0, ...why }], isDecoded: false }
}

/** The end of a sentence about a topic that is not ours: that it needs a profile, or that none in use knows it. */
function ofOtherTopics({ settings }: DecodeRules): string {
  const count = (settings?.profiles as { readonly use?: readonly unknown[] } | undefined)?.use?.length ?? 0
  if (count === 0) return 'other topics need a profile (profiles.use)'
  return count === 1 ? 'the profile in use does not know it' : `none of the ${count} profiles in use knows it`
}

export function tooLarge(keptBytes: number, fullSizeBytes: number): Fault {
  return fault(
    'too_large',
    `the payload has ${fullSizeBytes} bytes, more than mqtt.max_packet_bytes; the first ${keptBytes} are kept: send smaller arrays`,
  )
}

function decodeStatus(path: DevicePath, payload: Uint8Array): Decoded {
  const word = utf8Lenient.decode(payload)
  if (word === 'online' || word === 'offline') {
    return { ...NOTHING, path, status: { online: word === 'online' }, isDecoded: true }
  }
  return refused(path, fault('bad_schema', `a status is online or offline, without quotes; ${quote(word)} came`))
}

function decodeMessages(path: DevicePath, kind: ClassTopic, incoming: Incoming, rules: DecodeRules): Decoded {
  const json = parseJson(incoming.payload)
  if (isFault(json)) return refused(path, json)
  const { content } = json
  const isListed = Array.isArray(content)
  if (isListed && (content.length === 0 || content.length > ELEMENTS_MAX)) {
    return refused(path, fault('bad_schema', `an array has 1 to ${ELEMENTS_MAX} messages, this one ${content.length}`))
  }
  const origin = {
    path,
    class: kind,
    arrivedAt: incoming.arrivedAt,
    retentionMs: rules.retentionMs ?? null,
    aheadMs: rules.aheadMs ?? 0,
    isListed,
    wasKept: wasKept(incoming),
    known: rules.known ?? null,
    splitsPower: splitsPower(rules),
    sender: {
      client: incoming.client ?? '',
      ingress: incoming.ingress ?? 'mqtt',
      isEarlier: rules.isEarlier ?? false,
    },
  }
  const unread: string[] = []
  const harvest: Harvest = { readings: [], events: [], rejected: [], seqs: [], unread }
  if (isListed) for (let index = 0; index < content.length; index++) takeElement(content[index], index, origin, harvest)
  else takeElement(content, 0, origin, harvest)
  const isDecoded = harvest.readings.length + harvest.events.length > 0
  return {
    path,
    readings: harvest.readings,
    events: harvest.events,
    status: null,
    rejected: harvest.rejected,
    seqs: harvest.seqs,
    unread,
    isDecoded,
  }
}

type ClassTopic = Exclude<ParsedTopic['kind'], 'status' | 'rejected'>

/** The content of a payload, or why it is no JSON. */
export function parseJson(payload: Uint8Array): { readonly content: unknown } | Fault {
  if (payload.length === 0) return fault('bad_json', 'the payload is empty; one JSON object or an array is expected')
  let text: string
  try {
    text = utf8.decode(payload)
  } catch {
    return fault('bad_json', 'the payload is not UTF-8; one JSON object or an array in UTF-8 is expected')
  }
  try {
    return { content: JSON.parse(text) }
  } catch (error) {
    return fault('bad_json', `the payload is not JSON: ${(error as SyntaxError).message}`)
  }
}
