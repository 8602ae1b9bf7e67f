import { useComputed, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { linkTo } from '../nav.js'
import type { Route } from '../route.js'
import { words } from '../settings.js'
import { shownZone } from '../shell/range-picker.js'
import { loadAlarms, nowMs, route } from '../state.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { announcement } from './acts.js'
import { AlarmBulk } from './alarm-bulk.js'
import { AlarmChannels } from './alarm-channels.js'
import { AlarmDetail, useNamedAlarm } from './alarm-detail.js'
import { AlarmList } from './alarm-list.js'
import { AlarmTools } from './alarm-tools.js'
import { alarmNamed, cursor, focusRow, openAlarm, picked, pickNone, placeWith } from './desk.js'
import { type AlarmRow, type AlarmRows, alarmsInOrder, groupsOf, isOfCause, raisedTimes, subjectOf } from './groups.js'
import { useAlarmHistory } from './history.js'
import { useAlarmKeys } from './keys.js'
import { alarmKey, alarmList, alarmsFailed, hasAlarms, isShelved } from './open.js'

type AlarmsRoute = Extract<Route, { view: 'alarms' }>

/** More rows are drawn when they are asked for. */
const ROWS_AT_FIRST = 200
const OTHERS_MAX = 8

/** The alarms: what asks for a person, what was done, and what there was. */
export default function AlarmsView({ at }: { readonly at: AlarmsRoute }) {
  const w = words().alarms
  const show = at.show ?? 'open'
  const rowsMax = useSignal(ROWS_AT_FIRST)
  const history = useAlarmHistory(at.plant, route.value.range, shownZone())
  // The list is drawn anew when a shelving ends, and not with every second.
  void useComputed(() =>
    alarmList.value
      .filter((alarm) => isShelved(alarm, nowMs.value))
      .map(alarmKey)
      .join(),
  ).value
  const mine = alarmList.value.filter(({ plant }) => at.plant === null || plant === at.plant)
  const past = history.items
  const isPast = show === 'history'
  const groups = groupsOf(show, isPast ? past : mine, nowMs.peek())
  const shownGroups = firstRows(groups, rowsMax.value)
  const rows = shownGroups.flatMap((group) => group.rows)
  const answer = useNamedAlarm(alarmNamed(at))
  const named = at.alarm !== null && answer.kind === 'loaded' ? answer.value : null
  const chosen = rows.flatMap(({ all }) => all).filter((alarm) => picked.value.has(alarmKey(alarm)))
  const row = named === null ? undefined : rows.find(({ all }) => all.some(isSame(named)))
  const together = row?.all ?? (named === null ? [] : [named])
  const known = [...past, ...mine]

  useAlarmKeys({
    rows,
    isDetailOpen: at.alarm !== null,
    onOpen: (row) => openAlarm(at, row?.alarm ?? null),
  })
  // Not after the next frame: what a key has chosen meanwhile would be taken back.
  useLayoutEffect(() => {
    rowsMax.value = ROWS_AT_FIRST
    pickNone()
  }, [show, at.plant])
  useLayoutEffect(() => {
    announcement.value = ''
    cursor.value = null
  }, [])

  /** Takes the selection off alarms that are done: the keys go to the row behind them. */
  const afterBulk = () => {
    const last = rows.findLastIndex(({ all }) => all.some((alarm) => picked.peek().has(alarmKey(alarm))))
    const next = rows[last + 1] ?? rows.find(({ all }) => !all.some((alarm) => picked.peek().has(alarmKey(alarm))))
    pickNone()
    if (next !== undefined) focusRow(next.key)
  }

  return (
    <>
      <AlarmTools at={at} open={mine} listed={alarmsInOrder(groups)} />
      <div class={`alarm-page ${at.alarm === null ? '' : 'has-detail'}`}>
        <div class="alarm-main">
          <section class="card alarm-card" aria-label={w.list}>
            <Listed at={at} history={history} groups={shownGroups}>
              <AlarmList at={at} groups={shownGroups} times={raisedTimes(known)} open={named} />
            </Listed>
            {(rows.length < groups.flatMap((group) => group.rows).length || (isPast && history.hasMore)) && (
              <button
                type="button"
                class="button is-small alarm-more"
                onClick={() => {
                  rowsMax.value += ROWS_AT_FIRST
                  if (isPast && history.hasMore) history.more()
                }}
              >
                {w.more}
              </button>
            )}
            <AlarmBulk alarms={chosen} onDone={afterBulk} />
          </section>
          <AlarmChannels />
        </div>
        {at.alarm !== null && (
          <AlarmDetail
            answer={answer}
            together={together}
            cause={row !== undefined && isOfCause(row) ? row.alarm : null}
            others={named === null ? [] : othersOf(named, known)}
            linkOf={(alarm) => linkTo(placeWith(at, alarm))}
            onClose={() => {
              openAlarm(at, null)
              if (cursor.peek() !== null) focusRow(cursor.peek() ?? '')
            }}
          />
        )}
      </div>
    </>
  )
}

type Alarm = AlarmRow['alarm']
const isSame = (one: Alarm) => (other: Alarm) => alarmKey(one) === alarmKey(other)

/** The same rule and source at other times, the newest first. */
function othersOf(named: Alarm, known: readonly Alarm[]): readonly Alarm[] {
  const same = known.filter((alarm) => subjectOf(alarm) === subjectOf(named) && !isSame(named)(alarm))
  const distinct = [...new Map(same.map((alarm) => [alarmKey(alarm), alarm])).values()]
  return distinct.sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at)).slice(0, OTHERS_MAX)
}

function firstRows(groups: readonly AlarmRows[], max: number): readonly AlarmRows[] {
  let left = max
  return groups.flatMap(({ group, rows }) => {
    const some = rows.slice(0, Math.max(0, left))
    left -= some.length
    return some.length === 0 ? [] : [{ group, rows: some }]
  })
}

interface ListedProps {
  readonly at: AlarmsRoute
  readonly history: ReturnType<typeof useAlarmHistory>
  readonly groups: readonly AlarmRows[]
  readonly children: ComponentChildren
}

/** The list, or in its place: what comes, what failed, or that there is nothing. */
function Listed({ at, history, groups, children }: ListedProps) {
  const w = words().alarms
  const show = at.show ?? 'open'
  const { value: state } = history.state
  const failure = show === 'history' ? (state.kind === 'failed' ? state.detail : null) : alarmsFailed.value
  const isHere = show === 'history' ? state.kind === 'loaded' : hasAlarms.value
  const retry = show === 'history' ? history.retry : () => void loadAlarms()
  const failed = failure !== null && <ErrorBody title={w.failed} detail={failure} onRetry={retry} />
  if (groups.length > 0) {
    return (
      <>
        {failed}
        {children}
      </>
    )
  }
  if (failed !== false) return failed
  if (isHere) return <Nothing show={show} />
  return (
    <div class="alarm-skeleton" role="status" aria-label={words().loading}>
      {[0, 1, 2, 3, 4].map((i) => (
        <span key={i} class="skeleton" />
      ))}
    </div>
  )
}

function Nothing({ show }: { readonly show: NonNullable<AlarmsRoute['show']> }) {
  const w = words().alarms
  if (show === 'history') return <p class="alarm-nothing">{w.nothingPast}</p>
  if (show !== 'open') return <p class="alarm-nothing">{w.nothingShown}</p>
  return (
    <p class="alarm-nothing">
      <Icon name="check" />
      <strong>{w.nothing}</strong>
      {w.nothingOpen}
    </p>
  )
}
