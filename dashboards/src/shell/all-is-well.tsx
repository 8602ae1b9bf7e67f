import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { alarmList, isShelved } from '../alarms/open.js'
import { lastSettled } from '../alarms/settled.js'
import { sourceOf } from '../alarms/text.js'
import { inService } from '../devices/list.js'
import { ageText, decimal, durationText } from '../format.js'
import { getAlarms } from '../gateway/api.js'
import { zoneOf } from '../names.js'
import { linkTo } from '../nav.js'
import { language, words } from '../settings.js'
import { minuteMs, nowMs, plantList } from '../state.js'
import { clockText, dateText, isSameDay } from '../time/time.js'
import { Icon } from '../ui/icon.js'

const LIMIT = '1000'

/** Nothing needs a person: the one line that says so, and since when where the last two days know it. */
export function AllIsWell() {
  const lang = language.value
  const w = words().needs
  const last = useLastSettled()
  const online = plantList.value
    .flatMap((plant) => plant.lines.flatMap((line) => inService(line.devices)))
    .filter((device) => device.state === 'online').length
  const acked = alarmList.value.filter(({ state }) => state === 'active_ack').length
  const shelved = alarmList.value.filter((a) => a.cleared_at === null && isShelved(a, minuteMs.value)).length
  const cleared = alarmList.value.filter(({ state }) => state === 'cleared_unack').length
  const facts = [
    ...(cleared > 0 ? [w.cleared(decimal(cleared, 0, lang))] : []),
    w.online(decimal(online, 0, lang)),
    ...(acked > 0 ? [w.acked(decimal(acked, 0, lang))] : []),
    ...(shelved > 0 ? [w.shelved(decimal(shelved, 0, lang))] : []),
  ]
  if (last !== null) facts.push(w.last(last.alarm.text[lang], sourceOf(last.alarm)[0] ?? last.alarm.plant))
  return (
    <section class="card well" aria-label={w.title}>
      <Icon name="check" />
      {/* Only this is news: the facts beside it change every minute. */}
      <strong role="status">{w.nothing}</strong>
      <span class="well-facts">{facts.join(' · ')}</span>
      {last !== null && shelved === 0 && <Since atMs={last.atMs} plant={last.alarm.plant} />}
    </section>
  )
}

function Since({ atMs, plant }: { readonly atMs: number; readonly plant: string }) {
  const lang = language.value
  const zone = zoneOf(plant)
  const lengthMs = Math.max(0, minuteMs.value - atMs)
  const clock = clockText(atMs, zone, lang)
  const date = dateText(atMs, { zone, language: lang, nowMs: minuteMs.value })
  const time = isSameDay(atMs, minuteMs.value, zone) ? clock : `${date} ${clock}`
  return (
    <a class="well-since num" href={linkTo({ view: 'alarms', plant: null, alarm: null })}>
      {words().needs.since(time, lengthMs < DAY_MS ? durationText(lengthMs, lang) : ageText(lengthMs, lang))}
    </a>
  )
}

/** Asked once when the quiet begins: an alarm that is over and acknowledged is not among the open ones. */
function useLastSettled() {
  const past = useSignal<readonly AlarmItem[]>([])
  useEffect(() => {
    let isCurrent = true
    const from = new Date(nowMs.peek() - 2 * DAY_MS).toISOString()
    void getAlarms(null, { from, limit: LIMIT }).then((answer) => {
      if (isCurrent && answer.kind === 'loaded') past.value = answer.value.items
    })
    return () => {
      isCurrent = false
    }
  }, [])
  return lastSettled([...past.value, ...alarmList.value])
}
