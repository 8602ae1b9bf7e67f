import { Qlobber } from 'qlobber'
import { EventLoopBudget } from './event-loop-budget.js'

/** Messages that wait for their turn to be given to subscribers; the newest beyond are dropped and counted. */
const WAITING_MAX = 10_000

/** Cost of a message for one subscriber, in units of a small PUBLISH taken in. */
const DELIVERY_UNITS = 2

/** As much of a message as the queue looks at. */
export interface Routed {
  readonly topic: string
}

export type Listener = (message: Routed, done: () => void) => void

/**
 * The message queue inside aedes, in place of mqemitter: the same calls, but it never waits for a listener.
 * mqemitter holds a message until every subscriber has taken it, so that one frozen subscriber stalls every
 * publisher; here a subscriber's backlog is its connection's affair alone (see `authorizeForward` in broker.ts).
 */
export class MessageQueue {
  /** aedes reads it; nothing is ever under way here, so there is nothing to limit. */
  readonly concurrency = 0
  #isClosed = false
  /** Oldest first; looked at only while subscribers want more than a turn of the event loop allows. */
  #waiting: Routed[] = []
  readonly #listeners = new Qlobber<Listener>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true, // "+" matches an empty level: "/finance" is matched by "+/+", MQTT 3.1.1 §4.7.1.3
  })

  /** @param onDropped called for each message that nobody gets because too many wait */
  constructor(
    private readonly budget = new EventLoopBudget(),
    private readonly onDropped = ignore,
  ) {}

  on(filter: string, listener: Listener, done?: () => void): this {
    this.#listeners.add(filter, listener)
    done?.()
    return this
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#listeners.remove(filter, listener)
    done?.()
    return this
  }

  emit(message: Routed, done?: (error?: Error) => void): this {
    if (this.#isClosed) {
      done?.(new Error('the message queue is closed'))
      return this
    }
    if (this.#waiting.length > 0) this.#wait(message)
    else {
      const listeners = this.#listeners.match(message.topic)
      if (listeners.length > 0 && this.budget.isOver) this.#wait(message)
      else this.#give(message, listeners)
    }
    done?.()
    return this
  }

  #give(message: Routed, listeners: readonly Listener[]): void {
    if (listeners.length === 0) return
    this.budget.spend(DELIVERY_UNITS * listeners.length)
    for (const listener of listeners) listener(message, ignore)
  }

  #wait(message: Routed): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.onDropped()
      return
    }
    this.#waiting.push(message)
    if (this.#waiting.length === 1) this.budget.next(() => this.#goOn())
  }

  #goOn(): void {
    const waiting = this.#waiting
    let given = 0
    while (given < waiting.length && !this.budget.isOver) {
      const message = waiting[given++]!
      this.#give(message, this.#listeners.match(message.topic))
    }
    this.#waiting = waiting.slice(given)
    if (this.#waiting.length > 0) this.budget.next(() => this.#goOn())
  }

  close(done: () => void): this {
    this.#isClosed = true
    setImmediate(done)
    return this
  }
}

function ignore(): void {}
