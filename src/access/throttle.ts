import { originOf } from './places/origin.js'

/** Limits how fast passwords may be tried: each try counts until it was right, and counts fade with time. */

/** A failure is forgotten after so long, one at a time. */
const FORGOTTEN_MS = 60_000
/** Failures by one address, whatever the names. */
const BY_ADDRESS = 20
/** Failures by one address for one name. */
const BY_BOTH = 5
/** Failures for one name, wherever from. Beyond it each address has one try: enough for the owner, little for who has many addresses. */
const BY_NAME = 20
/** Names and addresses that are remembered; of more the one that failed longest ago is forgotten. */
const REMEMBERED_MAX = 10_000

interface Count {
  /** Failures as of `atMs`. */
  readonly failures: number
  readonly atMs: number
}

/** Failures that fade, looked up by a key; bounded by forgetting what was touched longest ago. */
class Fading {
  readonly #counts = new Map<string, Count>()

  at(key: string, nowMs: number): number {
    const count = this.#counts.get(key)
    if (count === undefined) return 0
    // After a clock that was ahead it fades from now on.
    if (count.atMs > nowMs) this.#counts.set(key, { ...count, atMs: nowMs })
    return Math.max(0, count.failures - Math.max(0, nowMs - count.atMs) / FORGOTTEN_MS)
  }

  add(key: string, change: 1 | -1, nowMs: number): void {
    const failures = this.at(key, nowMs) + change
    this.#counts.delete(key)
    if (failures > 0) this.#counts.set(key, { failures, atMs: nowMs })
    if (this.#counts.size <= REMEMBERED_MAX) return
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest)
      return
    }
  }

  get size(): number {
    return this.#counts.size
  }
}

/**
 * Holds up who tries passwords. Somebody who tries from elsewhere never keeps the owner of a name out: what counts for an
 * address is what came from it, and of a name that is tried from everywhere each address still has one try.
 */
export class Throttle {
  readonly #byAddress = new Fading()
  readonly #byName = new Fading()
  readonly #byBoth = new Fading()

  /** Time to wait before a try, ms; 0: it may be begun. */
  waitMs(name: string, address: string, nowMs: number): number {
    const keys = keysOf(name, address)
    const byBoth = this.#byName.at(keys.name, nowMs) >= BY_NAME ? 1 : BY_BOTH
    const over = Math.max(
      this.#byAddress.at(keys.address, nowMs) - BY_ADDRESS,
      this.#byBoth.at(keys.both, nowMs) - byBoth,
    )
    return over > -1 ? Math.max(1, Math.ceil((over + 1) * FORGOTTEN_MS)) : 0
  }

  /** The same. A try that may be begun counts as a failure before it is known, so that many at once are as slow as one after the other. */
  begin(name: string, address: string, nowMs: number): number {
    const waitMs = this.waitMs(name, address, nowMs)
    if (waitMs === 0) this.#count(keysOf(name, address), 1, nowMs)
    return waitMs
  }

  /** It was right, or was not tried after all. */
  forgive(name: string, address: string, nowMs: number): void {
    this.#count(keysOf(name, address), -1, nowMs)
  }

  /** Number of counts that are remembered. */
  get size(): number {
    return this.#byAddress.size + this.#byName.size + this.#byBoth.size
  }

  #count(keys: ReturnType<typeof keysOf>, change: 1 | -1, nowMs: number): void {
    this.#byAddress.add(keys.address, change, nowMs)
    this.#byName.add(keys.name, change, nowMs)
    this.#byBoth.add(keys.both, change, nowMs)
  }
}

/** Keys of the counts of a try. An IPv6 address counts as its /64: who has one of it has all. */
function keysOf(name: string, address: string) {
  const { host } = originOf(address)
  const key = name.slice(0, 64).normalize('NFC').toLowerCase()
  return { name: key, address: host, both: `${host} ${key}` }
}
