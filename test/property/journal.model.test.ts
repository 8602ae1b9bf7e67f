// @module-tag slow

import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Cursor, positionOf, START } from '../../src/journal/cursor.js'
import { JournalReader, readRecordAt } from '../../src/journal/reader.js'
import { SegmentLog } from '../../src/journal/segment-log.js'
import { append, BEGINNING, check, DIR, lifeWithPowerCuts, Model, OPTIONS } from '../faults/ground/journal-life.js'
import { syncLate } from '../faults/ground/planted.js'
import { SimulatedDisk } from '../support/simulated-disk.js'

describe('the journal against a model', () => {
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        sizes: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('read on' as const), maxBytes: fc.integer({ min: 1, max: 9000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('trim to what was read' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fail the next sync' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('fill the disk' as const), freeBytes: fc.integer({ min: 0, max: 3000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cut the power' as const) }) },
  )

  it('gives back what was acknowledged, in order, and never anything that was not written', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(command, { minLength: 1, maxLength: 40 }), (seed, commands) => {
        const disk = new SimulatedDisk(seed)
        const model = new Model()
        let log = SegmentLog.open(disk, DIR, OPTIONS)
        let number = 0
        // Before the first trimming everything is compared, behind it what the consumer has not read yet.
        let kept = BEGINNING
        let consumed: { cursor: Cursor; count: number; messages: number } = { cursor: START, count: 0, messages: 0 }

        for (const step of commands) {
          if (step.do === 'append') {
            const group = step.sizes.map((size) => ({ text: `${number++} `.padEnd(size, 'y'), messages: size % 5 }))
            append(log, model, group)
            disk.freeBytes = Infinity
          } else if (step.do === 'read on') {
            const reader = new JournalReader(disk, DIR, consumed.cursor)
            expect(reader.messagesThrough).toBe(consumed.messages)
            const records = reader.read(positionOf(log.end), step.maxBytes)
            const texts = records.map((record) => Buffer.from(record.body).toString())
            const expected = model.acknowledged.slice(consumed.count, consumed.count + records.length)
            expect(texts).toEqual(expected.map((record) => record.text))
            expect(records.length > 0 || consumed.count === model.acknowledged.length).toBe(true)
            for (const record of records) {
              expect(readRecordAt(disk, DIR, record.position)?.body).toEqual(record.body)
            }
            expect(reader.damage).toBeNull()
            consumed = {
              cursor: reader.cursor,
              count: consumed.count + records.length,
              messages: reader.messagesThrough,
            }
            reader.close()
          } else if (step.do === 'trim to what was read') {
            while (log.oldestSegment < consumed.cursor.segment && log.dropOldest()) kept = consumed
          } else if (step.do === 'fail the next sync') {
            disk.failingSyncs = 1
          } else if (step.do === 'fill the disk') {
            disk.freeBytes = step.freeBytes
          } else {
            disk.failingSyncs = 0
            disk.freeBytes = Infinity
            if (step.do === 'kill') disk.killProcess()
            else disk.powerOn()
            log = SegmentLog.open(disk, DIR, OPTIONS)
            expect(check(disk, log, model, kept)).toBeNull()
          }
          expect(log.messages).toBe(model.messages)
        }
        expect(check(disk, log, model, kept)).toBeNull()
      }),
      { numRuns: 300 },
    )
  })
})

describe('2,000 simulated power cuts', () => {
  it('lose nothing that was acknowledged, keep the order, and count every message', () => {
    for (let seed = 0; seed < 2000; seed++) {
      expect(lifeWithPowerCuts(seed), `seed ${seed}`).toBeNull()
    }
  })

  it('show the loss on a disk that answers fdatasync without doing it', () => {
    const broken = Array.from({ length: 50 }, (_, seed) =>
      lifeWithPowerCuts(seed, (disk) => {
        disk.ignoresSync = true
      }),
    )
    expect(broken.filter((reason) => reason?.includes('lost')).length).toBeGreaterThan(25)
  })

  it('show the loss in a journal that acknowledges a record before it is synced', () => {
    const broken = Array.from({ length: 50 }, (_, seed) => lifeWithPowerCuts(seed, syncLate))
    expect(broken.filter((reason) => reason?.includes('lost')).length).toBeGreaterThan(10)
  })

  it('show the record that was never written in a journal that does not check its sums', () => {
    const sums = vi.spyOn(zlib, 'crc32').mockReturnValue(7)
    try {
      const broken = Array.from({ length: 200 }, (_, seed) => lifeWithPowerCuts(seed))
      expect(broken.filter((reason) => reason?.includes('was never the next record')).length).toBeGreaterThan(5)
    } finally {
      sums.mockRestore()
    }
  })
})
