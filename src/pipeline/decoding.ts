import type { ArchiveBatch } from '../archive/batch.js'
import type { Senders } from '../archive/senders.js'
import { maskPasswords } from '../base/hj212/mask.js'
import { isHj212Topic } from '../base/hj212/topic.js'
import { type DeviceNotice, isOvertaken } from '../base/ingress.js'
import { decodeProperties } from '../base/message-properties.js'
import { ReadingBlock } from '../base/reading-block.js'
import { firstReason } from '../base/reasons.js'
import type { OperatorEventAction } from '../base/records.js'
import type { QuarantineItem } from '../base/wire.js'
import type { DecodeRules, ElementRejection } from '../decode/decode.js'
import { type DecodedMessage, type DeviceShare, rejectionsOf } from '../decode/decoded-message.js'
import type { Decoder } from '../decode/decoder.js'
import type { DialectState } from '../decode/dialect.js'
import { quarantineId, type Rejected } from '../decode/quarantine.js'
import { legible } from '../decode/text.js'
import { encodeEntries, type JournalEntry } from '../journal/entries.js'
import type { EntryCursor } from '../journal/entry-cursor.js'
import { noteMessage } from './device-clock.js'
import { LastMessages, onWire, REJECTIONS_MAX, takenMessage } from './last-messages.js'
import { type MessageAccounting, noteIgnored } from './message-accounting.js'
import { RejectionNotices } from './rejection-notices.js'
import { rejectionReply } from './rejection-reply.js'

export type MessageEntry = Extract<JournalEntry, { kind: 'message' }>

const SAMPLE_BYTES_MAX = 4096

/** Everything that one stretch of the journal was decoded to. */
export interface Decoding {
  readonly readings: ReadingBlock
  readonly events: ArchiveBatch['events'][number][]
  readonly connectionChanges: NonNullable<ArchiveBatch['connectionChanges']>[number][]
  readonly configs: NonNullable<ArchiveBatch['configs']>[number][]
  readonly facts: NonNullable<ArchiveBatch['facts']>[number][]
  readonly actions: NonNullable<ArchiveBatch['actions']>[number][]
  /** Statements of people about machines; their events are among `events`. */
  readonly said: OperatorEventAction[]
  readonly last: LastMessages
  readonly quarantined: Rejected[]
  readonly notices: DeviceNotice[]
  /** Puts what devices are told of rejections among `notices`. */
  readonly told: RejectionNotices
  /** States of the decoder that have changed since the stretch before. */
  readonly states: DialectState[]
}

/** @param readings an empty block, to be filled */
export function newDecoding(readings = new ReadingBlock()): Decoding {
  const notices: DeviceNotice[] = []
  return {
    readings,
    events: [],
    connectionChanges: [],
    configs: [],
    facts: [],
    actions: [],
    said: [],
    last: new LastMessages(),
    quarantined: [],
    notices,
    told: new RejectionNotices(notices),
    states: [],
  }
}

/**
 * Decodes the message on which a cursor stands into `into`, and counts what became of it: that is in the answer, until
 * the next one.
 */
export function takeMessage(
  message: EntryCursor,
  at: { readonly position: number; readonly index: number },
  decoder: Decoder,
  rules: DecodeRules,
  into: Decoding,
  accounting: MessageAccounting,
  senders: Senders,
): DecodedMessage {
  const decoded = decoder.take(message, rules, into.readings, at.position)
  if (decoded.isDecoded) accounting.messagesDecoded++
  else accounting.messagesRejected++
  if (decoded.ignoredBy !== null) noteIgnored(accounting, decoded.ignoredBy)
  noteSender(message, decoded, into.last, senders, rules)
  countReadings(decoded, at.position, into, accounting)
  for (const part of decoded.others) {
    noteSender(message, part, into.last, senders, rules)
    countReadings(part, at.position, into, accounting)
  }
  const rejected = rejectionsOf(decoded)
  if (rejected.length === 0) return decoded
  for (const rejection of rejected) accounting.elementsRejected[rejection.reason]++
  const entry = message.entry() as MessageEntry
  into.quarantined.push({
    item: quarantineItem(entry, rejected, quarantineId(at.position, at.index)),
    senders: [decoded, ...decoded.others].flatMap(({ path }) => path ?? []),
    isWhole: !decoded.isDecoded,
    entry: encodeEntries([entry]).toString('base64'),
  })
  for (const part of [decoded, ...decoded.others]) {
    if (part.path !== null) into.told.tell(message.topic, part.path, part.rejected)
  }
  const { item } = into.quarantined.at(-1)!
  const reply = rejectionReply(entry, item)
  if (reply !== null) into.notices.push(reply)
  return decoded
}

