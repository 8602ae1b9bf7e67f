import type { Clock } from '../base/clock.js'
import type { PlantOptions } from '../base/plant.js'
import type { Configs } from './configs.js'
import type { PipelineProgress } from './progress.js'

/** Time between two looks at a plant: minutes of a running block come one by one, and an alarm is to end soon after its cause. */
const LOOK_MS = 30_000

export interface PlantLooksDeps {
  readonly configs: Pick<Configs, 'plants'>
  readonly progress: Pick<PipelineProgress, 'hasComputed'>
  /** True while nobody else may work for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

/**
 * Looks at one plant after the other, all of them twice a minute, until `signal` is aborted. A look that fails is told and tried again.
 *
 * @param subject `demand` or the like, for the log
 */
export async function lookAtPlants(
  { configs, progress, isOwner, log }: PlantLooksDeps,
  subject: string,
  clock: Clock,
  signal: AbortSignal,
  look: (plan: PlantOptions) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    for (const plan of configs.plants) {
      if (signal.aborted || !progress.hasComputed || !isOwner()) break
      await look(plan).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        log('warn', `${plan.id} was not looked at for ${subject}: ${reason}; it is tried again in half a minute`)
      })
    }
    await clock.sleep(LOOK_MS, signal)
  }
}
