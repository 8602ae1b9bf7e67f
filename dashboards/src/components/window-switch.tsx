import type { KpiInfo, Window } from '../../../src/base/kpi.js'
import { linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { words } from '../settings.js'

/** The windows of the calendar, as against the shifts of a plant. */
const SHOWN = ['1m', '15m', '1h', '1d', '1mo'] as const satisfies readonly Window[]

interface WindowSwitchProps {
  readonly info: KpiInfo
  readonly at: Extract<Route, { view: 'plant' }>
  /** The one that is shown. */
  readonly window: Window
}

/** Links, so that a window can be opened, kept and sent like any other address. */
export function WindowSwitch({ info, at, window: shown }: WindowSwitchProps) {
  const w = words()
  return (
    <nav class="segments" aria-label={w.chart.window}>
      {SHOWN.map((window) =>
        info.windows.includes(window) ? (
          <a
            key={window}
            class="segment"
            href={linkTo({ ...at, window })}
            aria-current={window === shown ? 'true' : undefined}
          >
            {w.windows[window]}
          </a>
        ) : (
          <span key={window} class="segment is-off" title={w.chart.notReckoned(w.windows[window])}>
            {w.windows[window]}
          </span>
        ),
      )}
    </nav>
  )
}
