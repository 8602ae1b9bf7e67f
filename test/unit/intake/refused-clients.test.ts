import mqtt from 'mqtt'
import { expect, test } from 'vitest'
import { REFUSED_CLIENTS_MAX } from '../../../src/base/wire/refused-clients.js'
import { RefusedClients } from '../../../src/intake/refused-clients.js'
import { start } from './started-broker.js'

/** Proves that whoever is not let in is remembered with why, within bounds, until they are let in. */

function remembered() {
  let nowMs = Date.UTC(2026, 10, 29)
  const refused = new RefusedClients({ nowMs: () => nowMs })
  const later = (ms: number) => {
    nowMs += ms
  }
  const from = (address: string, client: string) => {
    nowMs += 1000
    refused.refused({ address, client }, 'credential', `${client} is wrong`)
  }
  return { refused, from, later }
}

test('one that comes again is one entry, with its first and its last time, until it is let in', () => {
  const { refused, from } = remembered()
  expect(refused.changes()).toBeNull()
  from('10.0.0.1', 'a')
  from('10.0.0.1', 'b')
  from('10.0.0.1', 'a')
  expect(refused.changes()?.map(({ client, count, since, last }) => [client, count, since, last])).toEqual([
    ['a', 2, '2026-11-29T00:00:01.000Z', '2026-11-29T00:00:03.000Z'],
    ['b', 1, '2026-11-29T00:00:02.000Z', '2026-11-29T00:00:02.000Z'],
  ])
  expect(refused.changes()).toBeNull()
  refused.admitted({ address: '10.0.0.1', client: 'a' })
  expect(refused.changes()?.map(({ client }) => client)).toEqual(['b'])
})

test('a crowd at one address drives out its own, and not the device of another', () => {
  const { refused, from } = remembered()
  from('10.0.0.1', 'plc-7')
  for (let i = 0; i < 3 * REFUSED_CLIENTS_MAX; i++) from('10.0.0.2', `bot-${i}`)
  const clients = refused.changes()?.map(({ client }) => client) ?? []
  expect(clients).toHaveLength(REFUSED_CLIENTS_MAX)
  expect(clients[0]).toBe(`bot-${3 * REFUSED_CLIENTS_MAX - 1}`)
  expect(clients).toContain('plc-7')
})

test('a host of IPv6 is one, whichever of its addresses it takes', () => {
  const { refused, from } = remembered()
  from('10.0.0.1', 'plc-7')
  for (let i = 0; i < 2 * REFUSED_CLIENTS_MAX; i++) from(`2001:db8::${i.toString(16)}`, 'bot')
  expect(refused.changes()?.map(({ client }) => client)).toContain('plc-7')
})

test('one that proves who it is has nothing against it at any address, and what is a day old is no news', () => {
  const { refused, from, later } = remembered()
  from('10.0.0.1', 'old')
  later(23 * 3_600_000)
  from('10.0.0.1', 'a')
  from('10.0.0.2', 'b')
  refused.admitted({ address: '10.0.0.3', client: 'b' })
  expect(refused.changes()?.map(({ client }) => client)).toEqual(['b', 'a', 'old'])
  refused.admitted({ address: '10.0.0.3', client: 'b' }, true)
  later(3_600_000)
  expect(refused.changes()?.map(({ client }) => client)).toEqual(['a'])
})

test('one that is held off is shown with what was wrong before', () => {
  const { refused, from } = remembered()
  from('10.0.0.1', 'a')
  refused.refused({ address: '10.0.0.1', client: 'a' }, 'too_often', 'it was wrong too often')
  expect(refused.changes()).toMatchObject([{ reason: 'too_often', detail: 'a is wrong', count: 2 }])
})

test('texts from outside are shortened', () => {
  const { refused } = remembered()
  refused.refused({ address: undefined, client: 'x'.repeat(5000) }, 'client_id', 'y'.repeat(5000))
  const [one] = refused.changes() ?? []
  expect([one?.client.length, one?.detail.length, one?.address]).toEqual([200, 400, ''])
})

test.each([
  ['without a token', {}, 'none_shown'],
  ['with a wrong one', { username: 'plc-7', password: 'wrong' }, 'credential'],
])('a client %s is remembered by the broker, with the reason', async (_name, shown, reason) => {
  const { broker } = await start(null, {}, { isRequired: true })
  const url = `mqtt://127.0.0.1:${broker.port}`
  await expect(mqtt.connectAsync(url, { clientId: 'plc-7', reconnectPeriod: 0, ...shown })).rejects.toThrow()
  expect(broker.refusedChanges()).toMatchObject([
    { client: 'plc-7', address: expect.stringContaining('127.0.0.1'), reason, count: 1 },
  ])
  expect(broker.refusedChanges()).toBeNull()
})

test.each([4, 5] as const)(
  'one without a client id is one entry, however often it comes (version %i)',
  async (protocolVersion) => {
    const { broker } = await start(null, {}, { isRequired: true })
    const url = `mqtt://127.0.0.1:${broker.port}`
    for (let i = 0; i < 2; i++) {
      const nameless = { clientId: '', clean: true, protocolVersion, reconnectPeriod: 0 }
      await expect(mqtt.connectAsync(url, nameless)).rejects.toThrow()
    }
    expect(broker.refusedChanges()).toMatchObject([{ client: '', reason: 'none_shown', count: 2 }])
  },
)
