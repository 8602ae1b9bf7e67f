import { entryOf } from '../../base/entry-of.js'
import type { Scope, Window } from '../../base/kpi.js'
import type { TimeRange } from '../series/calendar.js'
import { minOf } from '../time/ranges.js'

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
/** Times of "now" come in steps of a cycle, this long: one that is early by less is not put off to the next time. */
const CYCLE_MS = 500
/**
 * Work a second on windows that go on, in figures of one device: where a plant has more, each is computed less often. Of
 * devices so much for minutes, and so much for all others; and of lines and the plant together, which are few but long sums.
 */
const DEVICES_A_SECOND = 1000
const WHOLE_A_SECOND = 500
/** A window that goes on is computed so often at most while nobody looks at figures of its kind, ms. */
const UNWATCHED_MS: Readonly<Record<Scope, number>> = { device: 60_000, line: 10_000, plant: 10_000 }
/** Devices of a plant that is this much too large for its pace are not computed all at once when somebody looks. */
const AT_ONCE_SLOWDOWN_MAX = 3
/** Windows remembered; when there are more all are forgotten, and computed once more. */
const WINDOWS_MAX = 200_000
/** Windows remembered of one task; beyond that those met first are forgotten. Two or three of each size go on at a time. */
const OF_TASK_MAX = 16

/** A window that has to wait for its time. */
export interface WaitingWindow extends TimeRange {
  readonly window: Window
}

/** Work that it takes to compute a window size of a subject. */
export interface Work {
  readonly scope: Scope
  readonly window: Window
  /** In figures of one device. */
  readonly figures: number
}

/** So many times as long as is said windows have to wait: those of a minute, and all others. */
interface Slowdown {
  minutes: number
  others: number
}

/**
 * Remembers when each window that goes on was computed, by task, and which windows wait for their time. A window of which
 * nothing came when it was computed is open nowhere else.
 */
export class PublicationPacer {
  /** Says whether nobody looks at figures of such subjects: then those of windows that go on may wait. */
  isUnwatched: (scope: Scope) => boolean = () => false
  #nowMs = -Infinity
  readonly #computed = new Map<string, Map<number, number>>()
  readonly #waiting = new Map<string, Map<number, WaitingWindow>>()
  #count = 0
  #slowdownOfDevices: Slowdown = { minutes: 1, others: 1 }
  #slowdownOfWhole: Slowdown = { minutes: 1, others: 1 }

  /** Takes over what is to be computed. */
  load(work: Iterable<Work>): void {
    const [devices, whole] = [
      { minutes: 0, others: 0 },
      { minutes: 0, others: 0 },
    ]
    for (const { scope, window, figures } of work) {
      const of = scope === 'device' ? devices : whole
      of[window === '1m' ? 'minutes' : 'others'] += figures * (1000 / EVERY_MS[window])
    }
    this.#slowdownOfDevices = slowdownOf(devices, DEVICES_A_SECOND)
    this.#slowdownOfWhole = slowdownOf(whole, WHOLE_A_SECOND)
  }

  /** A cycle begins at "now". */
  begin(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** Somebody looks at devices from now on: all of them may be computed in one cycle. */
  get areDevicesFew(): boolean {
    const { minutes, others } = this.#slowdownOfDevices
    return Math.max(minutes, others) <= AT_ONCE_SLOWDOWN_MAX
  }

  /** So often a window of a subject that goes on is computed, ms. */
  everyMs(scope: Scope, window: Window): number {
    const { minutes, others } = scope === 'device' ? this.#slowdownOfDevices : this.#slowdownOfWhole
    const everyMs = EVERY_MS[window] * (window === '1m' ? minutes : others)
    return this.isUnwatched(scope) ? Math.max(UNWATCHED_MS[scope], everyMs) : everyMs
  }

  /** So often a subject with these windows is looked at, ms. */
  lookMs(scope: Scope, windows: readonly Window[]): number {
    return Math.max(
      CYCLE_MS,
      minOf(windows, (window) => this.everyMs(scope, window)),
    )
  }

  /**
   * True when the time of a window that goes on has come: a new one at once. One whose time has not come waits.
   * @param atMs "now"; Infinity when nothing new comes, so that nothing that is watched has to wait
   */
  isTime(task: string, scope: Scope, window: Window, { startMs, endMs }: TimeRange, atMs: number): boolean {
    const nowMs = this.isUnwatched(scope) ? this.#nowMs : atMs
    const ofTask = entryOf(this.#computed, task, () => new Map<number, number>())
    // Starts are whole minutes: the rest of the number tells the size.
    const key = startMs + SIZES.indexOf(window)
    const computedMs = ofTask.get(key)
    // A window that was computed after "now" does not wait: the clock was ahead then, and "now" has gone back.
    const isEarly = computedMs !== undefined && nowMs - computedMs <= this.everyMs(scope, window) - CYCLE_MS
    if (isEarly && nowMs >= computedMs) {
      entryOf(this.#waiting, task, () => new Map()).set(key, { window, startMs, endMs })
      return false
    }
    if (nowMs === Infinity) return true
    if (computedMs === undefined && ++this.#count > WINDOWS_MAX) {
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
    let earliestMs = Infinity
    for (const ofTask of this.#waiting.values()) {
      for (const { startMs } of ofTask.values()) if (startMs < earliestMs) earliestMs = startMs
    }
    return earliestMs
  }

  /** The windows of a task that wait. */
  waitingOf(task: string): Iterable<WaitingWindow> {
    return this.#waiting.get(task)?.values() ?? []
  }

  /** Takes the windows of a task that have had to wait: each is looked at again, and waits again when it must. */
  takeWaiting(task: string): readonly WaitingWindow[] {
    const waiting = this.#waiting.get(task)
    if (waiting === undefined) return []
    this.#waiting.delete(task)
    return [...waiting.values()]
  }

  /** Forgets everything: the subjects were made anew. */
  clear(): void {
    this.#computed.clear()
    this.#count = 0
  }
}

function slowdownOf({ minutes, others }: Slowdown, figuresASecond: number): Slowdown {
  return { minutes: Math.max(1, minutes / figuresASecond), others: Math.max(1, others / figuresASecond) }
}
