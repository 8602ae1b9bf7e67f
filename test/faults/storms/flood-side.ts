import { connect as dial, type Socket } from 'node:net'
import { connect, number16, packet, publish, subscribe, text } from '../../unit/intake/packets.js'

/**
 * A process of those who mean harm, so that what the attack costs is not taken from what is measured: `KIND PORT SECONDS`.
 * It floods a gateway on loopback with clients from addresses of its own, and ends by itself.
 */

/** Clients at once, unless a flood says otherwise. */
const CLIENTS = 4
/** Packets in one write. */
const PACKETS = 2000
/** Most bytes that a socket may have unsent; above that it is left alone for a while. */
const UNSENT_BYTES_MAX = 4 * 1024 * 1024
const LOOK_MS = 5

type Packet = (i: number) => Buffer
const payload = '{"metrics":{"elec_import_kw":1}}'

/** Packets that each of the clients sends again and again once it is connected, by name of the flood. */
const FLOODS: Readonly<Record<string, Packet>> = {
  retained: (i) => publish({ topic: `plants/p/l/d${i % 50}/energy`, qos: 0, retain: true, payload }),
  'retained-acknowledged': (i) => publish({ topic: `plants/p/l/d${i % 50}/energy`, id: 1 + i, retain: true, payload }),
  'retained-topics': (i) => publish({ topic: `flood/${i}/${'x'.repeat(20)}`, qos: 0, retain: true, payload: 'x' }),
  'qos-0': (i) => publish({ topic: `plants/p/l/d${i % 50}/energy`, qos: 0, payload }),
  'qos-1': (i) => publish({ topic: `plants/p/l/d${i % 50}/energy`, id: 1 + i, payload }),
  'qos-2-half': (i) => publish({ topic: 'plants/p/l/d/energy', qos: 2, id: 1 + i, payload }),
  subscribe: (i) => subscribe(`a/${i % 90}/+`, 0, 1 + i),
  unsubscribe: (i) => packet(0xa2, number16(1 + i), text(`a/${i % 90}/+`)),
  ping: () => Buffer.of(0xc0, 0),
  topics: (i) => publish({ topic: `nobody/knows/${i}`, qos: 0, payload: 'x' }),
}

const [kind = '', portText = '', secondsText = ''] = process.argv.slice(2)
const port = Number(portText)
const untilMs = performance.now() + Number(secondsText) * 1000
let sent = 0

function open(address: string, id: string, more: Parameters<typeof connect>[0] = {}): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = dial({ port, host: '127.0.0.1', localAddress: address }, () => {
      socket.write(connect({ id, ...more }))
      socket.once('data', () => {
        socket.on('data', () => {})
        resolve(socket)
      })
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(socket))
  })
}

async function flood(make: Packet): Promise<void> {
  const chunk = Buffer.concat(Array.from({ length: PACKETS }, (_, i) => make(i)))
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => open(`127.9.0.${1 + i}`, `flood-${i}`)))
  while (performance.now() < untilMs) {
    for (const socket of sockets) {
      if (socket.destroyed || socket.writableLength > UNSENT_BYTES_MAX) continue
      socket.write(chunk, (error) => {
        if (error == null) sent += PACKETS
      })
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  for (const socket of sockets) socket.destroy()
}

/** Connects and goes again as fast as it is let, each lane under the id that it is given. */
async function comeAndGo(idOf: (lane: number) => string, more: Parameters<typeof connect>[0] = {}): Promise<void> {
  const lane = async (i: number): Promise<void> => {
    while (performance.now() < untilMs) {
      const socket = await open(`127.9.0.${1 + (i % 200)}`, idOf(i), more)
      sent += 1
      socket.destroy()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => lane(i)))
}

const will = { flags: 0x06, rest: [text('plants/p/l/d/energy'), text(payload)] }
let serial = 0
if (kind === 'takeover') await comeAndGo(() => 'the-same')
else if (kind === 'churn') await comeAndGo((i) => `churn-${i}-${serial++}`)
else if (kind === 'sessions') await comeAndGo((i) => `churn-${i}-${serial++}`, { flags: 0 })
else if (kind === 'wills') await comeAndGo((i) => `will-${i}`, will)
else await flood(FLOODS[kind]!)
process.send?.({ sent })
process.disconnect?.()
setTimeout(() => process.exit(), 100)
