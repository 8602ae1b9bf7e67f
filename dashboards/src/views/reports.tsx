import { EmptyState } from '../components/empty-state.js'

export function ReportsView() {
  return (
    <section class="card">
      <EmptyState />
    </section>
  )
}
