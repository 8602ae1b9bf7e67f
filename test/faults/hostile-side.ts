import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { pino } from 'pino'
import { systemClock } from '../../src/base/clock.js'
import { arrivalClock } from '../../src/intake/arrival-clock.js'
import { startBroker } from '../../src/intake/broker.js'
import { EventLoopBudget } from '../../src/intake/event-loop-budget.js'
import type { IntakeEntry, StraightSink } from '../../src/intake/journal-sink.js'
import { mqttOptions } from '../../src/intake/options.js'
import { IntakeStats } from '../../src/intake/stats.js'

/**
 * A process with nothing but a broker, so that its event loop and its memory are the broker's alone: `guarded` is ours
 * with a journal that answers at once, `plain` is aedes as it comes. Tells its port, then on each message the figures
 * since the one before.
 */
export interface SideFigures {
  /** The most units of work that one turn of the event loop did; 0 for aedes alone, which counts none. */
  readonly unitsMax: number
  /** The longest that the event loop worked between two timers of 5 ms, beyond these. */
  readonly stallMs: number
  /** As the system sees it, with what the garbage collector has not looked at yet. */
  readonly rssMb: number
  /** Memory in use: the heap and the buffers outside it, right after a collection. */
  readonly heldMb: number
  readonly cpuMs: number
  /** Messages that went straight to the journal. */
  readonly straight: number
  readonly limited: Readonly<Record<string, number>>
}

const RESOLUTION_MS = 5
const SCHEDULING = '/proc/self/schedstat'
/** Time that this thread has run so far. While the machine does something else the event loop stands still as well. */
function ranMs(): number {
  return existsSync(SCHEDULING) ? Number(readFileSync(SCHEDULING, 'utf8').split(' ')[0]) / 1e6 : performance.now()
}

/** A journal in which all that comes in one turn of the event loop is one batch, durable in the next. */
class QuickJournal implements StraightSink {
  straight = 0
  #batch = 1
  #isDue = false
  #waiting: ((error: Error | null) => void)[] = []
  #settled: (batch: number, error: Error | null) => void = () => {}

  append(_entry: IntakeEntry, done?: (error: Error | null) => void): void {
    if (done !== undefined) this.#waiting.push(done)
    this.#commitSoon()
  }

  headOf(): Buffer {
    return Buffer.alloc(100)
  }

  appendMessage(): number {
    this.straight += 1
    this.#commitSoon()
    return this.#batch
  }

  onSettled(settled: (batch: number, error: Error | null) => void): void {
    this.#settled = settled
  }

  #commitSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      const waiting = this.#waiting
      this.#waiting = []
      this.#settled(this.#batch++, null)
      for (const done of waiting) done(null)
    })
  }
}

const stats = IntakeStats.create()
const journal = new QuickJournal()
let unitsMax = 0

/** Adds up what is spent until the event loop comes round; the turn's own account begins anew right after that. */
function watchTurns(): void {
  const spend = EventLoopBudget.prototype.spend
  let units = 0
  EventLoopBudget.prototype.spend = function (this: EventLoopBudget, amount: number): void {
    if (units === 0) {
      setImmediate(() => {
        units = 0
      })
    }
    units += amount
    unitsMax = Math.max(unitsMax, units)
    spend.call(this, amount)
  }
}

async function guarded(): Promise<number> {
  watchTurns()
  const log = pino({ level: 'silent' })
  const broker = await startBroker(mqttOptions.parse({ port: 0 }), journal, arrivalClock(systemClock), log, stats)
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
let lastRanMs = ranMs()
setInterval(() => {
  const nowRanMs = ranMs()
  stallMs = Math.max(stallMs, nowRanMs - lastRanMs - RESOLUTION_MS)
  lastRanMs = nowRanMs
}, RESOLUTION_MS)
let cpu = process.cpuUsage()
process.on('message', () => {
  const rssMb = process.memoryUsage.rss() / 2 ** 20
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({
    unitsMax,
    stallMs,
    rssMb,
    heldMb: (heapUsed + external) / 2 ** 20,
    cpuMs: (user + system) / 1000,
    straight: journal.straight,
    limited: stats.read().limited,
  } satisfies SideFigures)
  stallMs = 0
  unitsMax = 0
  journal.straight = 0
})
process.on('disconnect', () => process.exit())
process.send?.({ port })
