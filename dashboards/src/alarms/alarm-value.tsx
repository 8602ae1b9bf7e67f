import { type AlarmItem, EXPECTED_DEMAND, MONTH_OVERDUE } from '../../../src/base/alarm.js'
import { clockOffsetText } from '../devices/text.js'
import { durationText } from '../format.js'
import { language, words } from '../settings.js'
import { Unit } from '../ui/text.js'
import { figuresOf, leadText } from './text.js'

const SILENCE = 'device-silence'
const CLOCK = 'device-clock'
/** Names that are refused: they are counted, and have no limit that an alarm could tell. */
export const TOO_MANY = 'device-limit'

/** An alarm shows the figure that raised it, its limit, and the figure of now; a silence shows its limit alone, its age says the rest. */
export function AlarmValue({ alarm }: { readonly alarm: AlarmItem }) {
  if (alarm.rule === SILENCE) {
    return <span class="value">{words().needs.longerThan(durationText(alarm.limit * 1_000, language.value))}</span>
  }
  if (alarm.rule === CLOCK) {
    // The limit of a clock alarm is a delay, which says nothing to a reader.
    return <strong class="value">{clockOffsetText(alarm.value * 1_000, language.value)}</strong>
  }
  if (alarm.rule === EXPECTED_DEMAND) {
    return <span class="value">{leadText(alarm)}</span>
  }
  // The figure is of the time when it was raised; its age says the rest.
  if (alarm.rule === MONTH_OVERDUE) return <span class="value">{words().alarms.overdue}</span>
  const { value, limit, unit, current } = figuresOf(alarm)
  if (alarm.rule === TOO_MANY) return <span class="value">{words().alarms.namesRefused(value)}</span>
  return (
    <span class="value">
      <strong>{value}</strong> / {limit}
      <Unit unit={unit} />
      {current !== null && <span class="alarm-now"> · {words().alarms.now(current)}</span>}
    </span>
  )
}
