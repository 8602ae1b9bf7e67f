import { type Cursor, journalPlaceOf, positionOf, START } from './cursor.js'
import type { Disk } from './disk.js'
import { SEGMENT_HEADER_BYTES, SegmentFile, type SegmentHeader, segmentsIn, startOfSegment } from './segment.js'

export interface JournalRecord {
  /** Position of its start: unique and growing along the journal. */
  readonly position: number
  readonly end: Cursor
  /** Messages up to and with this record since the data directory was made. */
  readonly messagesThrough: number
  /** A view into a block that is not reused. */
  readonly body: Uint8Array
}

/** Reads this much at a time when it hops to a cursor. */
const HOP_BLOCK_BYTES = 4 * 1024 * 1024

/**
 * Reads a journal forward, in large sequential blocks, while another thread appends to it. It goes only as far as it
 * is told: to the durable position, so that nothing is consumed which a power cut may still take away.
 */
export class JournalReader {
  readonly #disk: Disk
  readonly #dir: string
  #cursor: Cursor
  #messages = 0
  #records = 0
  #damage: string | null = null
  /** The segment of the cursor; null before the first, and when its file is gone. */
  #file: SegmentFile | null = null
  /** Header of the segment after it, once that is known to exist. */
  #following: SegmentHeader | null = null

  constructor(disk: Disk, dir: string, from: Cursor) {
    this.#disk = disk
    this.#dir = dir
    this.#cursor = from
    if (from.segment !== START.segment) this.#hopTo(from)
  }

  get cursor(): Cursor {
    return this.#cursor
  }

  /** Messages before the cursor since the data directory was made. */
  get messagesThrough(): number {
    return this.#messages
  }

  /** Records read since it was opened. */
  get recordsRead(): number {
    return this.#records
  }

  /**
   * Says what could not be read although it was durable, of the newest such place; null when there was none. Reading goes on
   * behind the damaged record or, where neither its length nor its checksum can be trusted, with the next segment.
   */
  get damage(): string | null {
    return this.#damage
  }

  /**
   * The next records that end at or before `upTo`, a durable position: about `maxBytes` of them, at least one, none
   * when there is nothing new.
   */
  read(upTo: number, maxBytes: number): JournalRecord[] {
    while (positionOf(this.#cursor) < upTo) {
      const endOffset = this.#endOffset(upTo)
      if (this.#file !== null && this.#cursor.offset < endOffset) {
        const records = this.#readSegment(this.#file, endOffset, maxBytes)
        if (records.length > 0) return records
      }
      if (!this.#enterFollowing(upTo)) break
    }
    return []
  }

  close(): void {
    this.#file?.close()
    this.#file = null
  }

  #readSegment(file: SegmentFile, endOffset: number, maxBytes: number): JournalRecord[] {
    let records = file.records(this.#cursor, endOffset, maxBytes)
    if (records.length === 0) {
      this.#damage = damageAt(file.segment, this.#cursor.offset)
      records = file.recordsBehindDamage(this.#cursor, endOffset, maxBytes)
    }
    const newest = records.at(-1)
    this.#records += records.length
    if (newest !== undefined) {
      this.#cursor = newest.end
      this.#messages = newest.messagesThrough
    } else if (this.#following?.previous.segment === file.segment) {
      this.#cursor = this.#following.previous
    }
    return records
  }

  /** Offset up to which the segment of the cursor may be read: the durable end, or the end that the next header names, or all of it. */
  #endOffset(upTo: number): number {
    const durable = journalPlaceOf(upTo)
    if (this.#cursor.segment === durable.segment) return durable.offset
    this.#following ??= this.#findFollowing(durable.segment)
    const previous = this.#following?.previous
    if (previous?.segment === this.#cursor.segment) return previous.offset
    return this.#file?.sizeBytes ?? 0
  }

  #enterFollowing(upTo: number): boolean {
    if (this.#cursor.segment === journalPlaceOf(upTo).segment) return false
    const following = this.#following
    if (following === null) return false
    const isFirst = this.#cursor.segment === START.segment
    if (!isFirst && positionOf(following.previous) !== positionOf(this.#cursor)) {
      this.#damage = `the journal does not go on from segment ${this.#cursor.segment}, byte ${this.#cursor.offset}, to segment ${following.segment}: what lay between cannot be read; restore the data directory from one backup`
    }
    const { segment, offset } = following.previous
    if (this.#file?.segment === segment && this.#file.sizeBytes > offset && this.#file.provesMore(offset)) {
      this.#damage = damageAt(segment, offset)
    }
    this.close()
    this.#file = new SegmentFile(this.#disk, this.#dir, following.segment)
    this.#cursor = startOfSegment(following)
    this.#messages = following.messages
    this.#following = null
    return true
  }

  /** The next segment that can be read, up to the one with the durable end. */
  #findFollowing(newest: number): SegmentHeader | null {
    for (const segment of segmentsIn(this.#disk, this.#dir)) {
      if (segment <= this.#cursor.segment || segment > newest) continue
      const file = new SegmentFile(this.#disk, this.#dir, segment)
      const { header, sizeBytes } = file
      file.close()
      if (header !== null) return header
      if (sizeBytes > SEGMENT_HEADER_BYTES) {
        this.#damage = `the header of journal segment ${segment} is damaged: its records cannot be read; restore the segment from a backup`
      }
    }
    return null
  }

  /** Counts the messages before a saved cursor, and makes sure that it is a place in this journal. */
  #hopTo(from: Cursor): void {
    if (!segmentsIn(this.#disk, this.#dir).includes(from.segment)) {
      this.#messages = this.#findFollowing(Infinity)?.messages ?? 0
      return
    }
    const file = new SegmentFile(this.#disk, this.#dir, from.segment)
    this.#file = file
    if (file.header === null) return
    let at = startOfSegment(file.header)
    this.#messages = file.header.messages
    while (at.offset < from.offset) {
      let records = file.records(at, from.offset, HOP_BLOCK_BYTES)
      if (records.length === 0) records = file.recordsBehindDamage(at, from.offset, HOP_BLOCK_BYTES)
      const newest = records.at(-1)
      if (newest === undefined) break
      at = newest.end
      this.#messages = newest.messagesThrough
    }
    if (positionOf(at) !== positionOf(from) || at.crc !== from.crc) {
      this.#damage = `the saved place in segment ${from.segment}, byte ${from.offset}, is none of this journal: restore the data directory from one backup`
    }
  }
}

function damageAt(segment: number, offset: number): string {
  return `journal segment ${segment} is damaged at byte ${offset}: at least one acknowledged record there cannot be read; restore the segment from a backup to get it back`
}

/** One record by its position, null when it is not there (deleted by retention) or not true. */
export function readRecordAt(disk: Disk, dir: string, position: number): JournalRecord | null {
  const { segment, offset } = journalPlaceOf(position)
  if (!segmentsIn(disk, dir).includes(segment)) return null
  const file = new SegmentFile(disk, dir, segment)
  try {
    return file.recordAt(offset)
  } finally {
    file.close()
  }
}
