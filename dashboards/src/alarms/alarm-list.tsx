import { useRef } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { decimal, lastingText } from '../format.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { language, words } from '../settings.js'
import { nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { Icon } from '../ui/icon.js'
import { subscripts } from '../ui/text.js'
import { AlarmValue } from './alarm-value.js'
import { cursor, isPicked, openAlarm, pick, placeWith, rowId } from './desk.js'
import { type AlarmRow, type AlarmRows, groupOf, isOfCause, subjectOf } from './groups.js'
import { alarmKey, lengthMs } from './open.js'
import { SeveritySign } from './severity-sign.js'
import { ackNote, lastSaid, momentText, sourceText } from './text.js'

interface AlarmListProps {
  readonly at: Extract<Route, { view: 'alarms' }>
  readonly groups: readonly AlarmRows[]
  /** Number of times that each rule and source was raised in the time shown, by `subjectOf`. */
  readonly times: ReadonlyMap<string, number>
  readonly open: AlarmItem | null
}

/** The ISA-18.2 table: what asks for a person stands first. */
export function AlarmList({ at, groups, times, open }: AlarmListProps) {
  const w = words().alarms
  const anchor = useRef<string | null>(null)
  const rows = groups.flatMap((group) => group.rows)
  const isAll = rows.length > 0 && rows.every(isPicked)
  const isSome = !isAll && rows.some(isPicked)
  const pickUpTo = (row: AlarmRow, isRange: boolean) => {
    const on = !isPicked(row)
    const [from, to] = [anchor.current, row.key].map((key) => rows.findIndex((r) => r.key === key)) as [number, number]
    const chosen = isRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [row]
    pick(chosen, isRange || on)
    anchor.current = row.key
    cursor.value = row.key
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows that are walked by arrow keys are a grid
    <table class="alarm-list" role="grid" aria-label={w.list} aria-multiselectable="true">
      <thead>
        <tr class="alarm-head">
          <th scope="col">
            <label class="alarm-check">
              <input
                type="checkbox"
                aria-label={w.all}
                title={w.all}
                checked={isAll}
                indeterminate={isSome}
                onChange={() => pick(rows, !isAll)}
              />
            </label>
            <span class="phone-only" aria-hidden="true">
              {w.all}
            </span>
          </th>
          <th scope="col">{w.severity}</th>
          <th scope="col">{w.alarmAndSource}</th>
          <th scope="col">{w.valueAndLimit}</th>
          <th scope="col">{w.started}</th>
          <th scope="col">{w.lasts}</th>
        </tr>
      </thead>
      {groups.map(({ group, rows: some }) => (
        <tbody key={group ?? 'all'}>
          {group !== null && (
            <tr class="alarm-group">
              <th scope="rowgroup" colSpan={6}>
                <strong>{w.groups[group]}</strong>
                <span class="num">{decimal(some.flatMap(({ all }) => all).length, 0, language.value)}</span>
              </th>
            </tr>
          )}
          {some.map((row) => (
            <Row
              key={row.key}
              row={row}
              at={at}
              times={isOfCause(row) ? 1 : Math.max(row.all.length, times.get(subjectOf(row.alarm)) ?? 0)}
              isOpen={open !== null && row.all.some((alarm) => alarmKey(alarm) === alarmKey(open))}
              isFirst={row === rows[0]}
              onPick={pickUpTo}
            />
          ))}
        </tbody>
      ))}
    </table>
  )
}

interface RowProps {
  readonly row: AlarmRow
  readonly at: AlarmListProps['at']
  readonly times: number
  readonly isOpen: boolean
  readonly isFirst: boolean
  readonly onPick: (row: AlarmRow, isRange: boolean) => void
}

function Row({ row, at, times, isOpen, isFirst, onPick }: RowProps) {
  const w = words()
  const lang = language.value
  const { alarm } = row
  const zone = zoneOf(alarm.plant)
  const isHere = cursor.value === row.key || (cursor.value === null && isFirst)
  const group = groupOf(alarm, nowMs.peek())
  const text = alarm.text[lang]
  return (
    <tr
      id={rowId(row.key)}
      class={`alarm-row is-${alarm.severity} in-${group}`}
      tabIndex={isHere ? 0 : -1}
      aria-selected={isPicked(row)}
      aria-current={isOpen ? 'true' : undefined}
      data-alarm={alarm.id}
      data-state={alarm.state}
      onFocus={() => (cursor.value = row.key)}
      onClick={(event) => {
        if ((event.target as Element).closest('a, label') === null) openAlarm(at, alarm)
      }}
    >
      <td>
        <label class="alarm-check">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={w.alarms.select(text)}
            checked={isPicked(row)}
            onClick={(event) => {
              onPick(row, event.shiftKey)
            }}
          />
        </label>
      </td>
      <td class="alarm-severity">
        {group === 'shelved' ? <Icon name="bellOff" /> : <SeveritySign severity={alarm.severity} state={alarm.state} />}
        <span>{w.severities[alarm.severity]}</span>
      </td>
      <td class="alarm-what">
        <span class="alarm-text">
          <a href={linkTo(placeWith(at, alarm))} tabIndex={-1} title={text}>
            {subscripts(text)}
          </a>
          {alarm.window !== null && <span class="alarm-window num">{w.windows[alarm.window]}</span>}
          {times > 1 && (
            <span class="alarm-times-chip num" title={w.alarms.timesTitle(decimal(times, 0, lang))}>
              {w.alarms.times(decimal(times, 0, lang))}
            </span>
          )}
        </span>
        <span class="alarm-source" title={sourceText(alarm)}>
          <SecondLine alarm={alarm} zone={zone} />
        </span>
      </td>
      <td class="alarm-value num" data-value={alarm.value}>
        <AlarmValue alarm={alarm} />
      </td>
      <td class="alarm-started num" title={exactText(Date.parse(alarm.raised_at), zone, lang)}>
        {momentText(alarm.raised_at, zone, nowMs.peek(), lang)}
      </td>
      <td class="alarm-lasts num">
        <Lasting alarm={alarm} />
      </td>
    </tr>
  )
}

/** Runs by itself, so that the second that passes draws nothing else anew. */
export function Lasting({ alarm }: { readonly alarm: AlarmItem }) {
  const atMs = alarm.cleared_at === null ? nowMs.value : 0
  return <>{lastingText(lengthMs(alarm, atMs), language.value)}</>
}

/** Second line of a row: the source of the alarm; or who has acknowledged it or put it aside, and what they said. */
function SecondLine({ alarm, zone }: { readonly alarm: AlarmItem; readonly zone: string }) {
  const w = words().alarms
  const lang = language.value
  const now = nowMs.peek()
  const group = groupOf(alarm, now)
  const facts: string[] = []
  if (group === 'shelved' && alarm.shelved_until !== null) {
    const said = lastSaid(alarm)
    facts.push(w.until(momentText(alarm.shelved_until, zone, now, lang)))
    if (said !== undefined) facts.push(w.quote(said.by ?? w.nobody, said.text))
  } else if (group === 'active_ack' && alarm.acked_at !== null) {
    const by = w.acknowledgedBy(alarm.acked_by ?? w.nobody, momentText(alarm.acked_at, zone, now, lang))
    const note = ackNote(alarm)
    facts.push(note === '' ? by : w.quote(by, note))
  } else {
    facts.push(sourceText(alarm))
  }
  if (alarm.state === 'cleared_ack' && alarm.acked_at === null) facts.push(w.withdrawn)
  if (!alarm.watched && alarm.cleared_at === null) facts.push(w.notWatched)
  return (
    <>
      {group === 'shelved' && <Icon name="clock" size={12} />}
      {group === 'active_ack' && <Icon name="check" size={12} />}
      <span>{facts.join(' · ')}</span>
    </>
  )
}
