/**
 * The journal on the disk.
 *
 * A journal is a directory of segment files, `00000001.journal`, `00000002.journal`, …, written one after the other and
 * only at their end. A segment is a header and then records without gaps; all numbers are little-endian.
 *
 *     segment   ┌────────┬──────────┬──────────┬───┬──────────┐╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┐
 *               │ header │ record   │ record   │ … │ record   │ a torn tail    ╎
 *               └────────┴──────────┴──────────┴───┴──────────┘╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┘
 *                40 bytes                                     ▲ the end that the next segment's header names
 *
 *     header     0 magic "GREENJNL"    8 version u32 = 2      12 segment u32
 *               16 previous segment u32, 20 offset at which it ends u32, 24 checksum of the last record there u32
 *               28 messages before this segment u64           36 checksum u32 of the bytes before
 *
 *     record     0 checksum u32        4 checksum of what lies before it u32 (last record, or the segment's header)
 *                8 length of body u32 12 durable u32          16 messages through this record u64
 *               24 body, at most 16 MiB
 *
 * - **Chained checksums.** A record's checksum is the CRC-32 of all its other bytes, seeded with the checksum before it.
 *   A record left over from another life of the file, or at another place, does not validate; nor do zeros.
 * - **Durable** is the offset up to which the segment had been synced when the record was written: where its group
 *   began. A valid record behind an invalid one therefore tells damage (the invalid one lies before `durable` and was
 *   acknowledged once) from a torn write (both belong to the group that a power cut interrupted).
 * - **The end of a segment is said by the next one.** After a failed write or sync nothing behind the last durable
 *   record is trusted again: the next segment's header names the end, and readers stop there, whatever follows.
 * - **Messages** are counted since the data directory was made; the number survives restarts, retention and damage.
 * - A segment is created, its header synced, its directory synced, and only then does a record go into it. So a file
 *   no longer than a header with no valid header in it is one that never held anything: it is made anew. A longer one
 *   is damaged, and stays.
 * - **Version** 2 holds properties of messages (`entries.ts`); in version 1 there are none, and all else is the same. Both are
 *   read; one that is made has version 2, so that a program that knows 1 alone says so, and takes nothing for damage.
 */
import path from 'node:path'
import zlib from 'node:zlib'
import { NewerFormat } from '../base/unfit-data.js'
import type { Cursor } from './cursor.js'
import { positionOf } from './cursor.js'
import type { Disk } from './disk.js'

export const SEGMENT_HEADER_BYTES = 40
export const RECORD_HEADER_BYTES = 24
/** Most bytes of one body. A longer length field is damage. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024

const MAGIC = Buffer.from('GREENJNL', 'latin1')
const VERSION = 2
const SUFFIX = '.journal'
/** So much is looked through at a time behind a damaged record. */
const FIND_BLOCK_BYTES = 1024 * 1024

export interface SegmentHeader {
  /** Format of its records; absent for one that is made now. */
  readonly version?: number
  readonly segment: number
  /** End of the segment before this one; `START` for the first. */
  readonly previous: Cursor
  /** Messages in all segments before this one, those already deleted included. */
  readonly messages: number
}

export interface SegmentRecord {
  readonly position: number
  readonly end: Cursor
  /** Offset at which the group of records began that it was written with. */
  readonly durableOffset: number
  readonly messagesThrough: number
  /** A view into a block that is not reused. */
  readonly body: Uint8Array
}

export function segmentPath(dir: string, segment: number): string {
  return path.join(dir, String(segment).padStart(8, '0') + SUFFIX)
}

/** Ids of the segment files in a directory, oldest first. */
export function segmentsIn(disk: Disk, dir: string): number[] {
  return disk
    .list(dir)
    .filter((name) => /^\d{8}\.journal$/.test(name))
    .map((name) => Number(name.slice(0, -SUFFIX.length)))
    .sort((a, b) => a - b)
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeUInt32LE(header.version ?? VERSION, 8)
  bytes.writeUInt32LE(header.segment, 12)
  bytes.writeUInt32LE(header.previous.segment, 16)
  bytes.writeUInt32LE(header.previous.offset, 20)
  bytes.writeUInt32LE(header.previous.crc, 24)
  bytes.writeBigUInt64LE(BigInt(header.messages), 28)
  bytes.writeUInt32LE(zlib.crc32(bytes.subarray(0, 36)), 36)
  return bytes
}

