import type { Archive } from '../archive/archive.js'
import { isTakenBack } from '../kpi/windows/point.js'
import type { Delivery } from './delivery.js'
import type { DuckdbStore } from './duckdb.js'
import type { History, StreamQuery } from './store.js'

/** History out of the database alone. */
export function embeddedHistory(points: DuckdbStore, archive: Archive): History {
  return {
    points: (query) => points.points(query),
    readings: async ({ plant, device, metric, ...range }) => {
      const series = archive.series.find(plant, device, metric)
      return series === undefined ? [] : archive.readings(series, { ...range, sincePosition: 0 })
    },
  }
}

/**
 * History out of a server, with what has not been delivered to it yet from the database: the two together are whole at
 * any moment. While the server has trouble, the database answers alone.
 */
export function serverHistory(delivery: Delivery, points: DuckdbStore, archive: Archive): History {
  const embedded = embeddedHistory(points, archive)
  const whole = async <T>(fromServer: () => Promise<T>, alone: () => Promise<T>): Promise<T> => {
    if (delivery.trouble !== '' || !delivery.hasBegun) return alone()
    return fromServer().catch((error) => {
      delivery.doubt(error instanceof Error ? error.message : String(error))
      return alone()
    })
  }
  return {
    points: (query) =>
      whole(
        async () => {
          // Taken first: what is delivered while the server answers is then in both. What the server has refused lies
          // anywhere: then the database gives all that it has.
          const change = delivery.refusals.hasAny ? 0 : delivery.place.change
          const stored = await delivery.store.points(query)
          const pending = await points.changed({ ...query, sinceChange: change })
          return merged(
            stored,
            pending,
            (point) => point.startMs,
            query,
            (point) => !isTakenBack(point),
          )
        },
        () => embedded.points(query),
      ),
    readings: (query) =>
      whole(
        async () => {
          const position = delivery.refusals.hasAny ? 0 : delivery.place.position
          const stored = await delivery.store.readings(query)
          const series = archive.series.find(query.plant, query.device, query.metric)
          const pending =
            series === undefined ? [] : await archive.readings(series, { ...query, sincePosition: position })
          return merged(stored, pending, (reading) => reading.ts, query)
        },
        () => embedded.readings(query),
      ),
  }
}

/** Both in one order, without what is not there any more; of two with one time the newer state counts. */
function merged<T>(
  stored: readonly T[],
  pending: readonly T[],
  timeOf: (one: T) => number,
  { limit }: Pick<StreamQuery, 'limit'>,
  isThere: (one: T) => boolean = () => true,
): readonly T[] {
  if (pending.length === 0) return stored
  const byTime = new Map(stored.map((one) => [timeOf(one), one]))
  for (const one of pending) byTime.set(timeOf(one), one)
  const there = [...byTime.values()].filter(isThere)
  return there.sort((a, b) => timeOf(a) - timeOf(b)).slice(0, limit)
}
