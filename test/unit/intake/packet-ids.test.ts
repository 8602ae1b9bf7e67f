import { expect, test, vi } from 'vitest'
import { ClientGate, type GateParts } from '../../../src/intake/mqtt5/client-gate.js'
import { Deliveries, DeliveryRoom, type OutgoingPublish } from '../../../src/intake/mqtt5/deliveries.js'
import { SharedSubscriptions } from '../../../src/intake/mqtt5/shared-subscriptions.js'
import { SubscribeAnswers } from '../../../src/intake/mqtt5/subscribe-answers.js'
import { isReservedForReplies } from '../../../src/intake/replies.js'
import { SessionQueues } from '../../../src/intake/session-queues.js'

const bounds = { session_messages: 9, session_bytes: 2 ** 30, sessions_bytes: 2 ** 30 }
const message = { topic: 't', payload: Buffer.of(1), qos: 1, retain: false, dup: false } as const
const delivery = (messageId: number): OutgoingPublish => ({ ...message, messageId })

test('a packet id is not given again while a message has it, or its session keeps one under it [MQTT-2.2.1-4]', () => {
  const queues = new SessionQueues(bounds, () => {})
  const parts = { queues, room: new DeliveryRoom(bounds) } as Partial<GateParts>
  const client = { id: 'c', conn: { destroyed: true }, receiveMaximum: 1, _nextId: 65_534 }
  void queues.outgoingEnqueue({ clientId: 'c' }, { cmd: 'publish', ...message, brokerCounter: 7 })
  void queues.outgoingUpdate({ id: 'c' }, { cmd: 'publish', brokerCounter: 7, messageId: 2 })
  const gate = new ClientGate(client as never, parts as GateParts)
  const given: number[] = []
  const give = (): void => {
    const id = client._nextId
    client._nextId = id >= 65_535 ? 1 : id + 1
    gate.deliver(delivery(id))
    given.push(id)
  }
  for (let i = 0; i < 4; i++) give()
  expect(given).toEqual([65_534, 65_535, 1, 3])
  // The first two are not acknowledged, and the ids come round.
  for (const messageId of [65_534, 65_535]) gate.heard({ cmd: 'puback', messageId })
  client._nextId = 65_535
  for (let i = 0; i < 2; i++) give()
  expect(given.slice(4)).toEqual([65_535, 4])
})

test('so few messages wait for a client that a packet id is left, however small they are', () => {
  const deliveries = new Deliveries(1, new DeliveryRoom(bounds), { keeps: () => false, forget: () => {} })
  let dropped = 0
  for (let id = 1; id <= 65_535; id++) if (deliveries.begin(delivery(id)) === 'dropped') dropped++
  expect(dropped).toBe(5535)
})

test.each(['plants/Acme/L/D/rejected', 'plants/p/l/d/rejected', 'plants/p/l/d/energy'])(
  'nothing is told under %s, which belongs to a device',
  (topic) => {
    expect(isReservedForReplies(topic)).toBe(true)
  },
)

test('a shared subscription costs as much of a turn as another', () => {
  const spend = vi.fn()
  const policy = { refusalOf: () => null }
  const parts = { policy, shared: new SharedSubscriptions(), budget: { spend } }
  const answers = new SubscribeAnswers({ id: 'c' } as never, parts as never)
  const subscriptions = [{ topic: '$share/g/t', qos: 1 as const }]
  answers.subscribes({ cmd: 'subscribe', messageId: 1, subscriptions } as never)
  expect(spend).toHaveBeenCalledWith(50)
})
