import type { Clock } from '../base/clock.js'
import type { PlantOptions } from '../base/plant.js'
import type { InsightOptions } from '../insight/options.js'
import type { InsightWorker } from '../insight/stage/insight-worker.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import type { Configs } from './configs.js'
import type { PipelineProgress } from './progress.js'

/** Time between two glances at what is due. */
const GLANCE_MS = 5_000

/** Parts of work that is due for each plant now and then, out of its final figures, in the thread of forecasts. */
export interface PlantRoundDeps {
  readonly clock: Clock
  readonly options: InsightOptions
  readonly dataDir: string
  readonly configs: Pick<Configs, 'plants'>
  readonly points: Pick<DuckdbStore, 'points'>
  readonly progress: Pick<PipelineProgress, 'hasComputed'>
  readonly worker: Pick<InsightWorker, 'work'>
  /** True while nobody else may work for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

/** Has each plant looked at in turn, again and again until `signal` is aborted, while its figures are computed here. */
export async function inRounds(
  { options, configs, clock, progress, isOwner }: PlantRoundDeps,
  signal: AbortSignal,
  look: (plan: PlantOptions) => Promise<void>,
): Promise<void> {
  if (!options.enabled) return
  while (!signal.aborted) {
    for (const plan of configs.plants) {
      if (signal.aborted || !progress.hasComputed || !isOwner()) break
      await look(plan)
    }
    await clock.sleep(GLANCE_MS, signal)
  }
}
