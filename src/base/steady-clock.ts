/** A difference between two looks that is larger than this, and than what a clock drifts meanwhile, is a jump; a leap second is none. */
export const JUMP_MS = 1500
/** A clock is steered by less than this part of the time that goes by. */
const DRIFT = 0.001
/** A clock that has jumped is followed when it has stood for as long as the one before, within these bounds. */
const STANDS_MIN_MS = 60_000
export const STANDS_MAX_MS = 300_000

/** Time by which a clock that has not jumped may have come away from running time between two looks, ms. */
export function mayDifferMs(betweenMs: number): number {
  return JUMP_MS + DRIFT * Math.max(0, betweenMs)
}

/** Two clocks of one machine. */
export interface MachineClocks {
  /** Epoch ms; may be set at any moment. */
  wallMs(): number
  /** Milliseconds since some instant; only ever goes on. */
  runningMs(): number
}

/**
 * `steady`: the clock of the machine goes as time does. `doubted`: it has jumped, and time goes on as before. `followed`: it
 * has stood since, so time is what it says. `returned`: it says again what it would have said without the jump.
 */
export type ClockStanding = 'steady' | 'doubted' | 'followed' | 'returned'

/** State of the clock of a machine; instants are epoch ms. */
export interface MachineClockState {
  readonly standing: ClockStanding
  /** Time that the clock would have said at its last jump, and time that it said. */
  readonly fromMs: number
  readonly toMs: number
  /** One more with each change of the standing, and each further jump. */
  readonly changes: number
}

/** An interval on which the clock of a machine went as time does. */
interface Line {
  /** Time that the clock says beyond the running time, ms. */
  offsetMs: number
  /** Running time since which time goes by it; earlier when it was taken up again. */
  sinceMs: number
}

/**
 * Time that goes on as time does, whatever is done to the clock of the machine: of a clock that jumps, ahead or back,
 * nobody can know which of the two is right, so the new one has to stand first, for a minute or as long as the old one has,
 * at most five. A jump that is taken back before was none. One that is taken back later, to a clock that stood for longer
 * than the one it was left for, is taken back at once. Steering by small steps is followed as it comes.
 */
export class SteadyClock {
  readonly #clocks: MachineClocks
  readonly #line: Line
  /** The one before, and how long it stood; null when there was none. */
  #earlier: { readonly offsetMs: number; readonly stoodMs: number } | null = null
  /** The one that the clock has jumped to, while it has not stood long enough, and how long the line had stood by then. */
  #doubted: (Line & { readonly stoodMs: number }) | null = null
  #lookedMs: number
  #newestMs = Number.NEGATIVE_INFINITY
  /** The line of `goOnFrom` while the clock has not said anything as late; null otherwise. */
  #leastOffsetMs: number | null = null
  #state: MachineClockState = { standing: 'steady', fromMs: 0, toMs: 0, changes: 0 }

  constructor(clocks: MachineClocks) {
    this.#clocks = clocks
    this.#lookedMs = clocks.runningMs()
    this.#line = { offsetMs: clocks.wallMs() - this.#lookedMs, sinceMs: this.#lookedMs }
  }

