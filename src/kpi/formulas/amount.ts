import type { FlagBits } from '../../base/flags.js'
import type { NullReason } from '../../base/reasons.js'
import type { FactorLookup } from '../factors/factor.js'
import { type Figure, NO_FACTORS } from '../windows/point.js'
import { figure, type InputSum, type KnownTime, knownShare, leastOf, union } from './recipe.js'

/**
 * Something additive that was made with factors: what it comes to, how much of it is known, and with which factors. Days
 * and hours of it add up.
 */
export interface FactoredAmount {
  readonly sum: number
  readonly coveredMs: number
  /** Covered and expected time of each of the things it is added up from, by name. */
  readonly carriers: ReadonlyMap<string, KnownTime>
  readonly estimatedMs: number
  readonly flags: FlagBits
  /** Ids, ascending, each once. */
  readonly factors: readonly string[]
  /** Reason why a part of it has no number although its readings are there; empty when all have. */
  readonly missing: NullReason | ''
}

/** An amount while it is added up. */
export class FactoredTally {
  #sum = 0
  readonly #carriers = new Map<string, KnownTime>()
  #coveredMs = 0
  #estimatedMs = 0
  #flags: FlagBits = 0
  #missing: NullReason | '' = ''
  #lastFactors: readonly string[] = NO_FACTORS
  readonly #factors = new Set<string>()

  /** Notes how much of some readings of a carrier is known; to be told once for each. */
  cover(carrier: string, known: Omit<InputSum, 'sum' | 'plannedMs' | 'accounts'>): void {
    const { coveredMs, estimatedMs, flags } = known
    this.#carriers.set(carrier, bothKnown(this.#carriers.get(carrier), known))
    this.#coveredMs += coveredMs
    this.#estimatedMs += estimatedMs
    this.#flags |= flags
  }

  /** A quantity times what its factor says; nothing but the reason when there is none. */
  add(quantity: number, factor: Pick<FactorLookup, 'value' | 'reason' | 'factors' | 'flags'>): void {
    if (factor.value === null) {
      this.miss(factor.reason ?? 'no_factor')
      return
    }
    this.#sum += quantity * factor.value
    this.use(factor)
  }

  /** A quantity that is what it is. */
  plain(quantity: number): void {
    this.#sum += quantity
  }

  /** Notes with what something was made. */
  use({ factors, flags }: { readonly factors: readonly string[]; readonly flags: FlagBits }): void {
    this.#flags |= flags
    if (factors === this.#lastFactors) return
    this.#lastFactors = factors
    for (const id of factors) this.#factors.add(id)
  }

  /** Notes that a part has no number. */
  miss(reason: NullReason): void {
    this.#missing = eitherReason(this.#missing, reason)
  }

  /** Something was due of which it is made. */
  get isExpected(): boolean {
    return [...this.#carriers.values()].some(({ expectedMs }) => expectedMs > 0)
  }

  get amount(): FactoredAmount {
    return {
      sum: this.#sum,
      coveredMs: this.#coveredMs,
      carriers: this.#carriers,
      estimatedMs: this.#estimatedMs,
      flags: this.#flags,
      factors: this.#factors.size === 0 ? NO_FACTORS : [...this.#factors].sort(),
      missing: this.#missing,
    }
  }
}

export function addFactoredAmounts(a: FactoredAmount, b: FactoredAmount): FactoredAmount {
  const carriers = new Map(a.carriers)
  for (const [carrier, known] of b.carriers) carriers.set(carrier, bothKnown(carriers.get(carrier), known))
  return {
    sum: a.sum + b.sum,
    coveredMs: a.coveredMs + b.coveredMs,
    carriers,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    flags: a.flags | b.flags,
    factors: union(a.factors, b.factors),
    missing: eitherReason(a.missing, b.missing),
  }
}

function bothKnown(a: KnownTime | undefined, { coveredMs, expectedMs }: KnownTime): KnownTime {
  return { coveredMs: (a?.coveredMs ?? 0) + coveredMs, expectedMs: (a?.expectedMs ?? 0) + expectedMs }
}

/** The amount as a figure: null with the reason of what is missing, whatever of the rest is known. */
export function amountFigure(amount: FactoredAmount): Figure {
  return amountOver(amount, 1, null)
}

/**
 * An amount for each of something. The quotient is known no better than the less known of its two parts.
 * @param per what it is divided by, null where that is a plain number
 */
export function amountOver(amount: FactoredAmount, denominator: number, per: InputSum | null): Figure {
  const { sum, estimatedMs, coveredMs, factors, missing } = amount
  const isPlain = per === null
  const known = leastOf(amount.carriers.values())
  const coverage = isPlain ? known : Math.min(known, knownShare(per))
  const made = figure(sum, denominator, {
    coverage,
    estimatedShare: coveredMs > 0 ? estimatedMs / coveredMs : 0,
    flags: amount.flags | (isPlain ? 0 : per.flags),
    factors,
  })
  return missing === '' || coverage === 0 ? made : { ...made, value: null, reason: missing }
}

/** Picks one of two reasons, the same one in whatever order they come. */
function eitherReason(a: NullReason | '', b: NullReason | ''): NullReason | '' {
  if (a === '' || b === '') return a === '' ? b : a
  return a < b ? a : b
}
