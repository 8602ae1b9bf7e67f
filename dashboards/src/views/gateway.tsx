import { EmptyState } from '../components/empty-state.js'

export function GatewayView() {
  return (
    <section class="card">
      <EmptyState />
    </section>
  )
}
