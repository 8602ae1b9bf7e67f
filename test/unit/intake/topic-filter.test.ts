import { describe, expect, test } from 'vitest'
import { Acl } from '../../../src/intake/acl.js'
import { covers, filterProblem } from '../../../src/intake/topic-filter.js'

test.each(['a', '#', '+', '/', 'a/#', '+/a/+', '/+', '$SYS/#'])('%s is a topic filter', (filter) => {
  expect(filterProblem(filter)).toBeNull()
})

test.each(['', 'a#', '#/a', 'a/#/b', 'a+', '+a/b', 'a/b+/c'])('"%s" is no topic filter', (filter) => {
  expect(filterProblem(filter)).not.toBeNull()
})

// Examples of MQTT 3.1.1 §4.7.1.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/uptime', false],
  ['+/monitor', '$SYS/monitor', false],
  ['$SYS/#', '$SYS/monitor', true],
  ['test/#', 'test/+', true],
  ['test/#', 'test/a/#', true],
  ['test/+', 'test/#', false],
  ['test/a', 'test/+', false],
  ['a', 'a/b', false],
])('%s covers %s: %s', (outer, inner, expected) => {
  expect(covers(outer, inner)).toBe(expected)
})

describe('deny rules', () => {
  const acl = new Acl([
    { deny: 'subscribe', topic: 'test/nosubscribe' },
    { deny: 'publish', topic: 'locked/#' },
  ])

  test('a filter is refused when all that it could bring is denied, a wider one is not', () => {
    expect(acl.maySubscribe('test/nosubscribe')).toBe(false)
    expect(acl.maySubscribe('test/#')).toBe(true)
    expect(acl.maySubscribe('locked/a')).toBe(true)
  })

  test('a topic is refused for publishing alone', () => {
    expect(acl.mayPublish('locked/a/b')).toBe(false)
    expect(acl.mayPublish('test/nosubscribe')).toBe(true)
  })
})
