import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import type { OpcuaItem, OpcuaPlan, OpcuaValue } from '../../base/opcua.js'
import type { JournalBacklog } from '../backlog.js'
import { BusyPause, isBusy } from './busy.js'
import { OpcuaFault } from './fault.js'
import { GapFilling } from './gap-filling.js'
import type { KeptTime } from './kept-time.js'
import type { OpcuaLink, ServerNotification, SubscribedItems } from './link.js'
import type { OpcuaServerStats } from './server-stats.js'

/** Requests for a notification that wait at the server, so that it can send one while another is on its way. */
const WAITING = 2
const LOOK_MS = 50
/** Nodes that a server refuses are asked for again: a controller that was off brings its own when it is on. */
const ASK_AGAIN_MS = 60_000
/** Clocks that differ by more are told in the log. */
const DIFFERENCE_MS = 60_000

export interface FeedDeps {
  readonly clock: Clock
  readonly backlog: Pick<JournalBacklog, 'isFull'>
  readonly stats: OpcuaServerStats
  readonly kept: KeptTime
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Writes values to the journal; `settled` is called with true when all of them are durable, with false when they will not be. */
  readonly write: (values: readonly OpcuaValue[], isHistory: boolean, settled: (isDurable: boolean) => void) => void
  readonly refused: (items: SubscribedItems['refused']) => void
}

/**
 * The subscription at one server, from its begin to its end. A notification is acknowledged when the journal has it on the
 * disk, and not before. While too much waits for the journal nothing is fetched, and the server keeps what its queues hold.
 */
export class OpcuaFeed {
  readonly #filling: GapFilling | null
  /** Sequence numbers that are durable, and not yet acknowledged. */
  #durable: number[] = []
  #unsettled = 0
  /** Something was not written: from here on nothing is said to be complete. */
  #isTorn = false
  #heardAtMs = performance.now()
  #refused: readonly OpcuaItem[]
  #monitored: number
  #isDifferenceSaid = false

  constructor(
    private readonly plan: OpcuaPlan,
    private readonly link: OpcuaLink,
    private readonly items: SubscribedItems,
    private readonly deps: FeedDeps,
  ) {
    const { upToMs } = deps.kept
    this.#filling = upToMs === null ? null : new GapFilling(plan, link, upToMs, deps)
    this.#monitored = items.monitored
    this.#refused = this.#itemsOf(items.refused)
    this.#tellNodes(items.refused)
  }

  /** Until the signal; rejects with an `OpcuaFault` when the server is lost. */
  async run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const isOver = AbortSignal.any([signal, ending.signal])
    const stopped = new Promise<void>((resolve) => {
      if (isOver.aborted) resolve()
      isOver.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await Promise.race([stopped, this.#serve(isOver)])
    } finally {
      ending.abort()
    }
  }

  async #serve(signal: AbortSignal): Promise<void> {
    const watching = this.#watch(signal)
    const first = this.#first(signal)
    await Promise.race([watching, first])
    const pumps = Array.from({ length: WAITING }, () => this.#pump(signal))
    await Promise.all([watching, this.#fill(signal), this.#askAgain(signal), ...pumps])
  }

  /** The first notification says which time it is at the server. */
  async #first(signal: AbortSignal): Promise<void> {
    const pause = new BusyPause(this.deps.clock)
    let notification: ServerNotification | null = null
    while (notification === null && !signal.aborted) notification = await this.#next(pause, signal)
    if (notification !== null && !signal.aborted) this.#take(notification)
  }

  async #pump(signal: AbortSignal): Promise<void> {
    const pause = new BusyPause(this.deps.clock)
    while (!signal.aborted) {
      await this.#room(signal)
      if (signal.aborted) return
      const notification = await this.#next(pause, signal)
      if (signal.aborted) return
      if (notification !== null) this.#take(notification)
    }
  }

  /** Null behind a pause of a busy server: what it has not been told to be durable is told again. */
  async #next(pause: BusyPause, signal: AbortSignal): Promise<ServerNotification | null> {
    const durable = this.#durable
    this.#durable = []
    try {
      const notification = await this.link.next(durable)
      pause.succeeded()
      return notification
    } catch (error) {
      // Whoever hears nothing of it for too long takes it for gone.
      if (!isBusy((error as Error).message)) throw error
      this.#durable.push(...durable)
      await pause.failed(signal)
      return null
    }
  }

  async #room(signal: AbortSignal): Promise<void> {
    const { backlog, clock } = this.deps
    while (backlog.isFull && !signal.aborted) await clock.sleep(LOOK_MS, signal)
  }

  #take({ sequence, values, publishedMs, overflows }: ServerNotification): void {
    const { stats, write } = this.deps
    this.#heardAtMs = performance.now()
    if (publishedMs !== null) {
      this.#compareClocks(publishedMs)
      this.#filling?.reachedServerTime(publishedMs)
    }
    if (sequence === null) {
      if (this.#unsettled === 0) this.#reach(publishedMs)
      return
    }
    if (values.length === 0) {
      this.#durable.push(sequence)
      return
    }
    stats.count('sent', values.length)
    if (overflows > 0) stats.count('overflow', overflows)
    this.#unsettled++
    write(values, false, (isDurable) => {
      this.#unsettled--
      this.#isTorn ||= !isDurable
      if (!isDurable) return
      this.#durable.push(sequence)
      this.#reach(publishedMs)
    })
  }

  /** Everything up to this time is durable, but for a gap that is still being filled. */
  #reach(publishedMs: number | null): void {
    if (publishedMs !== null && !this.#isTorn && this.#filling?.isOpen !== true)
      this.deps.kept.reach(publishedMs, performance.now())
  }

  async #fill(signal: AbortSignal): Promise<void> {
    await this.#filling?.run(signal, () => this.#room(signal))
  }

  #compareClocks(publishedMs: number): void {
    const { clock, stats, log } = this.deps
    const differenceMs = publishedMs - clock.nowMs()
    stats.clock(differenceMs)
    const isFar = Math.abs(differenceMs) > DIFFERENCE_MS
    if (isFar && !this.#isDifferenceSaid) {
      const about = { server: this.plan.id, difference_s: Math.round(differenceMs / 1000) }
      log.warn(about, 'the clock of an OPC UA server differs from that of the gateway: set it, or set time to arrival')
    }
    this.#isDifferenceSaid = isFar
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { clock, backlog } = this.deps
    const { silenceMaxMs } = this.items
    while (!signal.aborted) {
      await clock.sleep(silenceMaxMs / 4, signal)
      // Without requests nothing is heard.
      if (backlog.isFull) this.#heardAtMs = performance.now()
      if (performance.now() - this.#heardAtMs > silenceMaxMs)
        throw new OpcuaFault('lost', `nothing was heard of it for ${Math.round(silenceMaxMs / 1000)} s`)
    }
  }

  async #askAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.deps.clock.sleep(ASK_AGAIN_MS, signal)
      if (signal.aborted || this.#refused.length === 0) continue
      const { monitored, refused } = await this.link.subscribe(this.#refused, signal)
      if (signal.aborted) return
      this.#monitored += monitored
      this.#refused = this.#itemsOf(refused)
      this.#tellNodes(refused)
    }
  }

  #itemsOf(refused: SubscribedItems['refused']): readonly OpcuaItem[] {
    const keys = new Set(refused.map(({ key }) => key))
    return this.plan.items.filter(({ key }) => keys.has(key))
  }

  #tellNodes(refused: SubscribedItems['refused']): void {
    this.deps.stats.nodes(this.#monitored, refused.length)
    this.deps.refused(refused)
  }
}
