import { randomUUID } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../base/clock.js'
import type { ClusterOptions } from '../config/cluster-options.js'
import { connectNats } from '../nats/connect.js'
import { LEASES_BUCKET } from '../nats/names.js'
import type { NatsOptions } from '../nats/options.js'
import type { VersionInfo } from '../program/version.js'
import { type Assets, ensureAssets } from './assets.js'
import { leaseKey, nodeOfKey, presenceKey } from './lease-entry.js'
import { LeaseTable } from './lease-table.js'
import { type HeldLease, type LeaseOutcome, Leases } from './leases.js'
import { OwnedGateway } from './owned.js'
import type { PartitionSettings } from './partition-messages.js'
import { reachOrder, shareOf } from './sharing.js'

/** Pause between two looks at what is due. */
const LOOK_MS = 100
/** A renewal that got no answer is tried again after so long. */
const RETRY_MS = 250
/** Time that a new node waits for word of the others, before it reaches for what is free. */
const SETTLE_MS = 1000
/** Between two partitions that are given back, so that the others have taken the first. */
const GIVE_BACK_MS = 3000
/** A lease that ends so soon is not certain: the process, which keeps a margin of its own, has to hear of it before. */
const UNCERTAIN_NS = 1_000_000_000n
/** A partition that did not run here is left to others for so long. */
const AVOID_MS = 30_000
/** One that another has taken runs here as well as anywhere: that other may be gone before long, and the rest have their share. */
const AVOID_FENCED_MS = 1000

export interface NodeDeps {
  readonly clock: Clock
  readonly name: string
  readonly nats: NatsOptions
  readonly cluster: ClusterOptions
  readonly version: VersionInfo
  /** The file that a partition's process runs. */
  readonly program: URL
  /** HTTP port of the node itself, told to the others. */
  readonly httpPort: number
  /** Settings of a partition, as they are now. */
  settingsOf(partition: number): PartitionSettings
  log(level: 'info' | 'warn' | 'error', text: string): void
}

/** A partition that a node has, as the node shows it. */
export interface PartitionStanding {
  readonly partition: number
  readonly epoch: number
  /** RFC 3339. */
  readonly since: string
  readonly httpPort: number | null
  /** Reason why it does not run, '' while it does. */
  readonly trouble: string
  /** Until the lease ends if it is not renewed; below 0 it has ended. */
  readonly leftMs: number
}

/**
 * A node of the cluster: makes itself known, takes its share of the partitions, renews what it has, and gives back what is more than
 * its share. Each partition is a gateway in a process of its own, which writes nothing while the lease is not certain, and is ended by
 * force when it is another's.
 */
export class ClusterNode {
  readonly assets: Assets
  /** Resolves when the node cannot go on. */
  readonly failed: Promise<Error>
  readonly #deps: NodeDeps
  readonly #connection: NatsConnection
  readonly #table: LeaseTable
  readonly #leases: Leases
  readonly #owned = new Map<number, OwnedGateway>()
  readonly #renewing = new Map<string, { nextMs: number }>()
  readonly #avoided = new Map<number, number>()
  readonly #stopping = new AbortController()
  /** Until then this node does not judge whether others are alive. */
  #listensUntilMs = performance.now() + SETTLE_MS
  #presence: HeldLease | null = null
  #wasPresent = false
  #isClaiming = false
  #gaveBackMs = -Infinity
  #takeOvers = 0
  #fail!: (error: Error) => void
  readonly #running: Promise<void>

  private constructor(deps: NodeDeps, connection: NatsConnection, assets: Assets) {
    const { clock, name, cluster } = deps
    this.#deps = deps
    this.#connection = connection
    this.assets = assets
    this.failed = new Promise((resolve) => {
      this.#fail = resolve
    })
    this.#table = new LeaseTable(assets.leases, clock, () => {})
    const leaseMs = cluster.lease_s * 1000
    this.#leases = new Leases(assets.leases, this.#table, { node: name, instance: randomUUID(), leaseMs })
    this.#running = this.#run()
  }

