import { expect, it } from 'vitest'
import { isOverBefore } from '../../../dashboards/src/alarms/groups.js'
import { AlarmPages } from '../../../dashboards/src/alarms/pages.js'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { anAlarm as alarm } from '../../support/alarm.js'

const span = { fromMs: Date.parse('2026-11-24T06:00:00Z'), toMs: Date.parse('2026-11-24T12:00:00Z') }
const page = (...items: readonly AlarmItem[]) => ({ items, causes: [], next: 'older' })
const at = (id: string, hour: number) => alarm(id, { raised_at: `2026-11-24T0${hour}:00:00Z` })
const ids = (pages: AlarmPages) => pages.items.map(({ id }) => id)

/** The first page has been read: a, b. */
function readOnce(): AlarmPages {
  const pages = new AlarmPages()
  expect(pages.end(pages.begin())).toBe(true)
  pages.take(page(at('b', 9), at('a', 8)), true, span)
  return pages
}

it('an alarm that stands on two pages is listed once', () => {
  const pages = readOnce()
  expect(pages.end(pages.begin())).toBe(true)
  pages.take(page(at('a', 8), at('old', 7)), false, span)
  expect(ids(pages)).toEqual(['b', 'a', 'old'])
})

it('an older page that arrives after the list was read anew counts for nothing', () => {
  const pages = readOnce()
  const older = pages.begin()
  const anew = pages.begin()
  expect(pages.end(older)).toBe(false)
  expect(pages.isReading).toBe(true)
  expect(pages.end(anew)).toBe(true)
  expect(pages.isReading).toBe(false)
})

it('an acknowledgement told while the list is read is not undone by the answer', () => {
  const pages = readOnce()
  const read = pages.begin()
  pages.changed(alarm('b', { raised_at: '2026-11-24T09:00:00Z', state: 'active_ack' }), span)
  pages.changed(at('new', 9), span)
  expect(pages.end(read)).toBe(true)
  pages.take(page(at('b', 9), at('a', 8)), true, span)
  expect(ids(pages).toSorted()).toEqual(['a', 'b', 'new'])
  expect(pages.items.find(({ id }) => id === 'b')?.state).toBe('active_ack')
})

it('what was told before a read began is no newer than its answer', () => {
  const pages = readOnce()
  pages.changed(alarm('a', { state: 'active_ack' }), span)
  expect(pages.end(pages.begin())).toBe(true)
  pages.take(page(alarm('a', { state: 'cleared_ack' })), true, span)
  expect(pages.items.map(({ state }) => state)).toEqual(['cleared_ack'])
})

it('of the last hours an alarm goes once it was over before them', () => {
  const over = alarm('a', { cleared_at: '2026-11-24T08:30:00Z' })
  expect(isOverBefore(over, Date.parse('2026-11-24T08:30:00Z'))).toBe(false)
  expect(isOverBefore(over, Date.parse('2026-11-24T08:31:00Z'))).toBe(true)
  expect(isOverBefore(alarm('b'), Date.parse('2026-11-24T23:00:00Z'))).toBe(false)
})
