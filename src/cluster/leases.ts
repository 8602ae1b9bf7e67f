import type { KV } from '@nats-io/kv'
import { isPassing } from '../nats/patience.js'
import type { LeaseEntry } from './lease-entry.js'
import type { LeaseTable } from './lease-table.js'

/** An entry that is ours. */
export interface HeldLease {
  readonly key: string
  /** The revision at which it was taken. */
  readonly epoch: number
  readonly revision: number
  /** RFC 3339. */
  readonly since: string
  /** `process.hrtime.bigint()` until which nobody else can have taken it. */
  readonly untilNs: bigint
}

/** Outcome of a change of an entry; `unknown`: the servers gave no answer, and it may have happened. */
export type LeaseOutcome =
  | { readonly kind: 'held'; readonly lease: HeldLease }
  | { readonly kind: 'lost' }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface LeaseHolder {
  readonly node: string
  readonly instance: string
  readonly leaseMs: number
}

/** Error code of the JetStream API: the entry has another revision than the one that was named. */
const WRONG_REVISION = 10071
const NS_PER_MS = 1_000_000n

/**
 * Takes, renews and gives back entries of the bucket of leases. Every change names the revision that it is based on, so of two
 * who try one succeeds.
 */
export class Leases {
  constructor(
    private readonly kv: KV,
    private readonly table: LeaseTable,
    private readonly holder: LeaseHolder,
  ) {}

  /** True when this process wrote it. */
  isOurs(entry: LeaseEntry): boolean {
    return entry.instance === this.holder.instance
  }

  /** Takes what is nobody's, or has not been renewed in time as the table knows. `since` as it is to be told. */
  async take(key: string, since: string, httpPort: number | null = null): Promise<LeaseOutcome> {
    const seen = this.table.get(key)
    return this.#change(async () => {
      const startedNs = process.hrtime.bigint()
      const content = this.#content({ epoch: 0, since, httpPort })
      const revision =
        seen === null ? await this.kv.create(key, content) : await this.kv.update(key, content, seen.revision)
      return { key, epoch: revision, revision, since, untilNs: this.#until(startedNs) }
    })
  }

  async renew(lease: HeldLease, httpPort: number | null): Promise<LeaseOutcome> {
    const outcome = await this.#renewAt(lease, httpPort)
    if (outcome.kind !== 'lost') return outcome
    const found = await this.#foundAgain(lease)
    return found.kind === 'held' ? this.#renewAt(found.lease, httpPort) : found
  }

  /** Gives it back. It is nobody's at once; when the servers do not answer, it is when its time has passed. */
  async release(lease: HeldLease): Promise<void> {
    await this.kv.delete(lease.key, { previousSeq: lease.revision }).catch((error) => {
      if (!isPassing(error) && codeOf(error) !== WRONG_REVISION) throw error
    })
  }

  #renewAt(lease: HeldLease, httpPort: number | null): Promise<LeaseOutcome> {
    return this.#change(async () => {
      const startedNs = process.hrtime.bigint()
      const content = this.#content({ epoch: lease.epoch, since: lease.since, httpPort })
      const revision = await this.kv.update(lease.key, content, lease.revision)
      return { ...lease, revision, untilNs: this.#until(startedNs) }
    })
  }

  /** A renewal whose answer was lost gives it another revision: then it still is ours. */
  async #foundAgain(lease: HeldLease): Promise<LeaseOutcome> {
    return this.#change(async () => {
      const seen = await this.table.refresh(lease.key)
      const isSame = seen !== null && this.isOurs(seen.entry) && [0, lease.epoch].includes(seen.entry.epoch)
      return isSame ? { ...lease, revision: seen.revision } : null
    })
  }

  async #change(work: () => Promise<HeldLease | null>): Promise<LeaseOutcome> {
    try {
      const lease = await work()
      return lease === null ? { kind: 'lost' } : { kind: 'held', lease }
    } catch (error) {
      if (codeOf(error) === WRONG_REVISION) return { kind: 'lost' }
      return { kind: 'unknown', reason: (error as Error).message }
    }
  }

  #until(startedNs: bigint): bigint {
    return startedNs + BigInt(this.holder.leaseMs) * NS_PER_MS
  }

  #content({ epoch, since, httpPort }: { epoch: number; since: string; httpPort: number | null }): string {
    const { node, instance, leaseMs } = this.holder
    const entry: LeaseEntry = { node, instance, epoch, since, lease_ms: leaseMs, http_port: httpPort }
    return JSON.stringify(entry)
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code
}
