import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type AlarmItem, EXPECTED_DEMAND, MONTH_OVERDUE } from '../../../src/base/alarm.js'
import type { Answer } from '../gateway/api.js'
import { type Asked, answerTo } from '../gateway/polled.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import type { Place } from '../pages.js'
import { plantPlaceOf } from '../plant/page.js'
import { language, words } from '../settings.js'
import { catalogue, generation, nowMs } from '../state.js'
import { exactText } from '../time/time.js'
import { ErrorBody } from '../ui/error-card.js'
import { Icon } from '../ui/icon.js'
import { Skeleton } from '../ui/skeleton.js'
import { subscripts, Unit } from '../ui/text.js'
import { ActForm } from './alarm-act.js'
import { AlarmChart } from './alarm-chart.js'
import { Lasting } from './alarm-list.js'
import { AlarmStory } from './alarm-story.js'
import { TOO_MANY } from './alarm-value.js'
import { alarmAsIs, groupOf } from './groups.js'
import { findAlarm } from './history.js'
import { alarmKey, changedAlarm, hasAlarms, openAlarms } from './open.js'
import { SeveritySign } from './severity-sign.js'
import { deviationText, figuresOf, momentText, sourceText } from './text.js'

/** The alarm that is named, wherever it is kept: among the open ones, or far back. */
export function useNamedAlarm(named: Pick<AlarmItem, 'plant' | 'id'> | null): Answer<AlarmItem | null> {
  const key = named === null ? '' : alarmKey(named)
  const found = useSignal<Asked<AlarmItem | null>>({ key: '', answer: { kind: 'loading' } })
  const asks = useRef(0)
  const isOpen = openAlarms.value.has(key)
  const areRead = hasAlarms.value
  const currentGeneration = generation.value
  // Also when it is no longer among the open ones: what became of it while the gateway was away nobody has told.
  useEffect(() => {
    if (named === null || !areRead || isOpen) return
    const ask = ++asks.current
    void findAlarm(named.plant, named.id).then((answer) => {
      if (ask !== asks.current) return
      if (answer.kind === 'loaded' || answerTo(key, found.peek()).kind !== 'loaded') found.value = { key, answer }
    })
    return () => {
      asks.current++
    }
  }, [key, areRead, isOpen, currentGeneration])
  const changed = changedAlarm.value
  useEffect(() => {
    if (changed === null || alarmKey(changed) !== key) return
    asks.current++
    found.value = { key, answer: { kind: 'loaded', value: changed } }
  }, [changed])
  const last = useRef(found.peek())
  const answer = alarmAsIs(key, openAlarms.value, found.value)
  if (answer.kind === 'loaded') last.current = { key, answer }
  // One that has just left the open ones is shown as it was until it is known what became of it.
  return answer.kind === 'loading' ? answerTo(key, last.current) : answer
}

interface AlarmDetailProps {
  readonly answer: Answer<AlarmItem | null>
  /** Alarms that an act is done to: this one, and those that stand in one row with it. */
  readonly together: readonly AlarmItem[]
  /** This alarm stands for all of them when they have one cause; it is null for one alone. */
  readonly cause: AlarmItem | null
  /** Others of the same rule and source in the time shown, the newest first. */
  readonly others: readonly AlarmItem[]
  readonly linkOf: (alarm: AlarmItem) => string
  readonly onClose: () => void
}

/** At the right of the list, over all of a phone: one alarm with all that is known of it. */
export function AlarmDetail({ answer, together, cause, others, linkOf, onClose }: AlarmDetailProps) {
  const w = words().alarms
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // The focus goes along where the details cover the list; beside the list it stays there.
    if (matchMedia('(max-width: 1279px)').matches) close.current?.focus()
  }, [])
  return (
    <aside class="card alarm-detail" aria-label={w.details}>
      <button
        ref={close}
        type="button"
        class="button is-icon alarm-close"
        aria-label={w.close}
        title={`${w.close} Esc`}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
      {answer.kind === 'loading' && <Skeleton class="is-plot" />}
      {answer.kind === 'failed' && (
        <ErrorBody title={w.failed} detail={answer.detail} onRetry={() => location.reload()} />
      )}
      {answer.kind === 'loaded' && answer.value === null && (
        <div class="empty">
          <strong>{w.unknown}</strong>
          <p>{w.unknownHint}</p>
        </div>
      )}
      {answer.kind === 'loaded' && answer.value !== null && (
        <Detail
          alarm={answer.value}
          together={together}
          cause={cause}
          others={others}
          linkOf={linkOf}
          onDone={() => close.current?.focus()}
        />
      )}
    </aside>
  )
}

interface DetailProps extends Omit<AlarmDetailProps, 'answer' | 'onClose'> {
  readonly alarm: AlarmItem
  /** Moves the focus to what stays, as an act may take its own form away. */
  readonly onDone: () => void
}

