import { INGRESS_KINDS, type IngressKind } from '../base/ingress.js'
import { isMqttLevel } from '../base/mqtt-version.js'
import type { BufferedMessage, IntakeEntry, SessionEntry } from '../intake/journal-sink.js'

/**
 * A record of the intake journal holds entries in order of arrival, without gaps, until the body ends. Numbers are
 * little-endian; `text` is a u32 length and UTF-8 bytes, `bytes` a u32 length and bytes.
 *
 *     every entry   kind u8, arrivedAt f64, then by kind
 *       1 message   flags u8 (QoS in bits 0-1, retain 4, too large 8, ingress in bits 4-6, properties 128), client text,
 *                   topic text, full size u32 (only when too large), payload bytes,
 *                   properties bytes (only with properties; src/base/message-properties.ts)
 *       2 tick      -
 *       3 session   what u8 (0 begin, 1 end; level of MQTT in bits 4-7, 0 where it is not known), client text
 *       4 config    hash text, content text
 *       5 start     version text
 *       6 act       content text
 *       7 clock     when it is by the times of arrival so far f64, by the clock of the machine f64
 *
 * Properties and levels are there since format 2 of the segments; all else is as in format 1.
 */
export type JournalEntry = IntakeEntry

export const ENTRY_KINDS = [
  'message',
  'tick',
  'session',
  'config',
  'start',
  'act',
  'clock',
] as const satisfies readonly JournalEntry['kind'][]
export const RETAIN = 4
export const TOO_LARGE = 8
export const PROPERTIES = 128
const INGRESS_SHIFT = 4
const INGRESS_MASK = 7
const LEVEL_SHIFT = 4
const WHAT_MASK = 15
const NO_PROPERTIES: Uint8Array = new Uint8Array()

/** Bytes of every entry before what its kind adds. */
export const HEAD_BYTES = 9

/** Bytes of one entry in a record. */
export function entryBytes(entry: JournalEntry): number {
  switch (entry.kind) {
    case 'message':
      return (
        HEAD_BYTES +
        1 +
        textBytes(entry.client) +
        textBytes(entry.topic) +
        (entry.fullSizeBytes === null ? 0 : 4) +
        4 +
        entry.payload.length +
        (entry.properties === undefined ? 0 : 4 + entry.properties.length)
      )
    case 'tick':
      return HEAD_BYTES
    case 'session':
      return HEAD_BYTES + 1 + textBytes(entry.client)
    case 'config':
      return HEAD_BYTES + textBytes(entry.hash) + textBytes(entry.content)
    case 'start':
      return HEAD_BYTES + textBytes(entry.version)
    case 'act':
      return HEAD_BYTES + textBytes(entry.content)
    case 'clock':
      return HEAD_BYTES + 16
  }
}

/** In a buffer with memory of its own, which may be transferred to another thread. */
export function encodeEntries(entries: readonly JournalEntry[]): Buffer {
  const body = Buffer.allocUnsafeSlow(entries.reduce((sum, entry) => sum + entryBytes(entry), 0))
  let at = 0
  for (const entry of entries) at = writeEntry(body, at, entry)
  return body
}

/** Writes an entry of `entryBytes(entry)` into `body` at `at`, and returns where it ends. */
export function writeEntry(body: Buffer, at: number, entry: JournalEntry): number {
  const out = new EntryWriter(body, at)
  out.byte(ENTRY_KINDS.indexOf(entry.kind) + 1)
  out.instant(entry.arrivedAt)
  switch (entry.kind) {
    case 'message':
      out.byte(flagsOf(entry))
      out.text(entry.client)
      out.text(entry.topic)
      if (entry.fullSizeBytes !== null) out.size(entry.fullSizeBytes)
      out.bytes(entry.payload)
      if (entry.properties !== undefined) out.bytes(entry.properties)
      break
    case 'session':
      out.byte((entry.what === 'begin' ? 0 : 1) | ((entry.level ?? 0) << LEVEL_SHIFT))
      out.text(entry.client)
      break
    case 'config':
      out.text(entry.hash)
      out.text(entry.content)
      break
    case 'start':
      out.text(entry.version)
      break
    case 'act':
      out.text(entry.content)
      break
    case 'clock':
      out.instant(entry.fromMs)
      out.instant(entry.toMs)
  }
  return out.at
}

/**
 * The entry of a message to the embedded broker without a payload, up to where the payload begins: not retained, not too
 * large; time of arrival, QoS and length of the payload are filled in by `writeMessage`.
 */
export function messageHead(client: string, topic: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES + 1 + textBytes(client) + 4 + topic.length + 4)
  const out = new EntryWriter(head, 0)
  out.byte(ENTRY_KINDS.indexOf('message') + 1)
  out.instant(0)
  out.byte(0)
  out.text(client)
  out.bytes(topic)
  return head
}

/** The same bytes as `writeEntry` of the message, from a head made once and a payload that lies in `source`. */
export function writeMessage(
  body: Buffer,
  at: number,
  head: Buffer,
  arrivedAt: number,
  message: BufferedMessage,
  properties = NO_PROPERTIES,
): number {
  const payloadBytes = message.end - message.payloadAt
  const payloadAt = at + head.length
  body.set(head, at)
  body.writeDoubleLE(arrivedAt, at + 1)
  body[at + HEAD_BYTES] = message.qos
  body.writeUInt32LE(payloadBytes, payloadAt - 4)
  copyBytes(message.bytes, message.payloadAt, message.end, body, payloadAt)
  const end = payloadAt + payloadBytes
  if (properties.length === 0) return end
  body[at + HEAD_BYTES]! |= PROPERTIES
  body.writeUInt32LE(properties.length, end)
  body.set(properties, end + 4)
  return end + 4 + properties.length
}

