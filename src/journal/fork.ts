import type { Disk } from './disk.js'
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, segmentPath, segmentsIn, startOfSegment } from './segment.js'
import { SegmentLog } from './segment-log.js'

/** So many ids are left free: more than a journal is likely to have used up since the backup was made. */
const FREE_SEGMENTS = 10_000
/** Positions are whole numbers that a double can hold up to here; beyond, ids are not left free any more. */
const SEGMENTS_MAX = 2_000_000

/**
 * Lets a journal that was restored from a backup go on in a segment far behind its end. The journal that went on after the
 * backup, and is lost, has given positions to other messages: none of them is ever given again, so nobody outside who has noted
 * one takes it for another. The new segment's header names where the last one ends, as always. Gives its id; null when there is
 * no journal yet.
 */
export function forkJournal(disk: Disk, dir: string): number | null {
  const log = SegmentLog.open(disk, dir, { segmentBytes: SEGMENT_HEADER_BYTES, maxBytes: 0 })
  const { end, messages } = log
  log.close()
  if (end.segment === 0) return null
  // One that never held anything, and is not the last any more.
  for (const unborn of segmentsIn(disk, dir)) if (unborn > end.segment) disk.remove(segmentPath(dir, unborn))
  const far = end.segment + FREE_SEGMENTS
  const segment = far < SEGMENTS_MAX ? far : end.segment + 1
  const header = { segment, previous: end, messages }
  const fd = disk.create(segmentPath(dir, segment))
  try {
    disk.write(fd, encodeSegmentHeader(header), 0)
    disk.syncData(fd)
  } finally {
    disk.close(fd)
  }
  disk.syncDirectory(dir)
  return startOfSegment(header).segment
}
