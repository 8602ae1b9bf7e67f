import { entryOf } from '../../src/base/entry-of.js'
import { type Scope, streamKey } from '../../src/base/kpi.js'
import { isRestated, isSameFigure, type Point, type Stream } from '../../src/kpi/windows/point.js'
import type { OpenWindow, SettledPoints } from '../../src/kpi/windows/streams.js'
import { kpiSubjectKey } from '../../src/kpi/windows/subjects.js'

/** State of one stream in memory: its points that are newest, open, or on their way into the store. */
interface StreamState {
  /** Start of the newest final point that is stored, epoch ms: only up to here a window can be there already. */
  finalTo: number
  latest: Point
  /** Windows that may still change without late data, by start: the last few of the stream. */
  readonly open: Map<number, Point>
  /** Final points that are on their way into the store, by start; null when there are none. */
  unstored: Map<number, Point> | null
  readonly subject: SubjectState
}

/** State in memory that all streams of a subject share: they have mostly the same windows open. */
interface SubjectState {
  /** Up to where its windows have been final, epoch ms. */
  closedMs: number
  /** Number of streams that have a window open, keyed by its size and start. */
  readonly open: Map<string, OpenWindow & { streams: number }>
}

/** Does what `Streams` does, with an object a point and maps by texts: what it says is what columns have to say. */
export class PlainStreams {
  readonly #states = new Map<string, StreamState>()
  /** The same by stream: a subject's streams are the same objects until it is made anew. */
  readonly #byStream = new WeakMap<Stream, StreamState>()
  readonly #subjects = new Map<string, SubjectState>()
  #presentEndMs = Infinity
  #lastEndMs = -Infinity

  /** Takes over what the store holds, at start: the newest final point of each stream, and all that are not final. */
  restore(newestFinal: readonly Point[], open: readonly Point[]): void {
    for (const point of newestFinal) {
      const state = this.#stateOf(point)
      state.finalTo = point.startMs
      this.#close(state, point)
    }
    for (const point of open) {
      const state = this.#stateOf(point)
      put(state, point)
      if (point.startMs >= state.latest.startMs) state.latest = point
    }
  }

