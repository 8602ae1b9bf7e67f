import { type Cursor, START } from './cursor.js'
import type { Disk } from './disk.js'
import {
  encodeRecord,
  encodeSegmentHeader,
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  SegmentFile,
  type SegmentHeader,
  type SegmentRecord,
  segmentPath,
  segmentsIn,
  startOfSegment,
} from './segment.js'

/** The disk or the quota refuses. The message is a sentence for the operator; nothing of the append was acknowledged. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}

export interface SegmentLogOptions {
  /** A segment is closed before it grows beyond this; one longer group still goes into one segment. */
  readonly segmentBytes: number
  /** Most bytes of all segments together. */
  readonly maxBytes: number
}

/** Bytes of a block of recovery: large, because it reads the last segment from its start to its end. */
const RECOVERY_BLOCK_BYTES = 4 * 1024 * 1024

/** Most memory that is kept from one append to the next: a batch is seldom larger. */
const GROUP_MEMORY_BYTES_MAX = 5 * 1024 * 1024

/** The writing side of a journal. One per directory; readers need only the directory and the durable position. */
export class SegmentLog {
  readonly #disk: Disk
  readonly #dir: string
  readonly #options: SegmentLogOptions
  /** Bytes of each segment, oldest first. */
  readonly #sizes = new Map<number, number>()
  /** The segment that is written; null after opening and after a failure: the next append makes a new one. */
  #fd: number | null = null
  /** Place of the next record in that segment. */
  #tail: Cursor = START
  /** Id of the segment to make next: it is used up by the first record that is durable in it. */
  #nextSegment = 1
  #end: Cursor = START
  #messages = 0
  #bytes = 0
  #found: readonly Uint8Array[] = []
  /** Memory in which groups are put together; a new one for each would be garbage of megabytes a commit. */
  #memory = Buffer.alloc(0)

  private constructor(disk: Disk, dir: string, options: SegmentLogOptions) {
    this.#disk = disk
    this.#dir = dir
    this.#options = options
  }

  /**
   * Opens a journal, or makes one, and finds its end. Records that were written but never acknowledged are kept as far
   * as they are whole. The first append starts a new segment: an old one is never written on.
   */
  static open(disk: Disk, dir: string, options: SegmentLogOptions): SegmentLog {
    const log = new SegmentLog(disk, dir, options)
    try {
      disk.makeDirectory(dir)
      log.#recover()
    } catch (cause) {
      throw refusal(`open the journal in ${dir}`, cause)
    }
    return log
  }

  /** Behind the last durable record. */
  get end(): Cursor {
    return this.#end
  }

  /** Bodies of the newest records that opening found, oldest first, about 4 MiB of them: once, then it lets go of them. */
  takeFound(): readonly Uint8Array[] {
    const found = this.#found
    this.#found = []
    return found
  }

  /** Messages since the data directory was made, deleted segments included. */
  get messages(): number {
    return this.#messages
  }

  /** On the disk, in all segments. */
  get bytes(): number {
    return this.#bytes
  }

  /** Id of the oldest segment that is kept; 0 when there is none. */
  get oldestSegment(): number {
    return this.#sizes.keys().next().value ?? 0
  }

  /**
   * Writes one record a body in one write, and returns the end of each when all are durable. `counts[i]` is the number
   * of messages in `bodies[i]`. Throws `JournalError` when the disk or the quota refuses; the segment is then never
   * written again, and the same bodies may be appended again.
   */
  append(bodies: readonly Uint8Array[], counts: readonly number[]): Cursor[] {
    if (bodies.length === 0) return []
    const groupBytes = bodies.reduce((sum, body) => sum + RECORD_HEADER_BYTES + body.length, 0)
    for (const body of bodies) {
      if (body.length === 0 || body.length > RECORD_BYTES_MAX) {
        throw new RangeError(`a journal record holds 1 to ${RECORD_BYTES_MAX} bytes, not ${body.length}`)
      }
    }
    if (this.#bytes + SEGMENT_HEADER_BYTES + groupBytes > this.#options.maxBytes) {
      throw new JournalError(
        `the journal is full: it holds ${this.#bytes} of ${this.#options.maxBytes} bytes; /readyz?verbose says what keeps it from being archived; mend that, or raise journal.max_bytes`,
      )
    }
    try {
      const fd = this.#fd === null || this.#isFull(groupBytes) ? this.#startSegment() : this.#fd
      return this.#write(fd, bodies, counts, groupBytes)
    } catch (cause) {
      this.close()
      throw refusal(`write to the journal in ${this.#dir}`, cause)
    }
  }

