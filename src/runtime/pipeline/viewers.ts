import type { HealthCheck } from '../../base/wire.js'
import type { ViewersDeps } from '../../cluster/viewers.js'
import type { OwnedPartition } from '../../nats/owned-partition.js'
import type { ViewSources } from '../../views/views.js'

/** Work of the pipeline thread for viewers elsewhere. */
export interface ViewersOfOwner {
  health(): readonly HealthCheck[]
  run(signal: AbortSignal, sources: ViewSources): Promise<void>
}

/** A single gateway has none, and does without NATS. */
export async function viewersOfOwner(
  owned: OwnedPartition | undefined,
  deps: Omit<ViewersDeps, 'owned'>,
): Promise<ViewersOfOwner> {
  if (owned === undefined) return { health: () => [], run: async () => {} }
  const { Viewers } = await import('../../cluster/viewers.js')
  return new Viewers({ owned, ...deps })
}
