import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { CONNACK, connect } from '../unit/intake/packets.js'
import { dial, start } from '../unit/intake/started-broker.js'

/** So that memory is what is held, not what has not been collected yet. */
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const CLIENTS = 1000
/** Measured are 5.4 KiB; it was 12.5 before a connection had its own parts for what all can share. */
const HELD_BYTES_MAX = 7.5 * 1024

async function memoryInUse(): Promise<number> {
  // A connection holds more while its turn lasts.
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}

test(`${CLIENTS} clients that are connected and quiet cost a bounded amount of memory each, and no timer`, async () => {
  const { broker } = await start(null)
  // All that is made once, for the first client, is there.
  const first = await dial(broker)
  first.send(connect({ id: 'first', keepAliveS: 60 }))
  await first.receives(CONNACK)
  const [bytesBefore, timersBefore] = [await memoryInUse(), timers()]
  const clients = fork(
    join(import.meta.dirname, '..', 'support', 'quiet-clients.mjs'),
    [broker.port, CLIENTS].map(String),
  )
  await once(clients, 'message')
  const heldBytes = ((await memoryInUse()) - bytesBefore) / CLIENTS
  expect(timers() - timersBefore).toBeLessThan(CLIENTS / 100)
  expect(heldBytes).toBeLessThan(HELD_BYTES_MAX)
  clients.send('exit')
  await once(clients, 'exit')
})
