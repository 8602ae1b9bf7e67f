import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { FEED_NOT_ALLOWED } from '../../base/access.js'
import { frame, framesOf } from './frames.js'
import type { FeedMember, FeedNow, Group } from './group.js'
import { FeedOutbox } from './outbox.js'
import type { PublishedPoint } from './publication.js'
import type { RecentUpdates } from './recent.js'
import { parseSubscribe, Subscription } from './subscription.js'

/** Bytes a client may leave unread before it is sent nothing more. What it costs at most is this and one message. */
export const UNREAD_BYTES_MAX = 1024 * 1024
/** A client that leaves that much unread for so long is closed. */
export const UNREAD_MS_MAX = 30_000
export const PING_PERIOD_MS = 20_000
const PINGS_UNANSWERED_MAX = 2
/** A client that goes on from a `seq` is looked up what it has missed once in so long. */
const RESUME_MS = 1000
/** Points that are gone through in a tick for all clients that go on from a `seq`; who comes behind them waits for a later one. */
export const SOUGHT_A_TICK_MAX = 30_000
/** Frames are the bytes of texts. */
const TEXT = { binary: false } as const

/** Reasons for which the feed gives a client up. One that reads again comes back and goes on from its `seq`. */
export type ClosedFor = 'too_slow' | 'no_pong'

export const CLOSE = {
  goingAway: 1001,
  notAllowed: FEED_NOT_ALLOWED,
  tooSlow: 4408,
  noRoom: 1013,
  tooMany: 1008,
} as const

/** Parts of the feed that a client sees. */
export interface FeedState extends FeedNow {
  /** Changes with every start of the gateway. */
  readonly epoch: string
  readonly recent: RecentUpdates
  /** All clients together leave more unread than they may. */
  readonly isFull: boolean
  /** Points that were gone through for clients that went on from a `seq`, less `SOUGHT_A_TICK_MAX` for each tick since. */
  sought: number
  /** Group of the clients with a subscription; made when there is none. */
  group(subscription: Subscription): Group
  countClosed(reason: ClosedFor): void
}

/** One dashboard: how well it keeps up, and, while it is apart from its group, what it has not seen yet. */
export class FeedClient implements FeedMember {
  readonly #socket: WebSocket
  readonly #connection: Pick<Duplex, 'cork' | 'uncork'>
  readonly #feed: FeedState
  readonly #outbox = new FeedOutbox()
  #group: Group | undefined
  /** The newest subscription while it is not in force yet. */
  #wanted: Subscription | null = null
  #subscribedAtMs = -Infinity
  #resumedAtMs = -Infinity
  /** Updates begin behind the snapshot: until it is sent, nothing is collected. */
  #awaits: 'nothing' | 'snapshot' | 'gap' = 'nothing'
  #sentAtMs = -Infinity
  #unreadSinceMs: number | null = null
  #pingedAtMs: number
  #pingsUnanswered = 0

