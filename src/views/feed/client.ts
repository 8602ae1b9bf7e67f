import type { RawData, WebSocket } from 'ws'
import type { AlarmItem } from '../../base/alarm.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { DeviceChange } from '../sources.js'
import { frame, pointsFrame } from './frames.js'
import { Outbox } from './outbox.js'
import type { PublishedPoint } from './publication.js'
import type { Recent } from './recent.js'
import { parseSubscribe, Subscription } from './subscription.js'

/** Bytes a client may leave unread before it is sent nothing more. What it costs at most is this and one message. */
export const UNREAD_BYTES_MAX = 1024 * 1024
/** A client that leaves that much unread for so long is closed. */
export const UNREAD_MS_MAX = 30_000
export const PING_PERIOD_MS = 20_000
const PINGS_UNANSWERED_MAX = 2

export const CLOSE = { goingAway: 1001, tooSlow: 4408 } as const

/** What a client sees of the feed. */
export interface FeedState {
  /** Changes with every start of the gateway. */
  readonly epoch: string
  /** Number of the newest batch. */
  readonly seq: number
  /** The feed's own time: counted in its ticks, so that it never steps. */
  readonly nowMs: number
  readonly recent: Recent
  /** The newest points of all plants that a subscription wants. */
  snapshot(subscription: Subscription): readonly KpiPoint[]
  countDropped(points: number): void
}

/** One dashboard: what it asked for, what it has not seen yet, and how well it keeps up. */
export class FeedClient {
  readonly #socket: WebSocket
  readonly #feed: FeedState
  readonly #outbox = new Outbox()
  #subscription: Subscription | undefined
  /** Updates begin behind the snapshot: until it is sent, nothing is collected. */
  #awaits: 'nothing' | 'snapshot' | 'gap' = 'nothing'
  #sentAtMs = -Infinity
  #unreadSinceMs: number | null = null
  #pingedAtMs: number
  #pingsUnanswered = 0

  constructor(socket: WebSocket, feed: FeedState, serverTime: string) {
    this.#socket = socket
    this.#feed = feed
    this.#pingedAtMs = feed.nowMs
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#pingsUnanswered = 0
    })
    // What breaks a connection (a frame too large, a reset) also closes it, and that is all there is to do.
    socket.on('error', () => undefined)
    socket.send(frame({ type: 'hello', server_time: serverTime, epoch: feed.epoch, seq: feed.seq }))
  }

  offer(published: readonly PublishedPoint[]): void {
    if (this.#subscription === undefined) return
    for (const publication of published) {
      if (this.#awaits !== 'nothing') return
      if (!this.#subscription.has(publication.item)) continue
      const outcome = this.#outbox.offer(publication)
      if (outcome === 'dropped') this.#feed.countDropped(1)
      if (outcome === 'overflow') this.#overflow()
    }
  }

  offerDevice(seq: number, change: DeviceChange): void {
    if (!this.#subscription?.watches(change.plant)) return
    if (this.#outbox.offerDevice(seq, change) === 'dropped') this.#feed.countDropped(1)
  }

  offerAlarm(seq: number, alarm: AlarmItem): void {
    if (!this.#subscription?.watches(alarm.plant)) return
    if (this.#outbox.offerAlarm(seq, alarm) === 'dropped') this.#feed.countDropped(1)
  }

  offerReport(seq: number, report: ReportItem): void {
    if (!report.plants.some((plant) => this.#subscription?.watches(plant))) return
    if (this.#outbox.offerReport(seq, report) === 'dropped') this.#feed.countDropped(1)
  }

  /** Once a tick of the feed. */
  tick(): void {
    const { nowMs } = this.#feed
    if (nowMs - this.#pingedAtMs >= PING_PERIOD_MS) this.#ping(nowMs)
    if (!this.#leavesUnread) this.#unreadSinceMs = null
    else {
      this.#unreadSinceMs ??= nowMs
      if (nowMs - this.#unreadSinceMs >= UNREAD_MS_MAX) this.#closeAsTooSlow()
    }
    this.#send()
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  get #leavesUnread(): boolean {
    return this.#socket.bufferedAmount > UNREAD_BYTES_MAX
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#pingsUnanswered = 0
    const received = isBinary
      ? { code: 'bad_json' as const, detail: 'A message is text.' }
      : parseSubscribe(String(data))
    if (received instanceof Subscription) this.#subscribe(received)
    // A client that talks without reading is not answered for ever.
    else if (!this.#leavesUnread) this.#socket.send(frame({ type: 'error', ...received }))
  }

  #subscribe(subscription: Subscription): void {
    const { since } = subscription
    this.#subscription = subscription
    this.#outbox.clear()
    if (since === undefined) this.#awaits = 'snapshot'
    else this.#resume(since)
    this.#send()
  }

  #resume({ epoch, seq }: { epoch: string; seq: number }): void {
    const isOurs = epoch === this.#feed.epoch && seq <= this.#feed.seq
    const missed = isOurs ? this.#feed.recent.since(seq) : undefined
    this.#awaits = missed === undefined ? 'gap' : 'nothing'
    if (missed === undefined) return
    this.offer(missed.points)
    for (const { seq, item } of missed.devices) this.offerDevice(seq, item)
    for (const { seq, item } of missed.alarms) this.offerAlarm(seq, item)
    for (const { seq, item } of missed.reports) this.offerReport(seq, item)
  }

  /** Sends what is due, if anything is and the client reads what it was sent before. */
  #send(): void {
    const { nowMs, seq } = this.#feed
    const subscription = this.#subscription
    if (subscription === undefined || this.#leavesUnread) return
    if (nowMs - this.#sentAtMs < subscription.periodMs) return
    if (this.#awaits !== 'nothing') {
      if (this.#awaits === 'gap') this.#socket.send(frame({ type: 'gap', seq }))
      this.#socket.send(pointsFrame('snapshot', seq, this.#feed.snapshot(subscription)))
      this.#awaits = 'nothing'
      this.#sentAtMs = nowMs
    } else if (!this.#outbox.isEmpty) {
      const update = this.#outbox.take(seq)
      if (update.points.length > 0) this.#socket.send(pointsFrame('update', update.seq, update.points))
      for (const change of update.devices) {
        this.#socket.send(frame({ type: 'device', seq: update.seq, ...change }))
      }
      for (const alarm of update.alarms) this.#socket.send(frame({ type: 'alarm', seq: update.seq, alarm }))
      for (const item of update.reports) this.#socket.send(frame({ type: 'report', seq: update.seq, item }))
      // What did not fit one message follows at the next tick; else a burst could never be caught up with.
      if (this.#outbox.isEmpty) this.#sentAtMs = nowMs
    }
  }

  /** A client that reads was only hit by a burst, and starts anew from a snapshot; one that does not is given up. */
  #overflow(): void {
    if (this.#leavesUnread) this.#closeAsTooSlow()
    else {
      this.#dropOutbox()
      this.#awaits = 'gap'
    }
  }

  #closeAsTooSlow(): void {
    this.#dropOutbox()
    this.#subscription = undefined
    this.#socket.close(CLOSE.tooSlow, 'too slow')
  }

  #dropOutbox(): void {
    this.#feed.countDropped(this.#outbox.pointCount)
    this.#outbox.clear()
  }

  #ping(nowMs: number): void {
    this.#pingedAtMs = nowMs
    if (this.#pingsUnanswered >= PINGS_UNANSWERED_MAX) this.#socket.terminate()
    else {
      this.#pingsUnanswered++
      this.#socket.ping()
    }
  }
}
