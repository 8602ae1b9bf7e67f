import { STATE_INPUTS } from '../../base/merged-metrics.js'
import { KNOWN_STATES, STATES, type StateCode, stateCode, stateOfWord, UNKNOWN_WORD } from '../../base/states.js'
import type { WorkPlan } from '../settings/version.js'
import type { Planned } from '../time/schedule.js'
import { FAILURES, MICROSTOPS, ORDER_TIME, PLANNED, PLANNED_BUSY, REPAIR_TIME, REPAIRS } from './accounts.js'
import type { ConnectionHistory } from './connection-history.js'
import { isManual, isUsable, type Samples } from './samples.js'

const [STATE, ORDER, CHANGEOVER] = [0, 1, 2] as const

const INPUT_CODES = 64
const DOWN_FAULT = STATES.indexOf('DOWN_FAULT')
const OFF = STATES.indexOf('OFF')
const BREAK = STATES.indexOf('BREAK')
const PLANNED_DOWNTIME: readonly number[] = [STATES.indexOf('PLANNED_STOP'), STATES.indexOf('PM')]

/** One sample of an input as a number, so that all inputs of a machine fit one column of samples. */
export function encodeState(input: number, value: number | string): number {
  if (input !== STATE) return input * INPUT_CODES + (typeof value === 'number' && value !== 0 ? 1 : 0)
  return typeof value === 'string' ? stateCode(value) : UNKNOWN_WORD
}

/** Index in `STATE_INPUTS` of the input that an encoded sample belongs to. */
export function inputOf(encoded: number): number {
  return Math.floor(encoded / INPUT_CODES)
}

/** True for a state word that is in no map. */
export function isUnknownWord(encoded: number): boolean {
  return encoded === UNKNOWN_WORD
}

export interface StateRules {
  /** Longest time for which a state holds without a new sample, ms; of an `on_change` device its link says. */
  readonly maxHoldMs: number
  /** null for a device that samples in its period. */
  readonly connections: ConnectionHistory | null
  /** By the configuration of the time, not that of the sample. */
  readonly plan: Pick<WorkPlan, 'at' | 'plannedMs'>
  /** A fault that is shorter is a microstop, ms. */
  readonly microstopMs: number
}

/** Takes the time that a fold over states accounts for. Intervals come in order of time and never overlap. */
export interface StateSink {
  /** `accounts` are the columns beside that of the state in which the time counts. */
  state(t0: number, t1: number, state: number, accounts: readonly number[], isEstimated: boolean): void
  /** Something happened at an instant: so much is added to a column. */
  happened(ts: number, account: number, amount: number): void
}

/** Keeps the last state it is told of: nothing is made for a sample. */
const LAST_STATE = {
  found: null as number | null,
  state(_t0: number, _t1: number, state: number): void {
    this.found = state
  },
}

/**
 * A machine's state as a step function, split exactly at every boundary. A word holds until the next one, at most
 * `maxHoldMs` (or as long as the connection, for one that sends on change); beyond that the state is unknown and no time
 * is accounted for. Source: KPI specification §1.3 and §1.4.
 */
export class StateFold {
  /** Event time and code of the last sample of each input; NaN where there is none that holds. */
  readonly #ts = [Number.NaN, Number.NaN, Number.NaN]
  readonly #code: StateCode[] = [Number.NaN, Number.NaN, Number.NaN]
  #isManual = false
  /** Since when the machine is down, through silences too; NaN when it is not. */
  #downSince = Number.NaN
  #last = Number.NaN
  /** The last state that was known, and when the fault began that it is; NaN when there is none. */
  #known = Number.NaN
  #failedSince = Number.NaN

