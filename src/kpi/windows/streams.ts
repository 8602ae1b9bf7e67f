import { entryOf } from '../../base/entry-of.js'
import { type Scope, WINDOWS, type Window } from '../../base/kpi.js'
import { isRestated, isSameFigure, type Point } from './point.js'
import { PointRows } from './point-rows.js'
import { type StreamName, StreamNumbers } from './stream-numbers.js'
import { kpiSubjectKey } from './subjects.js'

const NONE = -1

/** State in memory that all streams of a subject share: they have mostly the same windows open. */
interface SubjectState {
  /** Up to where its windows have been final, epoch ms. */
  closedMs: number
  /** Number of streams that have a window open, keyed by its start and size. */
  readonly open: Map<number, OpenWindow & { streams: number }>
}

/** A window that is not final yet for some KPI of a subject. */
export interface OpenWindow {
  readonly window: Window
  readonly startMs: number
  readonly endMs: number
}

/** Outcome of a batch of computed points beside what was there before. */
export interface SettledPoints {
  /** Final points that are new or differ from the stored ones, with their `rev`. */
  readonly final: Point[]
  /** Count of the final points whose window had no final point before. */
  finalNew: number
  /** Provisional points that differ from those before. */
  readonly provisional: Point[]
  /** Final points that were stored with another figure. */
  readonly restated: { readonly before: Point; readonly after: Point }[]
}

/**
 * Every stream of one plant: its newest point, and its windows that are not final yet. What is kept of a stream stands in
 * columns, by its number: a device has seventy of them.
 */
export class Streams {
  readonly #numbers = new StreamNumbers('memory')
  readonly #rows = new PointRows()
  /** Start of the newest final point of each stream that is stored, epoch ms: only up to here a window can be there already. */
  readonly #finalTo: number[] = []
  /** Row of the newest point of each stream: that of an open window, or one of its own. */
  readonly #latest: number[] = []
  /** Row of the first window of each stream that may still change without late data: the last few, strung together. */
  readonly #open: number[] = []
  readonly #subjectOf: SubjectState[] = []
  /** Final points of each stream that are on their way into the store, by start. */
  readonly #unstored = new Map<number, Map<number, Point>>()
  readonly #subjects = new Map<string, SubjectState>()
  #presentEndMs = Infinity
  #lastEndMs = -Infinity

