import type { KpiInfo } from '../../../src/base/kpi.js'
import { linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { Icon } from './icon.js'
import { subscripts } from './text.js'

interface FigureSelectProps {
  readonly kpis: readonly KpiInfo[]
  readonly at: Extract<Route, { view: 'plant' }>
  readonly shown: KpiInfo
}

/** The name of the figure that a chart shows, and the choice of another. */
export function FigureSelect({ kpis, at, shown }: FigureSelectProps) {
  const lang = language.value
  const choose = (event: Event) => {
    location.hash = linkTo({ ...at, kpi: (event.currentTarget as HTMLSelectElement).value })
  }
  return (
    <h2 class="select">
      <span aria-hidden="true">{subscripts(shown.name[lang])}</span>
      <Icon name="chevron" />
      <select value={shown.id} onChange={choose} aria-label={words().chart.kpi}>
        {kpis.map((k) => (
          <option key={k.id} value={k.id}>
            {k.name[lang]}
          </option>
        ))}
      </select>
    </h2>
  )
}
