import { EmptyState } from '../components/empty-state.js'

export function ConnectView() {
  return (
    <section class="card">
      <EmptyState />
    </section>
  )
}
