import { connect as dial } from 'node:net'

/*
 * A process of MQTT clients that connect and then say nothing, so that what they cost is not taken from what is measured:
 * `PORT COUNT`. It says `open` when all have their CONNACK, and ends when it is told to.
 */

const AT_ONCE = 50
const CONNACK_BYTES = 4
const [port, count] = process.argv.slice(2).map(Number)

function connectOf(id) {
  const head = Buffer.from([0x10, 12 + id.length, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, id.length])
  return Buffer.concat([head, Buffer.from(id)])
}

function connected(id) {
  return new Promise((resolve, reject) => {
    const socket = dial(port, '127.0.0.1', () => socket.write(connectOf(id)))
    socket.on('error', reject)
    socket.once('data', (bytes) => (bytes.length === CONNACK_BYTES ? resolve() : reject(new Error(`${id} is refused`))))
  })
}

for (let i = 0; i < count; i += AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, n) => connected(`quiet-client-${i + n}`)))
}
process.on('message', () => process.exit())
process.send('open')
