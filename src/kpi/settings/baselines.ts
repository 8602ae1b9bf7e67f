import type { BaselineOptions } from '../../base/options/enpi.js'
import type { PlantOptions } from '../../base/plant.js'
import { PlantDays } from '../time/plant-days.js'

/** The energy baselines of one plant by its configuration, each with the time it holds for. */
export class PlantBaselines {
  readonly #all: readonly { readonly fromMs: number; readonly toMs: number; readonly baseline: BaselineOptions }[]

  constructor({ enpi, timezone }: Pick<PlantOptions, 'enpi' | 'timezone'>) {
    const days = new PlantDays(timezone)
    this.#all = enpi.map((baseline) => ({
      fromMs: baseline.valid_from === undefined ? -Infinity : days.startMs(baseline.valid_from),
      toMs: days.endMs(baseline.valid_to ?? null),
      baseline,
    }))
  }

  /** The one that holds at an instant, epoch ms. */
  at(ms: number): BaselineOptions | null {
    return this.#all.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)?.baseline ?? null
  }
}
