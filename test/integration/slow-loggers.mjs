// Data loggers in a process of their own: 1,000 connections that go on when they are told to.
// argv: port, connections, frame in hex
import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'

const [port, connections, hex] = process.argv.slice(2)
const frame = Buffer.from(hex, 'hex')
const sockets = []
for (let i = 0; i < Number(connections); i++) {
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  sockets.push(socket.resume())
}
process.send('connected')
await once(process, 'message')
// Most of it in one piece, the rest byte by byte but for the last one.
const beginning = frame.length - 100
for (const socket of sockets) socket.write(frame.subarray(0, beginning))
for (let at = beginning; at < frame.length - 1; at++) {
  for (const socket of sockets) socket.write(frame.subarray(at, at + 1))
  await setImmediate()
}
await once(process, 'message')
for (const socket of sockets) socket.write(frame.subarray(-1))
await once(process, 'message')
process.exit()
