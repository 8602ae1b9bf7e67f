import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { pino } from 'pino'
import { systemClock } from '../../src/base/clock.js'
import { arrivalClock } from '../../src/intake/arrival-clock.js'
import { startBroker } from '../../src/intake/broker.js'
import type { IntakeEntry } from '../../src/intake/journal-sink.js'
import { mqttOptions } from '../../src/intake/options.js'
import { IntakeStats } from '../../src/intake/stats.js'

/**
 * A process with nothing but a broker, so that its event loop and its memory are the broker's alone: `guarded` is ours
 * with a journal that answers at once, `plain` is aedes as it comes. Tells its port, then on each message the figures
 * since the one before.
 */
export interface SideFigures {
  readonly stallMs: number
  readonly rssMb: number
  readonly cpuMs: number
  readonly limited: Readonly<Record<string, number>>
}

const RESOLUTION_MS = 5
const SCHEDULING = '/proc/self/schedstat'
/** How long this thread was ready to run while the machine did something else: that is no stall of ours. */
function waitMs(): number {
  return existsSync(SCHEDULING) ? Number(readFileSync(SCHEDULING, 'utf8').split(' ')[1]) / 1e6 : 0
}

const stats = IntakeStats.create()

async function guarded(): Promise<number> {
  let waiting: ((error: Error | null) => void)[] = []
  const append = (_entry: IntakeEntry, done?: (error: Error | null) => void): void => {
    if (done === undefined) return
    if (waiting.length === 0) setImmediate(answer)
    waiting.push(done)
  }
  const answer = (): void => {
    const batch = waiting
    waiting = []
    for (const done of batch) done(null)
  }
  const log = pino({ level: 'silent' })
  const broker = await startBroker(mqttOptions.parse({ port: 0 }), { append }, arrivalClock(systemClock), log, stats)
  return broker.port
}

async function plain(): Promise<number> {
  const aedes = await Aedes.createBroker()
  const server = createServer((socket: Socket) => aedes.handle(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const port = process.argv[2] === 'plain' ? await plain() : await guarded()
let stallMs = 0
let lastMs = performance.now()
let lastWaitMs = waitMs()
setInterval(() => {
  const nowMs = performance.now()
  const waitNowMs = waitMs()
  stallMs = Math.max(stallMs, nowMs - lastMs - RESOLUTION_MS - (waitNowMs - lastWaitMs))
  lastMs = nowMs
  lastWaitMs = waitNowMs
}, RESOLUTION_MS)
let cpu = process.cpuUsage()
process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  process.send?.({
    stallMs,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    cpuMs: (user + system) / 1000,
    limited: stats.read().limited,
  } satisfies SideFigures)
  stallMs = 0
})
process.on('disconnect', () => process.exit())
process.send?.({ port })
