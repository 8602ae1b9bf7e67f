import { EmptyState } from '../components/empty-state.js'
import type { Route } from '../route.js'
import { plantList } from '../state.js'

type DeviceRoute = Extract<Route, { view: 'device' }>

/** One device: what it sends, and what becomes of it. */
export function DeviceView({ at }: { readonly at: DeviceRoute }) {
  const plant = plantList.value.find(({ id }) => id === at.plant)
  return <section class="card">{plant === undefined ? <EmptyState /> : <EmptyState plant={plant} />}</section>
}
