import { expect, test } from 'vitest'
import { Collector } from '../../../src/forward/collector.js'
import { plantRule } from '../../../src/forward/plant-of.js'
import { positionOf, START } from '../../../src/journal/cursor.js'
import { decodeEntries, encodeEntries, type JournalEntry } from '../../../src/journal/entries.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'
import { message, TS } from '../../support/intake-messages.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'

const DIR = '/journal'
const tick: JournalEntry = { kind: 'tick', arrivedAt: TS }
const of = (plant: string, n: number) => message({ topic: `plants/${plant}/l/d/energy`, arrivedAt: TS + n })

/** A journal with these records, and what reads it. */
function journal(records: readonly (readonly JournalEntry[])[]) {
  const disk = new SimulatedDisk(1)
  const log = SegmentLog.open(disk, DIR, { segmentBytes: 2 ** 20, maxBytes: 2 ** 30 })
  for (const entries of records) {
    log.append([encodeEntries(entries)], [entries.filter(({ kind }) => kind === 'message').length])
  }
  return { end: positionOf(log.end), reader: new JournalReader(disk, DIR, START) }
}

const seen = (parts: readonly { plant: string; entries: Buffer }[]) =>
  parts.map(({ plant, entries }) => [plant, decodeEntries(entries).map(({ arrivedAt }) => arrivedAt - TS)])

test('messages are collected by plant, in order; ticks stay where they are', () => {
  const { reader, end } = journal([[tick, of('a', 1), of('b', 2)], [of('a', 3), tick], [tick]])
  const collector = new Collector(reader, plantRule([], undefined), 10_000)
  expect(collector.take()).toBeNull()
  expect([collector.fill(end), collector.fill(end)]).toEqual([true, false])
  expect(collector.oldestMs).toBe(TS + 1)
  const range = collector.take()!
  expect(seen(range.parts)).toEqual([
    ['a', [1, 3]],
    ['b', [2]],
  ])
  expect([positionOf(range.to), range.messagesThrough]).toEqual([end, 3])
  expect([collector.take(), collector.oldestMs]).toEqual([null, null])
})

test('a part is half as large again at most, except of one message; the order of a plant stays', () => {
  const large = message({ payload: Buffer.alloc(900, 'x'), arrivedAt: TS + 3 })
  const { reader, end } = journal([[of('p1', 1), of('p1', 2), large, of('p1', 4)]])
  const collector = new Collector(reader, plantRule([], undefined), 250)
  collector.fill(end)
  expect(collector.isFull).toBe(true)
  expect(seen(collector.take()!.parts)).toEqual([
    ['p1', [1, 2]],
    ['p1', [3]],
    ['p1', [4]],
  ])
})

test.each([
  ['plants/a/l/d/energy', ['b'], undefined, 'a'],
  ['plants/NO/l/d/energy', ['b'], undefined, 'b'],
  ['spBv1.0/b/NDATA/n', ['b', 'c'], 'c', 'b'],
  ['spBv1.0/Works 1/NDATA/n', ['b'], undefined, 'b'],
  ['spBv1.0/g/NDATA/n', ['b', 'c'], undefined, 'g'],
  ['hj212/33200700123456', ['b', 'c'], 'c', 'c'],
  ['modbus/hall/1', ['b', 'c'], undefined, 'other'],
])('%s with plants %s at home in %s goes under %s', (topic, configured, home, plant) => {
  expect(plantRule(configured, home)(topic)).toBe(plant)
})
