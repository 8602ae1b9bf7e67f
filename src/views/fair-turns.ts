import { FairQueue } from '../access/places/fair-queue.js'
import type { Origin } from '../access/places/origin.js'
import { Places } from '../access/places/places.js'
import { ProblemError } from './problem.js'

const RETRY_S = 5

/** Who asks for a turn. */
export interface Asker {
  readonly origin: Origin
  /** Somebody of whom it is known that they belong here goes before those of whom it is not. */
  readonly isKnown: boolean
}

export interface FairTurnsOptions {
  readonly atOnce: number
  readonly waitingMax: number
  /** Of one network. */
  readonly waitingOfNetworkMax: number
  /** Somebody is sent away. */
  dropped(asker: Asker): void
}

interface Waiting extends Asker {
  begin(): void
  sendAway(): void
}

/**
 * Lets a few at a time do what is dear, the others by network in turn. Who asks when too many wait of their network is sent
 * away (503); when too many wait in all, the one who came last of the network with the most.
 */
export class FairTurns {
  readonly #waiting = new Places<Waiting>()
  readonly #ofNetwork = new Map<string, number>()
  readonly #queue = new FairQueue<Waiting>((waiting) => !this.#waiting.has(waiting))
  #active = 0

  constructor(private readonly options: FairTurnsOptions) {}

  async take<T>(asker: Asker, act: () => Promise<T>): Promise<T> {
    if (this.#active < this.options.atOnce) this.#active++
    else await this.#wait(asker)
    try {
      return await act()
    } finally {
      this.#handOn()
    }
  }

  #wait(asker: Asker): Promise<void> {
    const { waitingMax, waitingOfNetworkMax, dropped } = this.options
    const { network } = asker.origin
    return new Promise((resolve, reject) => {
      const sendAway = (): void => {
        dropped(asker)
        reject(new ProblemError(503, 'Too many ask for this just now; ask again in some seconds.', undefined, RETRY_S))
      }
      const of = this.#ofNetwork.get(network) ?? 0
      if (of >= waitingOfNetworkMax) {
        sendAway()
        return
      }
      const waiting: Waiting = { ...asker, begin: resolve, sendAway }
      this.#ofNetwork.set(network, of + 1)
      this.#waiting.enter(waiting, asker.origin, asker.isKnown)
      this.#queue.put(waiting, asker.origin, asker.isKnown)
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
    const left = (this.#ofNetwork.get(waiting.origin.network) ?? 1) - 1
    if (left > 0) this.#ofNetwork.set(waiting.origin.network, left)
    else this.#ofNetwork.delete(waiting.origin.network)
  }
}
