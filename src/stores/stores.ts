import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Clock } from '../base/clock.js'
import type { HealthCheck } from '../base/wire.js'
import type { Stream } from '../kpi/windows/point.js'
import { OVER_BUDGET } from './budget.js'
import { Delivery, progressName } from './delivery.js'
import type { DuckdbStore } from './duckdb.js'
import { embeddedHistory, serverHistory } from './history.js'
import { type ServerOptions, type StoreOptions, storeNameOf } from './options.js'
import { StoreOutbox } from './outbox.js'
import type { DeliveryProgress, StorePlace } from './place.js'
import { StoreRefusals } from './refusals.js'
import type { SampleSource } from './sample.js'
import { openServer } from './server.js'
import type { History } from './store.js'

const COUNT_MS = 2000

export interface StoresDeps {
  readonly clock: Clock
  readonly database: Database
  readonly archive: Archive
  readonly points: DuckdbStore
  /** Everything that came with journal records before this place is archived. */
  archivedPosition(): number
  /** As in `DeliveryDeps`. */
  readonly mayWrite?: () => boolean
  log(level: 'info' | 'warn', text: string): void
}

/** A delivery that is open, with the settings that it was opened with. */
interface OpenDelivery {
  readonly delivery: Delivery
  /** All settings as text: another text is another server. */
  readonly text: string
  readonly stop: AbortController
  ended: Promise<unknown>
}

/** Destinations of results: the embedded database always, and each configured server by a delivery of its own. */
export class Stores {
  readonly #deps: StoresDeps
  /** By name, in the order of the settings. */
  #open: ReadonlyMap<string, OpenDelivery> = new Map()
  #wanted: StoreOptions
  #history: History
  #answersHistory: Delivery | null = null
  #applied = Promise.resolve()
  #isRunning = false
  #beside: (delivery: Delivery, signal: AbortSignal) => Promise<void> = async () => {}
  readonly #failed = new AbortController()

  private constructor(options: StoreOptions, deps: StoresDeps) {
    this.#wanted = options
    this.#deps = deps
    this.#history = embeddedHistory(deps.points, deps.archive)
  }

  static async open(options: StoreOptions, deps: StoresDeps): Promise<Stores> {
    const stores = new Stores(options, deps)
    // Numbers of changes that a store has passed are not given out again, even if their rows are gone. A store that is not configured
    // now may be so again.
    for (const { change } of await deps.archive.progressOf<DeliveryProgress>(progressName(''))) {
      deps.points.startAt(change)
    }
    await stores.#apply()
    return stores
  }

  /** History of the first store that is configured. */
  get history(): History {
    return this.#history
  }

  /** Delivery to the server whose history that is, null for the embedded database. */
  get answersHistory(): Delivery | null {
    return this.#answersHistory
  }

