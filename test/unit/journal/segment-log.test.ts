import { describe, expect, it } from 'vitest'
import { type Cursor, positionOf, START } from '../../../src/journal/cursor.js'
import { JournalReader, readRecordAt } from '../../../src/journal/reader.js'
import { SEGMENT_HEADER_BYTES, segmentPath, segmentsIn } from '../../../src/journal/segment.js'
import { JournalError, SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'

const DIR = '/journal'

function open(disk: SimulatedDisk, options: { segmentBytes?: number; maxBytes?: number } = {}): SegmentLog {
  return SegmentLog.open(disk, DIR, { segmentBytes: 4096, maxBytes: 1e9, ...options })
}

function append(log: SegmentLog, ...texts: string[]): Cursor[] {
  return log.append(
    texts.map((text) => Buffer.from(text)),
    texts.map(() => 1),
  )
}

/** Reads everything from a cursor on, and what the reader says of it. */
function read(disk: SimulatedDisk, log: SegmentLog, from: Cursor = START) {
  const reader = new JournalReader(disk, DIR, from)
  const texts: string[] = []
  for (;;) {
    const records = reader.read(positionOf(log.end), 1e6)
    if (records.length === 0) break
    texts.push(...records.map((record) => Buffer.from(record.body).toString()))
  }
  return { texts, damage: reader.damage, messages: reader.messagesThrough }
}

describe('a segment log', () => {
  it('goes on in the next segment when one is full, and readers do not notice', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk, { segmentBytes: 200 })
    for (const text of ['a', 'b', 'c']) append(log, text.repeat(100))
    expect(segmentsIn(disk, DIR)).toEqual([1, 2, 3])
    expect(read(disk, log)).toEqual({ texts: ['a', 'b', 'c'].map((t) => t.repeat(100)), damage: null, messages: 3 })
  })

  it('refuses beyond the quota with a remedy, one byte below it not', () => {
    const groupBytes = 24 + 100
    const disk = new SimulatedDisk(1)
    const room = SEGMENT_HEADER_BYTES + groupBytes
    expect(() => append(open(disk, { maxBytes: room - 1 }), 'a'.repeat(100))).toThrow(/raise journal\.max_bytes/)
    expect(() => append(open(disk, { maxBytes: room - 1 }), 'a'.repeat(100))).toThrow(JournalError)
    expect(append(open(disk, { maxBytes: room }), 'a'.repeat(100))).toHaveLength(1)
  })

  it('leaves one file, not one for each attempt, while the disk has room for a header alone', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk)
    append(log, 'first')
    disk.freeBytes = 10
    expect(() => append(log, 'x'.repeat(100))).toThrow('ENOSPC')
    for (let attempt = 0; attempt < 20; attempt++) {
      disk.freeBytes = SEGMENT_HEADER_BYTES + 10
      expect(() => append(log, 'x'.repeat(100))).toThrow('ENOSPC')
    }
    disk.freeBytes = Infinity
    append(log, 'second')
    expect(segmentsIn(disk, DIR)).toEqual([1, 2])
    expect(read(disk, log).texts).toEqual(['first', 'second'])
  })

  it('deletes whole segments but never the one with the newest record, and keeps the count over a restart', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk, { segmentBytes: 200 })
    for (const text of ['a', 'b', 'c']) append(log, text.repeat(100))
    expect([log.dropOldest(), log.dropOldest(), log.dropOldest()]).toEqual([true, true, false])
    expect(log.oldestSegment).toBe(3)
    expect(log.bytes).toBe(SEGMENT_HEADER_BYTES + 24 + 100)
    disk.killProcess()
    const again = open(disk)
    expect(again.messages).toBe(3)
    expect(read(disk, again)).toEqual({ texts: ['c'.repeat(100)], damage: null, messages: 3 })
  })

  it('says so when a reader comes back to a place whose segment was deleted', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk, { segmentBytes: 200 })
    const ends = ['a', 'b', 'c', 'd'].map((text) => append(log, text.repeat(100))[0]!)
    log.dropOldest()
    expect(read(disk, log, ends[0]), 'all of the deleted segment had been read').toMatchObject({ damage: null })
    log.dropOldest()
    expect(read(disk, log, ends[0]).damage).toContain('does not go on')
  })

  it('finds one record by its position, and null where it is gone', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk, { segmentBytes: 200 })
    const [end] = append(log, 'first')
    append(log, 'second')
    expect(Buffer.from(readRecordAt(disk, DIR, positionOf(end!))!.body).toString()).toBe('second')
    for (const text of ['a', 'b']) append(log, text.repeat(150))
    log.dropOldest()
    expect(readRecordAt(disk, DIR, positionOf(end!))).toBeNull()
  })
})

