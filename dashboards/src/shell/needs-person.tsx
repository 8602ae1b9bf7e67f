import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { acknowledge } from '../alarms/acts.js'
import { AlarmValue } from '../alarms/alarm-value.js'
import { placeWith } from '../alarms/desk.js'
import { isNoteRequired } from '../alarms/groups.js'
import {
  alarmKey,
  alarmList,
  hasAlarms,
  isShelved,
  membersOf,
  needsPerson,
  openAlarms,
  urgentAlarms,
} from '../alarms/open.js'
import { SeveritySign } from '../alarms/severity-sign.js'
import { sourceText } from '../alarms/text.js'
import { ageText, decimal } from '../format.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import { actor, may } from '../session.js'
import { language, words } from '../settings.js'
import { minuteMs, nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { ActButton } from '../ui/act-button.js'
import { useHeldOrder, useHold } from '../ui/hold.js'
import { Icon } from '../ui/icon.js'
import { AllIsWell } from './all-is-well.js'

const ROWS_MAX = 5
/** With those that have come while the list is held. */
const HELD_ROWS_MAX = 10

const ALARMS = { view: 'alarms', plant: null, alarm: null } as const

const hrefOfAlarm = (alarm: AlarmItem) => linkTo(placeWith(ALARMS, alarm))

/** Alarms that nobody has taken on yet, at the head of the overview; one line when there are none. */
export function NeedsPerson() {
  const lang = language.value
  const w = words().needs
  const { isHeld, on } = useHold()
  const urgent = urgentAlarms(alarmList.value, minuteMs.value)
  const rows = useRows(urgent, isHeld.value)
  if (rows.length === 0) return hasAlarms.value ? <AllIsWell /> : <p class="card well is-unread">{w.unread}</p>
  const acked = alarmList.value.filter(({ state }) => state === 'active_ack').length
  const shelved = alarmList.value.filter((a) => a.cleared_at === null && isShelved(a, minuteMs.value)).length
  const counts = [
    w.unacked(decimal(urgent.length, 0, lang)),
    ...(acked > 0 ? [w.acked(decimal(acked, 0, lang))] : []),
    ...(shelved > 0 ? [w.shelved(decimal(shelved, 0, lang))] : []),
  ]
  const shown = new Set(rows.map(alarmKey))
  const more = urgent.filter((alarm) => !shown.has(alarmKey(alarm))).length
  return (
    <section class="needs" aria-labelledby="needs-title">
      <header class="needs-head">
        <h2 id="needs-title">{w.title}</h2>
        <span role="status">{counts.join(', ')}</span>
        <a class="needs-all" href={linkTo(ALARMS)}>
          {w.all}
          <Icon name="arrowRight" size={14} />
        </a>
      </header>
      <ul class="card needs-list" {...on}>
        {rows.map((alarm) => (
          <NeedsRow key={alarmKey(alarm)} alarm={alarm} />
        ))}
        {more > 0 && (
          <li>
            <a class="needs-more" href={linkTo(ALARMS)}>
              {w.more(decimal(more, 0, lang))}
              <Icon name="arrowRight" size={14} />
            </a>
          </li>
        )}
      </ul>
    </section>
  )
}

/**
 * The rows to show. While the list is held, what was taken on stays where it is, so that no other comes under the hand,
 * and only what is new since then comes to its end.
 */
function useRows(urgent: readonly AlarmItem[], isHeld: boolean): readonly AlarmItem[] {
  const rows = useRef<readonly AlarmItem[]>([])
  const before = useRef<ReadonlySet<string>>(new Set())
  const known = new Map([...rows.current, ...urgent].map((alarm) => [alarmKey(alarm), alarm]))
  if (!isHeld) before.current = new Set(urgent.map(alarmKey))
  const wanted = isHeld
    ? [...rows.current, ...urgent.filter((alarm) => !before.current.has(alarmKey(alarm)))].map(alarmKey)
    : urgent.slice(0, ROWS_MAX).map(alarmKey)
  const heads = new Map(urgent.map((alarm) => [alarmKey(alarm), alarm]))
  const order = useHeldOrder([...new Set(wanted)], isHeld).slice(0, HELD_ROWS_MAX)
  rows.current = order.flatMap((key) => heads.get(key) ?? openAlarms.value.get(key) ?? known.get(key) ?? [])
  return rows.current
}

function NeedsRow({ alarm }: { readonly alarm: AlarmItem }) {
  const lang = language.value
  const w = words()
  const isOpen = needsPerson(alarm, minuteMs.value)
  const source = sourceText(alarm)
  return (
    <li class={`needs-row is-${alarm.severity} ${isOpen ? '' : 'is-done'}`} data-alarm={alarm.id}>
      <span class="needs-severity">
        <SeveritySign severity={alarm.severity} state={alarm.state} />
        <span class="needs-word">{w.severities[alarm.severity]}</span>
      </span>
      <a class="needs-what" href={hrefOfAlarm(alarm)} title={alarm.text[lang]}>
        {alarm.text[lang]}
      </a>
      <span class="needs-where" title={source}>
        {source}
        {!alarm.watched && ` · ${w.needs.unwatched}`}
      </span>
      <span class="needs-value">
        <AlarmValue alarm={alarm} />
      </span>
      <Age alarm={alarm} />
      <Acknowledge alarm={alarm} isOpen={isOpen} />
    </li>
  )
}

function Age({ alarm }: { readonly alarm: AlarmItem }) {
  const lang = language.value
  const raisedMs = Date.parse(alarm.raised_at)
  const endMs = alarm.cleared_at === null ? nowMs.value : Date.parse(alarm.cleared_at)
  return (
    <time
      class="needs-age num"
      dateTime={alarm.raised_at}
      title={words().needs.ageTitle(exactText(raisedMs, zoneOf(alarm.plant), lang))}
    >
      {ageText(endMs - raisedMs, lang)}
    </time>
  )
}

/**
 * Acknowledges at once, in the name that is known. Where no name is, or the rule asks why, it leads to the alarm, where
 * that can be said.
 */
function Acknowledge({ alarm, isOpen }: { readonly alarm: AlarmItem; readonly isOpen: boolean }) {
  const w = words().needs
  const isAsking = useSignal(false)
  const fault = useSignal<string | null>(null)
  const word = isAsking.value ? w.acknowledging : isOpen ? w.acknowledge : w.acknowledged
  const name = `${word}: ${alarm.text[language.value]}`
  const isRequired = isNoteRequired([alarm])
  if (!may('operate')) {
    return (
      <ActButton right="operate" class="button is-small needs-ack" aria-label={name}>
        <Icon name="check" />
        <span>{word}</span>
      </ActButton>
    )
  }
  if (isRequired || actor.value === '') {
    const why = isRequired ? w.noteRequired : w.nameRequired
    return (
      <a class="button is-small needs-ack" href={hrefOfAlarm(alarm)} aria-label={name} title={why}>
        <Icon name="check" />
        <span>{word}</span>
      </a>
    )
  }
  const tell = async () => {
    if (isAsking.value || !isOpen) return
    isAsking.value = true
    const { failure } = await acknowledge(membersOf(alarm, minuteMs.peek()), '')
    isAsking.value = false
    fault.value = failure
  }
  return (
    <>
      {/* It stays a button when it is done: the focus must not be lost with it. */}
      <button
        type="button"
        class="button is-small needs-ack"
        aria-disabled={isAsking.value || !isOpen}
        aria-label={name}
        title={word}
        onClick={tell}
      >
        <Icon name="check" />
        <span>{word}</span>
      </button>
      {fault.value !== null && (
        <span class="needs-fault" role="alert">
          {w.failed(fault.value)}
        </span>
      )}
    </>
  )
}
