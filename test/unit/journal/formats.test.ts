import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { positionOf, START } from '../../../src/journal/cursor.js'
import { nodeDisk } from '../../../src/journal/disk.js'
import { decodeEntries, encodeEntries, type JournalEntry } from '../../../src/journal/entries.js'
import { JournalReader } from '../../../src/journal/reader.js'
import { decodeSegmentHeader, encodeSegmentHeader, segmentPath } from '../../../src/journal/segment.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'

/** Written by the code before format 2, with every kind of entry and of ingress. */
const FORMAT_1 = join(import.meta.dirname, '../../golden/journal-format-1')
const AT = 1795507200000

const message = (ingress: string, client: string, topic: string, payload: string, more: object = {}) => ({
  kind: 'message',
  arrivedAt: AT + 2,
  ingress,
  client,
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  fullSizeBytes: null,
  ...more,
})
const BEFORE = [
  { kind: 'start', arrivedAt: AT, version: '0.9.0' },
  { kind: 'config', arrivedAt: AT, hash: 'abc', content: 'plants: []' },
  { kind: 'session', arrivedAt: AT + 1, client: 'robot-7', what: 'begin' },
  message('mqtt', 'robot-7', 'plants/suzhou-1/press/robot-7/robot', '{"metrics":{"cycles":7}}', {
    qos: 2,
    retain: true,
  }),
  message('broker', 'broker:site', 'plants/suzhou-1/press/meter/energy', 'x'.repeat(40), { fullSizeBytes: 9_000_000 }),
  message('hj212', 'hj212:10.0.0.9', 'hj212/88888', '##0005QN=1'),
  message('modbus', 'modbus:meter', 'modbus/meter', '\u0000\u0001', { qos: 0 }),
  { kind: 'tick', arrivedAt: AT + 1000 },
  { kind: 'clock', arrivedAt: AT + 1000, fromMs: AT + 1000, toMs: AT + 1000.5 },
  { kind: 'act', arrivedAt: AT + 1001, content: '{"what":"ack"}' },
  { kind: 'session', arrivedAt: AT + 1002, client: 'robot-7', what: 'end' },
]

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const options = { segmentBytes: 1 << 20, maxBytes: 1 << 24 }

/** All entries of a journal, and whether it was found damaged. */
function entriesIn(dir: string, log: SegmentLog): { entries: JournalEntry[]; damage: unknown } {
  const reader = new JournalReader(nodeDisk, dir, START)
  const entries: JournalEntry[] = []
  for (;;) {
    const records = reader.read(positionOf(log.end), 1e6)
    if (records.length === 0) break
    for (const { body } of records) entries.push(...decodeEntries(body))
  }
  reader.close()
  return { entries, damage: reader.damage }
}

test('a journal of format 1 is read as it was, and goes on in format 2', () => {
  cpSync(FORMAT_1, dir, { recursive: true })
  const log = SegmentLog.open(nodeDisk, dir, options)
  expect(log.messages).toBe(4)
  expect(entriesIn(dir, log)).toEqual({ entries: BEFORE, damage: null })

  const later = { ...message('mqtt', 'meter', 'a', '1'), properties: Buffer.of(2, 0, 0, 0, 60) } as JournalEntry
  log.append([encodeEntries([later])], [1])
  expect(entriesIn(dir, log)).toEqual({ entries: [...BEFORE, later], damage: null })
  log.close()
  const versions = [1, 2].map((segment) => readFileSync(segmentPath(dir, segment)).readUInt32LE(8))
  expect(versions).toEqual([1, 2])
})

test('what format 1 says is written by this program byte for byte', () => {
  const bodies = [BEFORE.slice(0, 3), BEFORE.slice(3, 8), BEFORE.slice(8)] as unknown as JournalEntry[][]
  const segment = readFileSync(segmentPath(FORMAT_1, 1))
  for (const body of bodies) expect(segment.includes(encodeEntries(body))).toBe(true)
  const header = decodeSegmentHeader(segment.subarray(0, 40), 1, '')!
  expect(header.version).toBe(1)
  expect(encodeSegmentHeader(header)).toEqual(segment.subarray(0, 40))
})

test('a segment of a format to come is refused by name', () => {
  const bytes = encodeSegmentHeader({ version: 3, segment: 1, previous: START, messages: 0 })
  expect(() => decodeSegmentHeader(bytes, 1, 'x.journal')).toThrow('x.journal has format 3, this program reads 2')
})
