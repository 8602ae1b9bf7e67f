/** A gateway that starts takes the newest arrival in its journal as the time that was. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeDisk } from '../../../src/journal/disk.js'
import { encodeEntries, type JournalEntry } from '../../../src/journal/entries.js'
import { newestArrivalMs } from '../../../src/journal/newest-arrival.js'
import { encodeSegmentHeader, segmentPath } from '../../../src/journal/segment.js'
import { SegmentLog } from '../../../src/journal/segment-log.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')
const DAY = 86_400_000
const LIMITS = { segmentBytes: 1_000_000, maxBytes: 10_000_000 }
const tick = (arrivedAt: number): JournalEntry => ({ kind: 'tick', arrivedAt })
const start = (arrivedAt: number): JournalEntry => ({ kind: 'start', arrivedAt, version: '1' })
const clock = (arrivedAt: number, fromMs: number, toMs: number): JournalEntry => ({
  kind: 'clock',
  arrivedAt,
  fromMs,
  toMs,
})

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-newest-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const open = () => SegmentLog.open(nodeDisk, dir, LIMITS)
function write(...entries: JournalEntry[]) {
  const log = open()
  for (const entry of entries) log.append([encodeEntries([entry])], [0])
  log.close()
}

test('a journal without entries says nothing', () => {
  expect(newestArrivalMs(open().takeFound())).toBe(0)
})

test('the newest arrival counts, not that of what has waited elsewhere', () => {
  write(start(T0), tick(T0 + 1000), tick(T0 - DAY))
  const log = open()
  expect(newestArrivalMs(log.takeFound())).toBe(T0 + 1000)
  expect(log.takeFound()).toEqual([])
})

test.each([
  ['a doubted one', [clock(T0 + 5, T0 + 5, T0 + DAY)], T0 + 5],
  ['one that was followed ahead', [clock(T0 + DAY, T0 + 5, T0 + DAY)], T0 + DAY],
  ['one that was followed back', [clock(T0 - DAY, T0 + 5, T0 - DAY), tick(T0 - DAY + 1)], T0 - DAY + 1],
  ['a start behind it', [start(T0 - DAY)], T0 - DAY],
])('of a clock that jumped: %s', (_, entries, newestMs) => {
  write(start(T0), tick(T0 + 4), ...entries)
  expect(newestArrivalMs(open().takeFound())).toBe(newestMs)
})

test('a segment that was only begun, by a gateway that ended at once, hides nothing', () => {
  write(start(T0), tick(T0 + 1000))
  const { end, messages } = open()
  const segment = end.segment + 1
  const fd = nodeDisk.create(segmentPath(dir, segment))
  nodeDisk.write(fd, encodeSegmentHeader({ segment, previous: end, messages }), 0)
  nodeDisk.close(fd)
  expect(newestArrivalMs(open().takeFound())).toBe(T0 + 1000)
})
