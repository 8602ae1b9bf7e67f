import type { ProductOptions } from '../../base/plant.js'
import { countUpTo } from '../time/ascending.js'
import { PlantDays } from '../time/plant-days.js'
import { type PlantVersion, versionAt } from './version.js'

/** From an instant on a device makes a product; null: the one that its configuration names. */
export interface ProductionRun {
  /** Event time, epoch ms. */
  readonly ts: number
  readonly product: string | null
}

/** Ideal cycles of one device, by the product that it made at an instant. Source: ISO 22400-2, planned run time per item. */
export class IdealCycles {
  readonly #versions: readonly PlantVersion[]
  readonly #device: string
  readonly #runs: readonly ProductionRun[]
  readonly #known = new Map<string, readonly Cycle[]>()

  /** @param runs ascending; the list may grow */
  constructor(versions: readonly PlantVersion[], device: string, runs: readonly ProductionRun[]) {
    this.#versions = versions
    this.#device = device
    this.#runs = runs
  }

  /** Ideal cycle of what was made at an instant, ms a piece; null when the product, or its cycle, is not known. */
  at(ms: number): number | null {
    const version = versionAt(this.#versions, ms)
    const product = this.#runAt(ms)?.product ?? version.device(this.#device)?.product
    if (product === undefined || product === null) return null
    // The one in force that began last counts.
    let found: Cycle | null = null
    for (const cycle of this.#cyclesOf(version, product)) if (cycle.fromMs <= ms && ms < cycle.toMs) found = cycle
    return found?.idealMs ?? null
  }

  #runAt(ms: number): ProductionRun | undefined {
    return this.#runs[countUpTo(this.#runs, ms, timeOf) - 1]
  }

  #cyclesOf(version: PlantVersion, product: string): readonly Cycle[] {
    const key = `${version.index}/${product}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const ofProduct = (version.options?.products ?? []).filter((one) => one.id === product)
    // Devices name what they like: only what is configured is remembered.
    if (ofProduct.length === 0) return NO_CYCLES
    const own = ofProduct.filter((one) => one.device === this.#device)
    const options = own.length > 0 ? own : ofProduct.filter((one) => one.device === undefined)
    const days = new PlantDays(version.options?.timezone ?? 'UTC')
    const cycles = options.map((one) => cycleOf(one, days)).sort((a, b) => a.fromMs - b.fromMs)
    this.#known.set(key, cycles)
    return cycles
  }
}

const NO_CYCLES: readonly Cycle[] = []

function timeOf({ ts }: ProductionRun): number {
  return ts
}

interface Cycle {
  readonly fromMs: number
  readonly toMs: number
  readonly idealMs: number
}

function cycleOf({ ideal_cycle_s, valid_from, valid_to }: ProductOptions, days: PlantDays): Cycle {
  return {
    fromMs: valid_from === undefined ? -Infinity : days.startMs(valid_from),
    toMs: days.endMs(valid_to ?? null),
    idealMs: ideal_cycle_s * 1000,
  }
}
