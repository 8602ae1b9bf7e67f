import { KNOWN_STATES, STATES, type StateCode, stateCode, stateOf, UNKNOWN_WORD } from '../base/states.js'
import type { Link } from './link.js'
import { isManual, isUsable, type Samples } from './samples.js'
import type { Schedule } from './schedule.js'

/** What decides the state of a machine: its word, and what makes an ambiguous one clear. In this order at one instant. */
export const STATE_INPUTS = ['state', 'order_active', 'changeover'] as const
const [STATE, ORDER, CHANGEOVER] = [0, 1, 2] as const

/** Columns of a time account: ms in each known state, and the count of microstops. */
export const MICROSTOPS = KNOWN_STATES
export const STATE_ACCOUNTS = KNOWN_STATES + 1

const INPUT_CODES = 64
const DOWN_FAULT = STATES.indexOf('DOWN_FAULT')

/** One sample of an input as a number, so that all inputs of a machine fit one column of samples. */
export function encodeState(input: number, value: number | string): number {
  if (input !== STATE) return input * INPUT_CODES + (typeof value === 'number' && value !== 0 ? 1 : 0)
  return typeof value === 'string' ? stateCode(value) : UNKNOWN_WORD
}

/** Which input a sample belongs to. */
export function inputOf(encoded: number): number {
  return Math.floor(encoded / INPUT_CODES)
}

/** True for a state word that is in no map. */
export function isUnknownWord(encoded: number): boolean {
  return encoded === UNKNOWN_WORD
}

export interface StateRules {
  /** How long a state holds without a new sample, ms; of an `on_change` device its link says. */
  readonly maxHoldMs: number
  /** null for a device that samples in its period. */
  readonly link: Link | null
  /** By the configuration of the time, not that of the sample. */
  readonly plan: Pick<Schedule, 'stretches'>
  /** A fault that is shorter is a microstop, ms. */
  readonly microstopMs: number
}

/** Where a walk over states puts the time it accounts for. Intervals come in order of time and never overlap. */
export interface StateSink {
  state(t0: number, t1: number, state: number, isEstimated: boolean): void
  /** A short fault ended here. */
  microstop(ts: number): void
}

/**
 * A machine's state as a step function, split exactly at every boundary. A word holds until the next one, at most
 * `maxHoldMs` (or as long as the connection, for one that sends on change); beyond that the state is unknown and no time
 * is accounted for. Source: KPI specification §1.3 and §1.4.
 */
export class StateWalk {
  /** Event time and code of the last sample of each input; NaN where there is none that holds. */
  readonly #ts = [Number.NaN, Number.NaN, Number.NaN]
  readonly #code: StateCode[] = [Number.NaN, Number.NaN, Number.NaN]
  #isManual = false
  /** Since when the machine is down; NaN when it is not. */
  #downSince = Number.NaN
  #last = Number.NaN

  save(): Float64Array {
    return Float64Array.of(this.#last, this.#downSince, this.#isManual ? 1 : 0, ...this.#ts, ...this.#code)
  }

  static restore(state: Float64Array): StateWalk {
    const walk = new StateWalk()
    walk.#last = state[0]!
    walk.#downSince = state[1]!
    walk.#isManual = state[2] === 1
    for (const input of STATE_INPUTS.keys()) {
      walk.#ts[input] = state[3 + input]!
      walk.#code[input] = state[3 + STATE_INPUTS.length + input]!
    }
    return walk
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
    if (!Number.isNaN(this.#last)) {
      this.#emit(this.#last, t, t, held, (a, b, state) => sink.state(a, b, state, this.#isManual))
    }
    const before = this.#stateAt(t - 1, held)
    const usable = isUsable(samples, i)
    this.#ts[input] = usable ? t : Number.NaN
    this.#code[input] = usable ? encoded % INPUT_CODES : Number.NaN
    if (input === STATE) this.#isManual = isManual(samples, i)
    this.#last = t
    const after = this.#stateAt(t, rules)
    if (before === DOWN_FAULT && after !== DOWN_FAULT && after !== null && t - this.#downSince < rules.microstopMs) {
      sink.microstop(t)
    }
    if (after !== DOWN_FAULT) this.#downSince = Number.NaN
    else if (before !== DOWN_FAULT) this.#downSince = t
  }

  /** What the last samples say of [fromMs, toMs), as nothing comes after them: ms in each known state. */
  tail(
    fromMs: number,
    toMs: number,
    rules: StateRules,
    take: (ms: number, state: number, isManual: boolean) => void,
  ): void {
    this.#emit(Math.max(fromMs, this.#last), toMs, toMs, rules, (a, b, state) => take(b - a, state, this.#isManual))
  }

  /** The states of [fromMs, toMs) by the last samples of each input, of which the next comes at `nextMs`. */
  #emit(
    fromMs: number,
    toMs: number,
    nextMs: number,
    rules: StateRules,
    take: (a: number, b: number, state: number) => void,
  ): void {
    const end = Math.min(toMs, this.#holdEnd(STATE, nextMs, rules))
    if (Number.isNaN(end)) return
    const orderEnd = this.#holdEnd(ORDER, nextMs, rules)
    const changeoverEnd = this.#holdEnd(CHANGEOVER, nextMs, rules)
    for (let a = fromMs; a < end; ) {
      let b = end
      if (orderEnd > a) b = Math.min(b, orderEnd)
      if (changeoverEnd > a) b = Math.min(b, changeoverEnd)
      for (const planned of rules.plan.stretches(a, b)) {
        const state = stateOf(this.#code[STATE]!, {
          orderActive: orderEnd > a ? this.#code[ORDER] === 1 : null,
          changeover: changeoverEnd > a && this.#code[CHANGEOVER] === 1,
          ...planned,
        })
        if (state < KNOWN_STATES) take(planned.fromMs, planned.toMs, state)
      }
      a = b
    }
  }

  /** The known state at an instant, given the last samples; null when it is unknown. */
  #stateAt(ms: number, rules: StateRules): number | null {
    let found: number | null = null
    this.#emit(ms, ms + 1, ms + 1, rules, (_a, _b, state) => {
      found = state
    })
    return found
  }

  /** Up to when the last sample of an input holds, at most `untilMs`; NaN when it has none. */
  #holdEnd(input: number, untilMs: number, rules: StateRules): number {
    const ts = this.#ts[input]!
    if (Number.isNaN(ts)) return Number.NaN
    return rules.link?.holdEndMs(ts, untilMs, rules.maxHoldMs) ?? Math.min(untilMs, ts + rules.maxHoldMs)
  }
}