/** Counts what was taken of a message that has gone through since it was refused: the rejections of then stay counted. */
export function noteRetried(
  message: MessageEntry,
  taken: DecodedMessage,
  position: number,
  into: Decoding,
  accounting: MessageAccounting,
  senders: Senders,
): void {
  for (const part of [taken, ...taken.others]) {
    countReadings(part, position, into, accounting)
    noteRetriedSender(message, part, senders)
  }
}

function countReadings(taken: DeviceShare, position: number, into: Decoding, accounting: MessageAccounting): void {
  accounting.readingsDecoded += taken.readings
  if (taken.class !== null) accounting.readingsByClass[taken.class] += taken.readings
  else for (const [under, readings] of taken.byClass ?? []) accounting.readingsByClass[under] += readings
  for (const event of taken.events) into.events.push({ event, position })
}

function noteSender(
  message: EntryCursor,
  decoded: DeviceShare,
  last: LastMessages,
  senders: Senders,
  { known }: DecodeRules,
): void {
  if (decoded.path === null) return
  // For a device that there is no room for, everything of it was rejected.
  if (decoded.rejected.length > 0 && known?.has(decoded.path) === false) return
  const { plant, line, device } = decoded.path
  const sender = senders.touch(plant, line, device)
  sender.messages++
  sender.readings += decoded.readings
  sender.elementsRejected += decoded.rejected.length
  const isOld = isOvertaken(message, sender.lastHeardMs)
  if (!isOld) last.note(sender, message, decoded)
  noteMessage(sender, message.arrivedAt, decoded)
  // A last will comes from the broker: that is no sign of life.
  if (decoded.status?.online !== false) sender.lastHeardMs = Math.max(sender.lastHeardMs, message.arrivedAt)
  // Events are a sign of life too: a scale that only reports deliveries is there.
  if (decoded.readings + decoded.events.length === 0) return
  if (!isOld) {
    sender.lastArrivalMs = message.arrivedAt
    sender.lastTs = decoded.newestTs
  }
  sender.newestTs = Math.max(sender.newestTs, decoded.newestTs)
}

function noteRetriedSender(message: MessageEntry, decoded: DeviceShare, senders: Senders): void {
  if (decoded.path === null) return
  const { plant, line, device } = decoded.path
  const known = senders.find(plant, device)
  // An old message does not move a device back to the line that it stood in then.
  const sender = senders.touch(plant, known?.line ?? line, device)
  sender.readings += decoded.readings
  sender.lastHeardMs = Math.max(sender.lastHeardMs, message.arrivedAt)
  if (sender.lastMessage === null || sender.lastMessage.arrivedAt <= message.arrivedAt) {
    const { payload } = message
    const bytes = { bytes: payload, start: 0, end: payload.length }
    sender.lastMessage = takenMessage({ ...message, ...bytes, ...decoded }, undefined)
  }
  if (decoded.readings + decoded.events.length === 0) return
  if (message.arrivedAt >= sender.lastArrivalMs) {
    sender.lastArrivalMs = message.arrivedAt
    sender.lastTs = decoded.newestTs
  }
  sender.newestTs = Math.max(sender.newestTs, decoded.newestTs)
}

/** An item of the quarantine with what was wrong with it on its last retry. */
export function renewed(kept: Rejected, message: MessageEntry, taken: DecodedMessage): Rejected {
  return { ...kept, item: quarantineItem(message, rejectionsOf(taken), kept.item.id) }
}

function sampleOf({ topic, payload }: MessageEntry): string {
  const sample = Uint8Array.from(payload.subarray(0, SAMPLE_BYTES_MAX))
  return legible(isHj212Topic(topic) ? maskPasswords(sample) : sample)
}

function quarantineItem(message: MessageEntry, rejected: readonly ElementRejection[], id: string): QuarantineItem {
  return {
    id,
    received_at: new Date(message.arrivedAt).toISOString(),
    topic: message.topic,
    client: message.client,
    size_bytes: message.fullSizeBytes ?? message.payload.length,
    sample: sampleOf(message),
    reason: rejected.map((rejection) => rejection.reason).reduce(firstReason),
    rejections: rejected.slice(0, REJECTIONS_MAX).map(onWire),
    count: rejected.length,
    ...saidOf(message),
  }
}

/** Gives what the sender of a message of MQTT 5 has said of it besides. */
function saidOf({ properties }: MessageEntry): Pick<QuarantineItem, 'content_type' | 'user_properties'> {
  if (properties === undefined) return {}
  const { contentType, userProperties } = decodeProperties(properties)
  return {
    ...(contentType === undefined ? {} : { content_type: contentType }),
    ...(userProperties.length === 0 ? {} : { user_properties: userProperties.map(([name, value]) => [name, value]) }),
  }
}