/**
 * Reads the header in the first bytes of a segment; null when they are not true. Throws `NewerFormat` when a newer program has
 * written them: magic, version and checksum keep their places in all versions.
 */
export function decodeSegmentHeader(bytes: Buffer, segment: number, path: string): SegmentHeader | null {
  if (bytes.length < SEGMENT_HEADER_BYTES || zlib.crc32(bytes.subarray(0, 36)) !== bytes.readUInt32LE(36)) return null
  if (!bytes.subarray(0, 8).equals(MAGIC) || bytes.readUInt32LE(12) !== segment) return null
  const version = bytes.readUInt32LE(8)
  if (version < 1 || version > VERSION) throw new NewerFormat(path, version, VERSION)
  return {
    version,
    segment,
    previous: { segment: bytes.readUInt32LE(16), offset: bytes.readUInt32LE(20), crc: bytes.readUInt32LE(24) },
    messages: Number(bytes.readBigUInt64LE(28)),
  }
}

/** Just before the first record of a segment. */
export function startOfSegment(header: SegmentHeader): Cursor {
  return {
    segment: header.segment,
    offset: SEGMENT_HEADER_BYTES,
    crc: encodeSegmentHeader(header).readUInt32LE(SEGMENT_HEADER_BYTES - 4),
  }
}

/** Writes one record into `into` at `at`, and returns its checksum. */
export function encodeRecord(
  into: Buffer,
  at: number,
  record: { body: Uint8Array; previousCrc: number; durableOffset: number; messagesThrough: number },
): number {
  into.writeUInt32LE(record.previousCrc, at + 4)
  into.writeUInt32LE(record.body.length, at + 8)
  into.writeUInt32LE(record.durableOffset, at + 12)
  into.writeBigUInt64LE(BigInt(record.messagesThrough), at + 16)
  into.set(record.body, at + RECORD_HEADER_BYTES)
  const end = at + RECORD_HEADER_BYTES + record.body.length
  const crc = zlib.crc32(into.subarray(at + 4, end), record.previousCrc)
  into.writeUInt32LE(crc, at)
  return crc
}

/** The record that starts at `at` of a block which starts at `blockOffset` of the segment; null when it is not true. */
function decodeRecord(block: Buffer, at: number, segment: number, blockOffset: number): SegmentRecord | null {
  const end = at + RECORD_HEADER_BYTES + bodyLengthAt(block, at)
  const crc = block.readUInt32LE(at)
  if (zlib.crc32(block.subarray(at + 4, end), previousCrcAt(block, at)) !== crc) return null
  return {
    position: positionOf({ segment, offset: blockOffset + at }),
    end: { segment, offset: blockOffset + end, crc },
    durableOffset: durableOffsetAt(block, at),
    messagesThrough: Number(block.readBigUInt64LE(at + 16)),
    body: block.subarray(at + RECORD_HEADER_BYTES, end),
  }
}

function bodyLengthAt(block: Buffer, at: number): number {
  return block.readUInt32LE(at + 8)
}

function durableOffsetAt(block: Buffer, at: number): number {
  return block.readUInt32LE(at + 12)
}

function previousCrcAt(block: Buffer, at: number): number {
  return block.readUInt32LE(at + 4)
}

/** One segment file, open for reading. */
export class SegmentFile {
  readonly #disk: Disk
  readonly #fd: number
  readonly segment: number
  /** null when it is damaged, or was never durable. */
  readonly header: SegmentHeader | null

  constructor(disk: Disk, dir: string, segment: number) {
    this.#disk = disk
    this.#fd = disk.open(segmentPath(dir, segment), 'read')
    this.segment = segment
    this.header = decodeSegmentHeader(this.block(0, SEGMENT_HEADER_BYTES), segment, segmentPath(dir, segment))
  }

  get sizeBytes(): number {
    return this.#disk.sizeBytes(this.#fd)
  }

  /** At most `length` bytes from `offset` on, fewer at the end of the file. */
  block(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length)
    return bytes.subarray(0, this.#disk.read(this.#fd, bytes, offset))
  }

