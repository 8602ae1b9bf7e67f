import type { KpiPoint } from '../../base/kpi.js'
import { framesOf, pointsFrame } from './frames.js'
import { FeedOutbox } from './outbox.js'
import type { PublishedPoint } from './publication.js'
import type { Subscription } from './subscription.js'

/** State of the feed that its groups see. */
export interface FeedNow {
  /** Number of the newest batch. */
  readonly seq: number
  /** The feed's own time: counted in its ticks, so that it never steps. */
  readonly nowMs: number
  /** The newest points of all plants that a subscription wants. */
  snapshot(subscription: Subscription): readonly KpiPoint[]
  countDropped(points: number): void
}

/** A client, as its group knows it. What it has not seen while it is apart is its own affair. */
export interface FeedMember {
  /** True when it may be sent more. */
  readonly reads: boolean
  readonly unreadBytes: number
  /** Points it has not seen, while it is apart. */
  readonly behind: number
  readonly isUpToDate: boolean
  /** The feed's time at which it was sent the last of what there was. */
  readonly sentAtMs: number
  /** Points that the group wants, while it is apart. */
  offer(published: readonly PublishedPoint[]): void
  tell(offerTo: (outbox: FeedOutbox) => 'kept' | 'dropped'): void
  send(frames: readonly Buffer[]): void
  /** It is apart from now on, and has not seen what its group is about to send. */
  fallBehind(unseen: FeedOutbox): void
  /** While it is apart: sends what is due, if anything is and it reads what it was sent before. */
  catchUp(): void
  /** There is no room for what it has not seen. When it reads (again), it starts anew from a snapshot. */
  overflow(): void
}

/**
 * The clients that asked for the same, at the same pace. What is new is chosen, collected and written once; all that
 * have seen what was sent before get the very same bytes. Who has just come, comes back or does not keep up is apart: it
 * has an outbox of its own, and is together with the others again as soon as nothing is left in it.
 */
export class Group {
  readonly subscription: Subscription
  readonly #feed: FeedNow
  readonly #outbox = new FeedOutbox()
  readonly #together = new Set<FeedMember>()
  readonly #apart = new Set<FeedMember>()
  #sentAtMs = -Infinity
  /** Snapshot that a client of this group starts from, as long as nothing more is published. */
  #snapshot: { readonly seq: number; readonly frame: Buffer } | null = null

  constructor(subscription: Subscription, feed: FeedNow) {
    this.subscription = subscription
    this.#feed = feed
  }

  get isEmpty(): boolean {
    return this.#together.size + this.#apart.size === 0
  }

  /** Bytes that are kept because some client has not taken them: those that are together wait for the same ones. */
  get unreadBytes(): number {
    let [shared, own] = [0, 0]
    for (const client of this.#together) shared = Math.max(shared, client.unreadBytes)
    for (const client of this.#apart) own += client.unreadBytes
    return shared + own
  }

  get apart(): ReadonlySet<FeedMember> {
    return this.#apart
  }

  enter(client: FeedMember): void {
    this.#apart.add(client)
  }

  leave(client: FeedMember): void {
    this.#together.delete(client)
    this.#apart.delete(client)
    if (this.#together.size === 0) this.#outbox.clear()
  }

  snapshot(): Buffer {
    const { seq } = this.#feed
    if (this.#snapshot?.seq !== seq) {
      this.#snapshot = { seq, frame: pointsFrame('snapshot', seq, this.#feed.snapshot(this.subscription)) }
    }
    return this.#snapshot.frame
  }

  offer(published: readonly PublishedPoint[]): void {
    const wanted = published.filter(({ item }) => this.subscription.has(item))
    if (wanted.length === 0) return
    for (const client of this.#apart) client.offer(wanted)
    for (const publication of wanted) {
      if (this.#together.size === 0) return
      const outcome = this.#outbox.offer(publication)
      if (outcome === 'dropped') this.#feed.countDropped(this.#together.size)
      if (outcome === 'overflow') this.#overflow()
    }
  }

  /** Something else than points, which who does not watch its plant does not get. */
  tell(offerTo: (outbox: FeedOutbox) => 'kept' | 'dropped'): void {
    for (const client of this.#apart) client.tell(offerTo)
    if (this.#together.size > 0 && offerTo(this.#outbox) === 'dropped') this.#feed.countDropped(this.#together.size)
  }

  /** Once a tick of the feed. */
  tick(): void {
    const { nowMs } = this.#feed
    const isDue = this.#together.size === 0 || nowMs - this.#sentAtMs >= this.subscription.periodMs
    if (isDue) this.#send(nowMs)
    for (const client of this.#apart) {
      // In step with the others, or they would never meet.
      if (isDue) client.catchUp()
      if (client.isUpToDate && this.#outbox.isEmpty) this.#join(client)
    }
    if (this.#apart.size === 0) this.#snapshot = null
  }

  #send(nowMs: number): void {
    if (this.#outbox.isEmpty) return
    for (const client of this.#together) {
      if (client.reads) continue
      this.#together.delete(client)
      this.#apart.add(client)
      client.fallBehind(this.#outbox)
    }
    if (this.#together.size === 0) this.#outbox.clear()
    else {
      const frames = framesOf(this.#outbox.take(this.#feed.seq))
      for (const client of this.#together) client.send(frames)
    }
    // The rest, which did not fit one message, follows at the next tick; else a burst could never be caught up with.
    if (this.#outbox.isEmpty) this.#sentAtMs = nowMs
  }

  #join(client: FeedMember): void {
    if (this.#together.size === 0) this.#sentAtMs = client.sentAtMs
    this.#apart.delete(client)
    this.#together.add(client)
  }

  /** More final points than an outbox holds: everybody starts anew. */
  #overflow(): void {
    const clients = [...this.#together]
    this.#feed.countDropped(this.#outbox.pointCount * clients.length)
    this.#outbox.clear()
    this.#together.clear()
    for (const client of clients) {
      this.#apart.add(client)
      client.overflow()
    }
  }
}
