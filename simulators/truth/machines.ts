import { STATES } from '../../src/base/states.js'
import type { Finding } from './expectation.js'
import type { PlantPlan } from './shifts.js'
import { followStates, type TimeAccount } from './states.js'
import type { LocalDay, Span } from './windows.js'
import { touches, type Witness } from './witness.js'

/** The time account of one machine, hour by hour. */
export class MachineFindings {
  readonly #witness: Witness
  readonly #hours: readonly Span[]
  readonly #true: readonly TimeAccount[]
  readonly #seen: readonly TimeAccount[]

  constructor(witness: Witness, days: readonly LocalDay[], plan: PlantPlan, holdMs: number) {
    this.#witness = witness
    this.#hours = days.flatMap((day) => day.hours)
    this.#true = followStates(witness.sampled(), this.#hours, plan, holdMs)
    this.#seen = witness.isDisturbed ? followStates(witness.taken(), this.#hours, plan, holdMs) : this.#true
  }

  /** Seconds in one state of `STATES`, in a span of whole hours. */
  time(state: (typeof STATES)[number], span: Span): Finding {
    const value = this.#seconds(this.#true, state, span)
    const ruled = this.#seconds(this.#seen, state, span)
    return {
      value,
      ruled,
      bound: Math.abs(ruled - value),
      // A silence is unknown time once the last word has held for as long as it may.
      isCoverageLower: this.#seconds(this.#seen, 'UNKNOWN', span) > this.#seconds(this.#true, 'UNKNOWN', span),
      isRejected: touches(span, this.#witness.refused),
    }
  }

  #seconds(accounts: readonly TimeAccount[], state: (typeof STATES)[number], span: Span): number {
    const index = STATES.indexOf(state)
    let ms = 0
    for (const [i, hour] of this.#hours.entries()) {
      if (hour.startMs >= span.startMs && hour.endMs <= span.endMs) ms += accounts[i]![index]!
    }
    return ms / 1000
  }
}