  get deliveries(): readonly Delivery[] {
    return [...this.#open.values()].map(({ delivery }) => delivery)
  }

  find(name: string): Delivery | undefined {
    return this.#open.get(name)?.delivery
  }

  /** The archive before this place of the journal has been given to every store. */
  get position(): number {
    return Math.min(...this.deliveries.map(({ place }) => place.position))
  }

  health(): HealthCheck[] {
    return this.deliveries.map(({ store, trouble }) => ({
      name: `store ${store.name}`,
      ok: trouble === '',
      reason: trouble === '' ? '' : `${trouble}; what it is to be given waits in the archive`,
    }))
  }

  /** Runs `work` beside each delivery, until the signal that comes with it. Given before anything runs. */
  runBeside(work: (delivery: Delivery, signal: AbortSignal) => Promise<void>): void {
    this.#beside = work
  }

  /**
   * The settings are others now. A store that is set otherwise goes on where it was, over another connection; one that is not named any
   * more is given nothing, and goes on from there when it is named again. A new one gets what the archive has.
   */
  configure(options: StoreOptions): void {
    this.#wanted = options
    this.#applied = this.#applied.then(() => this.#apply()).catch((error) => this.#failed.abort(error))
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#applied
    this.#isRunning = true
    for (const one of this.#open.values()) this.#start(one)
    const ending = AbortSignal.any([signal, this.#failed.signal])
    if (!ending.aborted) await once(ending, 'abort')
    for (const one of this.#open.values()) end(one)
    await this.#applied
    this.#isRunning = false
    for (const one of this.#open.values()) end(one)
    await Promise.all([...this.#open.values()].map(({ ended }) => ended))
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason
  }

  #start(one: OpenDelivery): void {
    const { delivery, stop } = one
    const works = [delivery.run(stop.signal), this.#count(delivery, stop.signal), this.#beside(delivery, stop.signal)]
    for (const work of works) work.catch((error) => this.#failed.abort(error))
    one.ended = Promise.allSettled(works)
  }

  async #apply(): Promise<void> {
    const wanted = this.#wanted
    const servers = wanted.filter((one) => one.type !== 'duckdb')
    const before = this.#open
    const textOf = new Map(servers.map((one) => [storeNameOf(one), JSON.stringify(one)]))
    const isKept = ([name, { text }]: readonly [string, OpenDelivery]) => textOf.get(name) === text
    const leaving = [...before].filter((one) => !isKept(one)).map(([, one]) => one)
    // All are told so before one of them is waited for. Until the others are there, the archive lets go of nothing that these lack.
    for (const one of leaving) end(one)
    await Promise.all(leaving.map(({ ended }) => ended))
    const after = new Map<string, OpenDelivery>()
    for (const options of servers) {
      const name = storeNameOf(options)
      const old = before.get(name)
      after.set(name, old !== undefined && isKept([name, old]) ? old : await opened(options, this.#deps))
    }
    this.#open = after
    this.#answersHistory = wanted[0]?.type === 'duckdb' ? null : (this.deliveries[0] ?? null)
    const { points, archive } = this.#deps
    this.#history =
      this.#answersHistory === null
        ? embeddedHistory(points, archive)
        : serverHistory(this.#answersHistory, points, archive)
    if (!this.#isRunning) return
    for (const [name, one] of after) if (before.get(name) !== one) this.#start(one)
  }

  /** Keeps the numbers of what waits fresh, for metrics and pages. */
  async #count(delivery: Delivery, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delivery.countPending()
      await this.#deps.clock.sleep(COUNT_MS, signal)
    }
  }
}

/** Batches under way are broken off: they come again. */
function end({ delivery, stop }: OpenDelivery): void {
  stop.abort()
  delivery.store.close()
}

async function opened(options: ServerOptions, deps: StoresDeps): Promise<OpenDelivery> {
  const delivery = await open(options, deps)
  return { delivery, text: JSON.stringify(options), stop: new AbortController(), ended: Promise.resolve() }
}

async function open(options: ServerOptions, deps: StoresDeps): Promise<Delivery> {
  const { clock, database, archive, points, log: say } = deps
  const store = await openServer(options, clock)
  const saved = await archive.progress<DeliveryProgress>(progressName(store.name))
  const outbox = new StoreOutbox(database, archive, points)
  const refusals = await StoreRefusals.open(database, store.name)
  return new Delivery({
    clock,
    random: Math.random,
    database,
    outbox,
    store,
    archive,
    points,
    refusals,
    saved: saved ?? { mark: randomUUID(), markedAtMs: null, position: 0, change: 0, refill: null },
    batchAgeMs: options.batch_age_s * 1000,
    seriesMax: options.series_max,
    given: saved === null ? [] : await givenBefore(outbox, points, refusals),
    head: (): StorePlace => ({ position: deps.archivedPosition(), change: points.changesEnd }),
    ...(deps.mayWrite === undefined ? {} : { mayWrite: deps.mayWrite }),
    log: say,
  })
}

/** Every series there is but those that were over the budget: they are in the store, and go on. */
async function givenBefore(
  outbox: StoreOutbox,
  points: DuckdbStore,
  refusals: StoreRefusals,
): Promise<(SampleSource | Stream)[]> {
  const refused = await refusals.idsOf(OVER_BUDGET)
  const streams = points.streams.filter((stream) => !refused.streams.has(points.idOf(stream)!))
  return [...outbox.sourcesWithout(refused.series), ...streams]
}
