import { linkTo, titleOf } from '../nav.js'
import type { View } from '../pages.js'
import { plantOf } from '../route.js'
import { route } from '../state.js'

const TABS = ['reports', 'figures', 'entries', 'market'] as const satisfies readonly View[]

/** The pages of the auditor beside each other; the plant that is chosen stays. */
export function ReportTabs() {
  const at = route.value
  const plant = plantOf(at)
  return (
    <nav class="segments report-tabs" aria-label={titleOf('reports')}>
      {TABS.map((view) => (
        <a
          key={view}
          class="segment"
          href={linkTo({ view, plant })}
          aria-current={at.view === view ? 'page' : undefined}
        >
          {titleOf(view)}
        </a>
      ))}
    </nav>
  )
}
