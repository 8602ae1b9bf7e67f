import { ArrivalOrder } from './arrival-order.js'
import type { Origin } from './origin.js'
import { WeightRanking } from './ranked.js'

/** A place of a network from which somebody has proved themselves lately weighs this much less. */
const WEIGHT = { stranger: 2, known: 1 } as const

class Network<T> {
  readonly hosts = new Map<string, ArrivalOrder<T>>()
  readonly ranked = new WeightRanking<ArrivalOrder<T>>()
  count = 0

  constructor(readonly weightEach: number) {}
}

interface Seat<T> {
  readonly key: string
  readonly network: Network<T>
  readonly host: string
}

/**
 * Places of those who are here, by where they come from. When places run short it says who is to go: one of the address
 * with the most places, of the network with the most. So whoever takes many places takes them from themselves, and one who
 * comes from elsewhere always finds one. Every call costs the same however many are here.
 */
export class Places<T> {
  readonly #networks = new Map<string, Network<T>>()
  readonly #ranked = new WeightRanking<Network<T>>()
  readonly #seats = new Map<T, Seat<T>>()

  get size(): number {
    return this.#seats.size
  }

  /** In the order in which they came. */
  all(): IterableIterator<T> {
    return this.#seats.keys()
  }

  /** @param isKnown somebody from there has proved themselves lately: of equals the others go first */
  enter(one: T, { host, network: name }: Origin, isKnown = false): void {
    this.leave(one)
    const key = isKnown ? `${name} known` : name
    const network = this.#networks.get(key) ?? new Network<T>(isKnown ? WEIGHT.known : WEIGHT.stranger)
    this.#networks.set(key, network)
    const beside = network.hosts.get(host) ?? new ArrivalOrder<T>()
    beside.add(one)
    network.hosts.set(host, beside)
    network.count += 1
    network.ranked.weigh(beside, beside.size)
    this.#ranked.weigh(network, network.count * network.weightEach)
    this.#seats.set(one, { key, network, host })
  }

  has(one: T): boolean {
    return this.#seats.has(one)
  }

  /** False when it was not here. */
  leave(one: T): boolean {
    const seat = this.#seats.get(one)
    if (seat === undefined) return false
    this.#seats.delete(one)
    const { key, network, host } = seat
    const beside = network.hosts.get(host)!
    beside.remove(one)
    network.count -= 1
    network.ranked.weigh(beside, beside.size)
    this.#ranked.weigh(network, network.count * network.weightEach)
    if (beside.size === 0) network.hosts.delete(host)
    if (network.count === 0) this.#networks.delete(key)
    return true
  }

  /** The one who has been here longest of those who take the most; undefined when nobody is here. */
  get oldestOfMost(): T | undefined {
    return this.#most?.oldest
  }

  /** The one who came last of those who take the most: who works from there since long keeps the place. */
  get newestOfMost(): T | undefined {
    return this.#most?.newest
  }

  isOfMost({ host }: Origin): boolean {
    return this.#ranked.heaviest?.hosts.get(host) === this.#most && this.#most !== undefined
  }

  /** Counts the places of the address that takes the most. */
  get most(): number {
    return this.#most?.size ?? 0
  }

  get #most(): ArrivalOrder<T> | undefined {
    return this.#ranked.heaviest?.ranked.heaviest
  }
}
