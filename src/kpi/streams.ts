import { type Scope, streamKey } from '../base/kpi.js'
import { isSameFigure, type Point } from './point.js'

/** What is known in memory of the points of one stream. */
interface StreamState {
  /** Start of the newest final point that is stored, epoch ms: only up to here a window can be there already. */
  finalTo: number
  latest: Point
  /** Windows that may still change without late data, by start: the last few of the stream. */
  readonly open: Map<number, Point>
}

/** What became of a batch of computed points. */
export interface Settled {
  /** Final points that are new or differ from the stored ones, with their `rev`. */
  readonly final: Point[]
  /** How many of them had no final point before. */
  finalNew: number
  /** Provisional points that differ from those before. */
  readonly provisional: Point[]
}

/** Every stream of one plant: its newest point, and its windows that are not final yet. */
export class Streams {
  readonly #states = new Map<string, StreamState>()
  /** End of the last window that became final, by scope and id. */
  readonly #closedMs = new Map<string, number>()

  /** Takes over what the store holds, at start: the newest point of each stream, and all that were not final. */
  restore(newest: readonly Point[], open: readonly Point[]): void {
    for (const point of newest) {
      this.#states.set(streamKey({ ...point.stream }), {
        finalTo: point.startMs,
        latest: point,
        open: new Map(),
      })
      if (!point.provisional) this.#close(point)
    }
    for (const point of open) this.#states.get(streamKey(point.stream))?.open.set(point.startMs, point)
  }

  /** True when a final point of this window may be stored already. */
  mayBeStored(point: Point): boolean {
    const state = this.#states.get(streamKey(point.stream))
    return !point.provisional && state !== undefined && point.startMs <= state.finalTo
  }

  isOpen({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>): boolean {
    return this.#states.get(streamKey(stream))?.open.has(startMs) ?? false
  }

  /** Sorts computed points against what was there before. `stored` finds a stored point of the same window. */
  settle(points: Iterable<Point>, stored: (point: Point) => Point | undefined): Settled {
    const final: Point[] = []
    const provisional: Point[] = []
    let finalNew = 0
    for (const point of points) {
      const state = this.#stateOf(point)
      const before = state.open.get(point.startMs)
      if (point.provisional) {
        if (before !== undefined && isSameFigure(before, point)) continue
        state.open.set(point.startMs, point)
        provisional.push(point)
        if (point.startMs >= state.latest.startMs) state.latest = point
        continue
      }
      state.open.delete(point.startMs)
      this.#close(point)
      const other = point.startMs <= state.finalTo ? stored(point) : undefined
      const isNew = other === undefined || other.provisional
      if (!isNew && isSameFigure(other, point)) continue
      const settled = isNew ? point : { ...point, rev: other.rev + 1 }
      if (isNew) finalNew++
      final.push(settled)
      state.finalTo = Math.max(state.finalTo, point.startMs)
      if (point.startMs >= state.latest.startMs) state.latest = settled
    }
    return { final, finalNew, provisional }
  }

  /** Forgets a window that is not final and never will be. */
  drop({ stream, startMs }: Point): void {
    this.#states.get(streamKey(stream))?.open.delete(startMs)
  }

  /** Up to where windows of a unit have been final, epoch ms: what was final never is provisional again. */
  closedMs(scope: Scope, id: string): number {
    return this.#closedMs.get(`${scope}/${id}`) ?? -Infinity
  }

  latest(): Point[] {
    return [...this.#states.values()].map((state) => state.latest)
  }

  /** The windows of a stream that are not final yet. */
  open(key: string): Iterable<Point> {
    return this.#states.get(key)?.open.values() ?? []
  }

  *allOpen(): Generator<Point> {
    for (const state of this.#states.values()) yield* state.open.values()
  }

  #close({ stream, endMs }: Point): void {
    this.#closedMs.set(`${stream.scope}/${stream.id}`, Math.max(endMs, this.closedMs(stream.scope, stream.id)))
  }

  #stateOf(point: Point): StreamState {
    const key = streamKey(point.stream)
    let state = this.#states.get(key)
    if (state === undefined) {
      state = { finalTo: -Infinity, latest: point, open: new Map() }
      this.#states.set(key, state)
    }
    return state
  }
}
