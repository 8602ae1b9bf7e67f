import { batch, computed, signal } from '@preact/signals'
import { ALARM_SEVERITIES, type AlarmItem, type AlarmSeverity } from '../../../src/base/alarm.js'
import { byCause } from '../../../src/base/alarm-causes.js'
import type { Clock } from '../../../src/base/clock.js'
import type { Answer } from '../gateway/api.js'

/** Alarms that are open, wherever in the plants: read once, then kept by the feed. */
export const openAlarms = signal<ReadonlyMap<string, AlarmItem>>(new Map())
/** True once open alarms have been read: before that nobody may say that there is none. */
export const hasAlarms = signal(false)
/** Detail of the failure when open alarms could not be read; null when they were read. */
export const alarmsFailed = signal<string | null>(null)
/** The one that changed last, open or not: whoever shows those that are over follows it. */
export const changedAlarm = signal<AlarmItem | null>(null)

/** An alarm by itself: the id is its own plant's. */
export const alarmKey = ({ plant, id }: Pick<AlarmItem, 'plant' | 'id'>) => `${plant}|${id}`

/** Takes these items as all open alarms; of several of the same alarm the last one holds. */
export function alarmsAre(items: readonly AlarmItem[]): void {
  batch(() => {
    const last = new Map(items.map((alarm) => [alarmKey(alarm), alarm]))
    openAlarms.value = new Map([...last].filter(([, alarm]) => isOpen(alarm)))
    hasAlarms.value = true
    alarmsFailed.value = null
  })
}

/** A read that failed is tried again after this time. */
const AGAIN_MS = 5_000
let reads = 0
/** Alarms that were told while a read is under way, whose answer may be older than they are; null while none is. */
let told: AlarmItem[] | null = null

/** Reads them anew, and again until that succeeds; of several reads only the answer to the newest counts. */
export async function readAlarms(
  read: () => Promise<Answer<readonly AlarmItem[]>>,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  const mine = ++reads
  for (;;) {
    told = []
    const answer = await read()
    if (mine !== reads) return
    const since = told
    told = null
    if (answer.kind === 'loaded') {
      alarmsAre([...answer.value, ...since])
      return
    }
    if (answer.kind === 'failed') alarmsFailed.value = answer.detail
    await clock.sleep(AGAIN_MS)
    if (mine !== reads) return
  }
}

export function alarmChanged(alarm: AlarmItem): void {
  told?.push(alarm)
  const next = new Map(openAlarms.value)
  if (isOpen(alarm)) next.set(alarmKey(alarm), alarm)
  else next.delete(alarmKey(alarm))
  openAlarms.value = next
  changedAlarm.value = alarm
}

const isOpen = (alarm: AlarmItem) => alarm.state !== 'cleared_ack'

export const isShelved = (alarm: AlarmItem, nowMs: number) =>
  alarm.shelved_until !== null && Date.parse(alarm.shelved_until) > nowMs

/** Time that an alarm is or was active, ms: it runs while the alarm is active, and stands once it is cleared. */
export function lengthMs({ raised_at, cleared_at }: AlarmItem, nowMs: number): number {
  return (cleared_at === null ? nowMs : Date.parse(cleared_at)) - Date.parse(raised_at)
}

const severityRank = ({ severity }: AlarmItem) => ALARM_SEVERITIES.indexOf(severity)

/** By severity, then the newest first. */
export function bySeverity(a: AlarmItem, b: AlarmItem): number {
  return severityRank(a) - severityRank(b) || Date.parse(b.raised_at) - Date.parse(a.raised_at)
}

/** True for an alarm that needs a person: active, not acknowledged and not shelved. */
export function needsPerson(alarm: AlarmItem, nowMs: number): boolean {
  return alarm.state === 'active_unack' && !isShelved(alarm, nowMs)
}

/** Alarms that need a person are told once for each cause, in the order of the list. */
export function urgentAlarms(alarms: readonly AlarmItem[], nowMs: number): readonly AlarmItem[] {
  return byCause(
    alarms.filter((alarm) => needsPerson(alarm, nowMs)),
    alarms,
  ).map(({ head }) => head)
}

/** The screen on the wall stays at the plant of such an alarm; a milder one may stand for hours and would hide the other plants. */
export const holdsWall = ({ severity }: AlarmItem) => severity === 'critical' || severity === 'major'

/** All that one of `urgentAlarms` stands for. */
export function membersOf(head: AlarmItem, nowMs: number): readonly AlarmItem[] {
  const open = alarmList.peek()
  const found = byCause(
    open.filter((alarm) => needsPerson(alarm, nowMs)),
    open,
  ).find(({ head: { plant, id } }) => plant === head.plant && id === head.id)
  return found?.members ?? [head]
}

/** The most severe of them; null when there is none. */
export function worstOf(alarms: readonly AlarmItem[]): AlarmSeverity | null {
  return [...alarms].sort(bySeverity)[0]?.severity ?? null
}

export const alarmList = computed(() => [...openAlarms.value.values()].sort(bySeverity))
