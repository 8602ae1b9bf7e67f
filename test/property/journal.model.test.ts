import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Cursor, positionOf, START } from '../../src/journal/cursor.js'
import { JournalReader, readRecordAt } from '../../src/journal/reader.js'
import { JournalError, SegmentLog } from '../../src/journal/segment-log.js'
import { SimulatedDisk } from '../support/simulated-disk.js'

const DIR = '/journal'
const OPTIONS = { segmentBytes: 4096, maxBytes: Infinity }

/** One record of the model: what it says, and how many messages it counts for. */
interface Written {
  readonly text: string
  readonly messages: number
}

/**
 * What the journal has promised: the acknowledged records, and the attempts since the last acknowledgement. A restart
 * may find the beginning of one attempt, and never anything else.
 */
class Model {
  readonly acknowledged: Written[] = []
  attempts: (readonly Written[])[] = []

  /** Takes what was found behind the first `skipped` records for acknowledged, or says what is wrong with it. */
  accept(found: readonly Written[], skipped: number): string | null {
    const promised = this.acknowledged.slice(skipped)
    for (const [i, expected] of promised.entries()) {
      if (found[i]?.text !== expected.text) return `record ${i} is ${found[i]?.text ?? 'lost'}, not ${expected.text}`
    }
    const more = found.slice(promised.length)
    const isAttempt = (attempt: readonly Written[]) => more.every((record, i) => record.text === attempt[i]?.text)
    if (more.length > 0 && !this.attempts.some(isAttempt)) return `${more[0]?.text} was never the next record`
    this.acknowledged.push(...more)
    this.attempts = []
    return null
  }

  get messages(): number {
    return this.acknowledged.reduce((sum, record) => sum + record.messages, 0)
  }
}

/** Appends a group to both; true when it was acknowledged. */
function append(log: SegmentLog, model: Model, group: readonly Written[]): boolean {
  try {
    log.append(
      group.map((record) => Buffer.from(record.text)),
      group.map((record) => record.messages),
    )
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    model.attempts.push(group)
    return false
  }
  model.acknowledged.push(...group)
  model.attempts = []
  return true
}

/** Everything from a cursor to the end, in reads of `maxBytes`, and what the reader says of damage. */
function readAll(disk: SimulatedDisk, log: SegmentLog, from: Cursor = START, maxBytes = 1500) {
  const reader = new JournalReader(disk, DIR, from)
  const found: Written[] = []
  let messages = reader.messagesThrough
  for (;;) {
    const records = reader.read(positionOf(log.end), maxBytes)
    if (records.length === 0) break
    for (const record of records) {
      found.push({ text: Buffer.from(record.body).toString(), messages: record.messagesThrough - messages })
      messages = record.messagesThrough
    }
  }
  reader.close()
  return { found, messages, damage: reader.damage }
}

/** Opens the log until it opens: a power cut during recovery is one more power cut. */
function openThroughCuts(disk: SimulatedDisk): SegmentLog {
  for (;;) {
    try {
      const log = SegmentLog.open(disk, DIR, OPTIONS)
      disk.planPowerCut(Infinity)
      return log
    } catch (error) {
      if (!disk.isOff) throw error
      disk.powerOn()
      if (disk.pick(2) === 0) disk.planPowerCut(disk.pick(20))
    }
  }
}

/** Where a consumer stands, and how many records lie before it. */
interface Place {
  readonly cursor: Cursor
  readonly count: number
}
const BEGINNING: Place = { cursor: START, count: 0 }

/** Reads all there is behind a place and compares it with what was promised; null when every promise was kept. */
function check(disk: SimulatedDisk, log: SegmentLog, model: Model, from: Place = BEGINNING): string | null {
  const { found, messages, damage } = readAll(disk, log, from.cursor)
  const broken = model.accept(found, from.count)
  if (broken !== null || damage !== null) return broken ?? damage
  return log.messages === messages && messages === model.messages ? null : `${log.messages} messages are counted`
}

/** One life with several power cuts and kills, also of the recovery; null when every promise was kept. */
function lifeWithPowerCuts(seed: number, change: (disk: SimulatedDisk) => void = () => {}): string | null {
  const disk = new SimulatedDisk(seed)
  change(disk)
  const model = new Model()
  let number = 0
  for (let cut = 0; cut < 3; cut++) {
    const log = openThroughCuts(disk)
    const broken = check(disk, log, model)
    if (broken !== null) return broken

    disk.planPowerCut(disk.pick(60))
    for (let appends = disk.pick(40); appends > 0 && !disk.isOff; appends--) {
      if (disk.pick(7) === 0) disk.failingSyncs = disk.pick(2)
      if (disk.pick(9) === 0) disk.freeBytes = disk.pick(3000)
      const group = Array.from({ length: 1 + disk.pick(2) }, () => {
        number += 1
        return { text: `${number} `.padEnd(8 + disk.pick(disk.pick(3) === 0 ? 2500 : 80), 'x'), messages: disk.pick(3) }
      })
      if (!append(log, model, group)) disk.freeBytes = Infinity
    }
    disk.failingSyncs = 0
    disk.freeBytes = Infinity
    if (disk.isOff) disk.powerOn()
    else disk.killProcess()
    if (disk.pick(2) === 0) disk.planPowerCut(disk.pick(20))
  }
  return check(disk, openThroughCuts(disk), model)
}

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

/** Each sync is done before the next write only: what was written last is acknowledged while it is not on the platter. */
function syncLate(disk: SimulatedDisk): void {
  const syncNow = disk.syncData.bind(disk)
  const write = disk.write.bind(disk)
  let due: number | null = null
  disk.syncData = (fd) => {
    due = fd
  }
  disk.write = (fd, bytes, at) => {
    if (due === fd) syncNow(fd)
    due = null
    write(fd, bytes, at)
  }
}
