import { positionOf } from '../cursor.js'
import type { Disk } from '../disk.js'
import { JournalReader } from '../reader.js'
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
  SegmentFile,
  type SegmentHeader,
  segmentPath,
  segmentsIn,
} from '../segment.js'
import { FileCopy } from './file-copy.js'
import type { JournalStream } from './journal-stream.js'
import type { StoredWrite } from './write.js'

/**
 * Brings the segment files to where the stream was at message `through`. What of them contradicts it is of another life of the
 * partition, and is removed.
 */
export async function catchUp(stream: JournalStream, disk: Disk, dir: string, through: number): Promise<void> {
  const first = await stream.first()
  // One that never held anything: a gateway that becomes a cluster brings its files along.
  if (first === null) return
  if (first.offset !== 0) {
    throw new Error(
      `the journal's stream begins in the middle of segment ${first.segment}: it was purged by something else; restore the stream from a backup`,
    )
  }
  disk.makeDirectory(dir)
  const from = await beginning(stream, disk, dir, first)
  const copy = new FileCopy(disk, dir)
  try {
    for await (const write of stream.read(from, through)) copy.apply(write)
  } finally {
    copy.close()
  }
}

/** Sequence of the message from which on the files have to be written; those that stay reach up to it without a gap. */
async function beginning(stream: JournalStream, disk: Disk, dir: string, first: StoredWrite): Promise<number> {
  const kept = keepUnbroken(disk, dir)
  const newest = kept.at(-1)
  const oldest = kept[0]
  if (newest === undefined || oldest === undefined) return first.sequence
  if (newest < first.segment) {
    if (!reachesUpTo(disk, dir, newest, first)) removeAll(disk, dir)
    return first.sequence
  }
  const begin = await stream.firstOf(newest)
  if (begin === null || !isThere(disk, dir, begin)) {
    removeAll(disk, dir)
    return first.sequence
  }
  return oldest > first.segment ? first.sequence : begin.sequence
}

/** The newest segments that follow each other without a gap; all before them are removed, and a newest one without a header. */
function keepUnbroken(disk: Disk, dir: string): number[] {
  const kept: number[] = []
  let next: SegmentHeader | null = null
  for (const segment of segmentsIn(disk, dir).reverse()) {
    const { header, sizeBytes } = lookAt(disk, dir, segment)
    const isBefore: boolean = next === null || (next.previous.segment === segment && next.previous.offset <= sizeBytes)
    if (header === null || !isBefore) {
      disk.remove(segmentPath(dir, segment))
      continue
    }
    kept.push(segment)
    next = header
  }
  return kept.reverse()
}

/** True when the files end where the first message of the stream goes on. */
function reachesUpTo(disk: Disk, dir: string, newest: number, first: StoredWrite): boolean {
  const bytes = Buffer.from(first.bytes.subarray(0, SEGMENT_HEADER_BYTES))
  const previous = decodeSegmentHeader(bytes, first.segment, segmentPath(dir, first.segment))?.previous
  if (previous?.segment !== newest) return false
  const reader = new JournalReader(disk, dir, previous)
  reader.close()
  return reader.damage === null && positionOf(reader.cursor) === positionOf(previous)
}

/** True when a segment's file begins as its first message does. */
function isThere(disk: Disk, dir: string, begin: StoredWrite): boolean {
  const file = new SegmentFile(disk, dir, begin.segment)
  try {
    const bytes = file.block(0, begin.bytes.length)
    return bytes.equals(begin.bytes.subarray(0, bytes.length))
  } finally {
    file.close()
  }
}

function lookAt(disk: Disk, dir: string, segment: number): { header: SegmentHeader | null; sizeBytes: number } {
  const file = new SegmentFile(disk, dir, segment)
  try {
    return { header: file.header, sizeBytes: file.sizeBytes }
  } finally {
    file.close()
  }
}

function removeAll(disk: Disk, dir: string): void {
  for (const segment of segmentsIn(disk, dir)) disk.remove(segmentPath(dir, segment))
}
