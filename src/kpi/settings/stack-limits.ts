import type { LimitOptions, Pollutant, Regime, StackStandard } from '../../base/options/limits.js'
import { PlantDays } from '../time/plant-days.js'

/** A limit of a standard, mg/Nm³, and how well it is known. No standard's full text was opened. */
interface Standard {
  readonly o2RefPct: number
  readonly o2Confidence: LimitConfidence
  readonly limits: Readonly<Partial<Record<Pollutant, readonly [mgNm3: number, confidence: LimitConfidence]>>>
}
type LimitConfidence = 'secondary_source' | 'from_memory'

const S = 'secondary_source'
const M = 'from_memory'

/** Limits by standard. Source: KPI specification §2.4.7: GB 13223-2011, GB 13271-2014, and the policy for coal power. */
export const STANDARDS = {
  'gb13223-coal-new': { o2RefPct: 6, o2Confidence: S, limits: { so2: [100, S], nox: [100, S], pm: [30, S] } },
  'gb13223-coal-special': { o2RefPct: 6, o2Confidence: S, limits: { so2: [50, S], nox: [100, S], pm: [20, S] } },
  'gb13271-coal-new': { o2RefPct: 9, o2Confidence: S, limits: { so2: [300, S], nox: [300, S], pm: [50, S] } },
  'gb13271-coal-special': { o2RefPct: 9, o2Confidence: S, limits: { so2: [200, S], nox: [200, S], pm: [30, S] } },
  'gb13271-oil-new': { o2RefPct: 3.5, o2Confidence: S, limits: { so2: [200, M], nox: [250, M], pm: [30, M] } },
  'gb13271-oil-special': { o2RefPct: 3.5, o2Confidence: S, limits: { so2: [100, M], nox: [200, M], pm: [30, M] } },
  'gb13271-gas-new': { o2RefPct: 3.5, o2Confidence: S, limits: { so2: [50, S], nox: [200, S], pm: [20, M] } },
  'gb13271-gas-special': { o2RefPct: 3.5, o2Confidence: S, limits: { so2: [50, M], nox: [150, M], pm: [20, M] } },
  'ultra-low-coal': { o2RefPct: 6, o2Confidence: M, limits: { so2: [35, S], nox: [50, S], pm: [10, M] } },
} as const satisfies Readonly<Record<StackStandard, Standard>>

/** The standard of that name; undefined for the name of a permit. */
export function standardOf(name: string): Standard | undefined {
  return Object.hasOwn(STANDARDS, name) ? STANDARDS[name as keyof typeof STANDARDS] : undefined
}

/** Limit of one pollutant that a stack has to keep in an hour. */
export interface StackLimit {
  /** Named in every figure that is made with it. */
  readonly id: string
  readonly mgNm3: number
  /** % by volume; null where what is measured is compared as it is. */
  readonly o2RefPct: number | null
  readonly regime: Regime
  /** A number of it comes from the table of standards and was not checked even in a secondary source. */
  readonly isFromMemory: boolean
}

interface Dated {
  readonly fromMs: number
  readonly toMs: number
  readonly limit: StackLimit
}

/** The limits of one plant, by the days on which they hold. */
export class StackLimits {
  readonly #byStack = new Map<string, Dated[]>()
  /** Some stack is judged by the quarters of its hours. */
  readonly hasQuarters: boolean

  constructor({ limits, timezone }: { readonly limits: readonly LimitOptions[]; readonly timezone: string }) {
    const days = new PlantDays(timezone)
    this.hasQuarters = limits.some(({ regime }) => regime === 'us')
    for (const options of limits) {
      const limit = limitOf(options)
      if (limit === null) continue
      const key = keyOf(options.stack, options.pollutant)
      const { valid_from: from, valid_to: to } = options
      const dated = { fromMs: from === undefined ? -Infinity : days.startMs(from), toMs: days.endMs(to ?? null), limit }
      this.#byStack.set(key, [...(this.#byStack.get(key) ?? []), dated])
    }
  }

  /** The limit in force at an instant; null when none is. */
  at(stack: string, pollutant: Pollutant, ms: number): StackLimit | null {
    const found = this.#byStack.get(keyOf(stack, pollutant))?.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
    return found?.limit ?? null
  }

  /** Some limit is configured for it, whenever it holds. */
  has(stack: string, pollutant: Pollutant): boolean {
    return this.#byStack.has(keyOf(stack, pollutant))
  }

  hasAny(pollutant: Pollutant): boolean {
    return [...this.#byStack.keys()].some((key) => key.endsWith(`/${pollutant}`))
  }
}

/** null for one that has no number: the rules of the configuration refuse it. */
function limitOf(options: LimitOptions): StackLimit | null {
  const standard = standardOf(options.standard)
  const known = standard?.limits[options.pollutant]
  const mgNm3 = options.limit ?? known?.[0]
  if (mgNm3 === undefined) return null
  return {
    id: options.standard,
    mgNm3,
    o2RefPct: options.o2_ref ?? standard?.o2RefPct ?? null,
    regime: options.regime,
    isFromMemory:
      (options.limit === undefined && known?.[1] === M) ||
      (options.o2_ref === undefined && standard?.o2Confidence === M),
  }
}

function keyOf(stack: string, pollutant: Pollutant): string {
  return `${stack}/${pollutant}`
}
