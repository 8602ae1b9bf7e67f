import { FairQueue } from '../access/places/fair-queue.js'
import type { Origin } from '../access/places/origin.js'
import { Places } from '../access/places/places.js'
import { ProblemError } from './problem.js'

/** A turn takes about a third of a second of one of those that are at it at once. */
const TURNS_PER_S = 3
const RETRY_S_MIN = 5

/** Somebody who asks for a turn. */
export interface Requester {
  readonly origin: Origin
  /** The address, for the log. */
  readonly address: string
  /** Somebody of whom it is known that they belong here goes before those of whom it is not. */
  readonly isKnown: boolean
}

export interface FairLimitOptions {
  readonly atOnce: number
  readonly waitingMax: number
  readonly waitingOfNetworkMax: number
  readonly waitingOfHostMax: number
  /** Somebody is sent away. */
  dropped(asker: Requester): void
}

interface Waiting extends Requester {
  begin(): void
  sendAway(): void
}

/**
 * Lets a few at a time do what is dear, the others by network in turn, in it by host. Who asks when too many wait of their network or
 * host is sent away (503); when too many wait in all, the one who came last of the network with the most.
 */
export class FairConcurrencyLimit {
  readonly #waiting = new Places<Waiting>()
  /** Number of those who wait of each network, and of each host by network and host. */
  readonly #counts = new Map<string, number>()
  readonly #queue = new FairQueue<Waiting>((waiting) => !this.#waiting.has(waiting))
  #active = 0

  constructor(private readonly options: FairLimitOptions) {}

  /** @param hungUp aborted when the asker no longer waits: then the turn goes to the next one */
  async take<T>(asker: Requester, act: () => Promise<T>, hungUp?: AbortSignal): Promise<T> {
    if (this.#active < this.options.atOnce) this.#active++
    else await this.#wait(asker, hungUp)
    try {
      return await act()
    } finally {
      this.#handOn()
    }
  }

  #wait(asker: Requester, hungUp: AbortSignal | undefined): Promise<void> {
    const { waitingMax, waitingOfNetworkMax, waitingOfHostMax, dropped } = this.options
    const [network, host] = keysOf(asker)
    return new Promise((resolve, reject) => {
      const sendAway = (): void => {
        dropped(asker)
        const seconds = Math.max(RETRY_S_MIN, Math.ceil(this.#waiting.size / (this.options.atOnce * TURNS_PER_S)))
        reject(new ProblemError(503, `Too many ask for this just now; ask again in ${seconds} s.`, undefined, seconds))
      }
      if (this.#waitingOf(network) >= waitingOfNetworkMax || this.#waitingOf(host) >= waitingOfHostMax) {
        sendAway()
        return
      }
      const waiting: Waiting = { ...asker, begin: resolve, sendAway }
      for (const key of [network, host]) this.#counts.set(key, this.#waitingOf(key) + 1)
      this.#waiting.enter(waiting, asker.origin, asker.isKnown)
      this.#queue.put(waiting, asker.origin, asker.isKnown)
      hungUp?.addEventListener('abort', () => {
        if (!this.#waiting.has(waiting)) return
        this.#forget(waiting)
        reject(new ProblemError(503, 'Whoever asked for this has hung up.'))
      })
      if (this.#waiting.size > waitingMax) this.#sendOneAway()
    })
  }

  #sendOneAway(): void {
    const goes = this.#waiting.newestOfMost!
    this.#forget(goes)
    goes.sendAway()
  }

  /** The turn is handed on: nobody who comes now gets in between. */
  #handOn(): void {
    const next = this.#queue.take()
    if (next === undefined) this.#active--
    else {
      this.#forget(next)
      next.begin()
    }
  }

  #forget(waiting: Waiting): void {
    this.#waiting.leave(waiting)
    for (const key of keysOf(waiting)) {
      const left = this.#waitingOf(key) - 1
      if (left > 0) this.#counts.set(key, left)
      else this.#counts.delete(key)
    }
  }

  #waitingOf(key: string): number {
    return this.#counts.get(key) ?? 0
  }
}

/** A network has no space in it, and what stands before the first one of a host is its network. */
function keysOf({ origin: { network, host } }: Requester): readonly [network: string, host: string] {
  return [network, `${network} ${host}`]
}
