import type { Disk } from '../disk.js'
import { SegmentFile, segmentsIn } from '../segment.js'
import { SegmentLog } from '../segment-log.js'
import { fencedBy } from './fenced.js'
import type { JournalStream } from './journal-stream.js'
import { messagePiecesOf, type StoredWrite } from './write.js'

/**
 * Puts back into the stream what its servers had acknowledged and have lost, as far as these files still have it: so no position of
 * the journal is ever given twice. Nothing where the files are not those of the stream, or reach no further. `sequence` is that of
 * the last message; gives what it is then. Throws `Fenced`, and what the servers refuse.
 */
export async function giveBack(
  stream: JournalStream,
  disk: Disk,
  dir: string,
  owner: { readonly partition: number; readonly epoch: number; readonly sequence: number },
): Promise<number> {
  const last = await stream.lastWrite()
  if (last === null || !isThere(disk, dir, last)) return owner.sequence
  const log = SegmentLog.open(disk, dir, { segmentBytes: 1, maxBytes: 0 })
  const { end, messages } = log
  log.close()
  let { sequence } = owner
  let from = last.offset + last.bytes.length
  for (const segment of segmentsIn(disk, dir)) {
    if (segment < last.segment || segment > end.segment) continue
    const endOffset = segment === end.segment ? end.offset : endOf(disk, dir, segment)
    const bytes = blockOf(disk, dir, segment, from, endOffset)
    const write = { segment, offset: from, bytes, messages, epoch: owner.epoch }
    for (const piece of bytes.length === 0 ? [] : messagePiecesOf(write, stream.writeBytesMax)) {
      const tried = await stream.append(piece, sequence)
      if (tried.kind === 'passed') throw fencedBy(owner.partition, owner.epoch, tried.last.epoch)
      if (tried.kind !== 'stored') throw new Error(tried.reason)
      sequence = tried.sequence
    }
    from = 0
  }
  return sequence
}

/** True when the files have what a message says, where it says. Its checksums name all that lies before. */
function isThere(disk: Disk, dir: string, { segment, offset, bytes }: StoredWrite): boolean {
  if (!segmentsIn(disk, dir).includes(segment)) return false
  return blockOf(disk, dir, segment, offset, offset + bytes.length).equals(bytes)
}

/** Offset at which a segment ends, as the header of the next one says; 0 when that one does not follow. */
function endOf(disk: Disk, dir: string, segment: number): number {
  const next = segmentsIn(disk, dir).find((later) => later > segment)
  if (next === undefined) return 0
  const file = new SegmentFile(disk, dir, next)
  file.close()
  return file.header?.previous.segment === segment ? file.header.previous.offset : 0
}

function blockOf(disk: Disk, dir: string, segment: number, from: number, endOffset: number): Buffer {
  const file = new SegmentFile(disk, dir, segment)
  try {
    return file.block(from, Math.max(0, endOffset - from))
  } finally {
    file.close()
  }
}
