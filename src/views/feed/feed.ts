import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Clock } from '../../base/clock.js'
import { FEED_SUBPROTOCOL } from '../../base/wire.js'
import { Broadcast, type BroadcastSources } from './broadcast.js'
import { type ClosedFor, FeedClient, SOUGHT_A_TICK_MAX } from './client.js'
import { FeedConnections, turnAway } from './connections.js'
import { type FeedAccess, refusalOf, refuseUpgrade } from './upgrade.js'

/** Bytes of a message of a client. */
export const MESSAGE_BYTES_MAX = 16 * 1024
/** Parts that a message may come in, and pieces that a part may arrive in: each costs a hundred bytes beside its own. */
const [FRAGMENTS_MAX, CHUNKS_MAX] = [16, 256]
/** Time between two looks of the feed whether something is due. */
export const TICK_MS = 50
/** The same while nobody is there: what is kept for those who come back only grows older. */
const ALONE_MS = 1000
/**
 * Bytes that all clients together may leave unread; what several of a group wait for counts once. Beyond that a client
 * gets nothing before it has taken all it was sent, so one that reads is not held up by those that do not.
 */
export const UNREAD_BYTES_ALL_MAX = 64 * 1024 * 1024
/** Time between two looks whether a client may still read, which can end at any time, and whether it sends too much. */
const LOOK_MS = 1_000

export interface FeedCounts {
  readonly clients: number
  /** Points that were not sent to a client that should have got them; a replaced provisional value is none. */
  readonly droppedUpdates: number
  /** Clients closed since the start because they did not read, or answered no ping. */
  readonly closed: Readonly<Record<ClosedFor, number>>
}

export interface Feed {
  /** Takes over a connection that asks for an upgrade, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  counts(): FeedCounts
  close(): Promise<void>
}

export interface FeedSources extends BroadcastSources {
  readonly clock: Clock
}

/**
 * The live feed: numbers what is published, keeps the last minutes, and sends each client what it asked for as fast as
 * it reads. Clients that asked for the same share the work. A client costs a bounded amount of memory (outbox, unread
 * bytes, one message), all of them together too, and no other client a thing.
 */
export function startFeed(sources: FeedSources, access: FeedAccess): Feed {
  const { clock } = sources
  const broadcast = new Broadcast(sources)
  const connections = new FeedConnections((why, address) => access.dropped(why, address))
  const stopListening = broadcast.listen(() => connections.count)
  const stopping = new AbortController()
  const ticks = new FeedTicks(stopping.signal, clock, broadcast, connections)
  const ticking = ticks.run()
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
    handleProtocols: () => FEED_SUBPROTOCOL,
  })
  return {
    upgrade(request, socket, head) {
      const refusal = stopping.signal.aborted ? 503 : refusalOf(request, access)
      if (refusal !== null) return refuseUpgrade(socket, refusal)
      const admitted = access.admit(request)
      const address = request.socket.remoteAddress
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        // A page cannot see the status of a refused upgrade, but a close code it can.
        if (admitted === null) return turnAway(webSocket)
        connections.enter(webSocket, admitted, address, {
          make: () => new FeedClient(webSocket, socket, broadcast, new Date(clock.nowMs()).toISOString()),
          left: () => broadcast.wasSeen(),
        })
        ticks.quicken()
      })
    },
    counts: () => {
      const { droppedUpdates, closed } = broadcast
      return { clients: connections.count, droppedUpdates, closed }
    },
    async close() {
      stopListening()
      stopping.abort()
      await ticking
      await connections.close()
    },
  }
}

/** Looks of the feed whether something is due: quick while there are clients, seldom while there are none. */
class FeedTicks {
  readonly #stopping: AbortSignal
  readonly #clock: Clock
  readonly #broadcast: Broadcast
  readonly #connections: FeedConnections
  #alone: AbortController | null = null
  #lookedMs = 0

  constructor(stopping: AbortSignal, clock: Clock, broadcast: Broadcast, connections: FeedConnections) {
    this.#stopping = stopping
    this.#clock = clock
    this.#broadcast = broadcast
    this.#connections = connections
  }

  /** A client has come: the next look is soon. */
  quicken(): void {
    this.#alone?.abort()
  }

  async run(): Promise<void> {
    this.#stopping.addEventListener('abort', () => this.quicken(), { once: true })
    while (!this.#stopping.aborted) {
      const passedMs = this.#connections.count > 0 ? await this.#wait(TICK_MS) : await this.#waitAlone()
      this.#tick(passedMs)
    }
  }

  async #wait(ms: number): Promise<number> {
    await this.#clock.sleep(ms, this.#stopping)
    return ms
  }

  async #waitAlone(): Promise<number> {
    const fromMs = this.#clock.nowMs()
    this.#alone = new AbortController()
    await this.#clock.sleep(ALONE_MS, this.#alone.signal)
    const wasQuickened = this.#alone.signal.aborted
    this.#alone = null
    // The machine's clock may have been set meanwhile.
    return wasQuickened ? Math.min(Math.max(0, this.#clock.nowMs() - fromMs), ALONE_MS) : ALONE_MS
  }

  #tick(passedMs: number): void {
    const broadcast = this.#broadcast
    const connections = this.#connections
    broadcast.nowMs += passedMs
    broadcast.recent.expire(broadcast.nowMs)
    broadcast.sought = Math.max(0, broadcast.sought - SOUGHT_A_TICK_MAX)
    broadcast.isFull = broadcast.unreadBytes + connections.unreadBytes > UNREAD_BYTES_ALL_MAX
    if (broadcast.nowMs - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = broadcast.nowMs
      connections.closeThoseOut()
      connections.beginSecond()
    }
    for (const client of connections.clients()) client.tick()
    broadcast.tickGroups()
    broadcast.shorten()
  }
}
