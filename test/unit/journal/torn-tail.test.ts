// @module-tag slow

import { expect, test } from 'vitest'
import { type Cursor, positionOf, START } from '../../../src/journal/cursor.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { segmentPath } from '../../../src/journal/segment.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'

const DIR = '/journal'
const FILE = segmentPath(DIR, 1)
const OPTIONS = { segmentBytes: 1e6, maxBytes: 1e9 }
const RECORDS = 80
const TORN_BYTES = 4096

const nameOf = (record: number) => `record ${record}`

/** Bytes that may stand where the end of the file was not written, by name. */
const TAILS: readonly (readonly [string, (bytes: number) => Buffer])[] = [
  ['nothing', () => Buffer.alloc(0)],
  ['zeros', (bytes) => Buffer.alloc(bytes)],
  ['garbage', (bytes) => Buffer.alloc(bytes, 'no record ')],
]

/** A journal of records in commits of one to three, as bytes, with the place behind each record. */
function written(): { bytes: Buffer; ends: readonly Cursor[] } {
  const disk = new SimulatedDisk(1)
  const log = SegmentLog.open(disk, DIR, OPTIONS)
  const ends: Cursor[] = []
  for (let next = 0; next < RECORDS; ) {
    const group = Array.from({ length: 1 + (next % 3) }, (_, i) => Buffer.from(nameOf(next + i).padEnd(72, '.')))
    ends.push(
      ...log.append(
        group,
        group.map(() => 1),
      ),
    )
    next += group.length
  }
  return { bytes: disk.contents().get(FILE)!, ends }
}

/** All that a start finds on a disk with this file. */
function found(bytes: Buffer): string[] {
  const disk = new SimulatedDisk(1)
  disk.makeDirectory()
  const fd = disk.create(FILE)
  disk.write(fd, bytes, 0)
  disk.syncData(fd)
  disk.syncDirectory(DIR)
  disk.close(fd)
  const log = SegmentLog.open(disk, DIR, OPTIONS)
  const reader = new JournalReader(disk, DIR, START)
  const names: string[] = []
  for (;;) {
    const records = reader.read(positionOf(log.end), 1e6)
    if (records.length === 0) break
    names.push(...records.map(({ body }) => Buffer.from(body).toString().replace(/\.+$/, '')))
  }
  return names
}

test.each(TAILS)(
  'torn at any byte of its last 4 KiB with %s behind it, the journal has each record before that, and no other',
  (_, tail) => {
    const { bytes, ends } = written()
    for (let cut = bytes.length - TORN_BYTES; cut <= bytes.length; cut++) {
      const torn = Buffer.concat([bytes.subarray(0, cut), tail(bytes.length - cut)])
      const before = ends.filter(({ offset }) => offset <= cut).length
      const names = found(torn)
      expect(names, `cut at ${cut}`).toEqual(names.map((_, i) => nameOf(i)))
      expect(names.length, `cut at ${cut}`).toBeGreaterThanOrEqual(before)
      // More than that only where the bytes behind the cut happen to be those that were written.
      const end = ends[names.length - 1]!.offset
      expect(torn.subarray(0, end).equals(bytes.subarray(0, end)), `cut at ${cut}`).toBe(true)
    }
  },
)
