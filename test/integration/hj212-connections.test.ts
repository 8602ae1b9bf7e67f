import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { SOON } from '../support/soon.js'
import { frameOf, startDoor } from '../unit/intake/started-hj212.js'

/** So that memory is what is held, not what has not been collected yet. */
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const CONNECTIONS = 1000
/** So much comes and goes all the time. */
const SETTLED_BYTES = 64 * 1024

function memoryInUse(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** When what tests before this one have left behind is gone. */
async function settledMemory(): Promise<number> {
  for (let before = memoryInUse(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const now = memoryInUse()
    if (Math.abs(now - before) < SETTLED_BYTES) return now
    before = now
  }
}

test('1,000 data loggers that send one byte after the other cost bounded memory, and all are taken', async () => {
  // Each frame is under way until all is looked at, however long that takes.
  const { listener, frames } = await startDoor(null, { frame_s: 3600 })
  // Nearly the largest frame there is.
  const frame = frameOf(1, { padding: 9800 })
  const args = [listener.port, CONNECTIONS, frame.toString('hex')].map(String)
  const loggers = fork(join(import.meta.dirname, 'slow-loggers.mjs'), args)
  await once(loggers, 'message')
  const before = await settledMemory()
  loggers.send('begin')
  // One copy of the frame a connection and not much else. When less is there, it has not come yet.
  await vi.waitFor(() => {
    const heldBytes = (memoryInUse() - before) / CONNECTIONS
    expect(heldBytes).toBeGreaterThan(0.9 * frame.length)
    expect(heldBytes).toBeLessThan(2 * frame.length)
  }, SOON)
  expect(frames().taken).toBe(0)
  loggers.send('end')
  await vi.waitFor(() => expect(frames().taken).toBe(CONNECTIONS), SOON)
  loggers.send('exit')
  await once(loggers, 'exit')
})
