import { expect, test } from 'vitest'
import type { IngressKind } from '../../../src/base/ingress.js'
import { DecodedMessage, OtherDeviceShare } from '../../../src/decode/decoded-message.js'
import { Flows } from '../../../src/pipeline/flows.js'

const NOW = Date.UTC(2026, 10, 24, 8)

function taken(newestSentTs: number, readings = 3): DecodedMessage {
  const one = new DecodedMessage()
  one.newestSentTs = newestSentTs
  one.readings = readings
  return one
}

const from = (client: string, ingress: IngressKind = 'mqtt') => ({ ingress, client, arrivedAt: NOW })

test('a message is of the past when the newest time that its devices gave is more than two minutes old', () => {
  const flows = new Flows()
  flows.note(from('bridge'), taken(NOW - 1000))
  flows.note(from('bridge'), taken(NOW - 119_000))
  flows.note(from('bridge'), taken(NOW - 121_000))
  flows.note(from('bridge', 'broker'), taken(NOW - 86_400_000))
  // Without a time of its own it came when it arrived; of several devices the newest counts.
  flows.note(from('plain'), taken(-Infinity))
  const many = taken(NOW - 86_400_000, 1)
  const other = new OtherDeviceShare(null)
  other.newestSentTs = NOW
  many.others = [other]
  flows.note(from('many'), many)
  expect(flows.pastReadings).toBe(6)
  expect(flows.take(NOW)).toEqual([
    { ingress: 'mqtt', client: 'bridge', messages: 3, past: 1 },
    { ingress: 'mqtt', client: 'plain', messages: 1, past: 0 },
    { ingress: 'mqtt', client: 'many', messages: 1, past: 0 },
    { ingress: 'broker', client: 'bridge', messages: 1, past: 1 },
  ])
})

test('what was counted goes out five times a second, and of 10,000 clients of an ingress at most', () => {
  const flows = new Flows()
  for (let i = 0; i < 11_000; i++) flows.note(from(`c${i}`), taken(NOW))
  expect(flows.take(NOW)).toHaveLength(10_000)
  flows.note(from('c'), taken(NOW))
  expect(flows.take(NOW + 100)).toEqual([])
  expect(flows.take(NOW + 200)).toHaveLength(1)
})
