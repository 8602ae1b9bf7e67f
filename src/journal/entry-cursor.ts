import type { IngressKind } from '../base/ingress.js'
import { Texts } from '../base/texts.js'
import {
  ENTRY_KINDS,
  entryAt,
  HEAD_BYTES,
  ingressOf,
  type JournalEntry,
  PROPERTIES,
  RETAIN,
  TOO_LARGE,
} from './entries.js'

/** Clients and topics that send at a time, by and large: with more their texts are made anew more often. */
const TEXTS = 8192

const eightBytes = new Uint8Array(8)
const eightBytesAsDouble = new Float64Array(eightBytes.buffer)
const NONE = Buffer.alloc(0)

/**
 * Goes through the entries of a record body without making an object or a text of each. What it says is of the entry it
 * stands on, until the next step. Throws what `decodeEntries` throws.
 */
export class EntryCursor {
  body: Buffer = NONE
  kind: JournalEntry['kind'] = 'tick'
  arrivedAt = 0
  /** This field and the next four describe a message; for another entry they are without meaning. */
  retain = false
  fullSizeBytes: number | null = null
  ingress: IngressKind = 'mqtt'
  payloadStart = 0
  payloadEnd = 0
  readonly #clients = new Texts(TEXTS)
  readonly #topics = new Texts(TEXTS)
  #clientStart = 0
  #clientEnd = 0
  #topicStart = 0
  #topicEnd = 0
  /** Null until somebody asks. */
  #topic: string | null = null
  #hasProperties = false
  #start = 0
  #next = 0

  /** Stands before the first entry of a body. */
  open(body: Uint8Array): void {
    this.body = body instanceof Buffer ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.#next = 0
  }

  /** Steps on; false at the end. */
  next(): boolean {
    const { body } = this
    if (this.#next >= body.length) return false
    this.#start = this.#next
    const at = this.#taken(HEAD_BYTES)
    const kind = ENTRY_KINDS[body[at]! - 1]
    if (kind === undefined) throw new RangeError('a journal entry has an unknown kind')
    this.kind = kind
    for (let i = 0; i < 8; i++) eightBytes[i] = body[at + 1 + i]!
    this.arrivedAt = eightBytesAsDouble[0]!
    switch (kind) {
      case 'message':
        this.#message()
        break
      case 'session':
        this.#taken(1)
        this.#skip()
        break
      case 'config':
        this.#skip()
        this.#skip()
        break
      case 'start':
      case 'act':
        this.#skip()
        break
      case 'clock':
        this.#taken(16)
    }
    return true
  }

  get topic(): string {
    this.#topic ??= this.#topics.of(this.body, this.#topicStart, this.#topicEnd)
    return this.#topic
  }

  get client(): string {
    return this.#clients.of(this.body, this.#clientStart, this.#clientEnd)
  }

  /** A view. */
  get payload(): Uint8Array {
    return this.body.subarray(this.payloadStart, this.payloadEnd)
  }

  /** The whole of it as it is in the record, a view. */
  get bytes(): Buffer {
    return this.body.subarray(this.#start, this.#next)
  }

  /** The whole of a message as format 1 has it, without properties: a view, or a copy when it has some. */
  get plainBytes(): Buffer {
    if (!this.#hasProperties) return this.bytes
    const plain = Buffer.from(this.body.subarray(this.#start, this.payloadEnd))
    plain[HEAD_BYTES]! &= ~PROPERTIES
    return plain
  }

  /** The whole of it, as an object that stays. */
  entry(): JournalEntry {
    return entryAt(this.body, this.#start)
  }

  #message(): void {
    const flags = this.body[this.#taken(1)]!
    if ((flags & 3) === 3) throw new RangeError('a journal entry has QoS 3')
    this.retain = (flags & RETAIN) !== 0
    this.ingress = ingressOf(flags)
    this.#clientStart = this.#skip()
    this.#clientEnd = this.#next
    this.#topicStart = this.#skip()
    this.#topicEnd = this.#next
    this.#topic = null
    this.fullSizeBytes = (flags & TOO_LARGE) === 0 ? null : this.#size()
    this.payloadStart = this.#skip()
    this.payloadEnd = this.#next
    this.#hasProperties = (flags & PROPERTIES) !== 0
    if (this.#hasProperties) this.#skip()
  }

  /** Goes past a text or bytes with their length; returns where they begin. */
  #skip(): number {
    const length = this.#size()
    return this.#taken(length)
  }

  #size(): number {
    const at = this.#taken(4)
    const { body } = this
    return (body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16) | (body[at + 3]! << 24)) >>> 0
  }

  #taken(length: number): number {
    const start = this.#next
    if (start + length > this.body.length) throw new RangeError('a journal entry is cut off')
    this.#next = start + length
    return start
  }
}
