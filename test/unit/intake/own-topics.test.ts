import { describe, expect, test } from 'vitest'
import type { RegisteredDevice } from '../../../src/access/registry.js'
import { OpenAccess } from '../../../src/intake/access.js'
import { Acl } from '../../../src/intake/acl.js'
import { OwnTopics } from '../../../src/intake/own-topics.js'
import { client, inbox, start } from './started-broker.js'

const device = (id: string, more: Partial<RegisteredDevice> = {}): RegisteredDevice => ({
  plant: 'p',
  line: 'l',
  device: id,
  topics: [],
  disabled: false,
  since: '2026-11-01T00:00:00Z',
  ...more,
})
const PLC = device('press-1', { client: 'plc-7', topics: ['acme/press-1/#'] })

function accessOf(...devices: readonly RegisteredDevice[]) {
  const access = new OwnTopics(new OpenAccess(new Acl([{ deny: 'publish', topic: 'p/denied' }])), devices)
  const admit = (clientId: string) => {
    const admitted = access.admit({ clientId, username: undefined, password: undefined, certificateSubject: null })
    if ('connackCode' in admitted) throw new Error(admitted.sentence)
    return admitted
  }
  return { access, admit }
}

describe('a client that is registered for a device', () => {
  const { admit } = accessOf(PLC)

  test.each([
    ['plants/p/l/press-1/energy', true],
    ['plants/p/moved/press-1/status', true],
    ['acme/press-1/raw', true],
    ['plants/p/l/press-2/energy', false],
    ['plants/q/l/press-1/energy', false],
    ['shop/7', false],
  ])('publishes to %s: %s', (topic, is) => expect(admit('plc-7').mayPublish(topic)).toBe(is))

  test.each([
    ['plants/p/l/press-1/rejected', true],
    ['plants/p/+/press-1/#', true],
    ['plants/p/l/press-2/rejected', false],
    ['plants/p/l/+/rejected', false],
    ['#', false],
  ])('subscribes to %s: %s', (filter, is) => {
    expect(admit('plc-7').maySubscribe(filter)).toBe(is)
  })

  test('is brought nothing of others', () => {
    expect(admit('plc-7').mayReceive('plants/p/l/press-1/rejected')).toBe(true)
    expect(admit('plc-7').mayReceive('plants/p/l/press-2/energy')).toBe(false)
  })

  test('that stands for two devices may use the topics of both', () => {
    const both = accessOf(PLC, device('press-2', { client: 'plc-7' })).admit('plc-7')
    expect(both.mayPublish('plants/p/l/press-1/energy')).toBe(true)
    expect(both.mayPublish('plants/p/l/press-2/energy')).toBe(true)
  })
})

test('nobody else publishes where a device with a client does; all others do as before', () => {
  const other = accessOf(PLC, device('free-1')).admit('someone')
  expect(other.mayPublish('plants/p/l/press-1/energy')).toBe(false)
  expect(other.mayPublish('acme/press-1/raw')).toBe(false)
  expect(other.mayPublish('plants/p/l/free-1/energy')).toBe(true)
  expect(other.mayPublish('plants/p/l/press-2/energy')).toBe(true)
  expect(other.mayPublish('p/denied')).toBe(false)
  expect(other.maySubscribe('#')).toBe(true)
})

test('who is connected loses and gets its topics with the registry, and the edition says so', () => {
  const { access, admit } = accessOf()
  const [plc, other] = [admit('plc-7'), admit('other')]
  expect(plc.mayPublish('shop/7')).toBe(true)
  const before = access.edition
  access.replace([PLC])
  expect(access.edition).not.toBe(before)
  expect(plc.mayPublish('shop/7')).toBe(false)
  expect(other.mayPublish('plants/p/l/press-1/energy')).toBe(false)
  access.replace([{ ...PLC, disabled: true }])
  expect(plc.mayPublish('plants/p/l/press-1/energy')).toBe(false)
  access.replace([])
  expect(other.mayPublish('plants/p/l/press-1/energy')).toBe(true)
})

describe('at the broker', () => {
  test('a client whose device is disabled gets CONNACK 5, another does not', async () => {
    const { broker } = await start(null)
    broker.register([{ ...PLC, disabled: true }])
    await expect(client(broker, { clientId: 'plc-7' })).rejects.toMatchObject({ code: 5 })
    expect((await client(broker, { clientId: 'plc-8' })).connected).toBe(true)
  })

  test('a device hears what was rejected of it, and nothing else', async () => {
    const { broker } = await start(null)
    broker.register([PLC])
    const plc = await client(broker, { clientId: 'plc-7' })
    const got = inbox(plc)
    const granted = await plc
      .subscribeAsync(['plants/p/l/press-1/rejected', 'plants/p/l/press-2/rejected'])
      .catch((error: Error) => error)
    expect(granted).toBeInstanceOf(Error)
    await plc.subscribeAsync('plants/p/l/press-1/rejected', { qos: 1 })
    broker.publishNotice('plants/p/l/press-2/rejected', 'not yours')
    broker.publishNotice('plants/p/l/press-1/rejected', 'yours')
    await expect.poll(() => got).toEqual(['plants/p/l/press-1/rejected yours'])
  })

  test('a message of somebody else never reaches the journal, and ends the connection', async () => {
    const { broker, journal } = await start(null)
    broker.register([PLC])
    const other = await client(broker, { clientId: 'other' })
    const closed = new Promise<void>((resolve) => other.once('close', () => resolve()))
    other.publish('plants/p/l/press-1/energy', '{}', { qos: 1 })
    await closed
    const plc = await client(broker, { clientId: 'plc-7' })
    await plc.publishAsync('plants/p/l/press-1/energy', '{}', { qos: 1 })
    const messages = journal.entries.filter((entry) => entry.kind === 'message')
    expect(messages).toMatchObject([{ client: 'plc-7' }])
  })
})