  /**
   * The records from `from` on that end at or before `endOffset`, read in one block of about `blockBytes`: at least
   * one, and none only when the next one is not there or not true.
   */
  records(from: Cursor, endOffset: number, blockBytes: number): SegmentRecord[] {
    const room = Math.max(0, endOffset - from.offset)
    let block = this.block(from.offset, Math.min(room, Math.max(blockBytes, RECORD_HEADER_BYTES)))
    if (block.length < RECORD_HEADER_BYTES) return []
    const firstBytes = RECORD_HEADER_BYTES + bodyLengthAt(block, 0)
    if (firstBytes > RECORD_HEADER_BYTES + RECORD_BYTES_MAX || firstBytes > room) return []
    if (firstBytes > block.length) block = this.block(from.offset, firstBytes)

    const records: SegmentRecord[] = []
    let crc = from.crc
    for (let at = 0; at + RECORD_HEADER_BYTES <= block.length; ) {
      const nextAt = at + RECORD_HEADER_BYTES + bodyLengthAt(block, at)
      if (nextAt > block.length || previousCrcAt(block, at) !== crc) break
      const record = decodeRecord(block, at, this.segment, from.offset)
      if (record === null) break
      records.push(record)
      crc = record.end.crc
      at = nextAt
    }
    return records
  }

  /**
   * The records behind an invalid one at `from`; none when no place can be found where they go on. They are true in
   * themselves: whether they prove that the invalid one was durable once is the caller's to judge.
   */
  recordsBehindDamage(from: Cursor, endOffset: number, blockBytes: number): SegmentRecord[] {
    const head = this.block(from.offset, RECORD_HEADER_BYTES)
    if (head.length < RECORD_HEADER_BYTES) return []
    const { segment } = this
    const crc = head.readUInt32LE(0)
    const isPossible = bodyLengthAt(head, 0) <= RECORD_BYTES_MAX
    const nextOffset = from.offset + RECORD_HEADER_BYTES + bodyLengthAt(head, 0)
    const byLength = isPossible ? this.records({ segment, offset: nextOffset, crc }, endOffset, blockBytes) : []
    if (byLength.length > 0) return byLength
    // Its length is damaged: the next one is that which names its checksum.
    const start = from.offset + RECORD_HEADER_BYTES
    for (let at = this.#find(crc, start, endOffset); at >= 0; at = this.#find(crc, at + 1, endOffset)) {
      const found = this.records({ segment, offset: at, crc }, endOffset, blockBytes)
      if (found.length > 0) return found
    }
    // Its checksum is damaged: the next one is where its length says, whatever that one names.
    const next = isPossible ? this.block(nextOffset, RECORD_HEADER_BYTES) : head.subarray(0, 0)
    if (next.length < RECORD_HEADER_BYTES) return []
    return this.records({ segment, offset: nextOffset, crc: previousCrcAt(next, 0) }, endOffset, blockBytes)
  }

  /**
   * True when a valid record somewhere behind `offset` says that more was durable than that. False behind the end of a segment
   * that a power cut or a failed sync has made: what is found there was never acknowledged.
   */
  provesMore(offset: number): boolean {
    const rest = this.block(offset, this.sizeBytes - offset)
    for (let at = 1; at + RECORD_HEADER_BYTES < rest.length; at++) {
      const bodyLength = bodyLengthAt(rest, at)
      if (bodyLength === 0 || bodyLength > rest.length - at - RECORD_HEADER_BYTES) continue
      const durableOffset = durableOffsetAt(rest, at)
      if (durableOffset <= offset || durableOffset > offset + at) continue
      if (decodeRecord(rest, at, this.segment, offset) !== null) return true
    }
    return false
  }

  /** First place, from `offset` on, where a record could start that names `crc` as the one before it; -1 when nowhere. */
  #find(crc: number, offset: number, endOffset: number): number {
    const name = Buffer.alloc(4)
    name.writeUInt32LE(crc)
    for (let from = offset + 4; from + name.length <= endOffset; from += FIND_BLOCK_BYTES) {
      const block = this.block(from, Math.min(FIND_BLOCK_BYTES + name.length - 1, endOffset - from))
      const at = block.indexOf(name)
      if (at !== -1) return from + at - 4
    }
    return -1
  }

  /** The record at an offset that is known to be one's start; null when it is not true. */
  recordAt(offset: number): SegmentRecord | null {
    const head = this.block(offset, RECORD_HEADER_BYTES)
    if (head.length < RECORD_HEADER_BYTES || bodyLengthAt(head, 0) > RECORD_BYTES_MAX) return null
    const length = RECORD_HEADER_BYTES + bodyLengthAt(head, 0)
    const block = this.block(offset, length)
    return block.length < length ? null : decodeRecord(block, 0, this.segment, offset)
  }

  close(): void {
    this.#disk.close(this.#fd)
  }
}
