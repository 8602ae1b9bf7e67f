import { randomUUID } from 'node:crypto'
import type { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Clock } from '../base/clock.js'
import type { HealthCheck } from '../base/wire.js'
import type { Stream } from '../kpi/windows/point.js'
import { OVER_BUDGET } from './budget.js'
import { Delivery, progressName } from './delivery.js'
import type { DuckdbStore } from './duckdb.js'
import { embeddedHistory, serverHistory } from './history.js'
import type { ServerOptions, StoreOptions } from './options.js'
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

/** Destinations of results: the embedded database always, and each configured server by a delivery of its own. */
export class Stores {
  /** History of the first store that is configured. */
  readonly history: History
  /** Delivery to the server whose history that is, null for the embedded database. */
  readonly answersHistory: Delivery | null
  readonly deliveries: readonly Delivery[]
  readonly #clock: Clock

  private constructor(
    history: History,
    answersHistory: Delivery | null,
    deliveries: readonly Delivery[],
    clock: Clock,
  ) {
    this.history = history
    this.answersHistory = answersHistory
    this.deliveries = deliveries
    this.#clock = clock
  }

  static async open(options: StoreOptions, deps: StoresDeps): Promise<Stores> {
    const { points, archive } = deps
    const deliveries: Delivery[] = []
    for (const one of options) if (one.type !== 'duckdb') deliveries.push(await open(one, deps))
    // Numbers of changes that a store has passed are not given out again, even if their rows are gone.
    for (const { place } of deliveries) points.startAt(place.change)
    const first = options[0]?.type === 'duckdb' ? null : (deliveries[0] ?? null)
    const history = first === null ? embeddedHistory(points, archive) : serverHistory(first, points, archive)
    return new Stores(history, first, deliveries, deps.clock)
  }

  find(name: string): Delivery | undefined {
    return this.deliveries.find((delivery) => delivery.store.name === name)
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

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const close = () => {
      for (const { store } of this.deliveries) store.close()
    }
    signal.addEventListener('abort', close, { once: true })
    await Promise.all([...this.deliveries.map((delivery) => delivery.run(signal)), this.#count(signal)])
    close()
  }

  /** Keeps the numbers of what waits fresh, for metrics and pages. */
  async #count(signal: AbortSignal): Promise<void> {
    while (this.deliveries.length > 0 && !signal.aborted) {
      for (const delivery of this.deliveries) await delivery.countPending()
      await this.#clock.sleep(COUNT_MS, signal)
    }
  }
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
