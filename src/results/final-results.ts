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
  #dropped = 0

  constructor(
    readonly chosen: ChosenFigures,
    told: ToldStarts,
  ) {
    this.#told = new Map(Object.entries(told))
  }

  get size(): number {
    return this.#waiting.size
  }

  get told(): ToldStarts {
    return Object.fromEntries(this.#told)
  }

  wants = (name: ResultName): boolean => isChosen(this.chosen, name)

  /** Start of the newest window that was told of a figure; undefined before the first. */
  toldStart(name: ResultName): string | undefined {
    return this.#told.get(streamKey(name))
  }

  /** From here on windows of a figure are told. */
  begin(name: ResultName, start: string): void {
    const key = streamKey(name)
    if (this.#told.has(key) || this.#told.size < KNOWN_MAX) this.#told.set(key, start)
  }

  /** A window that is restated while it waits is told once, as it is by then. */
  take(point: KpiPoint): void {
    if (point.provisional || !this.wants(point)) return
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
      const newest = this.toldStart(point)
      const state = newest === undefined || point.start > newest ? 'final' : 'earlier'
      return { ...point, state, lineage: lineagePath(point) }
    })
  }

  /** They were taken; one that has been restated meanwhile goes on waiting. */
  settle(points: readonly KpiPoint[]): void {
    for (const point of points) {
      const key = `${streamKey(point)} ${point.start}`
      if (this.#waiting.get(key) === point) this.#waiting.delete(key)
      if (point.start > (this.toldStart(point) ?? '')) this.begin(point, point.start)
    }
  }

  /** Points that were let go since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}
