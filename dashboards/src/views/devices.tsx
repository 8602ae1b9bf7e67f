import { DeviceTable } from '../components/device-table.js'
import { EmptyState } from '../components/empty-state.js'
import type { Route } from '../route.js'
import { plants } from '../state.js'

type DevicesRoute = Extract<Route, { view: 'devices' }>

/** Every device of every plant, or of one. */
export function DevicesView({ at }: { readonly at: DevicesRoute }) {
  if (plants.value.kind !== 'loaded') return null
  const shown = plants.value.value.filter(({ id }) => at.plant === null || id === at.plant)
  if (shown.length === 0) {
    return (
      <section class="card">
        <EmptyState />
      </section>
    )
  }
  return (
    <>
      {shown.map((plant) => (
        <DeviceTable key={plant.id} plant={plant} />
      ))}
    </>
  )
}
