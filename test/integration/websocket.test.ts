import { once } from 'node:events'
import mqtt from 'mqtt'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { SOON } from '../support/soon.js'
import { CONNACK, connect, PINGREQ, PINGRESP, puback, publish, subscribe } from '../unit/intake/packets.js'
import { cleanups, dial, inbox, type Setup, start } from '../unit/intake/started-broker.js'

const waitFor = (condition: () => void) => vi.waitFor(condition, SOON)
const urlOf = ({ broker }: Setup) => `ws://127.0.0.1:${broker.webSocketPort}/mqtt`

interface Dialled {
  readonly socket: WebSocket
  received: Buffer
  closedWith: number | null
}

async function open(
  setup: Setup,
  options: { protocol?: string; origin?: string; host?: string } = {},
): Promise<Dialled> {
  const { protocol = 'mqtt', origin, host } = options
  const headers = host === undefined ? {} : { host }
  const socket = new WebSocket(urlOf(setup), protocol, { headers, ...(origin !== undefined && { origin }) })
  cleanups.push(() => socket.terminate())
  const dialled: Dialled = { socket, received: Buffer.alloc(0), closedWith: null }
  socket.on('message', (data: Buffer) => {
    dialled.received = Buffer.concat([dialled.received, data])
  })
  socket.on('close', (code) => {
    dialled.closedWith = code
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return dialled
}

const receives = (dialled: Dialled, bytes: Buffer) => waitFor(() => expect(dialled.received.includes(bytes)).toBe(true))

test('a client over WebSocket and one over TCP talk to each other, each message journaled and acknowledged', async () => {
  const setup = await start(null, { ws_port: 0 })
  const web = await mqtt.connectAsync(urlOf(setup), { reconnectPeriod: 0, clientId: 'web' })
  cleanups.push(() => web.endAsync(true))
  const plain = await mqtt.connectAsync(`mqtt://127.0.0.1:${setup.broker.port}`, { reconnectPeriod: 0 })
  cleanups.push(() => plain.endAsync(true))
  const [atWeb, atPlain] = [inbox(web), inbox(plain)]
  await web.subscribeAsync('to/web', { qos: 1 })
  await plain.subscribeAsync('to/plain', { qos: 2 })
  await web.publishAsync('to/plain', 'from web', { qos: 2 })
  await plain.publishAsync('to/web', 'x'.repeat(300_000), { qos: 1 })
  await waitFor(() => expect(atPlain).toEqual(['to/plain from web']))
  await waitFor(() => expect(atWeb).toEqual([`to/web ${'x'.repeat(300_000)}`]))
  expect(setup.journal.messages).toMatchObject([{ client: 'web', qos: 2 }, { topic: 'to/web' }])
})

test('what nobody subscribes to goes straight to the journal from a WebSocket too, each acknowledged', async () => {
  const setup = await start(undefined, { ws_port: 0 })
  const dialled = await open(setup)
  dialled.socket.send(connect({ id: 'w' }))
  await receives(dialled, CONNACK)
  await new Promise(setImmediate)
  dialled.socket.send(Buffer.concat([publish({ id: 1 }), publish({ id: 2 })]))
  await waitFor(() => expect(setup.journal.straight).toBe(2))
  expect(dialled.received).toEqual(CONNACK)
  setup.journal.commit()
  await receives(dialled, Buffer.concat([puback(1), puback(2)]))
})

test('packets and frames need not begin or end together [MQTT-6.0.0-2]', async () => {
  const setup = await start(null, { ws_port: 0 })
  const { socket, ...rest } = await open(setup)
  const dialled = Object.assign(rest, { socket })
  socket.on('message', (data: Buffer) => {
    dialled.received = Buffer.concat([dialled.received, data])
  })
  const bytes = Buffer.concat([connect({ id: 'f' }), publish({ id: 1, payload: 'abc' })])
  for (const byte of bytes) socket.send(Buffer.of(byte))
  await receives(dialled, puback(1))
  // Joined: several packets in one frame, and one frame in fragments.
  socket.send(Buffer.concat([publish({ id: 2 }), PINGREQ, publish({ id: 3 })]))
  await receives(dialled, puback(3))
  const large = publish({ id: 4, payload: Buffer.alloc(200_000, 'y') })
  socket.send(large.subarray(0, 100_000), { fin: false })
  socket.send(large.subarray(100_000), { fin: true })
  await receives(dialled, puback(4))
  expect(dialled.received.includes(PINGRESP)).toBe(true)
  expect(setup.journal.messages.map(({ payload }) => payload.length)).toEqual([3, 0, 0, 200_000])
})

test('the guard is the same: what breaks the protocol closes the connection and is logged', async () => {
  const setup = await start(null, { ws_port: 0 })
  const dialled = await open(setup)
  dialled.socket.send(Buffer.concat([connect({ id: 'w' }), publish({ id: 0 })]))
  await waitFor(() => expect(dialled.closedWith).not.toBeNull())
  expect(dialled.received).toEqual(CONNACK)
  expect(setup.log.join()).toContain('MQTT-2.3.1-1')
  expect(setup.stats.read().refused).toBe(1)
})

test('a frame may hold 4 KiB before the CONNECT is accepted, and a PUBLISH of full size after it', async () => {
  const setup = await start(null, { ws_port: 0, max_packet_bytes: 100_000 })
  const stranger = await open(setup)
  stranger.socket.send(Buffer.alloc(5000))
  await waitFor(() => expect(stranger.closedWith).toBe(1009))
  const known = await open(setup)
  known.socket.send(connect({ id: 'k' }))
  await receives(known, CONNACK)
  known.socket.send(publish({ id: 1, payload: Buffer.alloc(100_000) }))
  await receives(known, puback(1))
  known.socket.send(publish({ id: 2, payload: Buffer.alloc(100_001) }))
  await receives(known, puback(2))
  known.socket.send(publish({ id: 3, payload: Buffer.alloc(200_000) }))
  await waitFor(() => expect(known.closedWith).toBe(1009))
  expect(setup.journal.messages.map(({ fullSizeBytes }) => fullSizeBytes)).toEqual([null, 100_001])
})

test('somebody whose CONNECT is not accepted has no room for a thousand parts, a client has', async () => {
  const setup = await start(null, { ws_port: 0, max_packet_bytes: 100_000 })
  const inParts = ({ socket }: Dialled, parts: readonly Buffer[]) => {
    for (const [i, part] of parts.entries()) socket.send(part, { fin: i === parts.length - 1 })
  }
  const each = (bytes: Buffer) => [...bytes].map((byte) => Buffer.of(byte))
  const stranger = await open(setup)
  inParts(stranger, each(connect({ id: 'a-name-of-more-than-sixteen-characters' })))
  await waitFor(() => expect(stranger.closedWith).toBe(1008))
  const known = await open(setup)
  known.socket.send(connect({ id: 'k' }))
  await receives(known, CONNACK)
  inParts(known, each(publish({ id: 1, payload: Buffer.alloc(500, 'z') })))
  await receives(known, puback(1))
  inParts(known, each(publish({ id: 2, payload: Buffer.alloc(2000, 'z') })))
  await waitFor(() => expect(known.closedWith).toBe(1008))
})

test('text frames are no MQTT [MQTT-6.0.0-1]', async () => {
  const setup = await start(null, { ws_port: 0 })
  const dialled = await open(setup)
  dialled.socket.send('CONNECT')
  await waitFor(() => expect(dialled.closedWith).not.toBeNull())
  expect(setup.journal.messages).toEqual([])
})

test('pages of this host and of mqtt.ws_origins may connect, others and other subprotocols may not', async () => {
  const setup = await start(null, { ws_port: 0, ws_origins: ['https://scada.example'] })
  await open(setup, { origin: 'http://127.0.0.1:8080' })
  await open(setup, { origin: 'https://scada.example' })
  await expect(open(setup, { origin: 'https://evil.example' })).rejects.toThrow('403')
  await expect(open(setup, { origin: 'null' })).rejects.toThrow('403')
  await expect(open(setup, { protocol: 'greengauge.v1' })).rejects.toThrow('400')
  // Its name was pointed here: origin and host are the same, and neither is ours.
  const rebound = { origin: 'http://evil.example:1', host: 'evil.example:1' }
  await expect(open(setup, rebound)).rejects.toThrow('403')
  await open(setup, { origin: 'http://localhost:3000', host: 'localhost:1' })
  await open(setup, { origin: 'http://192.168.1.9:3000', host: '192.168.1.9:1' })
  const answer = await fetch(urlOf(setup).replace('ws:', 'http:'))
  expect(answer.status).toBe(426)
  expect(setup.stats.read().limited.origin).toBe(3)
  expect(setup.log.join()).toContain('https://evil.example')
})

test('a subscriber over WebSocket that does not read loses messages and delays nobody', async () => {
  const setup = await start(null, { ws_port: 0 })
  const frozen = await open(setup)
  frozen.socket.send(Buffer.concat([connect({ id: 'frozen' }), subscribe('bulk')]))
  await receives(frozen, Buffer.of(0x90, 3, 0, 1, 0))
  frozen.socket.pause()
  const raw = await dial(setup.broker)
  raw.send(connect({ id: 'device' }))
  for (let id = 1; id <= 100; id++) raw.send(publish({ topic: 'bulk', id, payload: Buffer.alloc(256 * 1024) }))
  await raw.receives(puback(100))
  await waitFor(() => expect(setup.stats.read().forwardDrops).toBeGreaterThan(0))
})

test('a stop ends WebSockets too, after their acknowledgements', async () => {
  const setup = await start(undefined, { ws_port: 0 })
  const dialled = await open(setup)
  dialled.socket.send(Buffer.concat([connect({ id: 'w' }), publish({ id: 1 })]))
  await waitFor(() => expect(setup.journal.waiting).toBe(1))
  const closed = setup.broker.close()
  setup.journal.commit()
  await closed
  if (dialled.closedWith === null) await once(dialled.socket, 'close')
  await receives(dialled, puback(1))
})

test('a port for WebSockets that is in use is said in words', async () => {
  const setup = await start(null, { ws_port: 0 })
  const taken = setup.broker.webSocketPort
  const message = expect.stringContaining('set mqtt.ws_port to a free one')
  await expect(start(null, { ws_port: taken })).rejects.toMatchObject({ message, code: 'EADDRINUSE', port: taken })
})
