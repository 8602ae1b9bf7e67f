import type { TimeRange } from '../kpi/series/calendar.js'
import { type Again, type AuthorityMemory, LOOKED_AT_AGAIN } from './memory.js'
import type { Kept, Windows } from './windows.js'

/** A window that is to be told. */
export interface DueWindow extends TimeRange {
  readonly kept: Kept
  /** It was told before, with other figures. */
  readonly isAgain: boolean
}

/** Windows that nobody will be told of any more: they are older than data are kept. */
export interface DroppedWindows extends TimeRange {
  readonly kept: Kept
  readonly count: number
}

/**
 * Windows that an authority has still to be told of a stack: no queue but a place in time for each period, so that weeks
 * without an answer need no memory. Each period is told in order; what was told stays told over a restart.
 */
export class SendBacklog {
  readonly #windows: Windows
  readonly #periods: readonly Kept[]
  readonly #keepMs: number
  #memory: AuthorityMemory

  constructor(windows: Windows, periods: readonly Kept[], keepMs: number, memory: AuthorityMemory, nowMs: number) {
    this.#windows = windows
    this.#periods = periods
    this.#keepMs = keepMs
    // A period that is new begins with what is under way: nobody has asked for the past.
    const next = periods.map((kept) => [kept, memory.next[kept] ?? windows.at(kept, nowMs).startMs] as const)
    this.#memory = { ...memory, next: { ...memory.next, ...Object.fromEntries(next) } }
  }

  get memory(): AuthorityMemory {
    return this.#memory
  }

  /** The next instant for a QN: the present, later than every one before. */
  nextQnMs(nowMs: number): number {
    const qnMs = Math.max(Math.floor(nowMs), this.#memory.qnMs + 1)
    this.#memory = { ...this.#memory, qnMs }
    return qnMs
  }

  /** The next window of each period that is over, the one that was over first at the front. */
  due(nowMs: number): readonly DueWindow[] {
    return this.#periods
      .flatMap((kept): DueWindow[] => {
        const again = isAgain(kept) ? this.#memory.again[kept][0] : undefined
        const span = this.#windows.at(kept, again ?? this.#nextMs(kept))
        return span.endMs > nowMs ? [] : [{ ...span, kept, isAgain: again !== undefined }]
      })
      .sort((a, b) => a.endMs - b.endMs)
  }

  /** Number of windows of each period that wait, and when the oldest begins, epoch ms; null when none does. */
  pending(nowMs: number): { readonly counts: Readonly<Record<Kept, number>>; readonly oldestMs: number | null } {
    const counts = { minute: 0, hour: 0, day: 0 }
    let oldestMs: number | null = null
    for (const kept of this.#periods) {
      const again = isAgain(kept) ? this.#memory.again[kept] : []
      const over = this.#windows.over(kept, this.#nextMs(kept), nowMs)
      counts[kept] = again.length + over
      const firstMs = again[0] ?? (over > 0 ? this.#nextMs(kept) : null)
      if (firstMs !== null) oldestMs = Math.min(oldestMs ?? Infinity, firstMs)
    }
    return { counts, oldestMs }
  }

  /** Lets go what is older than data are kept, and says what of that was never answered. */
  drop(nowMs: number): readonly DroppedWindows[] {
    const oldestMs = nowMs - this.#keepMs
    const dropped = this.#periods.flatMap((kept): DroppedWindows[] => {
      const present = this.#windows.at(kept, nowMs)
      // A clock that was ahead has passed over windows that are still to come.
      if (this.#nextMs(kept) > present.endMs) {
        this.#memory = { ...this.#memory, next: { ...this.#memory.next, [kept]: present.startMs } }
      }
      const startMs = this.#nextMs(kept)
      const first = this.#windows.at(kept, oldestMs)
      if (startMs >= first.startMs) return []
      this.#memory = { ...this.#memory, next: { ...this.#memory.next, [kept]: first.startMs } }
      return [{ kept, startMs, endMs: first.startMs, count: this.#windows.over(kept, startMs, first.startMs) }]
    })
    for (const kept of LOOKED_AT_AGAIN) {
      const { told, again } = this.#memory
      if ((told[kept][0]?.[0] ?? oldestMs) >= oldestMs) continue
      this.#memory = {
        ...this.#memory,
        told: { ...told, [kept]: told[kept].filter(([startMs]) => startMs >= oldestMs) },
        again: { ...again, [kept]: again[kept].filter((startMs) => startMs >= oldestMs) },
      }
    }
    return dropped
  }

  /** A window was answered, or there is nothing to be told of it (`hash` null). */
  settle({ kept, startMs, endMs, isAgain: wasTold }: DueWindow, hash: string | null, atMs: number): void {
    const memory = this.#memory
    this.#memory = {
      ...memory,
      lastAnsweredMs: hash === null ? memory.lastAnsweredMs : atMs,
      next: wasTold ? memory.next : { ...memory.next, [kept]: endMs },
    }
    if (!isAgain(kept) || hash === null) return
    const { told, again } = this.#memory
    const others = told[kept].filter(([start]) => start !== startMs)
    this.#memory = {
      ...this.#memory,
      told: { ...told, [kept]: [...others, [startMs, hash] as const].sort(([a], [b]) => a - b) },
      again: { ...again, [kept]: again[kept].filter((start) => start !== startMs) },
    }
  }

  /** The hash of what was last said of a window; undefined when it was never told. */
  hashOf(kept: Again, startMs: number): string | undefined {
    return this.#memory.told[kept].find(([start]) => start === startMs)?.[1]
  }

  /** The figures of a window that was told are others now. */
  restate(kept: Again, startMs: number, isToBeSent: boolean): void {
    const { again, restated } = this.#memory
    const starts = isToBeSent ? [...new Set([...again[kept], startMs])].sort((a, b) => a - b) : again[kept]
    this.#memory = { ...this.#memory, restated: restated + 1, again: { ...again, [kept]: starts } }
  }

  /** Changes of KPI points up to here have been looked at. */
  lookedTo(change: number): void {
    this.#memory = { ...this.#memory, change }
  }

  #nextMs(kept: Kept): number {
    return this.#memory.next[kept]!
  }
}

function isAgain(kept: Kept): kept is Again {
  return (LOOKED_AT_AGAIN as readonly Kept[]).includes(kept)
}
