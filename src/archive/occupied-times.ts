import { HOUR_MS } from '../base/durations.js'
import type { Series } from './series.js'

/** Intervals remembered a series, 16 bytes each; when there are more the two nearest become one. */
const STRETCHES_MAX = 16
/** A reading so near to an interval makes it longer. */
const NEAR_MS = HOUR_MS

/**
 * Times at which each series has readings, as a few intervals: what lies in none of them is new without being looked up. Late
 * readings mostly come in order of their time into a gap, and cost then what live ones do. Of a series that has only ever gone
 * on there is one interval, from its oldest to its newest reading, and nothing is remembered; so it is after a start.
 */
export class OccupiedTimes {
  /** Starts and ends in turn, ascending; the last end is that of the series itself. */
  readonly #bySeries = new Map<number, number[]>()

  /** False when there is certainly no reading of the series with this time; to be asked before `took`. */
  mayHold({ id, oldestTs, newestTs }: Series, ts: number): boolean {
    if (ts > newestTs || ts < oldestTs) return false
    const edges = this.#bySeries.get(id)
    if (edges === undefined) return true
    const at = placeOf(edges, ts)
    return at === edges.length || at % 2 === 1 || edges[at] === ts
  }

  /** Nothing is known of where a series has readings but its oldest and newest. */
  forget(id: number): void {
    this.#bySeries.delete(id)
  }

  /** Notes a reading that is archived now, before the series' own oldest and newest are moved. */
  took({ id, oldestTs, newestTs }: Series, ts: number): void {
    if (ts > newestTs) return
    const edges = this.#bySeries.get(id) ?? [oldestTs]
    const at = placeOf(edges, ts)
    // Inside an interval, or the start of one.
    if (at === edges.length || at % 2 === 1 || edges[at] === ts) return
    if (at > 0 && ts - edges[at - 1]! <= NEAR_MS) edges[at - 1] = ts
    else if (edges[at]! - ts <= NEAR_MS) edges[at] = ts
    else edges.splice(at, 0, ts, ts)
    if (edges.length > 2 * STRETCHES_MAX) joinNearest(edges)
    this.#bySeries.set(id, edges)
  }
}

/** Index of the first edge at or after `ts`; the number of edges when there is none. */
function placeOf(edges: readonly number[], ts: number): number {
  let at = edges.length
  while (at > 0 && edges[at - 1]! >= ts) at--
  return at
}

function joinNearest(edges: number[]): void {
  let nearest = 1
  for (let end = 3; end + 1 < edges.length; end += 2) {
    if (edges[end + 1]! - edges[end]! < edges[nearest + 1]! - edges[nearest]!) nearest = end
  }
  edges.splice(nearest, 2)
}
