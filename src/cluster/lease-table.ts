import type { KV, KvEntry, KvWatchEntry } from '@nats-io/kv'
import type { QueuedIterator } from '@nats-io/transport-node'
import type { Clock } from '../base/clock.js'
import { type LeaseEntry, leaseEntry } from './lease-entry.js'

/** Until the watch is begun anew. */
const RETRY_MS = 500

export interface SeenLease {
  readonly revision: number
  readonly entry: LeaseEntry
  /** Time at which this revision was seen first, by `performance.now()`: later than it was written. */
  readonly seenMs: number
}

/**
 * The bucket of leases as this node sees it. How long an entry has not been renewed is counted by our own monotonic clock from
 * the moment we saw it, so nobody's clock needs to be right, and no lease seems to have ended before it has.
 */
export class LeaseTable {
  readonly #kv: KV
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #seen = new Map<string, SeenLease>()
  readonly #stopping = new AbortController()
  #watch: QueuedIterator<KvWatchEntry> | null = null

  /** `changed` is called when an entry has come or has gone: not for renewals. */
  constructor(kv: KV, clock: Clock, changed: () => void) {
    this.#kv = kv
    this.#clock = clock
    this.#changed = changed
  }

  get keys(): string[] {
    return [...this.#seen.keys()]
  }

  get(key: string): SeenLease | null {
    return this.#seen.get(key) ?? null
  }

  /** True when it was not renewed for as long as its holder has said. */
  isStale(key: string): boolean {
    const seen = this.#seen.get(key)
    return seen !== undefined && performance.now() - seen.seenMs > seen.entry.lease_ms
  }

  /** Looks at what stands there now. Rejects when the servers do not answer. */
  async refresh(key: string): Promise<SeenLease | null> {
    const entry = await this.#kv.get(key)
    if (entry === null) this.#forget(key)
    else this.#note(entry)
    return this.get(key)
  }

  /** Follows the bucket until `close`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        this.#watch = await this.#kv.watch()
        if (signal.aborted) this.#watch.stop()
        for await (const entry of this.#watch) this.#note(entry)
      } catch {
        // Nothing is lost: what has not been seen to be renewed is looked at before it is taken.
      }
      await this.#clock.sleep(RETRY_MS, signal)
    }
  }

  close(): void {
    this.#stopping.abort()
    this.#watch?.stop()
  }

  #note(found: KvEntry): void {
    const { key, revision, operation } = found
    const before = this.#seen.get(key)
    if (before !== undefined && revision <= before.revision) return
    if (operation !== 'PUT') {
      this.#forget(key)
      return
    }
    const parsed = leaseEntry.safeParse(json(found))
    if (!parsed.success) return
    this.#seen.set(key, { revision, entry: parsed.data, seenMs: performance.now() })
    if (before?.entry.instance !== parsed.data.instance) this.#changed()
  }

  #forget(key: string): void {
    if (this.#seen.delete(key)) this.#changed()
  }
}

function json(entry: KvEntry): unknown {
  try {
    return entry.json()
  } catch {
    return null
  }
}
