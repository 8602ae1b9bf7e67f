import type { OpcuaMessage, OpcuaPlan, OpcuaValue } from '../../base/opcua.js'
import { opcuaTopic } from '../../base/opcua.js'
import type { Journaling } from '../journaling.js'
import { OpcuaFault } from './fault.js'
import { type FeedDeps, OpcuaFeed } from './feed.js'
import type { OpcuaLink, SubscribedItems } from './link.js'

/** A server that is not reached is tried again after so long, then after twice as long each time. */
const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 60_000
/** A connection that has lasted so long was no failure. */
const STEADY_MS = 10_000
/** Values of one message: a record of the journal stays small enough to be read in one go. */
const VALUES_MAX = 500
/** Nodes that the log names when a server refuses them. */
const NAMED_MAX = 10

export interface OpcuaClientDeps extends Omit<FeedDeps, 'write' | 'refused'> {
  readonly journaling: Pick<Journaling, 'take'>
  /** Rejects with an `OpcuaFault`. */
  readonly open: (plan: OpcuaPlan, signal: AbortSignal) => Promise<OpcuaLink>
}

/** Keeps the subscription to one server: connects, tries again for ever, and hands what the server sends to the journal. */
export class OpcuaClient {
  /** True or false as the journal was told last; null before anything. */
  #isConnected: boolean | null = null
  /** Reason that was told last; '' while the server is there. */
  #trouble = ''
  #refusedNodes = ''

  constructor(
    private readonly plan: OpcuaPlan,
    private readonly deps: OpcuaClientDeps,
  ) {}

  /** Until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, kept } = this.deps
    let failures = 0
    while (!signal.aborted) {
      const beganMs = performance.now()
      await this.#once(signal)
      if (signal.aborted) break
      if (performance.now() - beganMs > STEADY_MS + this.plan.timeoutMs) failures = 0
      await clock.sleep(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures++), signal)
    }
    await kept.write()
  }

  async #once(signal: AbortSignal): Promise<void> {
    const { open, stats } = this.deps
    let link: OpcuaLink | null = null
    try {
      link = await open(this.plan, signal)
      const items = await link.subscribe(this.plan.items, signal)
      if (signal.aborted) return
      this.#there()
      await new OpcuaFeed(this.plan, link, items, this.#feedDeps()).run(signal)
    } catch (error) {
      if (!(error instanceof OpcuaFault)) throw error
      if (!signal.aborted) this.#lost(error, stats)
    } finally {
      stats.connected(false)
      await link?.close()
    }
  }

  #feedDeps(): FeedDeps {
    return {
      ...this.deps,
      write: (values, isHistory, settled) => this.#writeValues(values, isHistory, settled),
      refused: (refused) => this.#tellRefused(refused),
    }
  }

  #there(): void {
    const { stats, log } = this.deps
    stats.count('ok')
    stats.connected(true)
    this.#say(true)
    const about = { server: this.plan.id, endpoint: this.plan.endpoint }
    log.info(about, this.#trouble === '' ? 'an OPC UA server is connected' : 'an OPC UA server is connected again')
    this.#trouble = ''
  }

  #lost(fault: OpcuaFault, stats: FeedDeps['stats']): void {
    const wasThere = this.#isConnected === true
    stats.count(wasThere ? 'lost' : fault.result)
    this.#say(false)
    const { message: reason } = fault
    const about = { server: this.plan.id, endpoint: this.plan.endpoint, reason }
    if (reason !== this.#trouble) {
      const what = wasThere
        ? 'an OPC UA server is lost; it is tried again'
        : 'an OPC UA server is not connected; it is tried again'
      this.deps.log.warn(about, what)
    }
    this.#trouble = reason
  }

  #tellRefused(refused: SubscribedItems['refused']): void {
    const named = refused.slice(0, NAMED_MAX).map(({ key, why }) => `${key}: ${why}`)
    const text = `${refused.length} ${named.join()}`
    if (text === this.#refusedNodes || (refused.length === 0 && this.#refusedNodes === '')) return
    this.#refusedNodes = refused.length === 0 ? '' : text
    const { log } = this.deps
    if (refused.length === 0) log.info({ server: this.plan.id }, 'all nodes of an OPC UA server are read again')
    else log.warn({ server: this.plan.id, nodes: refused.length, named }, 'nodes of an OPC UA server are not read')
  }

  /** The devices of the server are there, or not; told when it changes. */
  #say(connected: boolean): void {
    if (this.#isConnected === connected) return
    // A server that was never heard of has not gone.
    if (!connected && this.#isConnected === null && this.deps.kept.upToMs === null) return
    this.#isConnected = connected
    this.#write({ read_at: this.deps.clock.nowMs(), connected }, () => undefined)
  }

  #writeValues(values: readonly OpcuaValue[], isHistory: boolean, settled: (isDurable: boolean) => void): void {
    const readAt = this.deps.clock.nowMs()
    let left = Math.ceil(values.length / VALUES_MAX)
    let isDurable = true
    for (let from = 0; from < values.length; from += VALUES_MAX) {
      const part = values.slice(from, from + VALUES_MAX)
      this.#write({ read_at: readAt, values: part, ...(isHistory ? { history: true as const } : {}) }, (isWritten) => {
        isDurable &&= isWritten
        left--
        if (left === 0) settled(isDurable)
      })
    }
  }

  #write(message: OpcuaMessage, settled: (isWritten: boolean) => void): void {
    const { journaling, log } = this.deps
    const { id } = this.plan
    const publication = { topic: opcuaTopic(id), payload: JSON.stringify(message), qos: 1, retain: false } as const
    journaling.take(`opcua:${id}`, publication, (error) => {
      if (error !== null)
        log.error({ server: id }, `what an OPC UA server has sent was not written to the journal: ${error.message}`)
      settled(error === null)
    })
  }
}
