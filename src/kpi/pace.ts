import { entryOf } from '../base/entry-of.js'
import type { Window } from '../base/kpi.js'
import type { Span } from './calendar.js'
import { minOf } from './ranges.js'

/**
 * A window that goes on is computed so often at most, ms of "now": what a day has come to does not change in half a
 * second. A minute is in every second cycle of the pipeline (500 ms each), so once a second: were it a whole second, a "now"
 * that is a few ms behind the cycle would make it every third.
 */
const EVERY_MS: Readonly<Record<Window, number>> = {
  '1m': 750,
  '15m': 2000,
  '1h': 5000,
  shift: 10_000,
  '1d': 10_000,
  '1mo': 10_000,
}

const SIZES = Object.keys(EVERY_MS) as readonly Window[]
/**
 * Figures of windows that go on, a second, of minutes and of all others: where a plant has more, each is computed less
 * often.
 */
const FIGURES_A_SECOND = 8000
/** Windows remembered; when there are more all are forgotten, and computed once more. */
const WINDOWS_MAX = 200_000
/** Of one task: those that were met first are forgotten. Two or three of each size go on at a time. */
const OF_TASK_MAX = 16

/** A window that has to wait for its time. */
export interface WaitingWindow extends Span {
  readonly window: Window
}

/**
 * When the windows that go on were computed, by task; and those that wait for their time. A window of which nothing came
 * when it was computed is open nowhere else.
 */
export class Pace {
  readonly #computed = new Map<string, Map<number, number>>()
  #waiting = new Map<string, Map<number, WaitingWindow>>()
  #count = 0
  /** So many times as long as is said windows have to wait: those of a minute, and all others. */
  #minuteStretch = 1
  #stretch = 1

  /** Takes over what is to be computed: so many streams of each size. */
  load(streams: ReadonlyMap<Window, number>): void {
    let [minutes, others] = [0, 0]
    for (const [window, count] of streams) {
      const figuresASecond = (1000 * count) / EVERY_MS[window]
      if (window === '1m') minutes += figuresASecond
      else others += figuresASecond
    }
    this.#minuteStretch = Math.max(1, minutes / FIGURES_A_SECOND)
    this.#stretch = Math.max(1, others / FIGURES_A_SECOND)
  }

  /** Some window waits for its time. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** True when the time of a window that goes on has come: a new one at once. One whose time has not come waits. */
  isTime(task: string, window: Window, { startMs, endMs }: Span, nowMs: number): boolean {
    const ofTask = entryOf(this.#computed, task, () => new Map<number, number>())
    // Starts are whole minutes: the rest of the number tells the size.
    const key = startMs + SIZES.indexOf(window)
    const atMs = ofTask.get(key)
    const stretch = window === '1m' ? this.#minuteStretch : this.#stretch
    if (atMs !== undefined && nowMs - atMs < stretch * EVERY_MS[window]) {
      entryOf(this.#waiting, task, () => new Map()).set(key, { window, startMs, endMs })
      return false
    }
    if (nowMs === Infinity) return true
    if (atMs === undefined && ++this.#count > WINDOWS_MAX) {
      this.clear()
      return true
    }
    ofTask.set(key, nowMs)
    if (ofTask.size > OF_TASK_MAX) {
      for (const first of ofTask.keys()) {
        ofTask.delete(first)
        this.#count--
        break
      }
    }
    return true
  }

  /** Start of the earliest window that waits, epoch ms; Infinity when there is none. */
  get earliestWaitingMs(): number {
    const waiting = [...this.#waiting.values()].flatMap((ofTask) => [...ofTask.values()])
    return minOf(waiting, ({ startMs }) => startMs)
  }

  /** Takes the windows that have had to wait, by task: each is looked at again, and waits again when it must. */
  takeWaiting(): ReadonlyMap<string, ReadonlyMap<number, WaitingWindow>> {
    const waiting = this.#waiting
    this.#waiting = new Map()
    return waiting
  }

  /** Forgets everything: the units were made anew. */
  clear(): void {
    this.#computed.clear()
    this.#count = 0
  }
}
