import { describe, expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import { CONNACK, connect, DISCONNECT, packet, puback, publish, subscribe, text } from '../unit/intake/packets.js'
import { cleanups, client, dial, inbox, type Setup, start } from '../unit/intake/started-broker.js'

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)

/** Entries of the journal, a word each: `+d` a session begins, `-d` it ends, `d:topic` a message. */
function story({ journal }: Setup): string[] {
  return journal.entries.map((entry) => {
    if (entry.kind === 'session') return `${entry.what === 'begin' ? '+' : '-'}${entry.client}`
    return entry.kind === 'message' ? `${entry.client}:${entry.topic}` : entry.kind
  })
}

const will = { topic: 'plants/p/l/d/status', payload: Buffer.from('offline'), qos: 1 as const, retain: true }

describe('in the journal a session', () => {
  test('begins before the first message and ends after the last, on DISCONNECT and on a broken connection', async () => {
    const setup = await start(null)
    const leaves = await dial(setup.broker)
    leaves.send(
      connect({ id: 'a' }),
      publish({ topic: 'x', id: 1 }),
      publish({ topic: 'y', id: 2, qos: 2 }),
      DISCONNECT,
    )
    await leaves.closes()
    const breaks = await dial(setup.broker)
    breaks.send(connect({ id: 'b' }), publish({ topic: 'z', id: 1 }))
    await breaks.receives(puback(1))
    breaks.socket.resetAndDestroy()
    await waitFor(() => expect(story(setup)).toEqual(['+a', 'a:x', 'a:y', '-a', '+b', 'b:z', '-b']))
  })

  test('ends after the will of its client', async () => {
    const setup = await start(null)
    const subscriber = await client(setup.broker, { clientId: 's' })
    const got = inbox(subscriber)
    await subscriber.subscribeAsync(will.topic)
    const device = await client(setup.broker, { clientId: 'd', will })
    device.stream.destroy()
    await waitFor(() => expect(got).toEqual([`${will.topic} offline`]))
    await waitFor(() => expect(story(setup)).toEqual(['+s', '+d', `d:${will.topic}`, '-d']))
    expect(setup.journal.messages).toMatchObject([{ client: 'd', topic: will.topic, qos: 1, retain: true }])
  })

  test('is that of the newest connection when clients of one name come one after the other [MQTT-3.1.4-2]', async () => {
    const setup = await start(null)
    const clients = []
    for (let i = 0; i < 3; i++) {
      const raw = await dial(setup.broker)
      raw.send(connect({ id: 'same', flags: 0 }), subscribe('some/#'), publish({ topic: `t${i}` }))
      await raw.receives(puback(1))
      clients.push(raw)
    }
    expect(story(setup)).toEqual(['+same', 'same:t0', '-same', '+same', 'same:t1', '-same', '+same', 'same:t2'])
    expect(setup.stats.read().clients).toBe(1)
    clients[2]!.send(DISCONNECT)
    await waitFor(() => expect(story(setup).at(-1)).toBe('-same'))
    expect(setup.stats.read().clients).toBe(0)
  })

  test('alternates for clients of one name that come all at once', async () => {
    const setup = await start(null)
    const clients = await Promise.all(Array.from({ length: 20 }, () => dial(setup.broker)))
    for (const raw of clients) raw.send(connect({ id: 'same' }))
    await waitFor(() => expect(clients.filter(({ isClosed }) => !isClosed)).toHaveLength(1))
    const last = clients.find(({ isClosed }) => !isClosed)!
    last.send(publish({ topic: 't' }))
    await last.receives(puback(1))
    last.send(DISCONNECT)
    await waitFor(() => expect(story(setup).slice(-2)).toEqual(['same:t', '-same']))
    const sessions = story(setup).filter((word) => word !== 'same:t')
    expect(sessions).toEqual(sessions.map((_, i) => (i % 2 === 0 ? '+same' : '-same')))
    expect(setup.stats.read().clients).toBe(0)
  })

  test('is none for who goes away while the CONNECT is looked at, and the next of that name has its own', async () => {
    const setup = await start(null)
    const first = await dial(setup.broker)
    first.send(connect({ id: 'd', flags: 0 }), subscribe('some/#'))
    await first.receives(Buffer.of(0x90, 3, 0, 1, 0))
    for (let i = 0; i < 20; i++) {
      const hasty = await dial(setup.broker)
      hasty.socket.end(connect({ id: 'd', flags: 0 }))
      if (i % 2 === 0) hasty.socket.destroy()
      await hasty.closes()
    }
    const patient = await dial(setup.broker)
    patient.send(connect({ id: 'd' }))
    await patient.receives(CONNACK)
    patient.send(DISCONNECT)
    await patient.closes()
    await waitFor(() => expect(story(setup).at(-1)).toBe('-d'))
    const sessions = story(setup)
    expect(sessions).toEqual(sessions.map((_, i) => (i % 2 === 0 ? '+d' : '-d')))
    expect(setup.stats.read().clients).toBe(0)
  })

  test('does not end, and no will is published, when the gateway stops', async () => {
    const setup = await start(null)
    const device = await client(setup.broker, { clientId: 'd', will })
    const silent = await dial(setup.broker)
    const ended = new Promise<void>((resolve) => device.once('close', () => resolve()))
    await setup.broker.close()
    await ended
    await silent.closes()
    expect(story(setup)).toEqual(['+d'])
  })
})

test('a retained status is journaled when it is published, not when a subscriber is given it', async () => {
  const setup = await start(null)
  const device = await client(setup.broker, { clientId: 'd' })
  await device.publishAsync(will.topic, 'online', { qos: 1, retain: true })
  const subscriber = await client(setup.broker, { clientId: 's' })
  const got = inbox(subscriber)
  await subscriber.subscribeAsync(will.topic)
  await waitFor(() => expect(got).toEqual([`${will.topic} online`]))
  setup.broker.publishNotice('plants/p/l/d/rejected', '{}')
  await device.publishAsync('marker', '', { qos: 1 })
  expect(story(setup)).toEqual(['+d', `d:${will.topic}`, '+s', 'd:marker'])
})

test('deny rules that change while it runs hold for those who are connected', async () => {
  const { broker } = await start(null)
  const raw = await dial(broker)
  cleanups.push(() => raw.socket.destroy())
  raw.send(connect({ id: 'a' }), packet(0x82, Buffer.of(0, 1), text('t/#'), Buffer.of(0)))
  await raw.receives(Buffer.of(0x90, 3, 0, 1, 0))
  broker.deny([{ deny: 'subscribe', topic: 't/secret' }])
  broker.publishNotice('t/secret', 'no')
  broker.publishNotice('t/open', 'yes')
  await raw.receives(Buffer.from('t/openyes'))
  expect(raw.received.includes('t/secret')).toBe(false)
})
