import type { AlarmItem, AlarmState } from '../../../src/base/alarm.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { SeveritySign } from './severity-sign.js'
import { countsOf } from './urgency.js'

interface SeverityCountsProps {
  readonly alarms: readonly AlarmItem[]
  readonly state?: AlarmState
}

/** Counts of alarms by severity, as shape and number; in words for those who do not see them. */
export function SeverityCounts({ alarms, state = 'active_unack' }: SeverityCountsProps) {
  const lang = language.value
  return (
    <>
      {countsOf(alarms).map(({ severity, count }) => {
        const number = decimal(count, 0, lang)
        const said = words().needs.some[severity](number)
        return (
          <span key={severity} class="severity-count num" title={said}>
            <SeveritySign severity={severity} state={state} size={14} />
            <span aria-hidden="true">{number}</span>
            <span class="sr-only">{said}</span>
          </span>
        )
      })}
    </>
  )
}
