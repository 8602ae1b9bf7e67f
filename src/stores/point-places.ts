import type { Database } from '../archive/database.js'
import { RangesByDay } from '../archive/ranges-by-day.js'
import type { Point } from '../kpi/windows/point.js'

/** A point of a stream with a number. */
export interface Place {
  readonly streamId: number
  readonly point: Point
}

interface LastWritten {
  startMs: number
  change: number
  /** The newest of its points but one. */
  beforeMs: number
  beforeChange: number
}

/**
 * Knows of the points in the database which part of the table a look at some of them has to go through: of the two newest points of each
 * stream the number of their last write, so that all behind it is enough, of the others between which two numbers the points of a day are.
 * What is live lies in the last rows of the table, and what is computed of a long past in those of its days.
 */
export class PointPlaces {
  readonly #days = new RangesByDay('kpi_point p', 'p.start', 'p.change')
  readonly #last: LastWritten[] = []

  /** Start of the newest point of a stream, epoch ms; -Infinity when it has none. */
  newestMs(streamId: number): number {
    return this.#last[streamId]?.startMs ?? -Infinity
  }

  /** Takes what the table has of a stream. */
  loadStream(streamId: number, newestMs: number, change: number): void {
    this.#last[streamId] = { startMs: newestMs, change, beforeMs: -Infinity, beforeChange: 0 }
  }

  /** Takes what the table has of days. */
  loadDays(database: Database): Promise<void> {
    return this.#days.load(database)
  }

  /** Takes points that are about to be written, with the numbers from `firstChange` on. */
  announce(places: readonly Place[], firstChange: number): void {
    const starts = new Float64Array(places.length)
    const changes = new Float64Array(places.length)
    for (let i = 0; i < places.length; i++) {
      starts[i] = places[i]!.point.startMs
      changes[i] = firstChange + i
    }
    this.#days.note(starts, changes, places.length)
  }

  /** Takes that they have been written. */
  written(places: readonly Place[], firstChange: number): void {
    for (let i = 0; i < places.length; i++) {
      const { streamId, point } = places[i]!
      const last = this.#last[streamId]
      const change = firstChange + i
      if (last === undefined) this.loadStream(streamId, point.startMs, change)
      else if (point.startMs > last.startMs) {
        this.#last[streamId] = { startMs: point.startMs, change, beforeMs: last.startMs, beforeChange: last.change }
      } else if (point.startMs === last.startMs) last.change = change
      else if (point.startMs === last.beforeMs) last.beforeChange = change
    }
  }

  forget(streamId: number): void {
    delete this.#last[streamId]
  }

  /** A condition on table `p` that holds for all points with a start in [fromMs, toMs], epoch ms. */
  between(fromMs: number, toMs: number): string {
    return this.#days.condition(fromMs, toMs)
  }

  /** Places by where in the table they are, each group with a condition on table `p` that holds for all of its points. */
  groups(places: readonly Place[]): readonly { readonly places: readonly Place[]; readonly condition: string }[] {
    const newest: Place[] = []
    const others: Place[] = []
    let from = Infinity
    for (const place of places) {
      const change = this.#changeOf(place)
      if (change === undefined) others.push(place)
      else {
        newest.push(place)
        from = Math.min(from, change)
      }
    }
    const groups: { readonly places: readonly Place[]; readonly condition: string }[] = []
    if (newest.length > 0) {
      const { fromMs, toMs } = rangeOf(newest)
      // A later write of the same point has a greater number.
      groups.push({ places: newest, condition: `p.start BETWEEN ${fromMs} AND ${toMs} AND p.change >= ${from}` })
    }
    if (others.length > 0) {
      const { fromMs, toMs } = rangeOf(others)
      const condition = `p.start BETWEEN ${fromMs} AND ${toMs} AND ${this.between(fromMs, toMs)}`
      groups.push({ places: others, condition })
    }
    return groups
  }

  #changeOf({ streamId, point }: Place): number | undefined {
    const last = this.#last[streamId]
    if (point.startMs === last?.startMs) return last.change
    return point.startMs === last?.beforeMs ? last.beforeChange : undefined
  }
}

function rangeOf(places: readonly Place[]): { readonly fromMs: number; readonly toMs: number } {
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (const { point } of places) {
    fromMs = Math.min(fromMs, point.startMs)
    toMs = Math.max(toMs, point.startMs)
  }
  return { fromMs, toMs }
}
