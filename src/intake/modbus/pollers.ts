import type { PollPlan } from '../../base/modbus.js'
import type { PollStats } from './poll-stats.js'
import { Poller, type PollerParts } from './poller.js'

/** Multiples of it, taken modulo 1, lie evenly in 0 to 1 however many there are: one more moves none of the others. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2

export interface PollersParts extends Omit<PollerParts, 'count'> {
  readonly stats: PollStats
}

/** The pollers of all connections. */
export class Pollers {
  #stopping = new AbortController()
  #running: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: PollersParts) {}

  start(plans: readonly PollPlan[]): void {
    const { signal } = this.#stopping
    const { stats, ...parts } = this.parts
    const pollers = plans.map((plan, index) => {
      return new Poller(plan, (index * GOLDEN_RATIO) % 1, { ...parts, count: stats.of(plan.id) })
    })
    this.#running = Promise.all(pollers.map((poller) => poller.run(signal)))
  }

  /** When it resolves nothing is asked any more, and nothing more is written down. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    this.#stopping = new AbortController()
  }
}
