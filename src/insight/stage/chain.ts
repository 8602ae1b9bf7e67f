import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { DAY_MS } from '../../base/durations.js'
import type { PlantOptions } from '../../base/plant.js'
import type { Coordinates } from '../../base/sun.js'
import { learnAlike } from '../series-forecaster.js'
import { FIRST_GROUP, type ForecastGroup } from './forecast-group.js'
import { LineFile } from './line-file.js'

/** A plant's plan of work: forecasts know it. */
export type ForecastPlan = Pick<PlantOptions, 'timezone' | 'shifts' | 'calendar'>

/** Trees are fitted from so many days before a chain begins: weights and intervals are learnt from their errors. */
const LEARNING_DAYS = 70

/**
 * Rules of one chain of learning. With the log of observations they give all its forecasts, to the last bit: whoever goes through
 * the log from `firstMs`, step by step, has them again.
 */
export interface ForecastChain {
  readonly chain: number
  readonly version: string
  readonly seed: number
  readonly stepMs: number
  /** A figure that becomes known so long after the start of an interval counts for forecasts that begin with it. */
  readonly issueAfterMs: number
  /** Start of the first step, epoch ms. */
  readonly firstMs: number
  readonly fitsFromMs: number
  /** Forecasts before this instant are exercises, from figures that count as known at the end of their interval. */
  readonly liveFromMs: number
  readonly plan: ForecastPlan
  /** Place of the plant; null or missing where it is not known. */
  readonly coordinates?: Coordinates | null
  /** Number of the chain whose learning it took over, where only the rule by which forecasts are shown is another; else missing. */
  readonly tookOver?: number
  /** SHA-256 of the model file whose forecasts are among its models; null or missing without one. */
  readonly modelFile?: string | null
}

/** True when a series is forecast already. */
export function hasChain(dir: string): boolean {
  return new ForecastChains(dir, FIRST_GROUP).newest !== null
}

/** The chains of a group of horizons of a series, the newest last: a new one begins when rules or plan are others. */
export class ForecastChains {
  readonly #file: LineFile
  readonly #damaged = new Set<number>()
  readonly #noteDamaged = (endByte: number): void => void this.#damaged.add(endByte)

  /** @param dir folder of the series */
  constructor(dir: string, { chains }: ForecastGroup) {
    this.#file = new LineFile(join(dir, chains))
  }

  /** Lines that could not be read and were left out. */
  get damagedLines(): number {
    return this.#damaged.size
  }

  /** The newest that can be read. */
  get newest(): ForecastChain | null {
    return this.#file.lastParsed(chainOf, this.#noteDamaged)
  }

  /** The newest chain when it has these rules, else one that begins with them. */
  withRules(
    rules: Pick<ForecastChain, 'version' | 'seed' | 'stepMs' | 'issueAfterMs' | 'plan' | 'coordinates' | 'modelFile'>,
    { firstMs, nowMs }: { readonly firstMs: () => number; readonly nowMs: number },
  ): ForecastChain {
    const newest = this.newest
    const asked = JSON.parse(JSON.stringify(rules)) as typeof rules
    if (newest !== null) {
      const { version, seed, stepMs, issueAfterMs, plan, coordinates = null, modelFile = null } = newest
      const known = { version, seed, stepMs, issueAfterMs, plan, coordinates, modelFile }
      if (isDeepStrictEqual(known, asked)) return newest
    }
    const before = newest !== null && learnsAs(newest, asked) ? newest : null
    const begun = {
      // A line that cannot be read had a number too, which forecasts may bear.
      chain: Math.max(newest?.chain ?? 0, [...this.#file.linesFrom(0)].length) + 1,
      ...asked,
      ...(before === null
        ? { firstMs: firstMs(), fitsFromMs: nowMs - LEARNING_DAYS * DAY_MS, liveFromMs: nowMs }
        : takenOver(before)),
    }
    this.#file.append([JSON.stringify(begun)])
    return begun
  }
}

/** True when a chain has learnt all that the rules ask for. What a model file gave is kept by the number of its chain. */
function learnsAs(chain: ForecastChain, asked: Pick<ForecastChain, 'version' | 'modelFile'>): boolean {
  const { version, seed, stepMs, issueAfterMs, plan, coordinates = null, modelFile = null } = chain
  const known = { version: asked.version, seed, stepMs, issueAfterMs, plan, coordinates, modelFile }
  return modelFile === null && learnAlike(version, asked.version) && isDeepStrictEqual(known, asked)
}

function takenOver({ chain, firstMs, fitsFromMs, liveFromMs }: ForecastChain) {
  return { firstMs, fitsFromMs, liveFromMs, tookOver: chain }
}

function chainOf(line: unknown): ForecastChain | null {
  const { chain, firstMs, liveFromMs, plan } = line as Partial<ForecastChain>
  const isWhole = [chain, firstMs, liveFromMs].every(Number.isSafeInteger) && typeof plan === 'object' && plan !== null
  return isWhole ? (line as ForecastChain) : null
}
