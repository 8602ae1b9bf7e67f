import { expect, test } from 'vitest'
import { EmbeddedHost, type HostBroker, hostStates, saysOffline } from '../../../src/intake/sparkplug-state.js'

test('birth and will of one connection have one time', () => {
  expect(hostStates('scada', 1_700_000_000_000)).toEqual({
    birth: { topic: 'spBv1.0/STATE/scada', payload: '{"online":true,"timestamp":1700000000000}' },
    will: { topic: 'spBv1.0/STATE/scada', payload: '{"online":false,"timestamp":1700000000000}' },
  })
})

test.each([
  ['{"online":false,"timestamp":1}', true],
  ['{"online":true,"timestamp":1}', false],
  ['OFFLINE', false],
  ['null', false],
  ['{"online":"false"}', false],
])('%s says offline: %s', (payload, expected) => {
  expect(saysOffline(payload)).toBe(expected)
  expect(saysOffline(Buffer.from(payload))).toBe(expected)
})

test('who is said to be offline says that it is not, with the time of its birth, until it goes', async () => {
  const said: string[] = []
  let hear: (payload: string) => void = () => undefined
  const broker: HostBroker = {
    publishRetained: async (topic, payload) => {
      said.push(`${topic} ${payload}`)
    },
    onPublished: (_topic, listener) => {
      hear = listener
    },
  }
  const clock = { ms: 1000, nowMs: () => clock.ms }
  const host = await EmbeddedHost.start('scada', broker, clock, { warn: () => {} })
  clock.ms = 2000
  hear('{"online":false,"timestamp":5}')
  hear('{"online":true,"timestamp":6}')
  await host.end()
  expect(said).toEqual([
    'spBv1.0/STATE/scada {"online":true,"timestamp":1000}',
    'spBv1.0/STATE/scada {"online":true,"timestamp":1000}',
    'spBv1.0/STATE/scada {"online":false,"timestamp":2000}',
  ])
})

test('a broker that does not take what a host says of itself ends nothing: the log says so', async () => {
  let fault: Error | null = null
  let hear: (payload: string) => void = () => undefined
  const broker: HostBroker = {
    publishRetained: async () => {
      if (fault !== null) throw fault
    },
    onPublished: (_topic, listener) => {
      hear = listener
    },
  }
  const reasons: string[] = []
  const warn = ({ reason }: { readonly reason: string }) => reasons.push(reason)
  const host = await EmbeddedHost.start('scada', broker, { nowMs: () => 1000 }, { warn } as never)
  fault = new Error('no room')
  hear('{"online":false,"timestamp":5}')
  await host.end()
  expect(reasons).toEqual(['no room', 'no room'])
})
