import type { WebSocket } from 'ws'
import { Places } from '../../access/places/places.js'
import { sum } from '../../base/sum.js'
import { CLOSE, type FeedClient } from './client.js'
import type { AdmittedFeedClient, FeedDrop } from './upgrade.js'

/** Clients at once; of more one is closed of the account with the most, or, where nobody signs in, of the address. */
export const FEED_CLIENTS_MAX = 2_000
/** Messages that a client may send in a second; `ws` bounds its pings. A page sends one for each view that somebody opens. */
export const FEED_MESSAGES_MAX = 100
/** Time that a client may take to say goodbye. */
const GOODBYE_MS = 1_000

/** The clients of the feed, each in its place as long as it may read. */
export class FeedConnections {
  readonly #clients = new Map<WebSocket, FeedClient>()
  readonly #allowed = new Map<WebSocket, () => boolean>()
  readonly #places = new Places<WebSocket>()
  /** Messages of each client in this second. */
  readonly #heard = new Map<WebSocket, number>()
  readonly #dropped: (why: FeedDrop, address: string | undefined) => void

  /** @param dropped a client is closed, for one of somebody at this address or for what it has sent from there */
  constructor(dropped: (why: FeedDrop, address: string | undefined) => void) {
    this.#dropped = dropped
  }

  get count(): number {
    return this.#clients.size
  }

  clients(): IterableIterator<FeedClient> {
    return this.#clients.values()
  }

  /** Bytes that clients which are in no group have not read. */
  get unreadBytes(): number {
    return sum(this.clients(), (client) => (client.isInGroup ? 0 : client.unreadBytes))
  }

  /** Gives a client its place, where there is one for it. */
  enter(
    webSocket: WebSocket,
    { holds, origin }: AdmittedFeedClient,
    address: string | undefined,
    client: { make(): FeedClient; left(): void },
  ): void {
    this.#allowed.set(webSocket, holds)
    this.#places.enter(webSocket, origin)
    if (this.#places.size > FEED_CLIENTS_MAX) this.#dropOne(address)
    if (!this.#places.has(webSocket)) return
    this.#clients.set(webSocket, client.make())
    webSocket.on('message', () => this.#hear(webSocket, address))
    webSocket.on('close', () => {
      client.left()
      this.#clients.get(webSocket)?.leave()
      this.#clients.delete(webSocket)
      this.#allowed.delete(webSocket)
      this.#heard.delete(webSocket)
      this.#places.leave(webSocket)
    })
  }

  closeThoseOut(): void {
    for (const [webSocket, isAllowed] of this.#allowed) if (!isAllowed()) turnAway(webSocket)
  }

  /** Another second begins, in which each client may send as many messages as in the last. */
  beginSecond(): void {
    this.#heard.clear()
  }

  /** Says goodbye to all, and cuts off who does not answer. */
  async close(): Promise<void> {
    const sockets = [...this.#clients.keys()]
    const gone = sockets.map((webSocket) => new Promise((resolve) => webSocket.once('close', resolve)))
    for (const client of this.clients()) client.close(CLOSE.goingAway, 'the gateway stops')
    const deadline = setTimeout(() => {
      for (const webSocket of this.#clients.keys()) webSocket.terminate()
    }, GOODBYE_MS)
    await Promise.all(gone)
    clearTimeout(deadline)
  }

  /** Closes the newest feed of the account or address with the most: pages that are open since long keep their places. */
  #dropOne(address: string | undefined): void {
    this.#end(this.#places.newestOfMost!, CLOSE.noRoom, 'too many feeds are open')
    this.#dropped('feed', address)
  }

  #hear(webSocket: WebSocket, address: string | undefined): void {
    if (!this.#clients.has(webSocket)) return
    const heard = (this.#heard.get(webSocket) ?? 0) + 1
    this.#heard.set(webSocket, heard)
    if (heard <= FEED_MESSAGES_MAX) return
    this.#end(webSocket, CLOSE.tooMany, `more than ${FEED_MESSAGES_MAX} messages in a second`)
    this.#dropped('feed_messages', address)
  }

  #end(webSocket: WebSocket, code: number, reason: string): void {
    this.#places.leave(webSocket)
    this.#allowed.delete(webSocket)
    this.#clients.get(webSocket)?.leave()
    this.#clients.delete(webSocket)
    closeSoon(webSocket, code, reason)
  }
}

/** Closes a client that may not read; one that does not answer is cut off. */
export function turnAway(webSocket: WebSocket): void {
  closeSoon(webSocket, CLOSE.notAllowed, 'sign in, or take a new ticket')
}

function closeSoon(webSocket: WebSocket, code: number, reason: string): void {
  webSocket.on('error', () => undefined)
  webSocket.close(code, reason)
  const deadline = setTimeout(() => webSocket.terminate(), GOODBYE_MS)
  webSocket.once('close', () => clearTimeout(deadline))
}
