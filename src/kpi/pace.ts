import { entryOf } from '../base/entry-of.js'
import type { Window } from '../base/kpi.js'

/**
 * A window that goes on is computed so often at most, ms of "now": what a day has come to does not change in half a
 * second.
 */
const EVERY_MS: Readonly<Record<Window, number>> = {
  '1m': 0,
  '15m': 2000,
  '1h': 5000,
  shift: 10_000,
  '1d': 10_000,
  '1mo': 10_000,
}

const SIZES = Object.keys(EVERY_MS) as readonly Window[]
/** Figures of windows that go on, a second: where a plant has more, each is computed less often. */
const FIGURES_A_SECOND = 8000
/** Windows remembered; when there are more all are forgotten, and computed once more. */
const WINDOWS_MAX = 200_000

/** When the windows that go on were computed, by task; and which tasks have one that waits for its time. */
export class Pace {
  readonly #computed = new Map<string, Map<number, number>>()
  readonly #waiting = new Set<string>()
  #count = 0
  #stretch = 1

  /** Takes over what is to be computed: so many streams of each size. */
  load(streams: ReadonlyMap<Window, number>): void {
    let figuresASecond = 0
    for (const [window, count] of streams) if (EVERY_MS[window] > 0) figuresASecond += (1000 * count) / EVERY_MS[window]
    this.#stretch = Math.max(1, figuresASecond / FIGURES_A_SECOND)
  }

  /** Some window waits for its time. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** True when the time of a window that goes on has come: a new one at once. One whose time has not come waits. */
  isTime(task: string, window: Window, startMs: number, nowMs: number): boolean {
    if (EVERY_MS[window] === 0) return true
    const ofTask = entryOf(this.#computed, task, () => new Map<number, number>())
    // Starts are whole minutes: the rest of the number tells the size.
    const key = startMs + SIZES.indexOf(window)
    const atMs = ofTask.get(key)
    if (atMs !== undefined && nowMs - atMs < this.#stretch * EVERY_MS[window]) {
      this.#waiting.add(task)
      return false
    }
    if (atMs === undefined && ++this.#count > WINDOWS_MAX) {
      this.clear()
      return true
    }
    if (nowMs < Infinity) ofTask.set(key, nowMs)
    return true
  }

  /** Takes the tasks that have had to wait: each is looked at again, and waits again when it must. */
  takeWaiting(): ReadonlySet<string> {
    const waiting = new Set(this.#waiting)
    this.#waiting.clear()
    return waiting
  }

  /** Forgets everything: the units were made anew. */
  clear(): void {
    this.#computed.clear()
    this.#count = 0
  }
}