function Detail({ alarm, together, cause, others, linkOf, onDone }: DetailProps) {
  const w = words()
  const lang = language.value
  const zone = zoneOf(alarm.plant)
  const group = groupOf(alarm, nowMs.value)
  const figures = figuresOf(alarm)
  const info =
    catalogue.value.kind === 'loaded' && alarm.kpi !== null ? catalogue.value.value.get(alarm.kpi) : undefined
  const moment = (at: string) => momentText(at, zone, nowMs.peek(), lang)
  return (
    <>
      <header class={`alarm-top is-${alarm.severity} in-${group}`}>
        <p class="alarm-severity">
          {group === 'shelved' ? (
            <Icon name="bellOff" />
          ) : (
            <SeveritySign severity={alarm.severity} state={alarm.state} />
          )}
          <strong>{w.severities[alarm.severity]}</strong>
          <span class="faint">{w.alarms.groups[group]}</span>
        </p>
        <h2>{subscripts((cause ?? alarm).text[lang])}</h2>
        <p class="alarm-source">{sourceText(cause ?? alarm)}</p>
        <div class="alarm-hero">
          <span>
            <span class="alarm-big num" data-value={alarm.value}>
              {figures.value}
              <Unit unit={figures.unit} />
            </span>
            <span class="faint num">{deviationText(alarm)}</span>
            {alarm.kpi !== null && figures.current !== null && (
              <span class="alarm-now num">{w.alarms.now(`${figures.current} ${figures.unit}`.trim())}</span>
            )}
          </span>
          <span>
            <span class="alarm-long num">
              <Lasting alarm={alarm} />
            </span>
            <span class="faint num" title={exactText(Date.parse(alarm.raised_at), zone, lang)}>
              {alarm.cleared_at === null
                ? w.alarms.since(moment(alarm.raised_at))
                : w.alarms.fromTo(moment(alarm.raised_at), moment(alarm.cleared_at))}
            </span>
          </span>
        </div>
        {!alarm.watched && alarm.cleared_at === null && (
          <p class="alarm-unwatched">
            <Icon name="unplug" size={14} />
            {w.alarms.notWatched}
          </p>
        )}
      </header>
      <div class="alarm-body">
        {info !== undefined && (
          <>
            <p class="faint">
              {subscripts(info.name[lang])} · {alarm.window !== null && w.windows[alarm.window]} · {w.alarms.plantTime}
            </p>
            <AlarmChart key={alarmKey(alarm)} alarm={alarm} info={info} />
          </>
        )}
        <Facts alarm={alarm} />
        <AlarmStory alarm={alarm} zone={zone} />
        {cause !== null && <Members alarms={together} linkOf={linkOf} />}
        {others.length > 0 && (
          <section class="alarm-others">
            <h3>{w.alarms.repeats}</h3>
            <ul>
              {others.map((other) => (
                <li key={other.id}>
                  <a href={linkOf(other)}>
                    <span class="num">{moment(other.raised_at)}</span>
                    <span>{w.alarms.groups[groupOf(other, nowMs.peek())]}</span>
                    <span class="num faint">
                      <Lasting alarm={other} />
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
        <a class="button is-small alarm-to" href={linkTo(placeOf(alarm))}>
          {alarm.scope === 'device' ? w.alarms.openDevice : w.alarms.openPlant}
          <Icon name="chevron" size={14} />
        </a>
      </div>
      {group !== 'cleared_ack' && (
        <footer class="alarm-foot">
          <ActForm key={alarmKey(alarm)} form="detail" alarms={together} onDone={onDone} />
        </footer>
      )}
    </>
  )
}

/** Each device of an alarm that stands for several, with its own. */
function Members({
  alarms,
  linkOf,
}: {
  readonly alarms: readonly AlarmItem[]
  readonly linkOf: (a: AlarmItem) => string
}) {
  const w = words().alarms
  const inOrder = alarms.toSorted((a, b) => a.scope_id.localeCompare(b.scope_id, 'en', { numeric: true }))
  return (
    <section class="alarm-others">
      <h3>{w.members}</h3>
      <ul>
        {inOrder.map((alarm) => (
          <li key={alarmKey(alarm)}>
            <a href={linkOf(alarm)}>
              <span>{alarm.scope_id}</span>
              <span class="num faint">
                <Lasting alarm={alarm} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Place at which the figure or the device of an alarm is shown. */
function placeOf({ plant, scope, scope_id, kpi, window }: AlarmItem): Place {
  if (scope === 'device') return { view: 'device', plant, device: scope_id }
  const place = plantPlaceOf(plant, scope === 'line' ? scope_id : null)
  return place.view === 'plant' && kpi !== null ? { ...place, kpi, window } : place
}

/** Rules whose alarms have no limit that a reader could use. */
const WITHOUT_LIMIT: ReadonlySet<string> = new Set([TOO_MANY, EXPECTED_DEMAND, MONTH_OVERDUE])

function Facts({ alarm }: { readonly alarm: AlarmItem }) {
  const w = words()
  const { limit, unit } = figuresOf(alarm)
  const reference = `${limit} ${unit}`.trim()
  return (
    <dl class="alarm-facts">
      <dt>{w.alarms.rule}</dt>
      <dd>
        <code>{alarm.rule}</code>
      </dd>
      {alarm.window !== null && (
        <>
          <dt>{w.alarms.window}</dt>
          <dd>{w.windows[alarm.window]}</dd>
        </>
      )}
      {!WITHOUT_LIMIT.has(alarm.rule) && (
        <>
          <dt>{w.alarms.limitName}</dt>
          <dd class="num">{reference}</dd>
        </>
      )}
      <dt>{w.alarms.clears}</dt>
      <dd class="num">{clearsText(alarm, reference)}</dd>
    </dl>
  )
}

function clearsText({ kpi, rule, value, limit }: AlarmItem, reference: string): string {
  const w = words().alarms
  if (rule === TOO_MANY) return w.clearsDevice.limit
  if (rule === EXPECTED_DEMAND) return w.clearsDevice.demand
  if (rule === MONTH_OVERDUE) return w.clearsDevice.attestation
  if (kpi === null) return rule === 'device-clock' ? w.clearsDevice.clock : w.clearsDevice.silence
  return value >= limit ? w.clearsBelow(reference) : w.clearsAbove(reference)
}
