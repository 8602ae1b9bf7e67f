import type { Point } from '../windows/point.js'
import { type Judged, type MachineState, NORMAL, type Occurrence, step, verdictOf } from './machine.js'
import type { KpiRule } from './rules.js'

/** The final windows of one stream with starts in [fromMs, toMs), ascending, at most `limit`. */
export type ReadFinalWindows = (fromMs: number, toMs: number, limit: number) => Promise<readonly Point[]>

const PAGE = 2000

/** Occurrences that a judgement of windows has changed or withdrawn. */
export interface AlarmJudgement {
  /** Raised, cleared, not watched, or with another figure: one after the other; of a correction only how each is now. */
  readonly changed: readonly Occurrence[]
  /** By their first windows: occurrences that late data show never were. */
  readonly withdrawn: readonly number[]
  /** Late data: what has changed was told otherwise before. */
  readonly isCorrection: boolean
}

const NOTHING: AlarmJudgement = { changed: [], withdrawn: [], isCorrection: false }

/**
 * One rule on the figures of one plant, line or device. Windows that come in order of time are taken one by one; others,
 * and the first after a start, are judged out of the stored windows around them: a delay before, and as many behind as it
 * takes until the outcome is again what it was. So the occurrences are those of the windows in order of time, whatever
 * the order in which they came.
 */
export class Condition {
  #state: MachineState
  #isWarm = false
  /** End of the last window that was judged, epoch ms. */
  #judgedToMs: number

  /**
   * @param active what was active when the gateway was stopped
   * @param judgedToMs end of the last final window in the store
   */
  constructor(active: Occurrence | null, judgedToMs: number) {
    this.#state = { active, run: null }
    this.#judgedToMs = judgedToMs
  }

  /** Ends what is active: its rule is no more. */
  reset(): void {
    this.#state = NORMAL
  }