  /** Rejects when no server can be reached, or what they hold does not fit the settings. */
  static async start(deps: NodeDeps, signal?: AbortSignal): Promise<ClusterNode> {
    const connection = await connectNats(deps.nats, 'journal', `greengauge node ${deps.name}`)
    try {
      const assets = await ensureAssets(connection, deps.cluster, deps.clock, signal)
      // A call about a lease has to be answered while there is time for another attempt.
      const quick = new Kvm(jetstream(connection, { timeout: (deps.cluster.lease_s * 1000) / 4 }))
      const leases = await quick.open(LEASES_BUCKET)
      return new ClusterNode(deps, connection, { ...assets, leases })
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  get connection(): NatsConnection {
    return this.#connection
  }

  /** Nodes alive as this one sees it, itself among them. */
  get nodes(): string[] {
    const alive = this.#table.keys.filter((key) => !this.#table.isStale(key)).flatMap((key) => nodeOfKey(key) ?? [])
    return [...new Set([...alive, this.#deps.name])].sort()
  }

  get standings(): PartitionStanding[] {
    const nowNs = process.hrtime.bigint()
    return [...this.#owned.values()]
      .map(({ partition, lease, httpPort, trouble }) => ({
        partition,
        epoch: lease.epoch,
        since: lease.since,
        httpPort,
        trouble,
        leftMs: Number(lease.untilNs - nowNs) / 1e6,
      }))
      .sort((a, b) => a.partition - b.partition)
  }

  /** Partitions taken from an owner that had not given them back, since the start. */
  get takeOvers(): number {
    return this.#takeOvers
  }

  /** True while the others know that it is here. */
  get isPresent(): boolean {
    return this.#presence !== null && process.hrtime.bigint() < this.#presence.untilNs
  }

  useSettings(): void {
    for (const owned of this.#owned.values()) owned.useSettings()
  }

  /** Gives everything back in good order: others go on at once. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([...this.#owned.values()].map((owned) => this.#giveBack(owned)))
    this.#table.close()
    await this.#running
    if (this.#presence !== null) await this.#leases.release(this.#presence).catch(() => {})
    await this.#connection.close()
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps
    const { signal } = this.#stopping
    const watching = this.#table.run()
    while (!signal.aborted || this.#owned.size > 0) {
      this.#renewAll()
      if (!signal.aborted) {
        this.#holdBack()
        void this.#claim()
        this.#evenOut()
      }
      // Not to be cut short: what is stopping needs its lease until it has stopped.
      await clock.sleep(LOOK_MS)
    }
    this.#table.close()
    await watching
  }

  get #leaseMs(): number {
    return this.#deps.cluster.lease_s * 1000
  }

  get #since(): string {
    return new Date(this.#deps.clock.nowMs()).toISOString()
  }

  #renewAll(): void {
    this.#renew(presenceKey(this.#deps.name), this.#presence, async (lease) => this.#present(lease))
    for (const [partition, owned] of this.#owned) {
      this.#renew(owned.lease.key, owned.lease, async (lease) => {
        if (lease === null) return { kind: 'lost' }
        const outcome = await this.#leases.renew(lease, owned.httpPort)
        if (this.#owned.get(partition) !== owned) return outcome
        if (outcome.kind === 'held') owned.renewed(outcome.lease)
        else if (outcome.kind === 'lost') this.#lose(owned, 'another node has taken it')
        return outcome
      })
    }
  }

  /** Calls `renew` when it is due, one at a time for each key. */
  #renew(key: string, lease: HeldLease | null, renew: (lease: HeldLease | null) => Promise<LeaseOutcome>): void {
    const due = this.#renewing.get(key) ?? { nextMs: lease === null ? 0 : performance.now() + this.#leaseMs / 3 }
    this.#renewing.set(key, due)
    if (performance.now() < due.nextMs) return
    due.nextMs = Number.POSITIVE_INFINITY
    const startedMs = performance.now()
    void renew(lease)
      .catch((error): LeaseOutcome => ({ kind: 'unknown', reason: (error as Error).message }))
      .then((outcome) => {
        due.nextMs = outcome.kind === 'held' ? startedMs + this.#leaseMs / 3 : performance.now() + RETRY_MS
      })
  }

  async #present(lease: HeldLease | null): Promise<LeaseOutcome> {
    const { name, httpPort } = this.#deps
    const key = presenceKey(name)
    if (lease !== null) {
      const outcome = await this.#leases.renew(lease, httpPort)
      // Not lost for good: it is taken anew.
      if (outcome.kind !== 'unknown') this.#be(outcome.kind === 'held' ? outcome.lease : null)
      return outcome
    }
    const before = this.#table.get(key)
    const found = await this.#table.refresh(key)
    const isOurs = found !== null && this.#leases.isOurs(found.entry)
    if (found !== null && before !== null && found.revision !== before.revision && !isOurs) {
      // It was renewed meanwhile, so it is alive.
      const remedy = 'give each node a cluster.node of its own'
      this.#fail(new Error(`another node runs under the name ${name}: ${remedy}`))
      return { kind: 'lost' }
    }
    if (found !== null && !this.#table.isStale(key) && !isOurs) return { kind: 'lost' }
    const outcome = await this.#leases.take(key, this.#since, httpPort)
    if (outcome.kind === 'held') this.#be(outcome.lease)
    return outcome
  }

  /** While no server answered, nobody could renew anything: those who have something are given the time for it. */
  #be(presence: HeldLease | null): void {
    if (presence !== null && this.#wasPresent && !this.isPresent) {
      this.#listensUntilMs = performance.now() + this.#leaseMs / 2
    }
    this.#wasPresent ||= presence !== null
    this.#presence = presence
  }

  /**
   * Holds back partitions whose leases could not be renewed in time: they may be another's by now. The process stays, without
   * writing, until a renewal says so: when all servers were away the partition is still ours, and goes on where it was.
   */
  #holdBack(): void {
    const nowNs = process.hrtime.bigint()
    for (const owned of this.#owned.values()) {
      if (!owned.isStopping && nowNs + UNCERTAIN_NS > owned.lease.untilNs) owned.wait()
      else if (nowNs > owned.lease.untilNs) void owned.kill()
    }
  }

  #lose(owned: OwnedGateway, why: string): void {
    this.#deps.log('warn', `partition ${owned.partition} is not ours any more: ${why}`)
    void owned.kill().then(() => this.#forget(owned))
  }

  #forget(owned: OwnedGateway): void {
    if (this.#owned.get(owned.partition) === owned) this.#owned.delete(owned.partition)
    this.#renewing.delete(owned.lease.key)
  }

  /** Takes what is nobody's, up to the share of this node. */
  async #claim(): Promise<void> {
    const isSettled = performance.now() > this.#listensUntilMs && this.isPresent
    if (this.#isClaiming || !isSettled) return
    this.#isClaiming = true
    try {
      const { cluster, name } = this.#deps
      for (const partition of reachOrder(cluster.partitions, this.nodes, name)) {
        if (this.#stopping.signal.aborted) return
        if (this.#owned.size >= shareOf(cluster.partitions, this.nodes.length)) return
        if (!this.#owned.has(partition) && this.#isFree(partition)) await this.#take(partition)
      }
    } catch {
      // The servers do not answer: the next look tries again.
    } finally {
      this.#isClaiming = false
    }
  }

  #isFree(partition: number): boolean {
    const avoidedUntilMs = this.#avoided.get(partition) ?? 0
    if (performance.now() < avoidedUntilMs && this.nodes.length > 1) return false
    const key = leaseKey(partition)
    return this.#table.get(key) === null || this.#table.isStale(key)
  }

  async #take(partition: number): Promise<void> {
    const key = leaseKey(partition)
    // The refresh shows what the watch has not told yet; a renewal begins the time anew.
    const before = await this.#table.refresh(key)
    if (before !== null && !this.#table.isStale(key)) return
    const outcome = await this.#leases.take(key, this.#since)
    if (outcome.kind !== 'held') return
    const { lease } = outcome
    if (before !== null) this.#takeOvers += 1
    const from = before === null ? 'it was free' : `${before.entry.node} was not heard of any more`
    this.#deps.log('info', `partition ${partition} is ours with epoch ${lease.epoch}: ${from}`)
    const { clock, nats, cluster, version, program, log: say, settingsOf } = this.#deps
    const { partitions, replicas } = cluster
    const owned: OwnedGateway = new OwnedGateway(lease, {
      clock,
      settings: () => settingsOf(partition),
      owned: { partition, partitions, replicas, nats },
      version,
      program,
      log: say,
      serving: () => {
        const due = this.#renewing.get(key)
        if (due !== undefined && Number.isFinite(due.nextMs)) due.nextMs = 0
      },
      givenUp: (isFenced) => {
        this.#avoided.set(partition, performance.now() + (isFenced ? AVOID_FENCED_MS : AVOID_MS))
        void this.#giveBack(owned)
      },
    })
    this.#renewing.delete(key)
    this.#owned.set(partition, owned)
  }

  /** A node that has come finds room: who has more than the share gives one back, in good order. */
  #evenOut(): void {
    const share = shareOf(this.#deps.cluster.partitions, this.nodes.length)
    const running = [...this.#owned.values()].filter(({ isStopping }) => !isStopping)
    const isBusy = running.length < this.#owned.size || performance.now() - this.#gaveBackMs < GIVE_BACK_MS
    if (running.length <= share || isBusy) return
    const last = running.at(-1)!
    this.#gaveBackMs = performance.now()
    this.#deps.log('info', `partition ${last.partition} is given back: ${this.nodes.length} nodes are here`)
    void this.#giveBack(last)
  }

  async #giveBack(owned: OwnedGateway): Promise<void> {
    await owned.stop()
    // A renewal that is under way would leave the entry at another revision.
    while (this.#renewing.get(owned.lease.key)?.nextMs === Number.POSITIVE_INFINITY) await this.#deps.clock.sleep(10)
    this.#forget(owned)
    await this.#leases.release(owned.lease).catch((error) => {
      this.#deps.log('warn', `partition ${owned.partition} is free in ${this.#leaseMs} ms only: ${error.message}`)
    })
  }
}
