import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../../base/clock.js'
import type { OpcuaPlan } from '../../base/opcua.js'
import { JournalBacklog } from '../backlog.js'
import type { JournalSink } from '../journal-sink.js'
import { Journaling } from '../journaling.js'
import type { IntakeStats } from '../stats.js'
import { OpcuaClient, type OpcuaClientDeps } from './client.js'
import { KeptTime } from './kept-time.js'
import { NodeOpcuaLink } from './node-opcua-link.js'
import { openOpcuaSession } from './open-session.js'
import type { OpcuaStats } from './server-stats.js'

/** Bytes of all servers that may wait for the journal; beyond, nothing is fetched. */
const BACKLOG_BYTES_MAX = 16 * 1024 * 1024
/** Longest wait of `close` for servers to take leave of. */
const CLOSE_MS = 2000

export interface OpcuaClientsDeps {
  /** Folder of the certificates, and of what is kept of each server. */
  readonly dir: string
  readonly sink: JournalSink
  readonly clock: Clock
  readonly stats: IntakeStats
  readonly servers: OpcuaStats
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

interface RunningClient {
  readonly text: string
  readonly stopping: AbortController
  readonly ended: Promise<void>
}

/** The ingress of servers of OPC UA: one client for each. */
export class OpcuaClients {
  readonly #journaling: Journaling
  readonly #backlog = new JournalBacklog(BACKLOG_BYTES_MAX)
  readonly #running = new Map<string, RunningClient>()

  constructor(private readonly deps: OpcuaClientsDeps) {
    const { sink, clock, stats } = deps
    this.#journaling = new Journaling(sink, clock, stats, this.#backlog, 'opcua')
  }

  /** Subscribes by these plans; a server whose plan is as it was is left alone. */
  use(plans: readonly OpcuaPlan[]): void {
    const texts = new Map(plans.map((plan) => [plan.id, JSON.stringify(plan)]))
    for (const [id, { text, stopping }] of this.#running) {
      if (texts.get(id) === text) continue
      stopping.abort()
      this.deps.servers.of(id).nodes(0, 0)
      this.#running.delete(id)
    }
    for (const plan of plans) {
      if (this.#running.has(plan.id)) continue
      const stopping = new AbortController()
      const ended = new OpcuaClient(plan, this.#depsOf(plan)).run(stopping.signal)
      this.#running.set(plan.id, { text: texts.get(plan.id)!, stopping, ended })
    }
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()]
    for (const { stopping } of running) stopping.abort()
    this.#running.clear()
    this.#journaling.close()
    const over = new AbortController()
    const ended = Promise.all(running.map(({ ended }) => ended)).finally(() => over.abort())
    await Promise.race([ended, this.deps.clock.sleep(CLOSE_MS, over.signal)])
  }

  #depsOf({ id, endpoint }: OpcuaPlan): OpcuaClientDeps {
    const { dir, clock, servers, log } = this.deps
    const place = { dir: join(dir, 'pki'), nowMs: () => clock.nowMs() }
    return {
      clock,
      log,
      journaling: this.#journaling,
      backlog: this.#backlog,
      stats: servers.of(id),
      kept: new KeptTime(join(dir, 'servers', `${id}.json`), endpoint, log),
      open: async (plan, signal) => new NodeOpcuaLink(plan, await openOpcuaSession(plan, place, signal)),
    }
  }
}