  /** @param connection below the WebSocket */
  constructor(socket: WebSocket, connection: Pick<Duplex, 'cork' | 'uncork'>, feed: FeedState, serverTime: string) {
    this.#socket = socket
    this.#connection = connection
    this.#feed = feed
    this.#pingedAtMs = feed.nowMs
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#pingsUnanswered = 0
    })
    // A fault that breaks a connection (a frame too large, a reset) also closes it, and that is all there is to do.
    socket.on('error', () => undefined)
    this.send([frame({ type: 'hello', server_time: serverTime, epoch: feed.epoch, seq: feed.seq })])
  }

  get sentAtMs(): number {
    return this.#sentAtMs
  }

  get unreadBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** False before it has subscribed and once it has been given up. */
  get isInGroup(): boolean {
    return this.#group !== undefined
  }

  get behind(): number {
    return this.#outbox.pointCount
  }

  get reads(): boolean {
    return this.unreadBytes <= (this.#feed.isFull ? 0 : UNREAD_BYTES_MAX)
  }

  get isUpToDate(): boolean {
    return this.#awaits === 'nothing' && this.#outbox.isEmpty
  }

  offer(published: readonly PublishedPoint[]): void {
    for (const publication of published) {
      if (this.#awaits !== 'nothing') return
      const outcome = this.#outbox.offer(publication)
      if (outcome === 'dropped') this.#feed.countDropped(1)
      if (outcome === 'overflow') this.overflow()
    }
  }

  tell(offerTo: (outbox: FeedOutbox) => 'kept' | 'dropped'): void {
    if (offerTo(this.#outbox) === 'dropped') this.#feed.countDropped(1)
  }

  send(frames: readonly Buffer[]): void {
    // When a plant comes back a frame for each of its devices goes to every page: together they are one write.
    this.#connection.cork()
    for (const one of frames) this.#socket.send(one, TEXT)
    this.#connection.uncork()
  }

  fallBehind(unseen: FeedOutbox): void {
    this.#outbox.copy(unseen)
  }

  /** Once a tick of the feed. */
  tick(): void {
    const { nowMs } = this.#feed
    this.#subscribe()
    if (nowMs - this.#pingedAtMs >= PING_PERIOD_MS) this.#ping(nowMs)
    if (this.reads) this.#unreadSinceMs = null
    else {
      this.#unreadSinceMs ??= nowMs
      if (nowMs - this.#unreadSinceMs >= UNREAD_MS_MAX) this.#closeAsTooSlow()
    }
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  /** The connection is closed. */
  leave(): void {
    this.#group?.leave(this)
    this.#group = undefined
  }

  #receive(data: RawData, isBinary: boolean): void {
    // Messages that come behind its close are not even read.
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#pingsUnanswered = 0
    const received = isBinary
      ? { code: 'bad_json' as const, detail: 'A message is text.' }
      : parseSubscribe(String(data))
    if (received instanceof Subscription) {
      this.#wanted = received
      this.#subscribe()
    }
    // A client that talks without reading is not answered for ever.
    else if (this.reads) this.send([frame({ type: 'error', ...received })])
  }

  /** Puts what the client asked for last in force. Any number of messages come in one turn, so it is done once a tick. */
  #subscribe(): void {
    const subscription = this.#wanted
    if (subscription === null || !this.#maySubscribe(subscription)) return
    this.#wanted = null
    // One that has been given up is not taken back on the same connection.
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const { since } = subscription
    this.#subscribedAtMs = this.#feed.nowMs
    this.leave()
    this.#group = this.#feed.group(subscription)
    this.#group.enter(this)
    this.#outbox.clear()
    if (since === undefined) this.#awaits = 'snapshot'
    else this.#resume(subscription, since)
    this.catchUp()
  }

  #maySubscribe({ since }: Subscription): boolean {
    const { nowMs, sought } = this.#feed
    if (nowMs === this.#subscribedAtMs) return false
    return since === undefined || (sought < SOUGHT_A_TICK_MAX && nowMs - this.#resumedAtMs >= RESUME_MS)
  }

  #resume(subscription: Subscription, { epoch, seq }: { epoch: string; seq: number }): void {
    this.#resumedAtMs = this.#feed.nowMs
    const isOurs = epoch === this.#feed.epoch && seq <= this.#feed.seq
    const missed = isOurs ? this.#feed.recent.since(seq) : undefined
    this.#awaits = missed === undefined ? 'gap' : 'nothing'
    if (missed === undefined) return
    const { points, devices, alarms, forecasts, reports } = missed
    this.#feed.sought += points.length
    const watches = (plant: string) => subscription.watches(plant)
    this.offer(points.filter(({ item }) => subscription.has(item)))
    for (const { seq, item } of devices) if (watches(item.plant)) this.tell((outbox) => outbox.offerDevice(seq, item))
    for (const { seq, item } of alarms) if (watches(item.plant)) this.tell((outbox) => outbox.offerAlarm(seq, item))
    for (const { seq, item } of forecasts)
      if (watches(item.plant)) this.tell((outbox) => outbox.offerForecast(seq, item))
    for (const { seq, item } of reports) {
      if (item.plants.some(watches)) this.tell((outbox) => outbox.offerReport(seq, item))
    }
  }

  catchUp(): void {
    const { nowMs, seq } = this.#feed
    const group = this.#group
    if (group === undefined || this.isUpToDate || !this.reads) return
    if (nowMs - this.#sentAtMs < group.subscription.periodMs) return
    if (this.#awaits !== 'nothing') {
      if (this.#awaits === 'gap') this.send([frame({ type: 'gap', seq })])
      this.send([group.snapshot()])
      this.#awaits = 'nothing'
      this.#sentAtMs = nowMs
    } else {
      this.send(framesOf(this.#outbox.take(seq)))
      // The rest, which did not fit one message, follows at the next tick; else a burst could never be caught up with.
      if (this.#outbox.isEmpty) this.#sentAtMs = nowMs
    }
  }

  overflow(): void {
    this.#dropOutbox()
    this.#awaits = 'gap'
  }

  #closeAsTooSlow(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#feed.countClosed('too_slow')
    this.#dropOutbox()
    this.leave()
    this.#socket.close(CLOSE.tooSlow, 'too slow')
  }

  #dropOutbox(): void {
    this.#feed.countDropped(this.#outbox.pointCount)
    this.#outbox.clear()
  }

  #ping(nowMs: number): void {
    this.#pingedAtMs = nowMs
    if (this.#pingsUnanswered >= PINGS_UNANSWERED_MAX) {
      this.#feed.countClosed('no_pong')
      this.#socket.terminate()
    } else {
      this.#pingsUnanswered++
      this.#socket.ping()
    }
  }
}
