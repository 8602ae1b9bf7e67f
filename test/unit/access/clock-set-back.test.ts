/** Tickets and sessions given out while the clock was ahead are not good for longer than they should be. */
import { expect, test } from 'vitest'
import { Sessions } from '../../../src/access/sessions.js'
import { Tickets } from '../../../src/access/tickets.js'
import { digestOf } from '../../../src/access/token.js'

const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-24T08:00:00Z')

test('a ticket of the future is void', () => {
  const tickets = new Tickets<string>()
  expect(tickets.take(tickets.issue('wang.wei', NOW + 3 * DAY_MS), NOW)).toBe(null)
  expect(tickets.take(tickets.issue('wang.wei', NOW), NOW + 29_000)).toBe('wang.wei')
})

test('a session that began in the future is over, one that was used there goes on', () => {
  const sessions = new Sessions([], { idleMs: DAY_MS, maxMs: 30 * DAY_MS }, () => undefined)
  const [future, present] = [sessions.begin('wang.wei', NOW + 3 * DAY_MS), sessions.begin('wang.wei', NOW)]
  expect(sessions.use(digestOf(present), NOW + DAY_MS - 1)).not.toBe(null)
  expect(sessions.use(digestOf(present), NOW)).toMatchObject({ seen_ms: NOW })
  expect(sessions.use(digestOf(future), NOW)).toBe(null)
})
