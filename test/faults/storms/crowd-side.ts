import { connect as dial } from 'node:net'

/**
 * A process of connections that say nothing, each dialled again as soon as it is closed or five seconds old:
 * `PORT COUNT SECONDS NETWORKS`. With one network all come from one address.
 */

const RENEW_MS = 5000
/** Between the end of one and the next. */
const PAUSE_MS = 20

const [port = 0, count = 0, seconds = 0, networks = 1] = process.argv.slice(2).map(Number)
const untilMs = performance.now() + seconds * 1000
let dialled = 0
let open = 0

function hold(i: number): void {
  if (performance.now() > untilMs) return
  const localAddress = networks === 1 ? '127.7.0.1' : `127.7.${i % networks}.1`
  const socket = dial({ port, host: '127.0.0.1', localAddress }, () => {
    open += 1
    socket.once('close', () => {
      open -= 1
    })
  })
  dialled += 1
  const renewing = setTimeout(() => socket.destroy(), RENEW_MS)
  socket.on('error', () => {})
  socket.once('close', () => {
    clearTimeout(renewing)
    setTimeout(() => hold(i), PAUSE_MS)
  })
  socket.resume()
}

for (let i = 0; i < count; i++) setTimeout(() => hold(i), (i / count) * 1000)
const ready = setTimeout(() => process.send?.({ open }), 2500)
setTimeout(() => {
  clearTimeout(ready)
  process.send?.({ dialled })
  setTimeout(() => process.exit(), 100)
}, seconds * 1000)
