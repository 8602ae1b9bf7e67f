import { expect, test } from 'vitest'
import { SendBacklog } from '../../../src/authority/backlog.js'
import { type AuthorityMemory, EMPTY_AUTHORITY_MEMORY } from '../../../src/authority/memory.js'
import { KEPT, Windows } from '../../../src/authority/windows.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 08:05 in Shanghai. */
const NOW = Date.parse('2026-11-26T00:05:00Z')
const windows = new Windows('Asia/Shanghai', 10)

function backlog(memory: AuthorityMemory = EMPTY_AUTHORITY_MEMORY, nowMs = NOW): SendBacklog {
  return new SendBacklog(windows, KEPT, 30 * DAY, memory, nowMs)
}

const startOf = (iso: string) => Date.parse(iso)

test('a new authority is told of what is under way, and of nothing before', () => {
  const one = backlog()
  expect(one.due(NOW)).toEqual([])
  expect(one.due(NOW + HOUR).map(({ kept, startMs }) => [kept, new Date(startMs).toISOString()])).toEqual([
    ['minute', '2026-11-26T00:00:00.000Z'],
    ['hour', '2026-11-26T00:00:00.000Z'],
  ])
})

test('what a clock that was ahead has passed over is told when its time comes', () => {
  const one = backlog()
  for (const due of one.due(NOW + 3 * DAY)) one.settle(due, null, NOW + 3 * DAY)
  one.drop(NOW + 3 * 365 * DAY)
  one.drop(NOW + HOUR)
  expect(one.due(NOW + 2 * HOUR).map(({ kept, startMs }) => [kept, new Date(startMs).toISOString()])).toEqual([
    ['minute', '2026-11-26T01:00:00.000Z'],
    ['hour', '2026-11-26T01:00:00.000Z'],
  ])
})

test('the day is that of China: it is due at 16:00Z, after the hour and the minutes that end with it', () => {
  const one = backlog()
  const due = one.due(startOf('2026-11-26T16:00:00Z'))
  expect(due.find(({ kept }) => kept === 'day')?.startMs).toBe(startOf('2026-11-25T16:00:00Z'))
  expect(one.due(startOf('2026-11-26T15:59:59Z')).some(({ kept }) => kept === 'day')).toBe(false)
})

test('each period is told in order, and what was told stays told over a restart', () => {
  let one = backlog()
  const told: string[] = []
  const endMs = NOW + 3 * HOUR
  for (let due = one.due(endMs); due.length > 0; due = one.due(endMs)) {
    told.push(`${due[0]!.kept} ${new Date(due[0]!.startMs).toISOString().slice(11, 16)}`)
    one.settle(due[0]!, 'hash', endMs)
    one = backlog(JSON.parse(JSON.stringify(one.memory)) as AuthorityMemory, endMs)
  }
  expect(told.filter((text) => text.startsWith('hour'))).toEqual(['hour 00:00', 'hour 01:00', 'hour 02:00'])
  expect(told.filter((text) => text.startsWith('minute'))).toEqual([
    'minute 00:00',
    'minute 00:10',
    'minute 00:20',
    'minute 00:30',
    'minute 00:40',
    'minute 00:50',
    'minute 01:00',
    'minute 01:10',
    'minute 01:20',
    'minute 01:30',
    'minute 01:40',
    'minute 01:50',
    'minute 02:00',
    'minute 02:10',
    'minute 02:20',
    'minute 02:30',
    'minute 02:40',
    'minute 02:50',
  ])
  expect(one.pending(endMs)).toEqual({ counts: { minute: 0, hour: 0, day: 0 }, oldestMs: null })
})

test('ten weeks without an answer are a place in time: the same few bytes as one hour', () => {
  const one = backlog()
  const bytes = JSON.stringify(one.memory).length
  const dropped: number[] = []
  for (let ms = NOW; ms < NOW + 70 * DAY; ms += HOUR) {
    for (const { kept, count } of one.drop(ms)) if (kept === 'hour') dropped.push(count)
    one.due(ms)
  }
  const endMs = NOW + 70 * DAY
  one.drop(endMs)
  expect(JSON.stringify(one.memory)).toHaveLength(bytes)
  expect(one.pending(endMs).counts).toMatchObject({ hour: 30 * 24, minute: 30 * 24 * 6 })
  // No hour that was over is lost without a word: those that wait and those that were dropped are all.
  expect(dropped.reduce((sum, count) => sum + count, 0) + 30 * 24).toBeGreaterThanOrEqual(70 * 24 - 1)
})

test('QNs grow by at least a millisecond, also when the clock goes back and after a restart', () => {
  const one = backlog()
  expect(one.nextQnMs(NOW)).toBe(NOW)
  expect(one.nextQnMs(NOW)).toBe(NOW + 1)
  expect(one.nextQnMs(NOW - HOUR)).toBe(NOW + 2)
  expect(backlog(one.memory).nextQnMs(NOW - DAY)).toBe(NOW + 3)
})

test('an hour with other figures is sent again where that is asked for, before what comes after it', () => {
  const one = backlog()
  const endMs = NOW + 4 * HOUR
  for (let i = 0; i < 2; i++) one.settle(one.due(endMs).find(({ kept }) => kept === 'hour')!, `hash-${i}`, endMs)
  const startMs = startOf('2026-11-26T00:00:00Z')
  expect(one.hashOf('hour', startMs)).toBe('hash-0')
  one.restate('hour', startMs, false)
  expect(one.due(endMs).find(({ kept }) => kept === 'hour')).toMatchObject({ isAgain: false })
  one.restate('hour', startMs, true)
  const again = one.due(endMs).find(({ kept }) => kept === 'hour')!
  expect(again).toMatchObject({ startMs, isAgain: true })
  one.settle(again, 'hash-2', endMs)
  expect(one.hashOf('hour', startMs)).toBe('hash-2')
  expect(one.due(endMs).find(({ kept }) => kept === 'hour')).toMatchObject({
    startMs: startOf('2026-11-26T02:00:00Z'),
    isAgain: false,
  })
  expect(one.memory.restated).toBe(2)
})