/** Bytes of the entry that `writeMessage` writes. */
export function messageBytes(head: Buffer, { payloadAt, end }: BufferedMessage, properties = NO_PROPERTIES): number {
  return head.length + end - payloadAt + (properties.length === 0 ? 0 : 4 + properties.length)
}

/** Up to here a loop is faster than a view and a call into native code. */
const LOOP_BYTES_MAX = 64

function copyBytes(from: Buffer, start: number, end: number, into: Buffer, at: number): void {
  if (end - start > LOOP_BYTES_MAX) {
    from.copy(into, at, start, end)
    return
  }
  const shift = at - start
  for (let i = start; i < end; i++) into[i + shift] = from[i]!
}

function flagsOf(message: Extract<JournalEntry, { kind: 'message' }>): number {
  return (
    message.qos |
    (message.retain ? RETAIN : 0) |
    (message.fullSizeBytes === null ? 0 : TOO_LARGE) |
    (INGRESS_KINDS.indexOf(message.ingress) << INGRESS_SHIFT) |
    (message.properties === undefined ? 0 : PROPERTIES)
  )
}

/** A journal of before there were other kinds of ingress says `mqtt`. Throws for an ingress that there is not. */
export function ingressOf(flags: number): IngressKind {
  const ingress = INGRESS_KINDS[(flags >> INGRESS_SHIFT) & INGRESS_MASK]
  if (ingress === undefined) throw new RangeError('a journal entry came through an unknown ingress')
  return ingress
}

/** Payloads are views, not copies. Throws on a malformed body: a bug, or damage that the checksum did not see. */
export function decodeEntries(body: Uint8Array): JournalEntry[] {
  const input = new EntryReader(body)
  const entries: JournalEntry[] = []
  while (!input.isAtEnd) entries.push(decodeEntry(input))
  return entries
}

/** The one entry that begins there. */
export function entryAt(body: Uint8Array, at: number): JournalEntry {
  return decodeEntry(new EntryReader(body, at))
}

function decodeEntry(input: EntryReader): JournalEntry {
  const kind = ENTRY_KINDS[input.byte() - 1]
  const arrivedAt = input.instant()
  switch (kind) {
    case 'message': {
      const flags = input.byte()
      const qos = flags & 3
      if (qos === 3) throw new RangeError('a journal entry has QoS 3')
      return {
        kind,
        arrivedAt,
        ingress: ingressOf(flags),
        client: input.text(),
        topic: input.text(),
        qos: qos as 0 | 1 | 2,
        retain: (flags & RETAIN) !== 0,
        fullSizeBytes: (flags & TOO_LARGE) === 0 ? null : input.size(),
        payload: input.bytes(),
        ...((flags & PROPERTIES) === 0 ? {} : { properties: input.bytes() }),
      }
    }
    case 'tick':
      return { kind, arrivedAt }
    case 'session':
      return { kind, arrivedAt, ...sessionOf(input.byte()), client: input.text() }
    case 'config':
      return { kind, arrivedAt, hash: input.text(), content: input.text() }
    case 'start':
      return { kind, arrivedAt, version: input.text() }
    case 'act':
      return { kind, arrivedAt, content: input.text() }
    case 'clock':
      return { kind, arrivedAt, fromMs: input.instant(), toMs: input.instant() }
    default:
      throw new RangeError('a journal entry has an unknown kind')
  }
}

function sessionOf(byte: number): Pick<SessionEntry, 'what' | 'level'> {
  const what = (byte & WHAT_MASK) === 0 ? 'begin' : 'end'
  const level = byte >> LEVEL_SHIFT
  return isMqttLevel(level) ? { what, level } : { what }
}

function textBytes(text: string): number {
  return 4 + Buffer.byteLength(text)
}

class EntryWriter {
  readonly #body: Buffer
  #at: number

  constructor(body: Buffer, at: number) {
    this.#body = body
    this.#at = at
  }
  /** Offset at which the next byte is written. */
  get at(): number {
    return this.#at
  }
  byte(value: number): void {
    this.#at = this.#body.writeUInt8(value, this.#at)
  }
  instant(value: number): void {
    this.#at = this.#body.writeDoubleLE(value, this.#at)
  }
  size(value: number): void {
    this.#at = this.#body.writeUInt32LE(value, this.#at)
  }
  text(value: string): void {
    const written = this.#body.write(value, this.#at + 4)
    this.#body.writeUInt32LE(written, this.#at)
    this.#at += 4 + written
  }
  bytes(value: Uint8Array): void {
    this.size(value.length)
    this.#body.set(value, this.#at)
    this.#at += value.length
  }
}

class EntryReader {
  readonly #body: Buffer
  #at: number

  constructor(body: Uint8Array, at = 0) {
    this.#body = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#at = at
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#body.length
  }
  byte(): number {
    return this.#body.readUInt8(this.#skip(1))
  }
  instant(): number {
    return this.#body.readDoubleLE(this.#skip(8))
  }
  size(): number {
    return this.#body.readUInt32LE(this.#skip(4))
  }
  text(): string {
    const length = this.size()
    const start = this.#skip(length)
    return this.#body.toString('utf8', start, start + length)
  }
  bytes(): Uint8Array {
    const length = this.size()
    const start = this.#skip(length)
    return this.#body.subarray(start, start + length)
  }
  /** Moves on, and returns where it was. */
  #skip(length: number): number {
    const start = this.#at
    if (start + length > this.#body.length) throw new RangeError('a journal entry is cut off')
    this.#at = start + length
    return start
  }
}
