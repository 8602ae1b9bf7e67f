import type { Client } from 'aedes'
import { describe, expect, test, vi } from 'vitest'
import { JournalBacklog } from '../../../src/intake/backlog.js'
import type { EventLoopBudget } from '../../../src/intake/event-loop-budget.js'
import { FramingGuard } from '../../../src/intake/framing-guard.js'
import { InFlight } from '../../../src/intake/in-flight.js'
import type { PublishFastPath } from '../../../src/intake/publish-fast-path.js'
import { FakeSocket } from './fake-socket.js'
import { connect, publish } from './packets.js'

/** Proves that a connection is read on after its CONNECT, in whatever order aedes, others and its own end come. */

const CLIENT = { id: 'a' } as Client
/** More than a connection may have under way while all together have too many. */
const MANY = 2000
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A guard whose client sends CONNECT and so many messages at once; turns of the event loop are given by the test. */
async function guarded(messages: number, fastPath: PublishFastPath | null = null) {
  const tasks: (() => void)[] = []
  const budget = { isOver: false, spend: () => {}, next: (task: () => void) => void tasks.push(task) }
  const [inFlight, socket] = [new InFlight(), new FakeSocket()]
  const guard = new FramingGuard(socket, socket, {
    backlog: new JournalBacklog(),
    budget: budget as unknown as EventLoopBudget,
    bounds: { payloadBytesMax: 1e6, unreadMs: 1000 },
    fastPath,
    inFlight,
  })
  let [passedBytes, isEnded] = [0, false]
  guard.on('data', (chunk: Buffer) => {
    passedBytes += chunk.length
  })
  guard.on('end', () => {
    isEnded = true
  })
  const sent = Buffer.concat([
    connect({ id: 'a' }),
    ...Array.from({ length: messages }, (_, i) => publish({ id: i + 1 })),
  ])
  await turn()
  socket.push(sent)
  await turn()
  await turn()
  const run = () => {
    while (tasks.length > 0) tasks.shift()!()
  }
  const seen = () => ({ passedBytes, isEnded, isPaused: socket.isPaused() })
  return { guard, socket, inFlight, run, sent, seen }
}

describe('what a client sends with its CONNECT', () => {
  test('is read to its end, also when its time is over first and aedes is done while others have too much under way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { guard, inFlight, run, sent, seen } = await guarded(200)
    inFlight.change(MANY)
    guard.accept(CLIENT)
    guard.answered()
    vi.advanceTimersByTime(200)
    inFlight.change(-MANY)
    run()
    for (let i = 0; i <= 200; i++) {
      if (!guard.isAnswered) guard.answered()
      run()
      await turn()
    }
    expect(seen()).toMatchObject({ passedBytes: sent.length, isPaused: false })
    vi.useRealTimers()
  })

  test('comes before its end, when it ends while aedes is not done with the CONNECT', async () => {
    const { guard, socket, sent, seen } = await guarded(20)
    guard.accept(CLIENT)
    // A real one says so while it is paused, when nothing is left in it.
    socket.emit('end')
    await expect.poll(() => seen().isEnded).toBe(true)
    expect(seen().passedBytes).toBe(sent.length)
  })
})

test('a connection that goes on for room alone is still behind aedes', async () => {
  const forgetDetours = vi.fn()
  const path = { take: () => false, startChunk: () => {}, isEmpty: true, isBehindAedes: false, forgetDetours }
  const { guard, inFlight, run } = await guarded(20, { open: () => path } as unknown as PublishFastPath)
  guard.answered()
  inFlight.change(MANY)
  guard.accept(CLIENT)
  inFlight.change(-MANY)
  guard.answered()
  run()
  await turn()
  expect(guard.isAnswered).toBe(false)
  expect(forgetDetours).not.toHaveBeenCalled()
})
