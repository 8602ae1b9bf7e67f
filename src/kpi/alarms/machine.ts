/** Relation of a figure to its limit; `band` lies inside the hysteresis, `unknown` is a gap: it says nothing. */
export type Verdict = 'breach' | 'band' | 'clear' | 'unknown'

/** One window as its rule judges it. Times epoch ms. */
export interface Judged {
  readonly startMs: number
  readonly endMs: number
  readonly verdict: Verdict
  /** null with verdict `unknown`. */
  readonly value: number | null
}

/** From the first window outside the limit to the one with which it clears. Epoch ms. */
export interface Occurrence {
  /** Start of the first window outside: what tells it from others of its rule. */
  readonly firstMs: number
  readonly raisedMs: number
  readonly clearedMs: number | null
  /** The figure of the window with which it was raised: a figure of a later one would depend on when it is looked at. */
  readonly value: number
  /** False while windows say nothing. */
  readonly isWatched: boolean
  /** End of the window that made it raised, watched, not watched or cleared, the last of them. */
  readonly turnedMs: number
}

/** Windows without a gap that say the same. */
interface Run {
  readonly firstMs: number
  /** End of its first window: delays are counted from there. */
  readonly sinceMs: number
  readonly endMs: number
}

export interface MachineState {
  /** The active occurrence, null when there is none; one that has just cleared stands in the answer of `step` alone. */
  readonly active: Occurrence | null
  /** While nothing is active windows outside, else windows back inside; null when there are none. */
  readonly run: Run | null
}

export const NORMAL: MachineState = { active: null, run: null }

/** Event time that has to pass before it is raised, or clears; ms. */
export interface Delays {
  readonly onMs: number
  readonly offMs: number
}

/** The bad side of a limit, and how far back inside a figure has to be before it clears. */
export interface AlarmLimit {
  readonly side: 'above' | 'below'
  readonly limit: number
  readonly hysteresis: number
}

/** The limit itself is allowed: `above` means more than it. */
export function verdictOf(value: number | null, { side, limit, hysteresis }: AlarmLimit): Verdict {
  if (value === null) return 'unknown'
  const beyond = side === 'above' ? value - limit : limit - value
  if (beyond > 0) return 'breach'
  return beyond <= -hysteresis ? 'clear' : 'band'
}

/**
 * Takes the next window in order of event time; `changed` is the occurrence that was raised, has cleared, or got another
 * figure. A gap (a window that is `unknown`, or missing) changes no state and starts the delays anew: what nobody has
 * seen has not lasted. No clock is looked at, so the same windows give the same occurrences.
 */
export function step(
  state: MachineState,
  judged: Judged,
  { onMs, offMs }: Delays,
): { readonly state: MachineState; readonly changed: Occurrence | null } {
  const { active } = state
  const { verdict, value, startMs, endMs } = judged
  if (verdict === 'unknown' || value === null) {
    if (active === null || !active.isWatched) return { state: { active, run: null }, changed: null }
    const unwatched = { ...active, isWatched: false, turnedMs: endMs }
    return { state: { active: unwatched, run: null }, changed: unwatched }
  }
  const isOnWay = verdict === (active === null ? 'breach' : 'clear')
  const run = isOnWay ? longer(state.run, judged) : null
  if (active === null) {
    if (run === null || endMs - run.sinceMs < onMs) return { state: { active, run }, changed: null }
    const raised = { firstMs: run.firstMs, raisedMs: endMs, clearedMs: null, value, isWatched: true, turnedMs: endMs }
    return { state: { active: raised, run: null }, changed: raised }
  }
  if (run !== null && endMs - run.sinceMs >= offMs) {
    return { state: NORMAL, changed: { ...active, clearedMs: endMs, isWatched: true, turnedMs: endMs } }
  }
  // Raised early: the window that it was raised in is only now over.
  const figure = startMs < active.raisedMs && active.raisedMs <= endMs ? value : active.value
  const isSame = active.isWatched && active.value === figure
  const turnedMs = active.isWatched ? active.turnedMs : endMs
  const seen = isSame ? active : { ...active, value: figure, isWatched: true, turnedMs }
  return { state: { active: seen, run }, changed: isSame ? null : seen }
}

function longer(run: Run | null, { startMs, endMs }: Judged): Run {
  if (run === null || run.endMs !== startMs) return { firstMs: startMs, sinceMs: endMs, endMs }
  return { ...run, endMs }
}

/** A condition that holds from an instant on, bad or not: a device is silent, its clock is wrong. */
export interface HeldCondition {
  readonly sinceMs: number
  readonly isBad: boolean
  /** As it was at `sinceMs`. */
  readonly value: number
}

/** The occurrence that a level has come to by `nowMs`: raised when it has been bad for `onMs`; null before. */
export function occurrenceOf({ isBad, sinceMs, value }: HeldCondition, nowMs: number, onMs: number): Occurrence | null {
  if (!isBad || nowMs - sinceMs < onMs) return null
  const raisedMs = sinceMs + onMs
  return { firstMs: sinceMs, raisedMs, clearedMs: null, value, isWatched: true, turnedMs: raisedMs }
}
