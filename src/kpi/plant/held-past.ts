import { DAY_MS } from '../../base/durations.js'
import { type ChangedRange, type Late, mark } from '../series/late.js'
import type { SeriesState } from '../series/series-state.js'
import type { KpiSubject } from '../windows/subjects.js'
import { isOfHeld, type StaleStretch } from './past-work.js'

/** Sums of so many series are much work: those of the past are made seldom while more of it comes, and in steps. */
const MANY_SERIES = 100
/** Lines of so many are too in a plant of many: they may all change at once. */
const LINE_SERIES = 10
/**
 * They are made when those of one series reach over so much time, whatever is said, and no more of its sums are kept for them: they
 * should still be at hand. Of devices that send times weeks apart all of it reaches over weeks at once.
 */
const HELD_SPAN_MS = 3 * DAY_MS

/**
 * Changes of the past of a plant that its subjects of many series are not computed with yet. They wait while more of the past
 * comes; once they are ripe they are computed like stale points, a stretch at a time and in steps, with what is live in between.
 */
export class HeldPast {
  /** Ranges that wait for more, by series. */
  readonly waiting = new Map<SeriesState, Late>()
  /** Ranges whose time has come, as far as no stretch has them. */
  readonly ripe = new Map<SeriesState, Late>()
  /** The first record of what is being computed. */
  position = Infinity
  /** Keys of the subjects that wait, and of those whose time has come. */
  readonly #waitingKeys = new Set<string>()
  readonly #ripeKeys = new Set<string>()
  /** "Now" when the first of them began to wait, ms, and the longest time that those of one series reach over. */
  #sinceMs = 0
  #spanMs = 0

  /** True for a subject whose past is held while more of it comes. @param seriesOfPlant number of all series of its plant */
  holds({ scope, seriesList }: Pick<KpiSubject, 'scope' | 'seriesList'>, seriesOfPlant: number): boolean {
    if (seriesList.length >= MANY_SERIES) return true
    return scope === 'line' && seriesList.length >= LINE_SERIES && seriesOfPlant >= MANY_SERIES
  }

  /** Takes a range in which the sums of a series have changed, for some subjects. */
  add(series: SeriesState, { fromMs, toMs, cause }: ChangedRange, keys: Iterable<string>, nowMs: number): void {
    if (this.waiting.size === 0) this.#sinceMs = nowMs
    mark(this.waiting, series, fromMs, toMs, this.position, cause)
    for (const key of keys) this.#waitingKeys.add(key)
    const all = this.waiting.get(series)!
    this.#spanMs = Math.max(this.#spanMs, all.toMs - all.fromMs)
  }

  /**
   * Finds what is ripe: what has waited so long, or reaches so far, once all that was ripe before is computed; and everything
   * as soon as no more comes.
   * @param holdMs so long it may wait, ms of "now"; 0 when no more comes
   * @param isComputing a stretch of what was ripe before is being computed
   */
  ripen(nowMs: number, holdMs: number, isComputing: boolean): void {
    const hasWaited = Math.abs(nowMs - this.#sinceMs) >= holdMs || this.#spanMs >= HELD_SPAN_MS
    const isBusy = isComputing || this.ripe.size > 0
    if (this.waiting.size === 0 || (holdMs > 0 && (isBusy || !hasWaited))) return
    if (!isBusy) this.#ripeKeys.clear()
    for (const [series, { fromMs, toMs, position, cause }] of this.waiting) {
      mark(this.ripe, series, fromMs, toMs, position, cause)
    }
    for (const key of this.#waitingKeys) this.#ripeKeys.add(key)
    this.waiting.clear()
    this.#waitingKeys.clear()
    this.#spanMs = 0
  }

  /** The device of a series has moved to another line, which may hold nothing: what is held of it is stale for all subjects. */
  giveUp(series: SeriesState, stale: Map<SeriesState, Late>, stretch: StaleStretch | null): void {
    for (const marks of [this.waiting, this.ripe]) {
      const held = marks.get(series)
      if (held !== undefined) mark(stale, series, held.fromMs, held.toMs, held.position, held.cause)
      marks.delete(series)
    }
    const computing = isOfHeld(stretch) ? stretch?.changed.get(series) : undefined
    if (computing !== undefined) {
      mark(stale, series, computing.fromMs, computing.toMs, stretch!.position, computing.cause)
    }
  }

  /** Keys of the subjects that what is ripe is computed for. */
  get ripeKeys(): ReadonlySet<string> {
    return this.#ripeKeys
  }

  /** Sums of a series are kept for it, as long as they are not too many. */
  keepsSums({ newestTs, liveMinutesFromMs }: SeriesState, isComputing: boolean): boolean {
    const isNeeded = isComputing || this.waiting.size + this.ripe.size > 0
    return isNeeded && newestTs - liveMinutesFromMs < HELD_SPAN_MS
  }
}
