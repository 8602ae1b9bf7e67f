import type { KpiFlag } from '../../src/base/flags.js'
import type { Sample } from '../plant.js'
import type { Finding } from './expectation.js'
import { followRegister, type RegisterRules, type RegisterTruth, type Shown } from './register.js'
import type { LocalDay, Span } from './windows.js'
import { touches, type Witness } from './witness.js'

/** Flags that a clock that is behind may bring on a register. */
const BEHIND_FLAGS: readonly KpiFlag[] = ['counter_glitch', 'implausible_rate', 'counter_backstep']

/** One register of a device over the windows of a run: what flowed, and what of it can be seen. */
export class RegisterFindings {
  readonly #at = new Map<number, number>()
  readonly #true: RegisterTruth
  readonly #seen: RegisterTruth
  readonly #witness: Witness
  /** Amount that flowed in each interval in which the clock was behind. */
  readonly #behind: readonly (Span & { readonly sum: number })[]

  constructor(witness: Witness, metric: string, days: readonly LocalDay[], rules: RegisterRules) {
    const boundaries = [...new Set(days.flatMap((day) => day.hours).flatMap((hour) => [hour.startMs, hour.endMs]))]
    for (const [i, boundary] of boundaries.entries()) this.#at.set(boundary, i)
    this.#witness = witness
    this.#true = followRegister(registerOf(witness.sampled(), metric), boundaries, rules)
    this.#seen = witness.isDisturbed
      ? followRegister(registerOf(witness.taken(), metric), boundaries, rules)
      : this.#true
    this.#behind = witness.behind.map((span) => {
      const ends = [span.startMs, span.endMs]
      const [from = 0, to = 0] = followRegister(registerOf(witness.sampled(), metric), ends, rules).at
      return { ...span, sum: to - from }
    })
  }

  /** null where the register is not known at both ends. */
  of(span: Span): Finding | null {
    const value = this.#delta(this.#true, span)
    const seen = this.#delta(this.#seen, span)
    if (Number.isNaN(value) || Number.isNaN(seen)) return null
    const behind = this.#behind.filter((one) => touches(span, [one]))
    return {
      value,
      ruled: behind.length > 0 ? null : seen,
      bound: Math.abs(seen - value) + behind.reduce((sum, one) => sum + one.sum, 0),
      flags: this.#seen.marks.filter((mark) => touches(span, [mark])).map((mark) => mark.flag),
      flagsIfDifferent: behind.length > 0 ? BEHIND_FLAGS : [],
      isRejected: touches(span, this.#witness.refused),
    }
  }

  #delta({ at }: RegisterTruth, span: Span): number {
    return (at[this.#at.get(span.endMs) ?? -1] ?? Number.NaN) - (at[this.#at.get(span.startMs) ?? -1] ?? Number.NaN)
  }
}

function* registerOf(samples: Iterable<Sample>, metric: string): Generator<Shown> {
  for (const { ts, metrics } of samples) {
    const value = metrics[metric]
    if (typeof value === 'number') yield { ts, value }
  }
}
