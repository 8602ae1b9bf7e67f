import type { Limit } from './stats.js'

interface Bounds {
  readonly subscriptions: number
  readonly subscriptions_total: number
  readonly topic_levels: number
  readonly topic_bytes: number
}

/** Which filters each client has, connected or kept as a session, and whether there is room for more. */
export class Subscriptions {
  readonly #filters = new Map<string, Set<string>>()
  #count = 0

  constructor(private readonly bounds: Bounds) {}

  /** Null when the filter is taken, or was there already; else the bound that it would break. */
  take(clientId: string, filter: string): Extract<Limit, 'subscriptions' | 'topic'> | null {
    const filters = this.#filters.get(clientId)
    if (filters?.has(filter)) return null
    if (!isModest(filter, this.bounds)) return 'topic'
    if ((filters?.size ?? 0) >= this.bounds.subscriptions) return 'subscriptions'
    if (this.#count >= this.bounds.subscriptions_total) return 'subscriptions'
    if (filters === undefined) this.#filters.set(clientId, new Set([filter]))
    else filters.add(filter)
    this.#count += 1
    return null
  }

  release(clientId: string, filters: readonly string[]): void {
    const taken = this.#filters.get(clientId)
    if (taken === undefined) return
    for (const filter of filters) if (taken.delete(filter)) this.#count -= 1
    if (taken.size === 0) this.#filters.delete(clientId)
  }

  drop(clientId: string): void {
    this.#count -= this.#filters.get(clientId)?.size ?? 0
    this.#filters.delete(clientId)
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
