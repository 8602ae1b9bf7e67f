import { expect, test } from 'vitest'
import { MODBUS_CONNECTIONS_MAX } from '../../../../src/base/modbus.js'
import { PollStats } from '../../../../src/intake/modbus/poll-stats.js'

test('what one thread counts another reads, by connection and result', () => {
  const stats = PollStats.create()
  const hall = stats.of('hall')
  hall('ok')
  hall('ok')
  stats.of('yard')('timeout')
  const seen = new PollStats(stats.shared).read()
  expect(seen.map(({ id, polls }) => [id, polls.ok, polls.timeout])).toEqual([
    ['hall', 2, 0],
    ['yard', 0, 1],
  ])
})

test('a connection that is taken up again goes on counting where it was', () => {
  const stats = PollStats.create()
  stats.of('hall')('ok')
  stats.of('yard')('ok')
  stats.of('hall')('ok')
  expect(stats.read().map(({ id, polls }) => [id, polls.ok])).toEqual([
    ['hall', 2],
    ['yard', 1],
  ])
})

test('an id of 64 characters has room, and one connection too many is not counted as another', () => {
  const stats = PollStats.create()
  const ids = Array.from({ length: MODBUS_CONNECTIONS_MAX + 1 }, (_, i) => `${i}`.padEnd(64, 'x'))
  for (const id of ids) stats.of(id)('ok')
  const seen = stats.read()
  expect(seen.map(({ id }) => id)).toEqual(ids.slice(0, MODBUS_CONNECTIONS_MAX))
  expect(seen.every(({ polls }) => polls.ok === 1)).toBe(true)
})
