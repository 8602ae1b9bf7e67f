import { randomUUID } from 'node:crypto'
import type { KpiPoint } from '../../base/kpi.js'
import { sum } from '../../base/sum.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { News } from '../sources/news.js'
import type { KnownPlants } from '../sources/plants.js'
import type { ClosedFor, FeedState } from './client.js'
import { Group } from './group.js'
import type { FeedOutbox } from './outbox.js'
import { publishedPoint } from './publication.js'
import { RECENT_MS, RecentUpdates } from './recent.js'
import type { Subscription } from './subscription.js'

/** Points that all clients together may be behind: places in outboxes, some 50 MB. Who is furthest behind starts anew. */
export const BEHIND_ALL_MAX = 1_000_000

/** So often it is said again that somebody looks at devices. */
const WATCH_MS = 10_000

export interface BroadcastSources extends News, Pick<KnownPlants, 'plants'>, Pick<KpiFigures, 'latest' | 'watch'> {}

/** Numbers what is published, keeps the last minutes of it, and gives it to the groups of clients that asked for it. */
export class Broadcast implements FeedState {
  readonly epoch = randomUUID()
  readonly recent = new RecentUpdates()
  readonly closed: Record<ClosedFor, number> = { too_slow: 0, no_pong: 0 }
  seq = 0
  nowMs = 0
  isFull = false
  sought = 0
  droppedUpdates = 0
  readonly #sources: BroadcastSources
  readonly #groups = new Map<string, Group>()
  /** When a client was there last, by the feed's own time. */
  #seenMs = -Infinity
  #watchedMs = 0

  constructor(sources: BroadcastSources) {
    this.#sources = sources
  }

  group(subscription: Subscription): Group {
    const known = this.#groups.get(subscription.key)
    if (known !== undefined) return known
    const group = new Group(subscription, this)
    this.#groups.set(subscription.key, group)
    this.#watch(subscription)
    return group
  }

  snapshot(subscription: Subscription): readonly KpiPoint[] {
    return this.#sources
      .plants()
      .filter((plant) => subscription.hasPlant(plant.id))
      .flatMap(({ id }) => this.#sources.latest(id, { wants: (stream) => subscription.has(stream) }))
  }

  countDropped(points: number): void {
    this.droppedUpdates += points
  }

  countClosed(reason: ClosedFor): void {
    this.closed[reason]++
  }

  /** Bytes that clients which are in a group have not read; what several of a group wait for counts once. */
  get unreadBytes(): number {
    return sum(this.#groups.values(), (group) => group.unreadBytes)
  }

  /** A client was there a moment ago and may come back for what it has missed. */
  wasSeen(): void {
    this.#seenMs = this.nowMs
  }

  /**
   * Takes up what happens from now on. Answers how to stop.
   * @param clients how many there are
   */
  listen(clients: () => number): () => void {
    const { recent } = this
    const stops = [
      this.#sources.onPoints((points) => this.#publish(points, clients() > 0)),
      this.#sources.onDevice((change) => {
        const number = ++this.seq
        if (!this.#mayReturn(clients() > 0)) {
          recent.skip(number)
          return
        }
        recent.addDevice(number, change)
        this.#tell([change.plant], (outbox) => outbox.offerDevice(number, change))
      }),
      this.#sources.onAlarm((alarm) => {
        const number = ++this.seq
        recent.addAlarm(number, alarm)
        this.#tell([alarm.plant], (outbox) => outbox.offerAlarm(number, alarm))
      }),
      this.#sources.onForecast((forecast) => {
        const number = ++this.seq
        recent.addForecast(number, forecast)
        this.#tell([forecast.plant], (outbox) => outbox.offerForecast(number, forecast))
      }),
      this.#sources.onReport((report) => {
        const number = ++this.seq
        recent.addReport(number, report)
        this.#tell(report.plants, (outbox) => outbox.offerReport(number, report))
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Sends to each group what is due, and forgets those without clients. */
  tickGroups(): void {
    if (this.nowMs - this.#watchedMs >= WATCH_MS) {
      this.#watchedMs = this.nowMs
      for (const { subscription } of this.#groups.values()) this.#watch(subscription)
    }
    for (const [key, group] of this.#groups) {
      group.tick()
      if (group.isEmpty) this.#groups.delete(key)
    }
  }

  /** Keeps what all that are apart have not seen within its bound. */
  shorten(): void {
    const apart = [...this.#groups.values()].flatMap((group) => [...group.apart])
    let behind = sum(apart, (client) => client.behind)
    if (behind <= BEHIND_ALL_MAX) return
    apart.sort((a, b) => b.behind - a.behind)
    for (const client of apart) {
      if (behind <= BEHIND_ALL_MAX) return
      behind -= client.behind
      client.overflow()
    }
  }

  /** Says that somebody looks at figures, which may wait for that. */
  #watch(subscription: Subscription): void {
    for (const { id } of this.#sources.plants()) {
      if (!subscription.hasPlant(id)) continue
      for (const scope of subscription.scopes) void this.#sources.watch(id, { scope, id: null })
    }
  }

  #publish(points: readonly KpiPoint[], isWatched: boolean): void {
    this.seq++
    // Points that nobody sees and nobody can come back for would be most of a feed's memory: 34 MiB of a large plant.
    if (!this.#mayReturn(isWatched)) {
      this.recent.skip(this.seq)
      return
    }
    const published = points.map((point) => publishedPoint(this.seq, point))
    for (const publication of published) this.recent.add(publication, this.nowMs)
    for (const group of this.#groups.values()) group.offer(published)
  }

  /** Somebody sees what is published, or may come back for it. */
  #mayReturn(isWatched: boolean): boolean {
    return isWatched || this.nowMs - this.#seenMs <= RECENT_MS
  }

  /** Gives it to who watches one of the plants it is of. */
  #tell(plants: readonly string[], offerTo: (outbox: FeedOutbox) => 'kept' | 'dropped'): void {
    for (const group of this.#groups.values()) {
      if (plants.some((plant) => group.subscription.watches(plant))) group.tell(offerTo)
    }
  }
}
