import { describe, expect, test } from 'vitest'
import { isId, parseTopic, topicOf } from '../../../src/base/topic.js'

const path = { plant: 'suzhou-1', line: 'press', device: 'robot_7' }

describe('a topic', () => {
  test.each(['energy', 'emissions', 'robot', 'production', 'status', 'rejected'] as const)('may end in %s', (kind) => {
    expect(topicOf(path, kind)).toBe(`plants/suzhou-1/press/robot_7/${kind}`)
    expect(parseTopic(topicOf(path, kind))).toEqual({ ...path, kind })
  })

  test.each([
    ['', 'starts with "plants/"'],
    ['Plants/suzhou-1/press/robot-7/energy', 'starts with "plants/"'],
    ['/plants/suzhou-1/press/robot-7/energy', 'starts with "plants/"'],
    ['plants/suzhou-1/press/energy', 'this one has 4'],
    ['plants/suzhou-1/press/robot-7/energy/', 'this one has 6'],
    ['plants/suzhou-1/press/robot-7/energy/extra', 'this one has 6'],
    ['plants//press/robot-7/energy', 'the plant id ""'],
    ['plants/suzhou-1/Press/robot-7/energy', 'the line id "Press"'],
    ['plants/suzhou-1/press/roböter/energy', 'the device id "roböter"'],
    ['plants/suzhou-1/press/robot-7/Energy', 'the last level "Energy"'],
    ['plants/suzhou-1/press/robot-7/constructor', 'the last level "constructor"'],
  ])('%j is told what is wrong', (topic, problem) => {
    expect(parseTopic(topic)).toEqual({ problem: expect.stringContaining(problem) })
  })

  test('of any length is told in a short sentence', () => {
    const answer = parseTopic(`plants/${'x'.repeat(60_000)}/press/robot-7/energy`)
    expect('problem' in answer && answer.problem.length).toBeLessThan(120)
  })
})

describe('an id', () => {
  test.each(['a', '7', 'a-b_c', 'a'.repeat(64)])('may be %s', (id) => {
    expect(isId(id)).toBe(true)
  })

  test.each(['', '-a', '_a', 'A', 'a.b', 'a b', 'a/b', 'a+', '#', 'a\n', 'ä', 'a'.repeat(65)])('is not %j', (id) => {
    expect(isId(id)).toBe(false)
  })
})
