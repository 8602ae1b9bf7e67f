import { type KpiPoint, streamKey } from '../base/kpi.js'
import type { ChosenFigures } from './options.js'
import { isChosen } from './published-figures.js'
import { lineagePath } from './result-message.js'
import type { ResultName } from './topics.js'

/** Final points that wait for one hook at most; beyond, the oldest is let go and counted. */
export const FINAL_WAITING_MAX = 5000
/** Figures of which it is kept how far they were told. */
const KNOWN_MAX = 20_000

/** Newest start that was told of each figure, by its key. */
export type ToldStarts = Readonly<Record<string, string>>

/** A point as a hook gets it: `earlier` is of a window before the newest that was told, restated or late. */
export type PostedPoint = KpiPoint & { readonly state: 'final' | 'earlier'; readonly lineage: string }

/** Final figures that wait for one hook, oldest first, and how far each was told. */
export class FinalResults {
  readonly #waiting = new Map<string, KpiPoint>()
  readonly #told: Map<string, string>
  /** Newest start that was posted since the start: what is told before older windows that wait is not marked yet. */
  readonly #newest = new Map<string, string>()
  #dropped = 0
  /** True when what was told differs from what was last kept. */
  isChanged = false

  constructor(
    readonly chosen: ChosenFigures,
    told: ToldStarts,
  ) {
    this.#told = new Map(Object.entries(told))
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Points that were let go since `takeDropped` was last called. */
  get dropped(): number {
    return this.#dropped
  }

  get told(): ToldStarts {
    return Object.fromEntries(this.#told)
  }

  wants = (name: ResultName): boolean => isChosen(this.chosen, name)

  /** Start of the newest window that was told of a figure; undefined before the first. */
  toldStart(name: ResultName): string | undefined {
    return this.#told.get(streamKey(name))
  }

  /** Windows of a figure are told that begin later than this. */
  begin(name: ResultName, start: string): void {
    if (!mark(this.#told, streamKey(name), start)) return
    this.isChanged = true
  }

  /**
   * A window that is restated while it waits is told once, as it is by then. A figure that is new begins right before its first
   * window, so that a stop before that is taken loses nothing.
   */
  take(point: KpiPoint): void {
    if (!this.wants(point)) return
    if (this.toldStart(point) === undefined) this.begin(point, rightBefore(point))
    if (point.provisional) return
    const key = `${streamKey(point)} ${point.start}`
    if (!this.#waiting.has(key) && this.#waiting.size >= FINAL_WAITING_MAX) {
      this.#waiting.delete(this.#waiting.keys().next().value!)
      this.#dropped++
    }
    this.#waiting.set(key, point)
  }

  /** The first that wait, at most so many. They stay until they are settled. */
  batch(most: number): readonly KpiPoint[] {
    return [...this.#waiting.values()].slice(0, most)
  }

  posted(points: readonly KpiPoint[]): readonly PostedPoint[] {
    return points.map((point) => {
      const newest = this.#newest.get(streamKey(point)) ?? ''
      const told = this.toldStart(point) ?? ''
      const state = point.start > newest && point.start > told ? 'final' : 'earlier'
      return { ...point, state, lineage: lineagePath(point) }
    })
  }

  /**
   * They were taken; one that has been restated meanwhile goes on waiting. The mark of a figure stays before the oldest of its windows
   * that waits: a kill must not lose that one.
   */
  settle(points: readonly KpiPoint[]): void {
    for (const point of points) {
      const key = `${streamKey(point)} ${point.start}`
      if (this.#waiting.get(key) === point) this.#waiting.delete(key)
      if (point.start > (this.#newest.get(streamKey(point)) ?? '')) mark(this.#newest, streamKey(point), point.start)
    }
    const oldest = new Map<string, string>()
    for (const point of this.#waiting.values()) {
      const key = streamKey(point)
      if (point.start < (oldest.get(key) ?? '~')) oldest.set(key, point.start)
    }
    for (const point of points) {
      const isNext = point.start < (oldest.get(streamKey(point)) ?? '~')
      if (isNext && point.start > (this.toldStart(point) ?? '')) this.begin(point, point.start)
    }
  }

  /** Points that were let go since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}

/** An instant right before a window, so that this one is the first that is told. */
export function rightBefore({ start }: KpiPoint): string {
  return new Date(Date.parse(start) - 1).toISOString()
}

/** False where there is no room for one more figure. */
function mark(marks: Map<string, string>, key: string, start: string): boolean {
  if (!marks.has(key) && marks.size >= KNOWN_MAX) return false
  marks.set(key, start)
  return true
}
