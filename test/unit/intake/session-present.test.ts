import mqtt, { type IConnackPacket } from 'mqtt'
import { describe, expect, test, vi } from 'vitest'
import { SOON } from '../../support/soon.js'
import { client, inbox, start } from './started-broker.js'

/** Proves that a client that comes back is told rightly whether its session is there, and has it. */

const v5 = { protocolVersion: 5 } as const

describe('a session without subscriptions', () => {
  const kept = {
    4: { protocolVersion: 4, clientId: 'meter' },
    5: { ...v5, clientId: 'meter', properties: { sessionExpiryInterval: 60 } },
  } as const
  /** Connects, and tells whether a session was there. */
  const comes = async (port: number, version: 4 | 5, clean: boolean) => {
    const device = mqtt.connect(`mqtt://127.0.0.1:${port}`, { ...kept[version], clean, reconnectPeriod: 0 })
    const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => device.on('connect', resolve))
    return { device, sessionPresent }
  }

  test.each([4, 5] as const)(
    'is one: a device of version %i that comes back is told so [MQTT-3.2.2-2]',
    async (version) => {
      const { broker } = await start(null)
      const first = await comes(broker.port, version, false)
      await first.device.publishAsync('t', 'x', { qos: 1 })
      await first.device.endAsync()
      const second = await comes(broker.port, version, false)
      await second.device.publishAsync('t', 'y', { qos: 1 })
      // It takes the place of the one that is there.
      const third = await comes(broker.port, version, false)
      const anew = await comes(broker.port, version, true)
      await anew.device.endAsync()
      expect([first, second, third, anew].map(({ sessionPresent }) => sessionPresent)).toEqual([
        false,
        true,
        true,
        false,
      ])
      await second.device.endAsync(true)
      await third.device.endAsync(true)
    },
  )

  test.each([4, 5] as const)('is none where none is kept (version %i)', async (version) => {
    const { broker } = await start(null, { limits: { sessions: 0 } })
    const first = await comes(broker.port, version, false)
    await first.device.endAsync()
    const second = await comes(broker.port, version, false)
    await second.device.endAsync()
    expect(second.sessionPresent).toBe(false)
  })
})

test('a session that is taken over goes on, where none is kept for those who are away too, and drops nobody else’s', async () => {
  for (const sessions of [0, 1]) {
    const { broker } = await start(null, { limits: { sessions } })
    const kept = { ...v5, properties: { sessionExpiryInterval: 60 }, clean: false, reconnectPeriod: 0 } as const
    const other = await client(broker, { ...kept, clientId: 'other' })
    await other.subscribeAsync('t', { qos: 1 })
    await other.endAsync()
    const before = await client(broker, { ...kept, clientId: 'reader' })
    await before.subscribeAsync('t', { qos: 1 })
    const after = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clientId: 'reader' })
    const got = inbox(after)
    const { sessionPresent } = await new Promise<IConnackPacket>((resolve) => after.on('connect', resolve))
    expect(sessionPresent).toBe(true)
    await (await client(broker)).publishAsync('t', 'to who has taken over', { qos: 1 })
    await vi.waitFor(() => expect(got).toEqual(['t to who has taken over']), SOON)
    const back = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, { ...kept, clientId: 'other' })
    const connack = await new Promise<IConnackPacket>((resolve) => back.on('connect', resolve))
    expect(connack.sessionPresent).toBe(sessions === 1)
    for (const one of [before, after, back]) await one.endAsync(true)
  }
})
