import type { Clock } from '../base/clock.js'
import type { Pipeline } from './pipeline.js'
import type { Upkeep } from './upkeep.js'

const RETRY_MS = 500

interface BackupDeps {
  readonly clock: Clock
  readonly pipeline: Pick<Pipeline, 'whenAtRest' | 'save'>
  readonly upkeep: Pick<Upkeep, 'cutNow'>
}

/**
 * Writes everything that is archived at this moment to files: what went through out of the quarantine stands nowhere else, and
 * a restore has less of the journal to read. Rejects when the disk refuses.
 */
export async function prepareBackup({ clock, pipeline, upkeep }: BackupDeps): Promise<void> {
  const cut = async (): Promise<boolean> => {
    await pipeline.save()
    return upkeep.cutNow()
  }
  while (!(await pipeline.whenAtRest(cut))) await clock.sleep(RETRY_MS)
}
