import type { Origin } from './origin.js'

/** So many in a row of those who are known, then one of the others. */
const KNOWN_IN_A_ROW = 3

/** The queue removes those who are gone when so many wait, and again when twice as many wait as were left then. */
const SWEPT_AT_LEAST = 1000

type Lines<T> = Map<string, Map<string, T[]>>

/**
 * Queue of those who wait, by where they come from: one network after the other, in it one address after the other, so that
 * whoever asks a thousand times waits for themselves. Those who are known go before the others, but do not keep them out.
 * Whoever is gone meanwhile is passed over; all of them take no more memory than those who wait.
 */
export class FairQueue<T> {
  readonly #known: Lines<T> = new Map()
  readonly #others: Lines<T> = new Map()
  #knownInARow = 0
  #size = 0
  #sweptAt = SWEPT_AT_LEAST

  constructor(private readonly isGone: (one: T) => boolean = () => false) {}

  /** With those who are gone and have not been passed over yet. */
  get size(): number {
    return this.#size
  }

  put(one: T, { network, host }: Origin, isKnown: boolean): void {
    const lines = isKnown ? this.#known : this.#others
    const hosts = lines.get(network) ?? new Map<string, T[]>()
    lines.set(network, hosts)
    const line = hosts.get(host)
    if (line === undefined) hosts.set(host, [one])
    else line.push(one)
    this.#size += 1
    if (this.#size >= this.#sweptAt) this.#sweep()
  }

  /** Takes the next one out of the queue; undefined when nobody waits. */
  take(): T | undefined {
    let next = this.#takeAny()
    while (next !== undefined && this.isGone(next)) next = this.#takeAny()
    return next
  }

  #takeAny(): T | undefined {
    const isKnownNext = this.#known.size > 0 && (this.#knownInARow < KNOWN_IN_A_ROW || this.#others.size === 0)
    this.#knownInARow = isKnownNext ? this.#knownInARow + 1 : 0
    return this.#takeFrom(isKnownNext ? this.#known : this.#others)
  }

  #takeFrom(lines: Lines<T>): T | undefined {
    const [network, hosts] = first(lines) ?? []
    if (network === undefined || hosts === undefined) return undefined
    const [host, line] = first(hosts)!
    const one = line.shift()!
    // The network, and in it the address, go to the end.
    hosts.delete(host)
    if (line.length > 0) hosts.set(host, line)
    lines.delete(network)
    if (hosts.size > 0) lines.set(network, hosts)
    this.#size -= 1
    return one
  }

  #sweep(): void {
    this.#size = 0
    for (const lines of [this.#known, this.#others]) {
      for (const [network, hosts] of lines) {
        for (const [host, line] of hosts) {
          const left = line.filter((one) => !this.isGone(one))
          this.#size += left.length
          if (left.length > 0) hosts.set(host, left)
          else hosts.delete(host)
        }
        if (hosts.size === 0) lines.delete(network)
      }
    }
    this.#sweptAt = Math.max(SWEPT_AT_LEAST, 2 * this.#size)
  }
}

function first<V>(map: ReadonlyMap<string, V>): [string, V] | undefined {
  for (const entry of map) return entry
  return undefined
}
