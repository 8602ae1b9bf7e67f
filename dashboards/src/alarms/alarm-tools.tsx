import { useSignal } from '@preact/signals'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { alarmsCsv } from '../export/alarms-csv.js'
import { fileName, momentPart, spanParts } from '../export/file-name.js'
import { saveCsv } from '../export/save.js'
import { decimal } from '../format.js'
import { getEveryAlarm, queryOf } from '../gateway/api.js'
import { plantName } from '../names.js'
import { goTo, linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { chooseLoud, isLoud, language, words } from '../settings.js'
import { shownZone } from '../shell/range-picker.js'
import { nowMs, plantList, route } from '../state.js'
import { spanOfRange } from '../time/range.js'
import { Icon } from '../ui/icon.js'
import { announce, announcement } from './acts.js'
import { alarmsInOrder, groupsOf, isShownIn } from './groups.js'
import { hasAlarms } from './open.js'
import { ALARM_SHOWS } from './page.js'
import { isSoundRefused, ring } from './sound.js'

interface AlarmToolsProps {
  readonly at: Extract<Route, { view: 'alarms' }>
  /** All that are open on this page, and those that are listed. */
  readonly open: readonly AlarmItem[]
  readonly listed: readonly AlarmItem[]
}

/** Above the list: which alarms, of which plant, whether they are heard, and the list as a file. */
export function AlarmTools({ at, open, listed }: AlarmToolsProps) {
  const w = words().alarms
  const shown = at.show ?? 'open'
  const plant = plantList.value.find(({ id }) => id === at.plant)
  const isSaving = useSignal(false)
  const saveAs = (time: readonly string[], alarms: readonly AlarmItem[]) => {
    const of = at.plant === null ? [] : [at.plant]
    saveCsv(fileName([...of, 'alarms', shown, ...time], 'csv'), alarmsCsv(alarms, language.value))
  }
  /** Saves a history with all of its pages, of which only some are on the screen. */
  const savePast = async () => {
    if (isSaving.peek()) return
    isSaving.value = true
    const span = spanOfRange(route.value.range, shownZone(), nowMs.peek())
    const answer = await getEveryAlarm(at.plant, queryOf(span))
    isSaving.value = false
    if (answer.kind === 'loaded') {
      const { items, isCut } = answer.value
      const part = isCut ? [`first-${items.length}`] : []
      saveAs([...spanParts(span, shownZone()), ...part], alarmsInOrder(groupsOf('history', items, nowMs.peek())))
    } else if (answer.kind === 'failed') void announce(`${w.failed}: ${answer.detail}`)
  }
  const save = () => {
    if (shown === 'history') void savePast()
    else saveAs([momentPart(nowMs.peek(), plant?.timezone ?? 'UTC')], listed)
  }
  return (
    <div class="alarm-tools">
      <nav class="segments" aria-label={w.choice}>
        {ALARM_SHOWS.map((show) => (
          <a
            key={show}
            class="segment"
            href={linkTo({ ...at, alarm: null, show })}
            aria-current={show === shown ? 'true' : undefined}
          >
            {w.shows[show]}
            {show !== 'history' && hasAlarms.value && (
              <span class="num faint">
                {decimal(open.filter((alarm) => isShownIn(show, alarm, nowMs.peek())).length, 0, language.value)}
              </span>
            )}
          </a>
        ))}
      </nav>
      <span class="alarm-said" role="status">
        {announcement.value}
      </span>
      {at.plant === null && plantList.value.length > 1 && <span class="alarm-zones">{w.zones}</span>}
      <label class="button alarm-plants">
        <Icon name="filter" size={14} />
        <span>{plant === undefined ? (at.plant ?? w.allPlants) : plantName(plant)}</span>
        <Icon name="chevronDown" size={14} />
        <select
          aria-label={w.plant}
          value={at.plant ?? ''}
          onChange={(event) => {
            const { value } = event.currentTarget
            goTo({ ...at, alarm: null, plant: value === '' ? null : value })
          }}
        >
          <option value="">{w.allPlants}</option>
          {plantList.value.map((one) => (
            <option key={one.id} value={one.id}>
              {plantName(one)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button"
        aria-pressed={isLoud.value}
        title={isLoud.value && isSoundRefused.value ? w.soundRefused : w.soundTitle}
        onClick={() => {
          chooseLoud(!isLoud.value)
          if (isLoud.value) ring()
        }}
      >
        <Icon name={isLoud.value ? 'bell' : 'bellOff'} size={14} />
        {isLoud.value ? w.soundOn : w.soundOff}
        {isLoud.value && isSoundRefused.value && <Icon name="alert" size={14} />}
      </button>
      <button type="button" class="button" title={w.csvTitle} aria-busy={isSaving.value} onClick={save}>
        <Icon name="download" size={14} />
        {w.csv}
      </button>
    </div>
  )
}
