import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import mqtt from 'mqtt'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Certificate, certificateSubject } from '../../../src/access/certificates.js'
import { systemClock } from '../../../src/base/clock.js'
import { Limiting } from '../../../src/intake/limiting.js'
import type { ByteStream } from '../../../src/intake/listener.js'
import { Listeners } from '../../../src/intake/listeners.js'
import { mqttOptions } from '../../../src/intake/options.js'
import { RefusedClients } from '../../../src/intake/refused-clients.js'
import { Sockets } from '../../../src/intake/sockets.js'
import { IntakeStats } from '../../../src/intake/stats.js'
import { certificateOf, newAuthority, signedBy } from '../../support/certificates.js'
import { SOON } from '../../support/soon.js'
import { cleanups, start } from './started-broker.js'

const FILES = { cert_file: 'certificate.pem', key_file: 'key.pem' }
const authority = await newAuthority()
const server = await signedBy(authority, 'gateway')
const trusting = { ca: authority.cert, host: '127.0.0.1', servername: 'localhost' }

/** Listeners without a broker behind them: what came in, and what was said. */
async function listeners(certificate: Certificate, options: object = {}, room = 100) {
  const stats = IntakeStats.create()
  const said: object[] = []
  const streams: ByteStream[] = []
  const parsed = mqttOptions.parse({ port: null, tls: { port: 0, ws_port: 0, ...FILES, ...options } })
  const limiting = new Limiting(stats, { warn: (about: object) => said.push(about) })
  const { strangers } = new Sockets(room, limiting)
  const refused = new RefusedClients(systemClock)
  const opened = await Listeners.open(parsed, certificate, {
    limiting,
    log: { info: () => {} },
    strangers,
    refused,
    isProofNeeded: false,
    onConnection: (stream) => {
      stream.on('error', () => {})
      streams.push(stream)
    },
  })
  onTestFinished(async () => {
    for (const stream of streams) stream.destroy()
    await opened.close()
    strangers.close()
  })
  return { opened, stats, said, streams, refused, port: opened.ports.tls! }
}

async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ ...trusting, port, ...options })
  onTestFinished(() => void socket.destroy())
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}

test('a message over TLS is journaled and acknowledged, over WebSocket and TLS too', async () => {
  const setup = await start(null, { tls: { port: 0, ws_port: 0, ...FILES } }, {}, certificateOf(server))
  const { tls, wss } = setup.broker.ports
  for (const url of [`mqtts://localhost:${tls}`, `wss://localhost:${wss}/mqtt`]) {
    const client = await mqtt.connectAsync(url, { ca: authority.cert, reconnectPeriod: 0, protocolVersion: 4 })
    cleanups.push(() => client.endAsync(true))
    await client.publishAsync('plants/a/b/c/energy', url, { qos: 1 })
  }
  expect(setup.journal.entries.filter(({ kind }) => kind === 'message')).toHaveLength(2)
})

test('a client that does not know the authority does not connect, and the log says why, once', async () => {
  const { port, stats, said } = await listeners(certificateOf(server))
  for (let i = 0; i < 3; i++) {
    await expect(handshake(port, { ca: (await newAuthority('another')).cert })).rejects.toThrow(/certificate/)
  }
  await vi.waitFor(() => expect(stats.read().limited.handshake).toBe(3), SOON)
  expect(said).toEqual([expect.objectContaining({ limit: 'handshake', address: '127.0.0.1' })])
})

test('who fails in the handshake is remembered with the address and what to do, until a handshake is over', async () => {
  const { port, refused } = await listeners(certificateOf(server))
  await expect(handshake(port, { ca: (await newAuthority('another')).cert })).rejects.toThrow(/certificate/)
  const known = await vi.waitUntil(() => refused.changes(), SOON)
  expect(known).toMatchObject([
    {
      client: '',
      address: '127.0.0.1',
      reason: 'tls',
      detail: expect.stringContaining('do not trust the certificate'),
      count: 1,
    },
  ])
  await handshake(port)
  await vi.waitFor(() => expect(refused.changes()).toEqual([]), SOON)
})

test('what is no TLS is told so', async () => {
  const { port, refused } = await listeners(certificateOf(server))
  connectTcp(port, '127.0.0.1')
    .on('error', () => {})
    .write('GET / HTTP/1.1\r\n\r\n')
  const known = await vi.waitUntil(() => refused.changes(), SOON)
  expect(known).toMatchObject([{ reason: 'tls', detail: expect.stringContaining('is no TLS') }])
})

test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused with an alert that names the version', async (version) => {
  const { port } = await listeners(certificateOf(server))
  const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
  await expect(handshake(port, old)).rejects.toThrow(/alert protocol version/i)
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s has forward secrecy and authenticated encryption', async (version) => {
  const { port } = await listeners(certificateOf(server))
  const socket = await handshake(port, { minVersion: version, maxVersion: version })
  expect(socket.getProtocol()).toBe(version)
  expect(socket.getCipher().standardName).toMatch(/(GCM|CHACHA20)/)
  expect(socket.getEphemeralKeyInfo()).toMatchObject({ type: 'ECDH', name: 'X25519' })
})

