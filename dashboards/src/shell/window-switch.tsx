import type { KpiInfo, Window } from '../../../src/base/kpi.js'
import { words } from '../settings.js'
import { isTooFine } from '../time/range.js'

/** The windows of the calendar, as against the shifts of a plant. */
const SHOWN = ['1m', '15m', '1h', '1d', '1mo'] as const satisfies readonly Window[]

interface WindowSwitchProps {
  readonly info: KpiInfo
  /** The one that is shown. */
  readonly window: Window
  /** Length of the range in view. */
  readonly lengthMs: number
  readonly linkTo: (window: Window) => string
}

/** Links, so that a window can be opened, kept and sent like any other address. */
export function WindowSwitch({ info, window: shown, lengthMs, linkTo }: WindowSwitchProps) {
  const w = words()
  const whyNot = (window: Window) => {
    if (!info.windows.includes(window)) return w.chart.notCalculated(w.windows[window])
    return isTooFine(lengthMs, window) ? w.chart.tooFine(w.windows[window]) : null
  }
  return (
    <nav class="segments" aria-label={w.chart.window}>
      {SHOWN.map((window) => {
        const reason = whyNot(window)
        return reason === null ? (
          <a
            key={window}
            class="segment"
            href={linkTo(window)}
            aria-current={window === shown ? 'true' : undefined}
            data-window={window}
          >
            {w.windows[window]}
          </a>
        ) : (
          <span key={window} class="segment is-off" title={reason} data-window={window}>
            {w.windows[window]}
          </span>
        )
      })}
    </nav>
  )
}
