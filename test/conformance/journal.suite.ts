import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { Committer, type JournalStatus } from '../../src/journal/committer.js'
import { positionOf } from '../../src/journal/cursor.js'
import { nodeDisk } from '../../src/journal/disk.js'
import type { JournalLog } from '../../src/journal/log.js'
import { readRecordAt } from '../../src/journal/reader.js'
import { segmentPath, segmentsIn } from '../../src/journal/segment.js'
import { JournalError, type SegmentLogOptions } from '../../src/journal/segment-log.js'
import { until } from '../support/gateway.js'
import { append, LIMITS, newDir, PATIENT, readAll } from '../support/journal-logs.js'

/** Opens a journal whose files are in `dir`: for the first time, or again after it was closed. */
export type OpenJournal = (dir: string, limits: SegmentLogOptions) => Promise<JournalLog>

/** Tests that every journal has to pass, whatever it writes to. */
export function journalSuite(name: string, open: OpenJournal): void {
  describe(name, () => {
    test('gives back what it was given, in order, and counts the messages', async () => {
      const dir = newDir()
      const log = await open(dir, LIMITS)
      await append(log, 'one')
      await append(log, 'two', 'three')
      const { texts, positions, damage, messages } = readAll(dir, log.end)
      expect(texts).toEqual(['one', 'two', 'three'])
      expect(positions).toEqual(positions.toSorted((a, b) => a - b))
      expect(new Set(positions).size).toBe(3)
      expect({ damage, messages, counted: log.messages }).toEqual({ damage: null, messages: 3, counted: 3 })
      expect(Buffer.from(readRecordAt(nodeDisk, dir, positions[1]!)!.body).toString()).toBe('two')
      await log.close()
    })

    test('is read up to the end that was durable when it was looked at, not further', async () => {
      const dir = newDir()
      const log = await open(dir, LIMITS)
      await append(log, 'one')
      const { end } = log
      await append(log, 'two')
      expect(readAll(dir, end).texts).toEqual(['one'])
      expect(readAll(dir, log.end, end).texts).toEqual(['two'])
      await log.close()
    })

    test('goes on where it ended when it is opened again, and so does who reads it', async () => {
      const dir = newDir()
      const first = await open(dir, LIMITS)
      await append(first, 'one', 'two')
      const cursor = readAll(dir, first.end).cursor
      await append(first, 'three')
      const { end } = first
      await first.close()

      const again = await open(dir, LIMITS)
      expect(again.messages).toBe(3)
      expect(positionOf(again.end)).toBe(positionOf(end))
      await append(again, 'four')
      const { texts, damage, messages } = readAll(dir, again.end, cursor)
      expect({ texts, damage, messages }).toEqual({ texts: ['three', 'four'], damage: null, messages: 4 })
      expect(readAll(dir, again.end).texts).toEqual(['one', 'two', 'three', 'four'])
      await again.close()
    })

    test('opened and closed without a record leaves nothing behind', async () => {
      const dir = newDir()
      await (await open(dir, LIMITS)).close()
      const log = await open(dir, LIMITS)
      expect({ end: positionOf(log.end), messages: log.messages, oldest: log.oldestSegment }).toEqual({
        end: 0,
        messages: 0,
        oldest: 0,
      })
      await append(log, 'one')
      expect(segmentsIn(nodeDisk, dir)).toEqual([1])
      await log.close()
    })

    test('fills segment after segment, and deletes whole ones but never that with the newest record', async () => {
      const dir = newDir()
      const log = await open(dir, { ...LIMITS, segmentBytes: 200 })
      for (const text of ['a', 'b', 'c']) await append(log, text.repeat(100))
      expect(segmentsIn(nodeDisk, dir)).toEqual([1, 2, 3])
      expect(readAll(dir, log.end)).toMatchObject({ texts: ['a', 'b', 'c'].map((t) => t.repeat(100)), damage: null })
      expect([log.oldestSegment, log.dropOldest(), log.dropOldest(), log.dropOldest()]).toEqual([1, true, true, false])
      expect({ oldest: log.oldestSegment, bytes: log.bytes }).toEqual({ oldest: 3, bytes: 40 + 24 + 100 })
      await append(log, 'd')
      expect(readAll(dir, log.end)).toMatchObject({ texts: ['c'.repeat(100), 'd'], damage: null, messages: 4 })
      await log.close()
    })

    test('takes records and groups larger than what goes over a wire at once', async () => {
      const dir = newDir()
      const log = await open(dir, LIMITS)
      const sizes = [9_000_000, 3_000_000, 1]
      await log.append(
        sizes.map((size, i) => Buffer.alloc(size, i + 1)),
        sizes,
        PATIENT,
      )
      await log.close()
      const again = await open(dir, LIMITS)
      await append(again, 'behind')
      const { texts, damage, messages } = readAll(dir, again.end)
      expect(texts.map((text) => text.length)).toEqual([...sizes, 6])
      expect({ damage, messages }).toEqual({ damage: null, messages: 12_000_002 })
      await again.close()
    })

    test('takes no notice of a torn end', async () => {
      const dir = newDir()
      const log = await open(dir, LIMITS)
      await append(log, 'one')
      await log.close()
      appendFileSync(segmentPath(dir, 1), Buffer.alloc(100, 7))
      const again = await open(dir, LIMITS)
      await append(again, 'two')
      expect(readAll(dir, again.end)).toMatchObject({ texts: ['one', 'two'], damage: null, messages: 2 })
      await again.close()
    })

    test('refuses beyond the quota with a remedy, and goes on when segments were deleted', async () => {
      const dir = newDir()
      const log = await open(dir, { segmentBytes: 200, maxBytes: 500 })
      for (const text of ['a', 'b']) await append(log, text.repeat(100))
      const refused = await Promise.resolve()
        .then<unknown>(() => append(log, 'c'.repeat(200)))
        .catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(JournalError)
      expect((refused as Error).message).toContain('raise journal.max_bytes')
      expect(log.dropOldest()).toBe(true)
      await append(log, 'c'.repeat(200))
      expect(readAll(dir, log.end).texts).toEqual(['b'.repeat(100), 'c'.repeat(200)])
      await log.close()
    })

    test('answers batches in the order in which they came, those that waited as one group', async () => {
      const dir = newDir()
      const log = await open(dir, LIMITS)
      const committed: number[] = []
      const statuses: JournalStatus[] = []
      const committer = new Committer(log, systemClock, {
        committed: (batches) => {
          committed.push(...batches.map((batch) => batch.id))
          expect(readAll(dir, log.end).texts, 'it can be read when it is answered').toHaveLength(committed.length)
        },
        status: (status) => statuses.push(status),
      })
      for (let id = 1; id <= 20; id++) {
        committer.add({ id, body: Buffer.from(`batch ${id}`), messages: 1 })
        if (id % 3 === 0) committer.commit()
      }
      committer.commit()
      await until(() => committed.length === 20)
      committer.add({ id: 21, body: Buffer.from('batch 21'), messages: 1 })
      await committer.close()
      expect(committed).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
      expect(readAll(dir, log.end).texts).toEqual(committed.map((id) => `batch ${id}`))
      expect(statuses).toEqual([])
      await log.close()
    })
  })
}
