import type { FlagBits } from '../../base/flags.js'
import type { NullReason } from '../../base/reasons.js'
import type { FactorLookup } from '../factors/factor.js'
import { type Figure, NO_FACTORS } from '../windows/point.js'
import { addInputs, figure, type InputSum, leastOf } from './recipe.js'

/** Greenhouse gases, kg each. */
export interface Gases {
  /** All of them together, by the plant's warming potentials. Without the CO2 of what grew. */
  readonly kgCo2e: number
  readonly kgCo2: number
  readonly kgCh4: number
  readonly kgN2o: number
  /** CO2 of what grew: beside the total, never in it. Source: KPI specification §2.2. */
  readonly kgBiogenic: number
}

export const NO_GASES: Gases = { kgCo2e: 0, kgCo2: 0, kgCh4: 0, kgN2o: 0, kgBiogenic: 0 }

/** An amount of greenhouse gas with what it rests on; of a day at most, two of them add up. */
export interface GasAmount extends Gases {
  /** Consumption by carrier or scope, each with its own coverage. null: nothing that has a coverage, such as events. */
  readonly inputs: readonly (InputSum | null)[]
  /** Some of it is reported by events. */
  readonly isReported: boolean
  readonly flags: FlagBits
  /** Ascending, each once. */
  readonly factors: readonly string[]
  /** Reason why a part of it is unknown, although its consumption is known; '' where there is none. */
  readonly missing: NullReason | ''
}

export function addGases(a: Gases, b: Gases): Gases {
  return {
    kgCo2e: a.kgCo2e + b.kgCo2e,
    kgCo2: a.kgCo2 + b.kgCo2,
    kgCh4: a.kgCh4 + b.kgCh4,
    kgN2o: a.kgN2o + b.kgN2o,
    kgBiogenic: a.kgBiogenic + b.kgBiogenic,
  }
}

/** The amount of the next period added to that of the one before. */
export function addGasAmounts(a: GasAmount, b: GasAmount): GasAmount {
  return { ...basisOf([a, b]), ...addGases(a, b), inputs: addInputs(a.inputs, b.inputs) }
}

/** The amounts of two scopes over the same time. */
export function together(a: GasAmount, b: GasAmount): GasAmount {
  return { ...basisOf([a, b]), ...addGases(a, b), inputs: [...a.inputs, ...b.inputs] }
}

function basisOf(amounts: readonly GasAmount[]): Pick<GasAmount, 'isReported' | 'flags' | 'factors' | 'missing'> {
  const factors = new Set(amounts.flatMap((one) => one.factors))
  return {
    isReported: amounts.some((one) => one.isReported),
    flags: amounts.reduce((bits, one) => bits | one.flags, 0),
    factors: factors.size === 0 ? NO_FACTORS : [...factors].sort(),
    missing:
      amounts
        .map((one) => one.missing)
        .filter((reason) => reason !== '')
        .sort()[0] ?? '',
  }
}

/**
 * Collects the gases of one window hour by hour, so that a day is the sum of its hours to the last bit, and what the
 * factors say that were used.
 */
export class GasTally {
  readonly #hours = new Map<number, Gases>()
  readonly #factors = new Set<string>()
  #flags: FlagBits = 0
  #missing: NullReason | '' = ''

  add(hourMs: number, gases: Partial<Gases>): void {
    this.#hours.set(hourMs, addGases(this.#hours.get(hourMs) ?? NO_GASES, { ...NO_GASES, ...gases }))
  }

  /** Takes over where a factor is from; null, and the reason kept, when there is none. */
  use<Found extends FactorLookup>(answer: Found): Extract<Found, { value: number }> | null {
    if (answer.value === null) {
      this.lack(answer.reason)
      return null
    }
    for (const id of answer.factors) this.#factors.add(id)
    this.flag(answer.flags)
    // The compiler does not narrow a type parameter by one of its fields.
    return answer as Extract<Found, { value: number }>
  }

  flag(flags: FlagBits): void {
    this.#flags |= flags
  }

  name(factor: string): void {
    this.#factors.add(factor)
  }

  /** A part of what was consumed cannot be weighed. The first reason in the order of its letters is kept: no order decides. */
  lack(reason: NullReason): void {
    if (this.#missing === '' || reason < this.#missing) this.#missing = reason
  }

  /**
   * @param inputs what was consumed, by carrier
   * @param isReported events are a part of it
   */
  amount(inputs: readonly (InputSum | null)[], isReported = false): GasAmount {
    const hours = [...this.#hours].sort(([a], [b]) => a - b).map(([, gases]) => gases)
    const gases = hours.length === 0 ? NO_GASES : hours.reduce(addGases)
    const factors = this.#factors.size === 0 ? NO_FACTORS : [...this.#factors].sort()
    return { ...gases, inputs, isReported, flags: this.#flags, factors, missing: this.#missing }
  }
}

/** The figure of an amount, or of a quotient of it: null for want of a factor once the consumption is known well enough. */
export function gasFigureOf(
  amount: GasAmount,
  numerator = amount.kgCo2e,
  by: { readonly denominator: number; readonly inputs: readonly (InputSum | null)[] } = { denominator: 1, inputs: [] },
): Figure {
  const inputs = [...amount.inputs, ...by.inputs]
  const flags = inputs.reduce((bits, one) => bits | (one?.flags ?? 0), amount.flags)
  const cover = { coverage: coverageOf(inputs, amount.isReported), estimatedShare: estimatedShareOf(inputs), flags }
  const made = figure(numerator, by.denominator, { ...cover, factors: amount.factors })
  if (amount.missing === '' || (made.reason !== '' && made.reason !== 'no_denominator')) return made
  return { ...made, value: null, reason: amount.missing }
}

/** Events have no coverage: where they are reported and nothing else is, they are all there is. */
function coverageOf(inputs: readonly (InputSum | null)[], isReported: boolean): number {
  return isReported && inputs.every((input) => input === null) ? 1 : leastOf(inputs)
}

function estimatedShareOf(inputs: readonly (InputSum | null)[]): number {
  let covered = 0
  let estimated = 0
  for (const input of inputs) {
    covered += input?.coveredMs ?? 0
    estimated += input?.estimatedMs ?? 0
  }
  return covered > 0 ? estimated / covered : 0
}
