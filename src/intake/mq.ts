import { Qlobber } from 'qlobber'

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
  #changes = 0
  readonly #listeners = new Qlobber<Listener>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true, // "+" matches an empty level: "/finance" is matched by "+/+", MQTT 3.1.1 §4.7.1.3
  })

  /** Grows whenever an answer of `matches` may have become another. */
  get changes(): number {
    return this.#changes
  }

  /** Whether anybody listens to the topic now. */
  matches(topic: string): boolean {
    return this.#listeners.match(topic).length > 0
  }

  on(filter: string, listener: Listener, done?: () => void): this {
    this.#changes += 1
    this.#listeners.add(filter, listener)
    done?.()
    return this
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#changes += 1
    this.#listeners.remove(filter, listener)
    done?.()
    return this
  }

  emit(message: Routed, done?: (error?: Error) => void): this {
    if (this.#isClosed) {
      done?.(new Error('the message queue is closed'))
      return this
    }
    for (const listener of this.#listeners.match(message.topic)) listener(message, ignore)
    done?.()
    return this
  }

  close(done: () => void): this {
    this.#isClosed = true
    setImmediate(done)
    return this
  }
}

function ignore(): void {}
