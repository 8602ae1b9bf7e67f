import { demandTargetOf } from '../../base/demand-limit.js'
import type { PlantOptions } from '../../base/plant.js'
import { plantDemandOutlook } from '../../views/peak.js'
import { type PeakSources, readDemand } from '../../views/read-peak.js'
import type { Configs } from '../configs.js'
import type { PipelineProgress } from '../progress.js'
import type { DemandWatch } from './demand-watch.js'
import { peakFindingOf } from './peak-finding.js'

/** Time between two looks: minutes of the running block come one by one. */
const LOOK_MS = 30_000

export interface DemandLooksDeps {
  readonly configs: Pick<Configs, 'plants'>
  readonly progress: Pick<PipelineProgress, 'hasComputed'>
  readonly watch: Pick<DemandWatch, 'found'>
  /** True while nobody else may work for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

/** Looks at the expected demand of each plant that has a limit, as the page about it does, and tells the watch. */
export class DemandLooks {
  readonly #deps: DemandLooksDeps

  constructor(deps: DemandLooksDeps) {
    this.#deps = deps
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: PeakSources): Promise<void> {
    const { configs, progress, isOwner } = this.#deps
    while (!signal.aborted) {
      for (const plan of configs.plants) {
        if (signal.aborted || !progress.hasComputed || !isOwner()) break
        if (plan.alarm_defaults.demand.enabled && demandTargetOf(plan.targets) !== null) await this.#look(plan, sources)
      }
      await sources.clock.sleep(LOOK_MS, signal)
    }
  }

  async #look({ id, alarm_defaults }: PlantOptions, sources: PeakSources): Promise<void> {
    try {
      const parts = await readDemand(sources, id)
      this.#deps.watch.found(id, peakFindingOf(plantDemandOutlook(parts).outlook, alarm_defaults.demand, parts.nowMs))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#deps.log('warn', `the demand of ${id} was not looked at: ${reason}; it is tried again in half a minute`)
    }
  }
}
