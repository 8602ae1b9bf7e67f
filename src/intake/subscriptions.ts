import { QlobberTrue } from 'qlobber'
import { filterBehind } from './mqtt5/shared-filter.js'
import type { IntakeLimit } from './stats.js'

interface Bounds {
  readonly subscriptions: number
  readonly subscriptions_total: number
  readonly topic_levels: number
  readonly topic_bytes: number
}

/**
 * Knows which filters each client has, connected or kept as a session, whether there is room for more, and whether anybody
 * has one that a topic matches. It learns of a filter before aedes puts it down, and that it goes when aedes begins to
 * remove it: what a client sends at once, to leave a topic and to come back to it, is counted in its order.
 */
export class Subscriptions {
  readonly #filters = new Map<string, Set<string>>()
  /** Number of clients that have each filter; of a shared one what stands behind its name. */
  readonly #clients = new Map<string, number>()
  /** Each filter once, however many have it: that a topic is wanted is known at the first one found. */
  readonly #wanted = new QlobberTrue({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })
  #count = 0
  #changes = 0

  constructor(private readonly bounds: Bounds) {}

  /** Grows whenever an answer of `isWanted` may have become another. */
  get changes(): number {
    return this.#changes
  }

  /** True when somebody who is there, or away with a session, may want what is published to the topic. */
  isWanted(topic: string): boolean {
    return this.#wanted.match(topic)
  }

  /** Null when the filter is taken, or was there already; else the bound that it would break. */
  take(clientId: string, filter: string): Extract<IntakeLimit, 'subscriptions' | 'topic'> | null {
    const filters = this.#filters.get(clientId)
    if (filters?.has(filter)) return null
    const wanted = filterBehind(filter)
    if (!isModest(wanted, this.bounds) || Buffer.byteLength(filter) > this.bounds.topic_bytes) return 'topic'
    if ((filters?.size ?? 0) >= this.bounds.subscriptions) return 'subscriptions'
    if (this.#count >= this.bounds.subscriptions_total) return 'subscriptions'
    if (filters === undefined) this.#filters.set(clientId, new Set([filter]))
    else filters.add(filter)
    this.#count += 1
    const clients = this.#clients.get(wanted) ?? 0
    this.#clients.set(wanted, clients + 1)
    if (clients === 0) {
      this.#wanted.add(wanted)
      this.#changes += 1
    }
    return null
  }

  release(clientId: string, filters: Iterable<string>): void {
    const taken = this.#filters.get(clientId)
    if (taken === undefined) return
    for (const filter of filters) if (taken.delete(filter)) this.#leave(filter)
    if (taken.size === 0) this.#filters.delete(clientId)
  }

  drop(clientId: string): void {
    this.release(clientId, [...(this.#filters.get(clientId) ?? [])])
  }

  #leave(taken: string): void {
    const filter = filterBehind(taken)
    this.#count -= 1
    const clients = this.#clients.get(filter)! - 1
    if (clients > 0) {
      this.#clients.set(filter, clients)
      return
    }
    this.#clients.delete(filter)
    this.#wanted.remove(filter)
    this.#changes += 1
  }
}

/** True when a topic or filter is neither too long nor too deep. What it costs to route grows with its levels. */
export function isModest(topic: string, bounds: Pick<Bounds, 'topic_levels' | 'topic_bytes'>): boolean {
  if (topic.length > bounds.topic_bytes) return false
  // Counted without splitting: this is asked for every message.
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels += 1
  if (levels > bounds.topic_levels) return false
  return 3 * topic.length <= bounds.topic_bytes || Buffer.byteLength(topic) <= bounds.topic_bytes
}