  /**
   * Takes final windows, ascending by start.
   * @param ruleOf the rule in force at the end of a window; null when there is none
   * @param known the occurrences so far, ascending, without those that were withdrawn
   */
  async judge(
    windows: readonly Point[],
    ruleOf: (endMs: number) => KpiRule | null,
    known: readonly Occurrence[],
    read: ReadFinalWindows,
  ): Promise<AlarmJudgement> {
    const [first] = windows
    const rule = first === undefined ? null : ruleOf(first.endMs - 1)
    if (first === undefined || rule === null) return NOTHING
    const isInOrder = first.endMs > this.#judgedToMs
    if (!isInOrder) return this.#judgeAgain(windows, rule, ruleOf, known, read)
    if (!this.#isWarm) await this.#warm(first, rule, ruleOf, known, read)
    const changed: Occurrence[] = []
    for (const window of windows) this.#state = take(this.#state, window, ruleOf, (one) => changed.push(one))
    this.#judgedToMs = windows.at(-1)!.endMs
    return { changed, withdrawn: [], isCorrection: false }
  }

  /** A window that is not over, with a figure that can only grow: raised at once, no later than the window ends. */
  early(window: Point, rule: KpiRule, nowMs: number): Occurrence | null {
    if (this.#state.active !== null || window.startMs < this.#judgedToMs) return null
    if (verdictOf(window.value, rule) !== 'breach') return null
    const raisedMs = Math.max(window.startMs, Math.min(nowMs, window.endMs))
    const { startMs: firstMs, value } = window
    const raised = { firstMs, raisedMs, clearedMs: null, value: value!, isWatched: true, turnedMs: raisedMs }
    this.#state = { active: raised, run: null }
    return raised
  }

  /** The delay that was running when the gateway was stopped. */
  async #warm(
    first: Point,
    rule: KpiRule,
    ruleOf: (endMs: number) => KpiRule | null,
    known: readonly Occurrence[],
    read: ReadFinalWindows,
  ): Promise<void> {
    this.#isWarm = true
    if (Math.max(rule.onMs, rule.offMs) === 0) return
    const { fromMs, state } = before(first, rule, known)
    let warmed = state
    for (const window of await read(fromMs, first.startMs, PAGE)) {
      warmed = take(warmed, window, ruleOf, () => undefined)
    }
    this.#state = { active: this.#state.active, run: warmed.run }
  }

  async #judgeAgain(
    windows: readonly Point[],
    rule: KpiRule,
    ruleOf: (endMs: number) => KpiRule | null,
    known: readonly Occurrence[],
    read: ReadFinalWindows,
  ): Promise<AlarmJudgement> {
    const changedFromMs = windows[0]!.startMs
    const changedToMs = windows.at(-1)!.endMs
    const untilMs = Math.max(this.#judgedToMs, changedToMs)
    const { fromMs, state: start } = before(windows[0]!, rule, known)
    const made = new Map<number, Occurrence>()
    if (start.active !== null) made.set(start.active.firstMs, start.active)
    const latest = new Map(windows.map((window) => [window.startMs, window]))
    let state = start
    let agreedFromMs: number | null = null
    let judgedToMs = fromMs
    let isInStep = false
    for await (const stored of pages(read, fromMs, untilMs, latest)) {
      state = take(state, stored, ruleOf, (one) => made.set(one.firstMs, one))
      judgedToMs = stored.endMs
      if (stored.endMs <= changedToMs) continue
      const agrees = state.active?.firstMs === activeAt(known, stored.endMs)?.firstMs
      agreedFromMs = agrees ? (agreedFromMs ?? stored.startMs) : null
      isInStep = agreedFromMs !== null && stored.endMs - agreedFromMs >= Math.max(rule.onMs, rule.offMs)
      if (isInStep) break
    }
    if (isInStep && state.active !== null) {
      // Its further course was judged before.
      const old = activeAt(known, judgedToMs)!
      const { firstMs, raisedMs, value } = state.active
      made.set(firstMs, { ...old, raisedMs, value })
    }
    if (!isInStep) {
      const own = this.#state.active
      const isAhead = own !== null && own.firstMs >= judgedToMs && state.active === null
      this.#state = isAhead ? this.#state : state
      this.#judgedToMs = untilMs
    }
    const inReach = known.filter((one) => {
      if (one.firstMs === start.active?.firstMs) return true
      return one.raisedMs > changedFromMs && one.raisedMs <= judgedToMs && one.firstMs < judgedToMs
    })
    const byFirst = new Map(known.map((one) => [one.firstMs, one]))
    return {
      changed: [...made.values()].filter((one) => !isSame(one, byFirst.get(one.firstMs))),
      withdrawn: inReach.map(({ firstMs }) => firstMs).filter((firstMs) => !made.has(firstMs)),
      isCorrection: true,
    }
  }
}

/** Finds the start from which the state before a window is certain: a run is shorter than its delay, or it would have ended. */
function before(
  window: Point,
  { onMs, offMs }: KpiRule,
  known: readonly Occurrence[],
): { readonly fromMs: number; readonly state: MachineState } {
  const lengthMs = window.endMs - window.startMs
  const holding = activeAt(known, window.startMs)
  if (holding !== null && holding.firstMs < window.startMs) {
    const fromMs = offMs === 0 ? window.startMs : Math.max(holding.raisedMs, window.startMs - offMs - 2 * lengthMs)
    return { fromMs, state: { active: { ...holding, clearedMs: null }, run: null } }
  }
  const cleared = known.reduce((ms, one) => {
    return one.clearedMs !== null && one.clearedMs <= window.startMs ? Math.max(ms, one.clearedMs) : ms
  }, Number.NEGATIVE_INFINITY)
  const fromMs = onMs === 0 ? window.startMs : Math.max(cleared, window.startMs - onMs - 2 * lengthMs)
  return { fromMs, state: NORMAL }
}

/** The occurrence that was active at an instant. */
function activeAt(known: readonly Occurrence[], ms: number): Occurrence | null {
  return known.find(({ raisedMs, clearedMs }) => raisedMs <= ms && (clearedMs ?? Infinity) > ms) ?? null
}

/** Stored windows in order, with those that have just changed in their places. */
async function* pages(read: ReadFinalWindows, fromMs: number, untilMs: number, latest: ReadonlyMap<number, Point>) {
  const waiting = [...latest.values()].sort((a, b) => a.startMs - b.startMs)
  for (let at = fromMs; at < untilMs; ) {
    const stored = await read(at, untilMs, PAGE)
    const endMs = stored.length < PAGE ? untilMs : stored.at(-1)!.startMs + 1
    const changed = waiting.filter(({ startMs }) => startMs >= at && startMs < endMs)
    const all = [...stored.filter(({ startMs }) => !latest.has(startMs)), ...changed]
    yield* all.sort((a, b) => a.startMs - b.startMs)
    at = endMs
  }
}

/** One window further; `changed` is told what has. */
function take(
  state: MachineState,
  window: Point,
  ruleOf: (endMs: number) => KpiRule | null,
  changed: (occurrence: Occurrence) => void,
): MachineState {
  const rule = ruleOf(window.endMs - 1)
  if (rule === null) return state
  const { startMs, endMs, value } = window
  const judged: Judged = { startMs, endMs, value, verdict: verdictOf(value, rule) }
  const next = step(state, judged, rule)
  if (next.changed !== null) changed(next.changed)
  return next.state
}

function isSame(a: Occurrence, b: Occurrence | undefined): boolean {
  return (
    b !== undefined &&
    a.raisedMs === b.raisedMs &&
    a.clearedMs === b.clearedMs &&
    a.value === b.value &&
    a.isWatched === b.isWatched
  )
}
