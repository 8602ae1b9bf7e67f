import type { Archive } from '../archive/archive.js'
import type { DuckdbStore } from './duckdb.js'
import type { StorePlace } from './place.js'

const NOTHING = { readings: 0, finalPoints: 0, provisionalPoints: 0 }
export type PendingCounts = Readonly<typeof NOTHING>

export interface PendingDeps {
  readonly archive: Pick<Archive, 'readingCountSince'>
  readonly points: Pick<DuckdbStore, 'finalCount' | 'provisionalCount'>
}

/** Numbers of what a store has not been given yet, as they were when they were last counted. */
export class Pending {
  readonly #deps: PendingDeps
  #counts: PendingCounts = NOTHING
  /** Between the place that was counted from and this one there was nothing for the store. */
  #nothingUpTo: StorePlace = { position: 0, change: 0 }

  constructor(deps: PendingDeps) {
    this.#deps = deps
  }

  get counts(): PendingCounts {
    return this.#counts
  }

  /** True when there was nothing up to a place: what else the journal has is not for stores. */
  isNothingUpTo(head: StorePlace): boolean {
    return hasReached(this.#nothingUpTo, head)
  }

  /** Nothing waits. */
  clear(): void {
    this.#counts = NOTHING
  }

  /** The store begins anew, before any place that was counted from. */
  startOver(): void {
    this.#nothingUpTo = { position: 0, change: 0 }
  }

  /** Counts what lies behind the place that `place` gives, at most what the archive holds. */
  async count(place: () => StorePlace, head: StorePlace): Promise<void> {
    const from = place()
    const [readings, finalPoints, provisionalPoints] = await Promise.all([
      this.#deps.archive.readingCountSince(from.position),
      this.#deps.points.finalCount(from.change),
      this.#deps.points.provisionalCount(from.change),
    ])
    this.#counts = { readings, finalPoints, provisionalPoints }
    // The store may have begun anew meanwhile.
    if (readings + finalPoints + provisionalPoints === 0 && hasReached(place(), from)) this.#nothingUpTo = head
  }
}

/** True when one place is not before another. */
export function hasReached(place: StorePlace, other: StorePlace): boolean {
  return place.position >= other.position && place.change >= other.change
}
