import { linkTo } from '../nav.js'
import { plantOf, type View } from '../route.js'
import { words } from '../settings.js'
import { route } from '../state.js'

const TABS = ['reports', 'figures', 'entries'] as const satisfies readonly View[]

/** The pages of the auditor beside each other; the plant that is chosen stays. */
export function ReportTabs() {
  const at = route.value
  const plant = plantOf(at)
  return (
    <nav class="segments report-tabs" aria-label={words().views.reports}>
      {TABS.map((view) => (
        <a
          key={view}
          class="segment"
          href={linkTo({ view, plant })}
          aria-current={at.view === view ? 'page' : undefined}
        >
          {words().views[view]}
        </a>
      ))}
    </nav>
  )
}