  /**
   * Goes on from an instant that is past for certain, the newest that was given out before this process. A clock that is behind
   * it, as where none runs while the machine is off, is doubted like one that has jumped; whenever it says something as late as
   * this line, it is followed at once.
   */
  goOnFrom(knownMs: number): void {
    const runningMs = this.#clocks.runningMs()
    if (knownMs - this.#clocks.wallMs() < JUMP_MS) return
    this.#leastOffsetMs = knownMs - runningMs
    this.#line.offsetMs = this.#leastOffsetMs
    this.#line.sinceMs = runningMs - STANDS_MAX_MS
    this.#lookedMs = runningMs
    this.#newestMs = knownMs
  }

  /** As of the last look at it. */
  get state(): MachineClockState {
    return this.#state
  }

  /** Time that the clock of the machine says, right or wrong; epoch ms. */
  wallMs(): number {
    return this.#clocks.wallMs()
  }

  /** Epoch ms, whole. Goes back only when the clock of the machine was set back and is followed. */
  nowMs(): number {
    const runningMs = this.#clocks.runningMs()
    const wallMs = this.#clocks.wallMs()
    const offsetMs = wallMs - runningMs
    const differMs = mayDifferMs(runningMs - this.#lookedMs)
    this.#lookedMs = runningMs
    if (this.#leastOffsetMs !== null && offsetMs > this.#leastOffsetMs - differMs) {
      return this.#cameRight(offsetMs, wallMs, runningMs)
    }
    if (Math.abs(offsetMs - this.#line.offsetMs) < differMs) {
      if (this.#doubted !== null) this.#change('returned')
      this.#doubted = null
      this.#line.offsetMs = offsetMs
      // Within a step of steering it stands still rather than going back. Running time goes back only where it is simulated.
      const isSetBack = this.#newestMs - wallMs > JUMP_MS
      if (isSetBack) this.#change('followed', this.#newestMs, wallMs)
      this.#newestMs = isSetBack ? wallMs : Math.max(this.#newestMs, wallMs)
      return this.#newestMs
    }
    return this.#jumped(offsetMs, wallMs, runningMs, differMs)
  }

  #jumped(offsetMs: number, wallMs: number, runningMs: number, differMs: number): number {
    const goesOnMs = Math.max(this.#newestMs, Math.round(runningMs + this.#line.offsetMs))
    if (this.#doubted === null || Math.abs(offsetMs - this.#doubted.offsetMs) >= differMs) {
      const hasStoodMs = this.#doubted?.stoodMs ?? runningMs - this.#line.sinceMs
      this.#doubted = { offsetMs, sinceMs: runningMs, stoodMs: hasStoodMs }
      this.#change('doubted', goesOnMs, wallMs)
    }
    this.#doubted.offsetMs = offsetMs
    const earlier = this.#earlier
    const { stoodMs } = this.#doubted
    const isTakenBack =
      earlier !== null && earlier.stoodMs > stoodMs && Math.abs(offsetMs - earlier.offsetMs) < JUMP_MS + DRIFT * stoodMs
    const mustStandMs = Math.min(STANDS_MAX_MS, Math.max(STANDS_MIN_MS, stoodMs))
    if (!isTakenBack && runningMs - this.#doubted.sinceMs < mustStandMs) {
      this.#newestMs = goesOnMs
      return goesOnMs
    }
    // Each counts for as long as time went by it: also while the other was doubted.
    this.#earlier = { offsetMs: this.#line.offsetMs, stoodMs: runningMs - this.#line.sinceMs }
    this.#line.offsetMs = offsetMs
    this.#line.sinceMs = isTakenBack ? runningMs - earlier.stoodMs : runningMs
    this.#doubted = null
    this.#newestMs = wallMs
    this.#change('followed', goesOnMs, wallMs)
    return wallMs
  }

  /** It says something as late as it has to be for the first time since `goOnFrom`. */
  #cameRight(offsetMs: number, wallMs: number, runningMs: number): number {
    const isLine = this.#line.offsetMs === this.#leastOffsetMs
    const goesOnMs = Math.max(this.#newestMs, Math.round(runningMs + this.#line.offsetMs))
    this.#leastOffsetMs = null
    this.#line.offsetMs = offsetMs
    this.#line.sinceMs = runningMs
    this.#earlier = null
    if (!isLine) this.#change('followed', goesOnMs, wallMs)
    else if (this.#doubted !== null) this.#change('returned')
    this.#doubted = null
    this.#newestMs = Math.max(this.#newestMs, wallMs)
    return this.#newestMs
  }

  #change(standing: ClockStanding, fromMs = this.#state.fromMs, toMs = this.#state.toMs): void {
    this.#state = { standing, fromMs, toMs, changes: this.#state.changes + 1 }
  }
}
