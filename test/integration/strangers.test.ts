import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { digestOf } from '../../src/access/token.js'
import { SOON } from '../support/soon.js'
import { CONNACK, connect, PINGREQ, PINGRESP, puback, publish, text } from '../unit/intake/packets.js'
import { RawClient } from '../unit/intake/raw-client.js'
import { clockStands, type Setup, start } from '../unit/intake/started-broker.js'

/** Connections of those who have not proved who they are, against one that does: none of them may keep it out. */

const TOKEN = 'ggd_the-token-of-the-meter'
const credential = {
  client: 'meter',
  role: 'gateway' as const,
  tokens: [{ sha256: digestOf(TOKEN), since: '2026-11-01T00:00:00Z', until: null }],
  subject: null,
  disabled: false,
}
const required = { isRequired: true, credentials: [credential] }
/** User name and password. */
const PROOF = { id: 'meter', flags: 0xc2, rest: [text('meter'), text(TOKEN)] }

async function from(address: string, { broker }: Setup): Promise<Socket> {
  const socket = dial({ port: broker.port, host: '127.0.0.1', localAddress: address })
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Connects, proves itself, and sends a message. */
async function isServed(address: string, setup: Setup): Promise<boolean> {
  const client = new RawClient(await from(address, setup))
  client.send(connect(PROOF))
  await client.receives(CONNACK)
  client.send(publish({ topic: 'plants/p/l/meter/energy', id: 7 }))
  await client.receives(puback(7))
  client.socket.destroy()
  return true
}

const crowd = (count: number, address: (i: number) => string, setup: Setup): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => from(address(i), setup)))

test.each([
  ['one address', () => '127.7.0.1', '127.0.0.2'],
  ['one network', (i: number) => `127.7.0.${1 + (i % 200)}`, '127.0.0.2'],
  ['forty networks', (i: number) => `127.7.${i % 40}.1`, '127.0.0.2'],
  ['the address of the device', () => '127.0.0.2', '127.0.0.2'],
])('silent connections of %s do not keep a device with a token out', async (_, address, own) => {
  const setup = await start(null, { limits: { unproved: 50, connections: 10 } }, required)
  await crowd(120, address, setup)
  for (let i = 0; i < 5; i++) expect(await isServed(own, setup)).toBe(true)
  expect(setup.stats.read().limited.sockets).toBeGreaterThanOrEqual(70)
})

test('who sends half a CONNECT, or a wrong secret without going, is one of them', async () => {
  const setup = await start(null, { limits: { unproved: 20, connections: 10 } }, required)
  const halves = await crowd(30, () => '127.7.0.1', setup)
  for (const socket of halves) socket.write(connect(PROOF).subarray(0, 10))
  const wrong = await crowd(30, () => '127.8.0.1', setup)
  for (const socket of wrong) socket.write(connect({ id: 'nobody' }))
  expect(await isServed('127.0.0.2', setup)).toBe(true)
})

test('clients that have proved nothing give way to one that has, the newest of the address with the most', async () => {
  const setup = await start(null, { limits: { connections: 4 } }, { ...required, isRequired: false })
  const clients: RawClient[] = []
  for (const [i, address] of ['127.8.0.1', '127.7.0.1', '127.7.0.1', '127.7.0.1'].entries()) {
    const client = new RawClient(await from(address, setup))
    client.send(connect({ id: `open-${i}` }))
    await client.receives(CONNACK)
    clients.push(client)
  }
  expect(await isServed('127.7.0.1', setup)).toBe(true)
  await clients[3]!.closes()
  expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, false, false, true])
  expect(setup.stats.read().limited.displaced).toBe(1)
})

test('one address that has more than half of the places gives one of them to another address', async () => {
  const setup = await start(null, { limits: { connections: 4 } })
  const come = async (address: string, id: string): Promise<RawClient> => {
    const client = new RawClient(await from(address, setup))
    client.send(connect({ id }))
    await vi.waitFor(() => expect(client.received.length).toBe(4), SOON)
    return client
  }
  for (let i = 0; i < 4; i++) await come('127.7.0.1', `crowd-${i}`)
  expect((await come('127.7.0.1', 'one-more')).received[3]).toBe(3)
  expect((await come('127.0.0.2', 'press')).received[3]).toBe(0)
  expect((await come('127.0.0.2', 'oven')).received[3]).toBe(0)
  // Two of four are a fair share.
  expect((await come('127.0.0.2', 'saw')).received[3]).toBe(3)
})

test('a client that connects again and again is turned away with CONNACK 3, at its address alone', async () => {
  clockStands()
  const setup = await start(null)
  const answers: number[] = []
  while (answers.at(-1) !== 3 && answers.length < 300) {
    const client = new RawClient(await from('127.7.0.1', setup))
    client.send(connect({ id: 'press' }))
    await vi.waitFor(() => expect(client.received.length).toBe(4), SOON)
    answers.push(client.received[3]!)
  }
  expect(answers).toEqual([...Array(60).fill(0), 3])
  const own = new RawClient(await from('127.0.0.2', setup))
  own.send(connect({ id: 'press' }), PINGREQ)
  await own.receives(PINGRESP)
})

test('garbage at every connection is a line of the log in ten seconds, which says how much more there was', async () => {
  clockStands()
  const setup = await start(null)
  const sockets = await crowd(300, () => '127.7.0.1', setup)
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\n\r\n')
  await vi.waitFor(() => expect(setup.stats.read().limited.framing).toBe(300), SOON)
  expect(setup.log.filter((line) => line.includes('not MQTT'))).toHaveLength(1)
  expect(setup.log.length).toBeLessThan(10)
})

test('wills where nobody may publish, and topics that are denied, fill no log either', async () => {
  clockStands()
  const setup = await start(null, { acl: [{ deny: 'publish', topic: 'closed/#' }] })
  const will = { flags: 0x06, rest: [text('closed/x'), text('y')] }
  const reserved = { flags: 0x06, rest: [text('$SYS/x'), text('y')] }
  for (let i = 0; i < 40; i++) {
    for (const more of [will, reserved, {}]) {
      const client = new RawClient(await from('127.7.0.1', setup))
      client.send(connect({ id: `c-${i}`, ...more }), publish({ topic: 'closed/x' }))
      await client.closes()
    }
  }
  expect(setup.log.length).toBeLessThan(40)
})
