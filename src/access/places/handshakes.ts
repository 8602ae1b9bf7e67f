import type { Socket } from 'node:net'
import { FairQueue } from './fair-queue.js'
import type { Strangers } from './strangers.js'

/** TLS handshakes may take this share of the time of the thread, 0..1, while others wait for it. */
const SHARE_MAX = 0.4

/**
 * Begins TLS handshakes one after the other: each computes for as long as hundreds of messages take, and anybody may ask
 * for one. What it took is measured, and the next begins so much later that all of them keep to their share of the
 * thread; whose turn it is goes by network. Nobody waits while nobody else asks.
 */
export class Handshakes {
  readonly #waiting = new FairQueue<{ readonly socket: Socket; readonly begin: () => void }>(
    ({ socket }) => socket.destroyed,
  )
  #isBusy = false

  /**
   * The one that has waited longest is the next to lose its place while more come than can be served: who begins comes last
   * again, or a crowd that dials anew would never let one of its own get through.
   */
  request(socket: Socket, goOn: () => void, strangers: Pick<Strangers, 'originOf' | 'isKnown' | 'renew'>): void {
    const begin = (): void => {
      strangers.renew(socket)
      goOn()
    }
    this.#waiting.put({ socket, begin }, strangers.originOf(socket), strangers.isKnown(socket))
    if (!this.#isBusy) this.#next()
  }

  #next(): void {
    const next = this.#waiting.take()
    this.#isBusy = next !== undefined
    if (next === undefined) return
    const sinceMs = performance.now()
    next.begin()
    // The first flight, with the signature, is computed in the tick after this one.
    process.nextTick(() => this.#rest(performance.now() - sinceMs))
  }

  #rest(tookMs: number): void {
    const pauseMs = (tookMs * (1 - SHARE_MAX)) / SHARE_MAX
    if (pauseMs < 1) setImmediate(() => this.#next())
    else setTimeout(() => this.#next(), pauseMs)
  }
}
