import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import type { PollPlan } from '../../base/modbus.js'
import { JournalBacklog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import { Journaling } from '../journaling.js'
import type { IntakeStats } from '../stats.js'
import type { PollStats } from './poll-stats.js'
import { Poller } from './poller.js'

/** Bytes of all meters that may wait for the journal; beyond, nobody is asked. */
const BACKLOG_BYTES_MAX = 4 * 1024 * 1024

/** Multiples of it, taken modulo 1, lie evenly in 0 to 1 however many there are: one more moves none of the others. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

export interface PollersDeps {
  readonly sink: JournalSink
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly polls: PollStats
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** The ingress of the meters that send nothing by themselves: one poller a connection. */
export class Pollers {
  readonly #journaling: Journaling
  readonly #backlog = new JournalBacklog(BACKLOG_BYTES_MAX)
  #plans = '[]'
  #stopping = new AbortController()

  constructor(private readonly deps: PollersDeps) {
    const { sink, clock, stats } = deps
    this.#journaling = new Journaling(sink, clock, stats, this.#backlog, 'modbus')
  }

  /** Asks by these plans; from now on nothing is written down that was asked by others. */
  use(plans: readonly PollPlan[]): void {
    const text = JSON.stringify(plans)
    if (text === this.#plans) return
    this.#plans = text
    this.#stopping.abort()
    this.#stopping = new AbortController()
    const { clock, polls, log } = this.deps
    for (const [index, plan] of plans.entries()) {
      const phase = (index * GOLDEN_RATIO) % 1
      const parts = { clock, log, journaling: this.#journaling, backlog: this.#backlog, count: polls.of(plan.id) }
      void new Poller(plan, phase, parts).run(this.#stopping.signal)
    }
  }

  close(): void {
    this.#stopping.abort()
    this.#journaling.close()
  }
}