  /** Takes over what the store holds, at start: the newest final point of each stream, and all that are not final. */
  restore(newestFinal: readonly Point[], open: readonly Point[]): void {
    for (const point of newestFinal) {
      const stream = this.#numberOf(point)
      this.#finalTo[stream] = point.startMs
      this.#close(stream, point)
    }
    for (const point of open) {
      const stream = this.#numberOf(point)
      const row = this.#put(stream, point, this.#openRow(stream, point.startMs))
      if (point.startMs >= this.#latestMs(stream)) this.#showOpen(stream, row)
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

  /** The point of a window that is not final yet, and never was; null for any other. */
  firstOpen({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>): Point | null {
    const number = this.#numbers.find(stream)
    if (number === undefined || startMs <= this.#finalTo[number]!) return null
    const row = this.#openRow(number, startMs)
    return row === NONE ? null : this.#rows.read(row)
  }

  /** True when a final point of this window may be stored already. */
  mayBeStored(point: Point): boolean {
    const number = this.#numbers.find(point.stream)
    return !point.provisional && number !== undefined && point.startMs <= this.#finalTo[number]!
  }

  isOpen({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>): boolean {
    const number = this.#numbers.find(stream)
    return number !== undefined && this.#openRow(number, startMs) !== NONE
  }

  /** Sorts computed points against what was there before. `stored` finds a stored point of the same window. */
  settle(points: Iterable<Point>, stored: (point: Point) => Point | undefined): SettledPoints {
    const settled: SettledPoints = { final: [], finalNew: 0, provisional: [], restated: [] }
    for (const point of points) {
      const stream = this.#numberOf(point)
      if (point.provisional) this.#settleOpen(stream, point, settled)
      else this.#settleFinal(stream, point, stored, settled)
    }
    return settled
  }

  #settleOpen(stream: number, point: Point, { provisional }: SettledPoints): void {
    const before = this.#openRow(stream, point.startMs)
    if (before !== NONE && this.#rows.isSame(before, point)) return
    const row = this.#put(stream, point, before)
    provisional.push(point)
    if (this.#isLatest(point, this.#latestMs(stream))) this.#showOpen(stream, row)
  }

  #settleFinal(stream: number, point: Point, stored: (point: Point) => Point | undefined, into: SettledPoints): void {
    this.#take(stream, point)
    this.#close(stream, point)
    const other = point.startMs <= this.#finalTo[stream]! ? stored(point) : undefined
    const isNew = other === undefined || other.provisional
    if (!isNew && isSameFigure(other, point)) return
    const settled = isNew ? point : { ...point, rev: other.rev + 1 }
    if (isNew) into.finalNew++
    else if (isRestated(other, settled)) into.restated.push({ before: other, after: settled })
    into.final.push(settled)
    entryOf(this.#unstored, stream, () => new Map<number, Point>()).set(settled.startMs, settled)
    this.#finalTo[stream] = Math.max(this.#finalTo[stream]!, point.startMs)
    if (this.#isLatest(point, this.#latestMs(stream))) this.#showFinal(stream, settled)
  }

  /** Forgets a window that is not final and never will be. */
  drop(point: Point): void {
    const number = this.#numbers.find(point.stream)
    if (number !== undefined) this.#take(number, point)
  }

  /** Up to where windows of a subject have been final, epoch ms: what was final never is provisional again. */
  closedMs(scope: Scope, id: string): number {
    return this.#subjects.get(kpiSubjectKey(scope, id))?.closedMs ?? -Infinity
  }

  /** The newest points of the streams that are wanted; no point is made of any other. */
  latest(isWanted: (stream: StreamName) => boolean = () => true): Point[] {
    const found: Point[] = []
    for (const row of this.#latest) if (isWanted(this.#rows.stream(row))) found.push(this.#rows.read(row))
    return found
  }

  /** The windows of a stream that are not final yet. */
  open(stream: StreamName): readonly Point[] {
    const number = this.#numbers.find(stream)
    return number === undefined ? [] : [...this.#openOf(number)]
  }

  /** The windows of a stream that are nowhere else: open ones, and final points on their way into the store. */
  inMemory(stream: StreamName): readonly Point[] {
    const number = this.#numbers.find(stream)
    if (number === undefined) return []
    return [...(this.#unstored.get(number)?.values() ?? []), ...this.#openOf(number)]
  }

  /** The store has taken a final point. One that has changed meanwhile is still on its way. */
  stored(point: Point): void {
    const number = this.#numbers.find(point.stream)
    const unstored = number === undefined ? undefined : this.#unstored.get(number)
    if (number === undefined || unstored?.get(point.startMs) !== point) return
    unstored.delete(point.startMs)
    if (unstored.size === 0) this.#unstored.delete(number)
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
    for (let stream = 0; stream < this.#numbers.size; stream++) yield* this.#openOf(stream)
  }

  /** True when a point is the newest of its stream. A window still to come, by a clock that was ahead, does not stand for now. */
  #isLatest({ startMs }: Point, latestMs: number): boolean {
    if (latestMs > this.#presentEndMs) return startMs <= this.#presentEndMs || startMs >= latestMs
    return startMs >= latestMs && startMs <= this.#presentEndMs
  }

  #close(stream: number, { endMs }: Point): void {
    const subject = this.#subjectOf[stream]!
    subject.closedMs = Math.max(endMs, subject.closedMs)
    this.#lastEndMs = Math.max(endMs, this.#lastEndMs)
  }

  #numberOf(point: Point): number {
    const known = this.#numbers.find(point.stream)
    if (known !== undefined) return known
    const { scope, id } = point.stream
    const number = this.#numbers.add(point.stream)
    this.#finalTo.push(-Infinity)
    this.#latest.push(this.#rows.add(point))
    this.#open.push(NONE)
    this.#subjectOf.push(
      entryOf(this.#subjects, kpiSubjectKey(scope, id), () => ({ closedMs: -Infinity, open: new Map() })),
    )
    return number
  }

  *#openOf(stream: number): Generator<Point> {
    for (let row = this.#open[stream]!; row !== NONE; row = this.#rows.next(row)) yield this.#rows.read(row)
  }

  /** Row of an open window of a stream, `NONE` when it is not open. */
  #openRow(stream: number, startMs: number): number {
    let row = this.#open[stream]!
    while (row !== NONE && this.#rows.startMs(row) !== startMs) row = this.#rows.next(row)
    return row
  }

  #latestMs(stream: number): number {
    return this.#rows.startMs(this.#latest[stream]!)
  }

  /** The newest point of a stream is that of an open window. */
  #showOpen(stream: number, row: number): void {
    const before = this.#latest[stream]!
    this.#latest[stream] = row
    if (!this.#isOpenRow(stream, before)) this.#rows.free(before)
  }

  /** The newest point of a stream is one that is not open. */
  #showFinal(stream: number, point: Point): void {
    const before = this.#latest[stream]!
    if (this.#isOpenRow(stream, before)) this.#latest[stream] = this.#rows.add(point)
    else this.#rows.write(before, point)
  }

  #isOpenRow(stream: number, row: number): boolean {
    let open = this.#open[stream]!
    while (open !== NONE && open !== row) open = this.#rows.next(open)
    return open !== NONE
  }

  /** Keeps a point of an open window in the row that it has, or in one behind those of the windows that were opened before. */
  #put(stream: number, point: Point, before: number): number {
    if (before !== NONE) {
      this.#rows.write(before, point)
      return before
    }
    const row = this.#rows.add(point)
    let last = this.#open[stream]!
    if (last === NONE) this.#open[stream] = row
    else {
      while (this.#rows.next(last) !== NONE) last = this.#rows.next(last)
      this.#rows.setNext(last, row)
    }
    const {
      startMs,
      endMs,
      stream: { window },
    } = point
    const open = this.#subjectOf[stream]!.open
    entryOf(open, windowNumber(window, startMs), () => ({ window, startMs, endMs, streams: 0 })).streams++
    return row
  }

  /** The window is open no longer. Its point stays where it is the newest one. */
  #take(stream: number, { startMs, stream: { window } }: Point): void {
    const row = this.#openRow(stream, startMs)
    if (row === NONE) return
    const next = this.#rows.next(row)
    if (this.#open[stream] === row) this.#open[stream] = next
    else {
      let before = this.#open[stream]!
      while (this.#rows.next(before) !== row) before = this.#rows.next(before)
      this.#rows.setNext(before, next)
    }
    this.#rows.setNext(row, NONE)
    if (this.#latest[stream] !== row) this.#rows.free(row)
    const ofSubject = this.#subjectOf[stream]!.open
    const key = windowNumber(window, startMs)
    const open = ofSubject.get(key)
    if (open !== undefined && --open.streams === 0) ofSubject.delete(key)
  }
}

/** A window of a subject as one number: starts are whole minutes, the rest tells the size. */
function windowNumber(window: Window, startMs: number): number {
  return startMs + WINDOWS.indexOf(window)
}
