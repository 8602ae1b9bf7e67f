import { randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.js'
import { MINUTE_MS } from '../../base/durations.js'
import { notFound, ProblemError } from '../problem.js'
import type { I3xBatch, I3xValue } from './shapes.js'

/**
 * Subscriptions of i3X, kept in memory. The guide lets a server read the newest values when it is asked to sync: changes between two
 * syncs are not told one by one, and the feed and MQTT are there for them.
 */

/** One is forgotten when nobody has synced it for so long. */
const LIFE_MS = 10 * MINUTE_MS
const BOUNDS = { all: 64, ofAccount: 16, objects: 500, updates: 3_000 }

/** Whoever asks: the account and the name that its program gives itself. */
export interface Subscriber {
  /** null where nobody has to sign in. */
  readonly account: string | null
  readonly clientId: string
}

export class MonitoredObjects {
  readonly id = randomBytes(32).toString('base64url')
  /** Depth by element id. */
  readonly monitored = new Map<string, number>()
  readonly #told = new Map<string, string>()
  #batches: I3xBatch[] = []
  #sequenceNumber = 0
  #hasDropped = false

  constructor(
    readonly subscriber: Subscriber,
    readonly displayName: string,
    public usedMs: number,
  ) {}

  /** False when it has as many objects as it may. */
  register(elementId: string, maxDepth: number): boolean {
    if (this.monitored.has(elementId)) return true
    if (this.monitored.size >= BOUNDS.objects) return false
    this.monitored.set(elementId, maxDepth)
    return true
  }

  /** True when it was there; what waits of it is told all the same. */
  unregister(elementId: string): boolean {
    return this.monitored.delete(elementId)
  }

  /** Removes what has come; -1 is all of it, and a number that was never told is none. */
  acknowledge(last: unknown): void {
    if (last === -1) this.#batches = []
    if (typeof last !== 'number' || !Number.isInteger(last) || last > this.#sequenceNumber) return
    this.#batches = this.#batches.filter(({ sequenceNumber }) => sequenceNumber > last)
  }

  /** Queues what differs from what was told before, as one batch. */
  offer(values: ReadonlyMap<string, I3xValue>): void {
    for (const known of this.#told.keys()) if (!values.has(known)) this.#told.delete(known)
    const updates = [...values].flatMap(([elementId, value]) => {
      // Values of equipment have the time at which they were asked for.
      const text = JSON.stringify([value.value, value.quality, value.reason])
      if (this.#told.get(elementId) === text) return []
      this.#told.set(elementId, text)
      return [{ elementId, ...value }]
    })
    if (updates.length === 0) return
    this.#sequenceNumber++
    this.#batches.push({ sequenceNumber: this.#sequenceNumber, updates })
    let waiting = this.#batches.reduce((sum, { updates }) => sum + updates.length, 0)
    while (waiting > BOUNDS.updates && this.#batches.length > 1) {
      waiting -= this.#batches.shift()!.updates.length
      this.#hasDropped = true
    }
  }

  /** Batches that wait; `hasDropped` when something was let go of since the last time. */
  pending(): { readonly batches: readonly I3xBatch[]; readonly hasDropped: boolean } {
    const hasDropped = this.#hasDropped
    this.#hasDropped = false
    return { batches: this.#batches, hasDropped }
  }
}

export class I3xSubscriptions {
  readonly #byId = new Map<string, MonitoredObjects>()

  constructor(readonly clock: Clock) {}

  /** Throws the 400 when there are too many. */
  create(subscriber: Subscriber, displayName: string): MonitoredObjects {
    this.#sweep()
    const own = [...this.#byId.values()].filter((one) => one.subscriber.account === subscriber.account).length
    if (own >= BOUNDS.ofAccount || this.#byId.size >= BOUNDS.all) {
      const most = `${BOUNDS.ofAccount} an account and ${BOUNDS.all} in all`
      throw new ProblemError(400, `There are as many subscriptions as there may be, ${most}: delete one first.`)
    }
    const made = new MonitoredObjects(subscriber, displayName, this.clock.nowMs())
    this.#byId.set(made.id, made)
    return made
  }

  /** null for one that is not there, or belongs to somebody else. */
  find({ account, clientId }: Subscriber, id: string): MonitoredObjects | null {
    this.#sweep()
    const found = this.#byId.get(id)
    const isOwn = found?.subscriber.account === account && found.subscriber.clientId === clientId
    return isOwn ? found : null
  }

  /** Throws the 404 for one that is not there, or belongs to somebody else. */
  need(subscriber: Subscriber, id: string): MonitoredObjects {
    const found = this.find(subscriber, id)
    if (found === null) throw notFound(noSubscription(id))
    return found
  }

  delete(subscriber: Subscriber, id: string): boolean {
    return this.find(subscriber, id) !== null && this.#byId.delete(id)
  }

  #sweep(): void {
    const oldestMs = this.clock.nowMs() - LIFE_MS
    for (const [id, { usedMs }] of this.#byId) if (usedMs < oldestMs) this.#byId.delete(id)
  }
}

export function noSubscription(id: string): string {
  return `Subscription not found: ${id.slice(0, 100)}`
}
