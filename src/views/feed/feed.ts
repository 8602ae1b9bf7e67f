import { randomUUID } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Origin } from '../../access/places/origin.js'
import { Places } from '../../access/places/places.js'
import type { Clock } from '../../base/clock.js'
import { FEED_SUBPROTOCOL } from '../../base/wire.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { News } from '../sources/news.js'
import type { KnownPlants } from '../sources/plants.js'
import { CLOSE, type ClosedFor, FeedClient, type FeedState } from './client.js'
import { Group } from './group.js'
import type { Outbox } from './outbox.js'
import { publishedPoint } from './publication.js'
import { RECENT_MS, Recent } from './recent.js'

export const FEED_PATH = '/ws/v1'
/** Clients at once; of more one is closed of the account with the most, or, where nobody signs in, of the address. */
export const FEED_CLIENTS_MAX = 2_000
/** Bytes of a message of a client. */
export const MESSAGE_BYTES_MAX = 16 * 1024
/** Time between two looks of the feed whether something is due. */
export const TICK_MS = 50
/**
 * Bytes that all clients together may leave unread; what several of a group wait for counts once. Beyond that a client
 * gets nothing before it has taken all it was sent, so one that reads is not held up by those that do not.
 */
export const UNREAD_BYTES_ALL_MAX = 64 * 1024 * 1024
/** Points that all clients together may be behind: places in outboxes, some 50 MB. Who is furthest behind starts anew. */
export const BEHIND_ALL_MAX = 1_000_000
/** Time between two looks whether a client may still read: a session can end at any time. */
const ALLOWED_MS = 1_000
/** Time that a client may take to say goodbye. */
const GOODBYE_MS = 1_000

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

/** Decides who may read the feed. */
export interface FeedAccess {
  /** True when a page of the origin of this request may read it. */
  isOurs(request: IncomingMessage): boolean
  /** Null for who may not read it. */
  admit(request: IncomingMessage): Admitted | null
  /** A client is closed for another. */
  dropped(address: string | undefined): void
}

export interface Admitted {
  /** Holder of the place that it takes: an account, or else an address. */
  readonly origin: Origin
  /** True while they may still read it. */
  holds(): boolean
}

export interface FeedSources extends News, Pick<KnownPlants, 'plants'>, Pick<KpiFigures, 'latest'> {
  readonly clock: Clock
}

/**
 * The live feed: numbers what is published, keeps the last minutes, and sends each client what it asked for as fast as
 * it reads. Clients that asked for the same share the work. A client costs a bounded amount of memory (outbox, unread
 * bytes, one message), all of them together too, and no other client a thing.
 */
