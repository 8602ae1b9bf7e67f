import { WebSocket } from 'ws'
import { FEED_SUBPROTOCOL } from '../../../src/base/wire.js'

/**
 * Open dashboards without screens, in a process of their own: each subscribes to what the overview shows, at 1 Hz, and
 * throws away what it gets. Arguments: port, how many, the subscription as JSON. Says `open` when all have their
 * snapshot, and answers `count` with how many messages and bytes have come since.
 */
const [port, count, subscription] = process.argv.slice(2)
/** Fewer at once than a listener lets wait. */
const AT_ONCE = 50

let messages = 0
let bytes = 0

function open(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/v1`, FEED_SUBPROTOCOL)
    socket.on('open', () => socket.send(subscription!))
    socket.on('message', (data: Buffer) => {
      messages++
      bytes += data.length
      if (data.includes('"type":"snapshot"')) resolve()
    })
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`a dashboard was closed with ${code}`)))
  })
}

for (let opened = 0; opened < Number(count); opened += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, Number(count) - opened) }, open))
}
messages = 0
bytes = 0
process.on('message', () => process.send?.({ messages, bytes }))
process.send?.('open')
