import { describe, expect, test } from 'vitest'
import { subjectOfTopic, topicOfSubject } from '../../../src/intake/nats/subject.js'

describe('topics as nats-server writes them as subjects', () => {
  // Seen at nats-server 2.10; [MQTT-4.7.1] has levels that are empty.
  test.each([
    ['plants/p1/l1/d1/energy', 'plants.p1.l1.d1.energy'],
    ['spBv1.0/g/NDATA/n', 'spBv1//0.g.NDATA.n'],
    ['plants/p1//d1/energy', 'plants.p1./.d1.energy'],
    ['/plants/x', '/.plants.x'],
    ['a/b/', 'a.b./'],
    ['a..b', 'a////b'],
  ])('%s is %s', (topic, subject) => {
    expect(topicOfSubject(subject)).toBe(topic)
    expect(subjectOfTopic(topic)).toBe(subject)
  })

  test.each(['', 'a b', 'a/+', 'a/#', 'a/*', 'a>'])('nobody listens to "%s" there', (topic) => {
    expect(subjectOfTopic(topic)).toBeNull()
  })
})
