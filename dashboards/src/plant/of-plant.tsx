import type { ComponentChildren } from 'preact'
import type { PlantNode } from '../../../src/base/wire.js'
import { words } from '../settings.js'
import { catalogue, loadPlants, newestMs, plants } from '../state.js'
import { EmptyState } from '../ui/empty-state.js'
import { ErrorCard } from '../ui/error-card.js'
import { Skeleton } from '../ui/skeleton.js'

interface OfPlantProps {
  readonly id: string
  /** Called once the plant is known and has sent something. */
  readonly children: (plant: PlantNode) => ComponentChildren
}

/** A page beside that of a plant: its cards, or why there are none. */
export function OfPlant({ id, children }: OfPlantProps) {
  const w = words()
  const known = plants.value
  if (known.kind === 'loading' || catalogue.value.kind === 'loading') return <Skeleton class="is-page" />
  if (known.kind === 'failed') return <ErrorCard title={w.error.plants} detail={known.detail} onRetry={loadPlants} />
  const plant = known.value.find((node) => node.id === id)
  if (plant !== undefined && newestMs(plant) !== Number.NEGATIVE_INFINITY) return <>{children(plant)}</>
  return (
    <section class="card">
      {plant === undefined ? (
        <p class="empty">
          <strong>{w.plant.unknown}</strong> <code>{id}</code>
        </p>
      ) : (
        <EmptyState plant={plant} />
      )}
    </section>
  )
}