export function startFeed(sources: FeedSources, access: FeedAccess): Feed {
  const { clock } = sources
  const clients = new Map<WebSocket, FeedClient>()
  const allowed = new Map<WebSocket, () => boolean>()
  const places = new Places<WebSocket>()
  let lookedMs = 0
  const groups = new Map<string, Group>()
  const recent = new Recent()
  const closed = { too_slow: 0, no_pong: 0 }
  const epoch = randomUUID()
  let seq = 0
  let nowMs = 0
  let droppedUpdates = 0
  let isFull = false
  /** When a client was there last, by the feed's own time. */
  let seenMs = -Infinity

  const state: FeedState = {
    epoch,
    recent,
    get seq() {
      return seq
    },
    get nowMs() {
      return nowMs
    },
    get isFull() {
      return isFull
    },
    group(subscription) {
      const group = groups.get(subscription.key) ?? new Group(subscription, state)
      groups.set(subscription.key, group)
      return group
    },
    snapshot: (subscription) =>
      sources
        .plants()
        .filter((plant) => subscription.hasPlant(plant.id))
        .flatMap((plant) => sources.latest(plant.id, {}).filter((point) => subscription.has(point))),
    countDropped: (points) => {
      droppedUpdates += points
    },
    countClosed: (reason) => {
      closed[reason]++
    },
  }

  const stopPoints = sources.onPoints((points) => {
    seq++
    // Points that nobody sees and nobody can come back for would be most of a feed's memory: 34 MiB of a large plant.
    if (clients.size === 0 && nowMs - seenMs > RECENT_MS) return recent.skip(seq)
    const published = points.map((point) => publishedPoint(seq, point))
    for (const publication of published) recent.add(publication, nowMs)
    for (const group of groups.values()) group.offer(published)
  })
  /** Gives it to who watches one of the plants it is of. */
  function tell(plants: readonly string[], offerTo: (outbox: Outbox) => 'kept' | 'dropped'): void {
    for (const group of groups.values()) {
      if (plants.some((plant) => group.subscription.watches(plant))) group.tell(offerTo)
    }
  }
  const stopDevices = sources.onDevice((change) => {
    const number = ++seq
    recent.addDevice(number, change)
    tell([change.plant], (outbox) => outbox.offerDevice(number, change))
  })
  const stopAlarms = sources.onAlarm((alarm) => {
    const number = ++seq
    recent.addAlarm(number, alarm)
    tell([alarm.plant], (outbox) => outbox.offerAlarm(number, alarm))
  })
  const stopReports = sources.onReport((report) => {
    const number = ++seq
    recent.addReport(number, report)
    tell(report.plants, (outbox) => outbox.offerReport(number, report))
  })

  const stopping = new AbortController()
  const ticking = tickUntil(stopping.signal)

  async function tickUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal)
      nowMs += TICK_MS
      recent.expire(nowMs)
      isFull = unreadBytes() > UNREAD_BYTES_ALL_MAX
      if (nowMs - lookedMs >= ALLOWED_MS) closeThoseOut()
      for (const client of clients.values()) client.tick()
      for (const [key, group] of groups) {
        group.tick()
        if (group.isEmpty) groups.delete(key)
      }
      shorten()
    }
  }

  function closeThoseOut(): void {
    lookedMs = nowMs
    for (const [webSocket, isAllowed] of allowed) if (!isAllowed()) turnAway(webSocket)
  }

  /** Closes the newest feed of the account or address with the most: pages that are open since long keep their places. */
  function dropOne(address: string | undefined): void {
    const goes = places.newestOfMost!
    places.leave(goes)
    allowed.delete(goes)
    clients.get(goes)?.leave()
    clients.delete(goes)
    closeSoon(goes, CLOSE.noRoom, 'too many feeds are open')
    access.dropped(address)
  }

  function unreadBytes(): number {
    const ofGroups = sum(groups.values(), (group) => group.unreadBytes)
    return ofGroups + sum(clients.values(), (client) => (client.isInGroup ? 0 : client.unreadBytes))
  }

  /** Keeps what all that are apart have not seen within its bound. */
  function shorten(): void {
    const apart = [...groups.values()].flatMap((group) => [...group.apart])
    let behind = sum(apart, (client) => client.behind)
    if (behind <= BEHIND_ALL_MAX) return
    apart.sort((a, b) => b.behind - a.behind)
    for (const client of apart) {
      if (behind <= BEHIND_ALL_MAX) return
      behind -= client.behind
      client.overflow()
    }
  }

  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
    handleProtocols: () => FEED_SUBPROTOCOL,
  })

  return {
    upgrade(request, socket, head) {
      const refusal = stopping.signal.aborted ? 503 : refusalOf(request, access)
      if (refusal !== null) return refuse(socket, refusal)
      const admitted = access.admit(request)
      const address = request.socket.remoteAddress
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        // A page cannot see the status of a refused upgrade, but a close code it can.
        if (admitted === null) return turnAway(webSocket)
        allowed.set(webSocket, admitted.holds)
        places.enter(webSocket, admitted.origin)
        if (places.size > FEED_CLIENTS_MAX) dropOne(address)
        if (!places.has(webSocket)) return
        clients.set(webSocket, new FeedClient(webSocket, state, new Date(clock.nowMs()).toISOString()))
        webSocket.on('close', () => {
          seenMs = nowMs
          clients.get(webSocket)?.leave()
          clients.delete(webSocket)
          allowed.delete(webSocket)
          places.leave(webSocket)
        })
      })
    },
    counts: () => ({ clients: clients.size, droppedUpdates, closed }),
    async close() {
      stopPoints()
      stopDevices()
      stopAlarms()
      stopReports()
      stopping.abort()
      await ticking
      const gone = [...clients.keys()].map((webSocket) => new Promise((resolve) => webSocket.once('close', resolve)))
      for (const client of clients.values()) client.close(CLOSE.goingAway, 'the gateway stops')
      const deadline = setTimeout(() => {
        for (const webSocket of clients.keys()) webSocket.terminate()
      }, GOODBYE_MS)
      await Promise.all(gone)
      clearTimeout(deadline)
    },
  }
}

function sum<T>(all: Iterable<T>, figure: (one: T) => number): number {
  let total = 0
  for (const one of all) total += figure(one)
  return total
}

/** The status of a request for an upgrade that is not taken; null when it is. */
function refusalOf(request: IncomingMessage, access: FeedAccess): number | null {
  const { url, headers } = request
  if (url?.split('?', 1)[0] !== FEED_PATH) return 404
  if (!access.isOurs(request)) return 403
  const protocols = headers['sec-websocket-protocol']?.split(',').map((protocol) => protocol.trim())
  return protocols?.includes(FEED_SUBPROTOCOL) ? null : 400
}

/** Closes a client that may not read; one that does not answer is cut off. */
function turnAway(webSocket: WebSocket): void {
  closeSoon(webSocket, CLOSE.notAllowed, 'sign in, or take a new ticket')
}

function closeSoon(webSocket: WebSocket, code: number, reason: string): void {
  webSocket.on('error', () => undefined)
  webSocket.close(code, reason)
  const deadline = setTimeout(() => webSocket.terminate(), GOODBYE_MS)
  webSocket.once('close', () => clearTimeout(deadline))
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: `The feed speaks the subprotocol ${FEED_SUBPROTOCOL}.`,
  403: 'A page of another origin may not read the feed.',
  404: `The feed is at ${FEED_PATH}.`,
  503: 'The gateway stops.',
}

function refuse(socket: Duplex, status: number): void {
  const text = `${REFUSALS[status]}\n`
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  )
}
