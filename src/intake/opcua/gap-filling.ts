import type { Logger } from 'pino'
import { HOUR_MS } from '../../base/durations.js'
import type { OpcuaPlan, OpcuaValue } from '../../base/opcua.js'
import type { KeptTime } from './kept-time.js'
import type { HistoryPage, OpcuaLink } from './link.js'
import type { OpcuaGapEnd, OpcuaServerStats } from './server-stats.js'

/** Reasons that are told of one gap. */
const REASONS_MAX = 3

export interface GapDeps {
  readonly stats: OpcuaServerStats
  readonly kept: KeptTime
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly write: (values: readonly OpcuaValue[], isHistory: boolean, settled: (isDurable: boolean) => void) => void
}

/**
 * The gap between the last that came of a server and the present subscription: fetched from its history, where it has one,
 * and told where it stays. Times are by the clock of the server. What comes twice is one reading.
 */
export class GapFilling {
  #isOpen = true
  /** The newest time that the server has said since it is there again. */
  #serverMs: number | null = null
  #values = 0
  readonly #why = new Map<string, string>()

  constructor(
    private readonly plan: OpcuaPlan,
    private readonly link: Pick<OpcuaLink, 'history'>,
    private readonly upToMs: number,
    private readonly deps: GapDeps,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen
  }

  reachedServerTime(publishedMs: number): void {
    this.#serverMs = publishedMs
  }

  /** @param room resolves when the journal can take more */
  async run(signal: AbortSignal, room: () => Promise<void>): Promise<void> {
    const toMs = this.#serverMs
    // A server that has gone back in time has no history of what was to come.
    if (toMs === null || toMs <= this.upToMs) return this.#end('filled', toMs)
    const { publishingMs, samplingMs, historyMs } = this.plan
    const wantedMs = this.upToMs - 2 * (publishingMs + samplingMs) - 1000
    const fromMs = Math.max(wantedMs, toMs - historyMs)
    if (historyMs > 0) {
      for await (const page of this.link.history(this.plan.items, fromMs, toMs, signal)) {
        await room()
        if (signal.aborted) return
        if (!(await this.#keep(page))) return
      }
    }
    if (signal.aborted) return
    const isWhole = fromMs === wantedMs && this.#why.size === 0
    const isNothing = historyMs === 0 || this.#why.size === this.plan.items.length
    this.#end(isWhole ? 'filled' : isNothing ? 'left' : 'partly', toMs)
  }

  /** False when it was not written: then the gap is asked for once more, after the next start. */
  #keep({ values, without }: HistoryPage): Promise<boolean> {
    for (const { key, why } of without) this.#why.set(key, why)
    if (values.length === 0) return Promise.resolve(true)
    this.#values += values.length
    this.deps.stats.count('history', values.length)
    return new Promise((resolve) => this.deps.write(values, true, resolve))
  }

  #end(end: OpcuaGapEnd, toMs: number | null): void {
    const { stats, kept, log } = this.deps
    this.#isOpen = false
    if (toMs === null || toMs <= this.upToMs) return
    stats.count(end)
    kept.reach(this.#serverMs ?? toMs, performance.now())
    const [from, to] = [this.upToMs, toMs].map((ms) => new Date(ms).toISOString())
    const about = { server: this.plan.id, from, to, values: this.#values }
    if (end === 'filled') {
      log.info(about, 'a gap was filled from the history of an OPC UA server')
      return
    }
    const reasons = [...new Set(this.#why.values())].slice(0, REASONS_MAX)
    const { historyMs } = this.plan
    if (historyMs === 0) reasons.push('history_h is 0, or time is arrival')
    else if (toMs - this.upToMs > historyMs) reasons.push(`it is longer than history_h (${historyMs / HOUR_MS})`)
    const more = { ...about, nodes_without: this.#why.size, reasons }
    log.warn(more, end === 'left' ? 'a gap of an OPC UA server stays' : 'a gap of an OPC UA server was filled in part')
  }
}