describe('a damaged journal', () => {
  /** Four records, `two` damaged at `offset` of its record. */
  function damaged(offset: number) {
    const disk = new SimulatedDisk(1)
    const log = open(disk)
    const [one] = append(log, 'one')
    for (const text of ['two', 'three', 'four']) append(log, text)
    disk.damage(segmentPath(DIR, 1), one!.offset + offset)
    return { disk, log }
  }

  it('gives all records but the damaged one, and says which is missing', () => {
    for (const [where, offset] of [
      ['checksum', 0],
      ['length', 8],
      ['length, beyond what a record may hold', 11],
      ['body', 24],
    ] as const) {
      const { disk, log } = damaged(offset)
      const { texts, damage, messages } = read(disk, log)
      expect(texts, where).toEqual(['one', 'three', 'four'])
      expect(damage, where).toContain('segment 1 is damaged at byte 67')
      expect(messages, where).toBe(4)
    }
  })

  it('goes on with the next segment where length and checksum are damaged', () => {
    const { disk, log } = damaged(8)
    disk.damage(segmentPath(DIR, 1), 67)
    expect(read(disk, log).texts).toEqual(['one'])
    disk.failingSyncs = 1
    expect(() => append(log, 'five')).toThrow('EIO')
    append(log, 'five')
    const { texts, damage, messages } = read(disk, log)
    expect(texts).toEqual(['one', 'five'])
    expect(damage).toContain('segment 1 is damaged')
    expect(messages).toBe(5)
  })

  it('is not taken for a torn tail at a restart', () => {
    const { disk } = damaged(24)
    const log = open(disk)
    expect(log.messages).toBe(4)
    append(log, 'five')
    expect(read(disk, log).texts).toEqual(['one', 'three', 'four', 'five'])
  })

  it('loses what lies behind a damaged length and checksum when it is the newest segment at a restart, and says so', () => {
    const { disk } = damaged(11)
    disk.damage(segmentPath(DIR, 1), 67)
    const log = open(disk)
    append(log, 'five')
    const { texts, damage } = read(disk, log)
    expect(texts).toEqual(['one', 'five'])
    expect(damage).toContain('segment 1 is damaged at byte 67')
  })

  it('keeps a segment whose header is damaged, and says that it cannot be read', () => {
    const disk = new SimulatedDisk(1)
    append(open(disk), 'one')
    append(open(disk), 'two')
    disk.damage(segmentPath(DIR, 2), 12)
    const log = open(disk)
    append(log, 'three')
    expect(segmentsIn(disk, DIR)).toEqual([1, 2, 3])
    const { texts, damage } = read(disk, log)
    expect(texts).toEqual(['one', 'three'])
    expect(damage).toContain('header of journal segment 2 is damaged')
  })

  it('does not accept a place that was saved with another journal', () => {
    const disk = new SimulatedDisk(1)
    const log = open(disk)
    const [end] = append(log, 'one', 'two')
    expect(read(disk, log, end)).toEqual({ texts: ['two'], damage: null, messages: 2 })
    expect(read(disk, log, { ...end!, crc: end!.crc + 1 }).damage).toContain('damaged')
  })
})
