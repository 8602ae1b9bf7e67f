import type { Client } from 'aedes'
import type { Origin } from '../access/places/origin.js'
import { Places } from '../access/places/places.js'

/** An address whose clients have proved nothing may have this share of all places while others want in. */
const SHARE_MAX = 0.5

/** A connection that asks for a place among the clients. */
export interface ClientCandidate {
  readonly origin: Origin
  /** Known by a token or a certificate. */
  readonly isProved: boolean
  /** Number of clients that are connected besides. */
  readonly others: number
}

/**
 * The places of `mqtt.limits.connections`. Those who have proved nothing are let in where that is not required, but they
 * never keep out who has: while all places are taken one of them goes, the newest of the address with the most.
 */
export class ClientPlaces {
  readonly #unproved = new Places<Client>()

  constructor(private readonly placesMax: number) {}

  /** False when there is none for it. `goes` is the client that is to be disconnected for it, if one is. */
  request(client: Client, newcomer: ClientCandidate): { readonly isGranted: boolean; readonly goes?: Client } {
    const { origin, isProved, others } = newcomer
    const isFull = others >= this.placesMax
    const goes = isFull ? this.#whoGoes(newcomer) : undefined
    if (isFull && goes === undefined) return { isGranted: false }
    if (goes !== undefined) this.#unproved.leave(goes)
    if (!isProved) this.#unproved.enter(client, origin)
    return { isGranted: true, ...(goes === undefined ? {} : { goes }) }
  }

  leave(client: Client): void {
    this.#unproved.leave(client)
  }

  #whoGoes({ isProved, origin }: ClientCandidate): Client | undefined {
    if (isProved) return this.#unproved.newestOfMost
    const isUnfair = this.#unproved.most > SHARE_MAX * this.placesMax
    return isUnfair && !this.#unproved.isOfMost(origin) ? this.#unproved.newestOfMost : undefined
  }
}