  /**
   * Says behind which instant nothing can be over. Where subjects have been, by a clock that was ahead, they are so up to
   * `overMs`: a final point of theirs stays as it is until the next one of its window.
   */
  present(endMs: number, overMs: number): void {
    this.#presentEndMs = endMs
    if (this.#lastEndMs <= endMs) return
    for (const subject of this.#subjects.values()) if (subject.closedMs > endMs) subject.closedMs = overMs
    this.#lastEndMs = overMs
  }

  firstOpen({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>): Point | null {
    const state = this.#find(stream)
    return state === undefined || startMs <= state.finalTo ? null : (state.open.get(startMs) ?? null)
  }

  /** True when a final point of this window may be stored already. */
  mayBeStored(point: Point): boolean {
    const state = this.#find(point.stream)
    return !point.provisional && state !== undefined && point.startMs <= state.finalTo
  }

  isOpen({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>): boolean {
    return this.#find(stream)?.open.has(startMs) ?? false
  }

  /** Sorts computed points against what was there before. `stored` finds a stored point of the same window. */
  settle(points: Iterable<Point>, stored: (point: Point) => Point | undefined): SettledPoints {
    const final: Point[] = []
    const provisional: Point[] = []
    const restated: SettledPoints['restated'] = []
    let finalNew = 0
    for (const point of points) {
      const state = this.#stateOf(point)
      const before = state.open.get(point.startMs)
      if (point.provisional) {
        if (before !== undefined && isSameFigure(before, point)) continue
        put(state, point)
        provisional.push(point)
        if (this.#isLatest(point, state.latest)) state.latest = point
        continue
      }
      take(state, point)
      this.#close(state, point)
      const other = point.startMs <= state.finalTo ? stored(point) : undefined
      const isNew = other === undefined || other.provisional
      if (!isNew && isSameFigure(other, point)) continue
      const settled = isNew ? point : { ...point, rev: other.rev + 1 }
      if (isNew) finalNew++
      else if (isRestated(other, settled)) restated.push({ before: other, after: settled })
      final.push(settled)
      state.unstored ??= new Map()
      state.unstored.set(settled.startMs, settled)
      state.finalTo = Math.max(state.finalTo, point.startMs)
      if (this.#isLatest(point, state.latest)) state.latest = settled
    }
    return { final, finalNew, provisional, restated }
  }

  /** Forgets a window that is not final and never will be. */
  drop(point: Point): void {
    const state = this.#find(point.stream)
    if (state !== undefined) take(state, point)
  }

  /** Up to where windows of a subject have been final, epoch ms: what was final never is provisional again. */
  closedMs(scope: Scope, id: string): number {
    return this.#subjects.get(kpiSubjectKey(scope, id))?.closedMs ?? -Infinity
  }

  latest(): Point[] {
    return [...this.#states.values()].map((state) => state.latest)
  }

  /** The windows of a stream that are not final yet. */
  open(stream: Stream): readonly Point[] {
    return [...(this.#states.get(streamKey(stream))?.open.values() ?? [])]
  }

  /** The windows of a stream that are nowhere else: open ones, and final points on their way into the store. */
  inMemory(stream: Stream): readonly Point[] {
    const state = this.#states.get(streamKey(stream))
    return state === undefined ? [] : [...(state.unstored?.values() ?? []), ...state.open.values()]
  }

  /** The store has taken a final point. One that has changed meanwhile is still on its way. */
  stored(point: Point): void {
    const state = this.#find(point.stream)
    if (state === undefined || state.unstored?.get(point.startMs) !== point) return
    state.unstored.delete(point.startMs)
    if (state.unstored.size === 0) state.unstored = null
  }

  /** The windows of a subject that are not final yet for some KPI. */
  openOf(scope: Scope, id: string): Iterable<OpenWindow> {
    return this.#subjects.get(kpiSubjectKey(scope, id))?.open.values() ?? []
  }

  /** Start of the earliest window that is not final yet, epoch ms; Infinity when there is none. */
  get earliestOpenMs(): number {
    let earliestMs = Infinity
    for (const { open } of this.#subjects.values()) {
      for (const { startMs } of open.values()) if (startMs < earliestMs) earliestMs = startMs
    }
    return earliestMs
  }

  *allOpen(): Generator<Point> {
    for (const state of this.#states.values()) yield* state.open.values()
  }

  /** True when a point is the newest of its stream. A window still to come, by a clock that was ahead, does not stand for now. */
  #isLatest({ startMs }: Point, latest: Point): boolean {
    if (latest.startMs > this.#presentEndMs) return startMs <= this.#presentEndMs || startMs >= latest.startMs
    return startMs >= latest.startMs && startMs <= this.#presentEndMs
  }

  #close({ subject }: StreamState, { endMs }: Point): void {
    subject.closedMs = Math.max(endMs, subject.closedMs)
    this.#lastEndMs = Math.max(endMs, this.#lastEndMs)
  }

  #find(stream: Stream): StreamState | undefined {
    const known = this.#byStream.get(stream) ?? this.#states.get(streamKey(stream))
    if (known !== undefined) this.#byStream.set(stream, known)
    return known
  }

  #stateOf(point: Point): StreamState {
    const known = this.#find(point.stream)
    if (known !== undefined) return known
    const { scope, id } = point.stream
    const subject = entryOf(this.#subjects, kpiSubjectKey(scope, id), () => ({ closedMs: -Infinity, open: new Map() }))
    const state = { finalTo: -Infinity, latest: point, open: new Map<number, Point>(), unstored: null, subject }
    this.#states.set(streamKey(point.stream), state)
    this.#byStream.set(point.stream, state)
    return state
  }
}

function put(state: StreamState, point: Point): void {
  if (!state.open.has(point.startMs)) {
    const { startMs, endMs, stream } = point
    const key = `${stream.window}/${startMs}`
    entryOf(state.subject.open, key, () => ({ window: stream.window, startMs, endMs, streams: 0 })).streams++
  }
  state.open.set(point.startMs, point)
}

function take(state: StreamState, { stream, startMs }: Point): void {
  if (!state.open.delete(startMs)) return
  const key = `${stream.window}/${startMs}`
  const open = state.subject.open.get(key)
  if (open !== undefined && --open.streams === 0) state.subject.open.delete(key)
}
