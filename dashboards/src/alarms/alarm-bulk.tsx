import type { AlarmItem } from '../../../src/base/alarm.js'
import { decimal } from '../format.js'
import { language, words } from '../settings.js'
import { Icon } from '../ui/icon.js'
import { ActForm } from './alarm-act.js'
import { pickNone } from './desk.js'

interface AlarmBulkProps {
  readonly alarms: readonly AlarmItem[]
  readonly onDone: () => void
}

/** At the foot of the list: what is done to all that is selected. */
export function AlarmBulk({ alarms, onDone }: AlarmBulkProps) {
  const w = words().alarms
  if (alarms.length === 0) return null
  return (
    <section class="alarm-bulk" aria-label={w.selection}>
      <strong class="num">{w.selected(decimal(alarms.length, 0, language.value))}</strong>
      <ActForm form="bulk" alarms={alarms} onDone={onDone} />
      <button
        type="button"
        class="button is-icon alarm-unpick"
        aria-label={w.unselect}
        title={`${w.unselect} Esc`}
        onClick={pickNone}
      >
        <Icon name="close" />
      </button>
    </section>
  )
}
