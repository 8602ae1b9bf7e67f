import { type Cursor, positionOf } from '../journal/cursor.js'
import { EntryCursor } from '../journal/entry-cursor.js'
import type { JournalReader } from '../journal/reader.js'

/** A part may be so many times as large as was asked for: better than a small one for what a record of the journal is too long. */
const OVER = 1.5

/** Messages of one plant, in the order of the journal. */
export interface PlantMessages {
  readonly plant: string
  /** As in the journal. */
  readonly entries: Buffer
  readonly count: number
}

/** A range of the journal: when the centre has its parts it need not be read again. */
export interface CollectedRange {
  readonly from: number
  readonly to: Cursor
  /** Messages of the journal before its end. */
  readonly messagesThrough: number
  /** Messages by plant, those of a plant in order; none where there are only ticks and sessions. */
  readonly parts: readonly PlantMessages[]
}

interface OpenPart {
  readonly plant: string
  readonly views: Buffer[]
  sizeBytes: number
}

/** Collects the messages of the journal by plant, up to a size; everything else in the journal stays where it is. */
export class Collector {
  readonly #reader: JournalReader
  readonly #plantOf: (topic: string) => string
  readonly #partBytes: number
  readonly #entries = new EntryCursor()
  #from: number
  #open = new Map<string, OpenPart>()
  #full: OpenPart[] = []
  #sizeBytes = 0
  #oldestMs: number | null = null

  constructor(reader: JournalReader, plantOf: (topic: string) => string, partBytes: number) {
    this.#reader = reader
    this.#plantOf = plantOf
    this.#partBytes = partBytes
    this.#from = positionOf(reader.cursor)
  }

  /** There is enough for a batch. */
  get isFull(): boolean {
    return this.#sizeBytes >= this.#partBytes
  }

  /** Arrival of the first message that was collected; null when there is none. */
  get oldestMs(): number | null {
    return this.#oldestMs
  }

  /** Reads on, up to a durable position or until it is full; false when there was nothing. */
  fill(durable: number): boolean {
    let isAny = false
    while (!this.isFull) {
      const records = this.#reader.read(durable, this.#partBytes - this.#sizeBytes)
      if (records.length === 0) return isAny
      isAny = true
      for (const { body } of records) this.#take(body)
    }
    return isAny
  }

  /** Hands over a copy of what was collected since the last call; null when the journal has not gone on. */
  take(): CollectedRange | null {
    const { cursor, messagesThrough } = this.#reader
    const from = this.#from
    if (positionOf(cursor) === from) return null
    const parts = [...this.#full, ...this.#open.values()].map(({ plant, views }) => ({
      plant,
      entries: Buffer.concat(views),
      count: views.length,
    }))
    this.#from = positionOf(cursor)
    this.#open = new Map()
    this.#full = []
    this.#sizeBytes = 0
    this.#oldestMs = null
    return { from, to: cursor, messagesThrough, parts }
  }

  #take(body: Uint8Array): void {
    const entries = this.#entries
    entries.open(body)
    while (entries.next()) {
      if (entries.kind !== 'message') continue
      // Rejections are told where the message came in, and a centre of an earlier version reads no properties.
      const bytes = entries.plainBytes
      const part = this.#partFor(this.#plantOf(entries.topic), bytes.length)
      part.views.push(bytes)
      part.sizeBytes += bytes.length
      this.#sizeBytes += bytes.length
      this.#oldestMs ??= entries.arrivedAt
    }
  }

  /** One message alone may be larger than any part. */
  #partFor(plant: string, sizeBytes: number): OpenPart {
    const open = this.#open.get(plant)
    if (open !== undefined && open.sizeBytes + sizeBytes <= OVER * this.#partBytes) return open
    if (open !== undefined) this.#full.push(open)
    const part: OpenPart = { plant, views: [], sizeBytes: 0 }
    this.#open.set(plant, part)
    return part
  }
}
