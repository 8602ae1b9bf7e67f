import type { Clock } from '../../base/clock.js'
import { METRICS } from '../../base/metrics.js'
import { QUALITIES } from '../../base/quality.js'
import type { ReadingPoint } from '../../base/wire.js'
import { fromWire, toWire } from '../../kpi/windows/point.js'
import { historyWithMemory } from '../../pipeline/history-with-memory.js'
import type { StoreOptions } from '../../stores/options.js'
import { openServer } from '../../stores/server.js'
import type { Store } from '../../stores/store.js'
import type { PlantSources, ReadingsQuery } from '../../views/routes/plants.js'
import type { KpiFigures, PointsQuery } from '../../views/sources/kpis.js'
import type { ResultsRegistry } from '../results/registry.js'

/** The owner as far as it answers where the server does not. */
type Owner = Pick<KpiFigures, 'points'> & Pick<PlantSources, 'readings'>

/**
 * History for a viewer: from the first configured InfluxDB, with the newest points of the results stream, which it may not
 * have yet. The owner is asked where there is no such server, where it fails, and for metrics that only the archive knows.
 */
export class ViewerHistory implements Owner {
  readonly #server: Store | null
  readonly #registry: Pick<ResultsRegistry, 'inMemory'>
  readonly #owner: Owner

  private constructor(server: Store | null, parts: { registry: Pick<ResultsRegistry, 'inMemory'>; owner: Owner }) {
    this.#server = server
    this.#registry = parts.registry
    this.#owner = parts.owner
  }

  static async open(
    options: StoreOptions,
    parts: { clock: Clock; registry: Pick<ResultsRegistry, 'inMemory'>; owner: Owner },
  ): Promise<ViewerHistory> {
    const [first] = options.filter((one) => one.type !== 'duckdb')
    return new ViewerHistory(first === undefined ? null : await openServer(first, parts.clock), parts)
  }

  points(query: PointsQuery): ReturnType<Owner['points']> {
    const server = this.#server
    if (server === null) return this.#owner.points(query)
    const memory = { inMemory: () => this.#registry.inMemory(query).map(fromWire) }
    return historyWithMemory(server, memory, query).then(
      (points) => points.map(toWire),
      () => this.#owner.points(query),
    )
  }

  readings(query: ReadingsQuery): ReturnType<Owner['readings']> {
    const { plant, device, metric, fromMs, afterMs, toMs, limit } = query
    const known = METRICS.get(metric)
    const [only, ...others] = known?.classes ?? []
    if (this.#server === null || known === undefined || only === undefined || others.length > 0) {
      return this.#owner.readings(query)
    }
    const sinceMs = Math.max(fromMs, afterMs === null ? fromMs : afterMs + 1)
    return this.#server.readings({ plant, device, class: only, metric, fromMs: sinceMs, toMs, limit }).then(
      (readings) =>
        readings.map(
          ({ ts, value, quality }): ReadingPoint => ({
            ts: new Date(ts).toISOString(),
            value,
            unit: known.unit,
            quality: QUALITIES[quality] ?? 'good',
          }),
        ),
      () => this.#owner.readings(query),
    )
  }

  close(): void {
    this.#server?.close()
  }
}
