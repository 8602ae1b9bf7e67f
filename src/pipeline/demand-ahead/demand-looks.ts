import { demandTargetOf } from '../../base/demand-limit.js'
import type { PlantOptions } from '../../base/plant.js'
import { plantDemandOutlook } from '../../views/peak.js'
import { type PeakSources, readDemand } from '../../views/read-peak.js'
import { lookAtPlants, type PlantLooksDeps } from '../plant-looks.js'
import type { DemandWatch } from './demand-watch.js'
import { peakFindingOf } from './peak-finding.js'

export interface DemandLooksDeps extends PlantLooksDeps {
  readonly watch: Pick<DemandWatch, 'found'>
}

/** Looks at the expected demand of each plant that has a limit, as the page about it does, and tells the watch. */
export class DemandLooks {
  readonly #deps: DemandLooksDeps

  constructor(deps: DemandLooksDeps) {
    this.#deps = deps
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: PeakSources): Promise<void> {
    await lookAtPlants(this.#deps, 'demand', sources.clock, signal, (plan) => this.#look(plan, sources))
  }

  async #look({ id, alarm_defaults, targets }: PlantOptions, sources: PeakSources): Promise<void> {
    if (!alarm_defaults.demand.enabled || demandTargetOf(targets) === null) return
    const parts = await readDemand(sources, id)
    this.#deps.watch.found(id, peakFindingOf(plantDemandOutlook(parts).outlook, alarm_defaults.demand, parts.nowMs))
  }
}