  save(): Float64Array {
    const [last, downSince, isManual] = [this.#last, this.#downSince, this.#isManual ? 1 : 0]
    return Float64Array.of(last, downSince, isManual, ...this.#ts, ...this.#code, this.#known, this.#failedSince)
  }

  static restore(state: Float64Array): StateFold {
    const fold = new StateFold()
    fold.#last = state[0]!
    fold.#downSince = state[1]!
    fold.#isManual = state[2] === 1
    for (const input of STATE_INPUTS.keys()) {
      fold.#ts[input] = state[3 + input]!
      fold.#code[input] = state[3 + STATE_INPUTS.length + input]!
    }
    const behind = 3 + 2 * STATE_INPUTS.length
    fold.#known = state[behind]!
    fold.#failedSince = state[behind + 1]!
    return fold
  }

  /** Event time of the last sample, NaN before the first. */
  get ts(): number {
    return this.#last
  }

  /** @param held the rules of the sample before: they say how long what it said holds */
  step(samples: Samples, i: number, rules: StateRules, sink: StateSink, held = rules): void {
    const t = samples.ts[i]!
    const encoded = samples.value[i]!
    const input = inputOf(encoded)
    if (!Number.isNaN(this.#last)) this.#emit(this.#last, t, t, held, sink)
    const before = this.#stateAt(t - 1, held)
    const usable = isUsable(samples, i)
    this.#ts[input] = usable ? t : Number.NaN
    this.#code[input] = usable ? encoded % INPUT_CODES : Number.NaN
    if (input === STATE) this.#isManual = isManual(samples, i)
    this.#last = t
    const after = this.#stateAt(t, rules)
    if (before === DOWN_FAULT && after !== DOWN_FAULT && after !== null && t - this.#downSince < rules.microstopMs) {
      sink.happened(t, MICROSTOPS, 1)
    }
    // A fault goes on through a silence: only another known state ends it.
    if (after === DOWN_FAULT && Number.isNaN(this.#downSince)) this.#downSince = t
    if (after !== DOWN_FAULT && after !== null) this.#downSince = Number.NaN
    this.#follow(t, before, after, sink)
  }

  /**
   * Failures begin at the entry into a fault from another known state: what was down before a silence and is down after
   * it is one failure. One that ended while nobody was looking has no repair time.
   */
  #follow(t: number, before: number | null, after: number | null, sink: StateSink): void {
    if (after === null) return
    if (after === DOWN_FAULT && !Number.isNaN(this.#known) && this.#known !== DOWN_FAULT) {
      sink.happened(t, FAILURES, 1)
      this.#failedSince = t
    }
    if (after !== DOWN_FAULT) {
      if (before === DOWN_FAULT && !Number.isNaN(this.#failedSince)) {
        sink.happened(t, REPAIRS, 1)
        sink.happened(t, REPAIR_TIME, t - this.#failedSince)
      }
      this.#failedSince = Number.NaN
    }
    this.#known = after
  }

  /** Gives `take` each known state of [fromMs, toMs) by the last samples, with its start and end, as nothing comes after them. */
  tail(
    fromMs: number,
    toMs: number,
    rules: StateRules,
    take: (t0: number, t1: number, state: number, accounts: readonly number[], isManual: boolean) => void,
  ): void {
    this.#emit(Math.max(fromMs, this.#last), toMs, toMs, rules, { state: take })
  }

  /** The states of [fromMs, toMs) by the last samples of each input, of which the next comes at `nextMs`. */
  #emit(
    fromMs: number,
    toMs: number,
    nextMs: number,
    rules: StateRules,
    sink: { state(t0: number, t1: number, state: number, accounts: readonly number[], isManual: boolean): void },
  ): void {
    const end = Math.min(toMs, this.#holdEnd(STATE, nextMs, rules))
    if (Number.isNaN(end)) return
    const orderEnd = this.#holdEnd(ORDER, nextMs, rules)
    const changeoverEnd = this.#holdEnd(CHANGEOVER, nextMs, rules)
    for (let a = fromMs; a < end; ) {
      const planned = rules.plan.at(a)
      let b = Math.min(end, planned.toMs)
      if (orderEnd > a) b = Math.min(b, orderEnd)
      if (changeoverEnd > a) b = Math.min(b, changeoverEnd)
      const orderActive = orderEnd > a ? this.#code[ORDER] === 1 : null
      const changeover = changeoverEnd > a && this.#code[CHANGEOVER] === 1
      const { inShift, slot } = planned
      const state = stateOfWord(this.#code[STATE]!, { orderActive, changeover, inShift, slot })
      if (state < KNOWN_STATES) {
        const accounts = accountsOf(isBusy(state, planned), planned.isPlanned, orderActive === true)
        sink.state(a, b, state, accounts, this.#isManual)
      }
      a = b
    }
  }

  /** The known state at an instant, given the last samples; null when it is unknown. */
  #stateAt(ms: number, rules: StateRules): number | null {
    LAST_STATE.found = null
    this.#emit(ms, ms + 1, ms + 1, rules, LAST_STATE)
    return LAST_STATE.found
  }

  /** Up to when the last sample of an input holds, at most `untilMs`; NaN when it has none. */
  #holdEnd(input: number, untilMs: number, rules: StateRules): number {
    const ts = this.#ts[input]!
    if (Number.isNaN(ts)) return Number.NaN
    return rules.connections?.holdEndMs(ts, untilMs, rules.maxHoldMs) ?? Math.min(untilMs, ts + rules.maxHoldMs)
  }
}

/**
 * True when time in a state is planned busy time. By the shifts, all of it but planned downtime; a break that counts as
 * such counts whatever the machine does. Without shifts what the machine says of itself decides.
 * Source: KPI specification §1.3 and §3; ISO 22400-2, PBT.
 */
function isBusy(state: number, { isPlanned, hasShifts, slot }: Planned): boolean {
  if (!isPlanned || PLANNED_DOWNTIME.includes(state)) return false
  if (state === BREAK) return hasShifts && slot === 'break'
  return hasShifts || state !== OFF
}

/** The same lists every time: nothing is made for a sample. */
const ACCOUNTS: readonly (readonly number[])[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
  [PLANNED_BUSY, PLANNED, ORDER_TIME].filter((_, i) => (bits & (1 << i)) !== 0),
)

function accountsOf(busy: boolean, planned: boolean, ordered: boolean): readonly number[] {
  return ACCOUNTS[(busy ? 1 : 0) + (planned ? 2 : 0) + (ordered ? 4 : 0)]!
}
