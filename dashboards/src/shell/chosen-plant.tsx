import type { ComponentChildren } from 'preact'
import type { PlantNode } from '../../../src/base/wire.js'
import { plantList, plants } from '../state.js'
import { EmptyState } from '../ui/empty-state.js'
import { Skeleton } from '../ui/skeleton.js'

interface ChosenPlantProps {
  /** Id of the plant that was asked for; the first one where there is none of it. */
  readonly plant: string | null
  readonly children: (plant: PlantNode) => ComponentChildren
}

/** Page about one plant: its skeleton until plants are known, and an empty one where there are none. */
export function ChosenPlant({ plant: asked, children }: ChosenPlantProps) {
  if (plants.value.kind === 'loading') return <Skeleton class="is-page" />
  const plant = plantList.value.find(({ id }) => id === asked) ?? plantList.value[0]
  if (plant !== undefined) return <>{children(plant)}</>
  return (
    <section class="card">
      <EmptyState />
    </section>
  )
}