  /**
   * Deletes the oldest segment; false when only the one with the newest record is left, which carries the count of
   * messages over a restart. That no reader needs what it deletes is the caller's to know. Throws `JournalError` when the
   * disk refuses: the segment is still there, and may be tried again.
   */
  dropOldest(): boolean {
    const oldest = this.oldestSegment
    if (oldest === 0 || oldest >= this.#end.segment) return false
    const path = segmentPath(this.#dir, oldest)
    try {
      this.#disk.remove(path)
    } catch (cause) {
      throw refusal(`remove ${path}`, cause)
    }
    this.#resize(oldest, null)
    return true
  }

  close(): void {
    const fd = this.#fd
    this.#fd = null
    if (fd !== null) this.#disk.close(fd)
  }

  #recover(): void {
    const segments = segmentsIn(this.#disk, this.#dir)
    this.#nextSegment = (segments.at(-1) ?? 0) + 1
    let last: SegmentHeader | null = null
    for (const segment of segments) {
      const file = new SegmentFile(this.#disk, this.#dir, segment)
      const isUnborn = file.header === null && file.sizeBytes <= SEGMENT_HEADER_BYTES && segment === segments.at(-1)
      if (isUnborn) this.#nextSegment = segment
      else this.#resize(segment, file.sizeBytes)
      if (file.header !== null) last = file.header
      file.close()
    }
    if (last === null) return
    this.#recoverEnd(last)
    const { previous } = last
    if (this.#found.length === 0 && this.#sizes.has(previous.segment)) this.#found = this.#newestBefore(previous)
  }

  /** Bodies of the newest records of a segment that ends at `end`. */
  #newestBefore(end: Cursor): readonly Uint8Array[] {
    const file = new SegmentFile(this.#disk, this.#dir, end.segment)
    let found: readonly SegmentRecord[] = []
    for (let at = file.header === null ? end : startOfSegment(file.header); at.offset < end.offset; ) {
      const records = file.records(at, end.offset, RECOVERY_BLOCK_BYTES)
      const newest = records.at(-1)
      if (newest === undefined) break
      found = records
      at = newest.end
    }
    file.close()
    return found.map(({ body }) => body)
  }

  #recoverEnd(header: SegmentHeader): void {
    const file = new SegmentFile(this.#disk, this.#dir, header.segment)
    const sizeBytes = file.sizeBytes
    this.#end = startOfSegment(header)
    this.#messages = header.messages
    let groupOffset = 0
    for (;;) {
      let records: readonly SegmentRecord[] = file.records(this.#end, sizeBytes, RECOVERY_BLOCK_BYTES)
      if (records.length === 0) {
        const damagedOffset = this.#end.offset
        records = file.recordsBehindDamage(this.#end, sizeBytes, RECOVERY_BLOCK_BYTES)
        if (!records.some((record) => record.durableOffset > damagedOffset)) break
      }
      const newest = records.at(-1)!
      this.#end = newest.end
      this.#messages = newest.messagesThrough
      this.#found = records.map(({ body }) => body)
      groupOffset = newest.durableOffset
    }
    // Nothing proves that the last group, or a header without records, ever reached the disk: a process that was
    // killed leaves it in the page cache, where it can be read but not relied upon, and after a failed sync the cache
    // even calls it clean. Writing the same bytes again makes them durable and changes none that already are.
    const lastGroup = file.block(groupOffset, this.#end.offset - groupOffset)
    file.close()
    const fd = this.#disk.open(segmentPath(this.#dir, header.segment), 'rewrite')
    try {
      this.#disk.write(fd, lastGroup, groupOffset)
      this.#disk.syncData(fd)
      this.#disk.syncDirectory(this.#dir)
    } finally {
      this.#disk.close(fd)
    }
  }

  #isFull(groupBytes: number): boolean {
    return this.#tail.offset > SEGMENT_HEADER_BYTES && this.#tail.offset + groupBytes > this.#options.segmentBytes
  }

  /**
   * Makes the next segment. Until a record is durable in it, a failure leaves its id free and it is made anew from
   * nothing, so that a disk which refuses for days does not leave a file for every attempt.
   */
  #startSegment(): number {
    this.close()
    const header: SegmentHeader = { segment: this.#nextSegment, previous: this.#end, messages: this.#messages }
    const fd = this.#disk.create(segmentPath(this.#dir, header.segment))
    this.#fd = fd
    this.#disk.write(fd, encodeSegmentHeader(header), 0)
    this.#disk.syncData(fd)
    this.#disk.syncDirectory(this.#dir)
    this.#tail = startOfSegment(header)
    this.#resize(header.segment, SEGMENT_HEADER_BYTES)
    return fd
  }

  #write(fd: number, bodies: readonly Uint8Array[], counts: readonly number[], groupBytes: number): Cursor[] {
    const group = this.#memoryFor(groupBytes)
    const { segment, offset: durableOffset } = this.#tail
    const ends: Cursor[] = []
    let at = 0
    let previousCrc = this.#tail.crc
    let messagesThrough = this.#messages
    for (const [i, body] of bodies.entries()) {
      messagesThrough += counts[i] ?? 0
      previousCrc = encodeRecord(group, at, { body, previousCrc, durableOffset, messagesThrough })
      at += RECORD_HEADER_BYTES + body.length
      ends.push({ segment, offset: durableOffset + at, crc: previousCrc })
    }
    this.#disk.write(fd, group, durableOffset)
    this.#disk.syncData(fd)
    this.#end = ends.at(-1)!
    this.#tail = this.#end
    this.#nextSegment = segment + 1
    this.#messages = messagesThrough
    this.#resize(segment, this.#end.offset)
    return ends
  }

  #memoryFor(groupBytes: number): Buffer {
    if (groupBytes > GROUP_MEMORY_BYTES_MAX) return Buffer.allocUnsafe(groupBytes)
    if (groupBytes > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(Math.min(2 * groupBytes, GROUP_MEMORY_BYTES_MAX))
    }
    return this.#memory.subarray(0, groupBytes)
  }

  #resize(segment: number, sizeBytes: number | null): void {
    this.#bytes += (sizeBytes ?? 0) - (this.#sizes.get(segment) ?? 0)
    if (sizeBytes === null) this.#sizes.delete(segment)
    else this.#sizes.set(segment, sizeBytes)
  }
}

function refusal(what: string, cause: unknown): JournalError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new JournalError(`${what}: ${reason}`, { cause })
}
