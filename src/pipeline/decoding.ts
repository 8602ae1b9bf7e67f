import type { Batch } from '../archive/batch.js'
import type { Senders } from '../archive/senders.js'
import { ReadingBlock } from '../base/reading-block.js'
import { firstReason } from '../base/reasons.js'
import type { SaidAct } from '../base/records.js'
import { topicOf } from '../base/topic.js'
import type { QuarantineItem } from '../base/wire.js'
import type { Decoded, DecodeRules, ElementRejection } from '../decode/decode.js'
import type { Decoder } from '../decode/decoder.js'
import { quarantineId, type Rejected } from '../decode/quarantine.js'
import type { Taken } from '../decode/taken.js'
import { type Entry, encodeEntries } from '../journal/entries.js'
import type { EntryCursor } from '../journal/entry-cursor.js'
import { noteMessage } from './device-clock.js'
import { LastMessages, onWire, REJECTIONS_MAX, takenMessage } from './last-messages.js'
import type { Ledger } from './ledger.js'

export type Message = Extract<Entry, { kind: 'message' }>

const SAMPLE_BYTES_MAX = 4096

/** One message for a device's `rejected` topic. */
export interface RejectNotice {
  readonly topic: string
  readonly payload: string
}

/** What one stretch of the journal comes to. */
export interface Decoding {
  readonly readings: ReadingBlock
  readonly events: Batch['events'][number][]
  readonly links: NonNullable<Batch['links']>[number][]
  readonly configs: NonNullable<Batch['configs']>[number][]
  readonly facts: NonNullable<Batch['facts']>[number][]
  readonly acts: NonNullable<Batch['acts']>[number][]
  /** What people said of machines: the events are with the others. */
  readonly said: SaidAct[]
  readonly last: LastMessages
  readonly quarantined: Rejected[]
  readonly notices: RejectNotice[]
}

/** @param readings an empty block, to be filled */
export function newDecoding(readings = new ReadingBlock()): Decoding {
  return {
    readings,
    events: [],
    links: [],
    configs: [],
    facts: [],
    acts: [],
    said: [],
    last: new LastMessages(),
    quarantined: [],
    notices: [],
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
  ledger: Ledger,
  senders: Senders,
): Taken {
  const decoded = decoder.take(message, rules, into.readings, at.position)
  if (decoded.isDecoded) ledger.messagesDecoded++
  else ledger.messagesRejected++
  noteSender(message, decoded, into.last, senders)
  countReadings(decoded, at.position, into, ledger)
  if (decoded.rejected.length === 0) return decoded
  for (const rejection of decoded.rejected) ledger.elementsRejected[rejection.reason]++
  const entry = message.entry() as Message
  into.quarantined.push({
    item: quarantineItem(entry, decoded.rejected, quarantineId(at.position, at.index)),
    isWhole: !decoded.isDecoded,
    entry: encodeEntries([entry]).toString('base64'),
  })
  if (decoded.path === null) return decoded
  const topic = topicOf(decoded.path, 'rejected')
  for (const rejection of decoded.rejected.slice(0, REJECTIONS_MAX)) {
    into.notices.push({ topic, payload: JSON.stringify(onWire(rejection)) })
  }
  return decoded
}

/** Puts what `decode` made of a message that comes again into a batch, and counts the readings. */
export function takeAgain(
  message: Message,
  decoded: Decoded,
  position: number,
  decoder: Decoder,
  into: Decoding,
  ledger: Ledger,
): void {
  countReadings(decoder.add(message.topic, decoded, into.readings, position), position, into, ledger)
}

function countReadings(taken: Taken, position: number, into: Decoding, ledger: Ledger): void {
  ledger.readingsDecoded += taken.readings
  if (taken.class !== null) ledger.readingsByClass[taken.class] += taken.readings
  for (const event of taken.events) into.events.push({ event, position })
}

function noteSender(message: EntryCursor, decoded: Taken, last: LastMessages, senders: Senders): void {
  if (decoded.path === null) return
  const { plant, line, device } = decoded.path
  const sender = senders.touch(plant, line, device)
  sender.messages++
  sender.readings += decoded.readings
  sender.elementsRejected += decoded.rejected.length
  last.note(sender, message, decoded)
  noteMessage(sender, message.arrivedAt, decoded)
  // A last will comes from the broker: that is no sign of life.
  if (decoded.status?.online !== false) sender.lastHeardMs = Math.max(sender.lastHeardMs, message.arrivedAt)
  // Events are a sign of life too: a scale that only reports deliveries is there.
  if (decoded.readings + decoded.events.length === 0) return
  sender.lastArrivalMs = message.arrivedAt
  sender.lastTs = decoded.newestTs
  sender.newestTs = Math.max(sender.newestTs, sender.lastTs)
}

/** Notes that a message which was refused when it came has gone through: the rejections of then stay counted. */
export function noteRetried(message: Message, decoded: Decoded, senders: Senders): void {
  if (decoded.path === null) return
  const { plant, line, device } = decoded.path
  const known = senders.find(plant, device)
  // An old message does not move a device back to the line that it stood in then.
  const sender = senders.touch(plant, known?.line ?? line, device)
  sender.readings += decoded.readings.length
  sender.lastHeardMs = Math.max(sender.lastHeardMs, message.arrivedAt)
  if (sender.lastMessage === null || sender.lastMessage.arrivedAt <= message.arrivedAt) {
    const { payload } = message
    const bytes = { bytes: payload, start: 0, end: payload.length }
    sender.lastMessage = takenMessage(
      { ...message, ...bytes, ...decoded, readings: decoded.readings.length },
      undefined,
    )
  }
  if (decoded.readings.length + decoded.events.length === 0) return
  const newest = newestTs(decoded)
  if (message.arrivedAt >= sender.lastArrivalMs) {
    sender.lastArrivalMs = message.arrivedAt
    sender.lastTs = newest
  }
  sender.newestTs = Math.max(sender.newestTs, newest)
}

function newestTs({ readings, events }: Decoded): number {
  let newest = -Infinity
  for (const { ts } of readings) newest = Math.max(newest, ts)
  for (const { ts } of events) newest = Math.max(newest, ts)
  return newest
}

/** An item of the quarantine with what was wrong with it on its last retry. */
export function renewed(kept: Rejected, message: Message, { rejected }: Decoded): Rejected {
  return { ...kept, item: quarantineItem(message, rejected, kept.item.id) }
}

function quarantineItem(message: Message, rejected: readonly ElementRejection[], id: string): QuarantineItem {
  return {
    id,
    received_at: new Date(message.arrivedAt).toISOString(),
    topic: message.topic,
    client: message.client,
    size_bytes: message.fullSizeBytes ?? message.payload.length,
    sample: new TextDecoder().decode(message.payload.subarray(0, SAMPLE_BYTES_MAX)),
    reason: rejected.map((rejection) => rejection.reason).reduce(firstReason),
    rejections: rejected.slice(0, REJECTIONS_MAX).map(onWire),
    count: rejected.length,
  }
}