test('CBC, RSA key exchange and DHE are not to be had', async () => {
  const { port } = await listeners(certificateOf(server))
  for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'AES128-GCM-SHA256', 'DHE-RSA-AES128-GCM-SHA256']) {
    await expect(handshake(port, { ciphers, maxVersion: 'TLSv1.2' })).rejects.toThrow(/handshake failure/i)
  }
})

test('a new certificate is seen by those who come, while those who are there stay', async () => {
  const renewed = await signedBy(authority, 'gateway of next year')
  const { opened, port, streams } = await listeners(certificateOf(server))
  const before = await handshake(port)
  opened.useCertificate(certificateOf(renewed))
  const after = await handshake(port)
  const subject = (socket: TLSSocket) => certificateSubject(socket.getPeerX509Certificate()!)
  expect([before, after].map(subject)).toEqual(['CN=gateway', 'CN=gateway of next year'])
  // Still with the settings of this house: `setSecureContext` falls back to Node's own otherwise.
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  await expect(handshake(port, old)).rejects.toThrow(/alert protocol version/i)
  await vi.waitFor(() => expect(streams).toHaveLength(2), SOON)
  streams[0]!.write('still there')
  expect(String((await once(before, 'data'))[0])).toBe('still there')
})

test('the subject of a client certificate comes with its connection, by TCP and by WebSocket', async () => {
  const { port, opened, streams } = await listeners(certificateOf(server, authority.cert), { client_ca_file: 'ca.pem' })
  const subject = [
    { name: 'countryName', value: 'CN' },
    { name: 'organizationName', value: 'Acme' },
    { name: 'commonName', value: 'press-7' },
  ]
  const own = await signedBy(authority, subject)
  await handshake(port, own)
  const client = mqtt.connect(`wss://localhost:${opened.ports.wss}`, { ca: authority.cert, ...own, reconnectPeriod: 0 })
  client.on('error', () => {})
  onTestFinished(() => void client.end(true))
  await vi.waitFor(() => expect(streams).toHaveLength(2), SOON)
  const written = 'CN=press-7,O=Acme,C=CN'
  expect(streams.map(({ certificateSubject }) => certificateSubject)).toEqual([written, written])
})

test('without a client certificate, or with one of somebody else, nobody is known by it', async () => {
  const { port, streams, stats } = await listeners(certificateOf(server, authority.cert), { client_ca_file: 'ca.pem' })
  await handshake(port)
  await handshake(port, await signedBy(await newAuthority('another'), 'press-7'))
  await handshake(port, await signedBy(authority, 'press-7', { fromMs: 0, toMs: 86_400_000 }))
  await vi.waitFor(() => expect(streams).toHaveLength(3), SOON)
  expect(streams.map(({ certificateSubject }) => certificateSubject)).toEqual([null, null, null])
  expect(stats.read().limited.handshake).toBe(2)
})

test('a session is not taken up again where client certificates are looked at', async () => {
  const { port } = await listeners(certificateOf(server, authority.cert), { client_ca_file: 'ca.pem' })
  const own = await signedBy(authority, 'press-7')
  const first = await handshake(port, { ...own, maxVersion: 'TLSv1.2' })
  const session = first.getSession()
  const again = await handshake(port, { ...own, maxVersion: 'TLSv1.2', ...(session && { session }) })
  expect(again.isSessionReused()).toBe(false)
})

test('where client certificates are required nobody comes in without one', async () => {
  const options = { client_ca_file: 'ca.pem', client_certificates: 'required' }
  const { port, streams } = await listeners(certificateOf(server, authority.cert), options)
  const turnedAway = await handshake(port).catch((error: Error) => error)
  // With TLS 1.3 the client is through before it hears of it.
  if (turnedAway instanceof Error) expect(turnedAway.message).toMatch(/certificate required|reset/i)
  else expect((await once(turnedAway, 'error'))[0].message).toMatch(/certificate required|reset/i)
  const known = await handshake(port, await signedBy(authority, 'press-7'))
  expect(known.authorized).toBe(true)
  await vi.waitFor(() => expect(streams).toHaveLength(1), SOON)
})

test('connections that do not finish their handshake count among those that may be open, and end after 5 s', {
  tags: ['slow'],
}, async () => {
  const { port, stats, streams } = await listeners(certificateOf(server), {}, 2)
  const silent = async (): Promise<Socket> => {
    const socket = connectTcp(port, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  const begunMs = performance.now()
  const [first, second] = [await silent(), await silent()]
  const third = await silent()
  const [firstEnds, ...othersEnd] = [first, second, third].map((socket) => once(socket, 'close'))
  await firstEnds
  expect(stats.read().limited.sockets).toBe(1)
  await Promise.all(othersEnd)
  expect(performance.now() - begunMs).toBeGreaterThan(4000)
  await vi.waitFor(() => expect(stats.read().limited.handshake).toBe(3), SOON)
  await handshake(port)
  await vi.waitFor(() => expect(streams).toHaveLength(1), SOON)
  await handshake(port)
  await handshake(port)
  await vi.waitFor(() => expect(streams).toHaveLength(3), SOON)
})
