/** Time between two back-filled samples. */
export const BACKFILL_PERIOD_MS = 15_000

/** The contract takes 1,000 elements a message; half of it keeps a message of four metrics near 60 kB. */
export const SAMPLES_A_MESSAGE_MAX = 500

export interface TimetableOptions {
  /** Wall clock at the start of the run, epoch ms. */
  readonly startedAtMs: number
  /** Event time at which the live samples begin; not after `startedAtMs`. */
  readonly fromMs: number
  /** Event time at which they end, itself included; null for never. */
  readonly untilMs: number | null
  readonly backfillMs: number
  /** Time between two back-filled samples, ms; that of a dense back-fill when absent. */
  readonly backfillPeriodMs?: number
  readonly periodMs: number
  /** Event time per wall time; Infinity for as fast as the broker acknowledges. */
  readonly speed: number
}

/**
 * Times at which a device looks at what it measures, and at which each look is due on the wall clock: first the
 * back-fill up to `fromMs`, then live, both at multiples of their period in epoch time, so that all devices and all
 * runs share instants. A device's clock may run behind the wall clock, and faster, but never ahead of it.
 */
export class Timetable {
  readonly #options: TimetableOptions
  /** The first live look. */
  readonly liveFromMs: number
  readonly firstMs: number

  constructor(options: TimetableOptions) {
    this.#options = options
    const { fromMs, backfillMs, periodMs } = options
    this.liveFromMs = Math.ceil(fromMs / periodMs) * periodMs
    const backfillFrom = Math.ceil((fromMs - backfillMs) / this.backfillPeriodMs) * this.backfillPeriodMs
    this.firstMs = Math.min(backfillFrom, this.liveFromMs)
  }

  get startedAtMs(): number {
    return this.#options.startedAtMs
  }

  /** Event time at which the live looks end, epoch ms; null for never. */
  get untilMs(): number | null {
    return this.#options.untilMs
  }

  /** Period of looks at the past, ms. */
  get backfillPeriodMs(): number {
    return this.#options.backfillPeriodMs ?? BACKFILL_PERIOD_MS
  }

  /** Period of live looks, ms. */
  get periodMs(): number {
    return this.#options.periodMs
  }

  /** The same run for a device that is looked at every so often: one that sends on change. */
  withPeriod(periodMs: number): Timetable {
    return new Timetable({ ...this.#options, periodMs })
  }

  /** The instant after this one, null at the end. */
  after(tsMs: number): number | null {
    const step = tsMs < this.liveFromMs ? this.backfillPeriodMs : this.#options.periodMs
    const next = tsMs < this.liveFromMs ? Math.min(tsMs + step, this.liveFromMs) : tsMs + step
    return this.#options.untilMs !== null && next > this.#options.untilMs ? null : next
  }

  /** Wall clock, epoch ms. */
  dueAt(tsMs: number): number {
    const { startedAtMs, fromMs, speed } = this.#options
    return Math.max(tsMs, startedAtMs + (tsMs - fromMs) / speed)
  }

  /** The instants from `tsMs` on that are due, at most one message full; back-fill and live ones are never in one. */
  due(tsMs: number, nowMs: number, max = SAMPLES_A_MESSAGE_MAX): readonly number[] {
    const instants: number[] = []
    for (let next: number | null = tsMs; next !== null && this.dueAt(next) <= nowMs; next = this.after(next)) {
      if (next >= this.liveFromMs && tsMs < this.liveFromMs) break
      if (instants.push(next) === max) break
    }
    return instants
  }

  /**
   * A live sample's number: time itself, counted in periods, so that it goes on through a restart. Null in the
   * back-fill, whose longer period would read as a gap between any two.
   */
  seq(tsMs: number): number | null {
    return tsMs < this.liveFromMs ? null : Math.round(tsMs / this.#options.periodMs)
  }
}
