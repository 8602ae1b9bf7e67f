import type { AlarmItem } from '../../../src/base/alarm.js'
import { byCause } from '../../../src/base/alarm-causes.js'
import type { Answer } from '../gateway/api.js'
import { type Asked, answerTo } from '../gateway/polled.js'
import type { Span } from '../series/points.js'
import { alarmKey, bySeverity, isShelved } from './open.js'
import type { AlarmShow } from './page.js'

/** The order of the list: what asks for a person stands above what does not. */
const ALARM_GROUPS = ['active_unack', 'active_ack', 'cleared_unack', 'shelved', 'cleared_ack'] as const
export type AlarmGroup = (typeof ALARM_GROUPS)[number]

/** One line of the list: an alarm, and those of the same rule and source that stand for the same with it. */
export interface AlarmRow {
  readonly key: string
  /** The newest of them, or the one that stands for all of a cause. */
  readonly alarm: AlarmItem
  /** All of them, the newest first. */
  readonly all: readonly AlarmItem[]
}

export interface AlarmRows {
  /** null for a list in the order of time. */
  readonly group: AlarmGroup | null
  readonly rows: readonly AlarmRow[]
}

/** Key of an alarm's rule and source: an alarm that comes back has the same one. */
export function subjectOf({ plant, rule, scope, scope_id }: AlarmItem): string {
  return `${plant}|${rule}|${scope}|${scope_id}`
}

export function groupOf(alarm: AlarmItem, nowMs: number): AlarmGroup {
  if (alarm.state === 'cleared_ack') return 'cleared_ack'
  return isShelved(alarm, nowMs) ? 'shelved' : alarm.state
}

/** True when an alarm belongs to a choice of the list. A shelved alarm is neither active nor unacknowledged there. */
export function isShownIn(show: AlarmShow, alarm: AlarmItem, nowMs: number): boolean {
  const group = groupOf(alarm, nowMs)
  if (show === 'history') return true
  if (show === 'open') return group !== 'cleared_ack'
  if (show === 'active') return group === 'active_unack' || group === 'active_ack'
  if (show === 'unacknowledged') return group === 'active_unack' || group === 'cleared_unack'
  return group === 'shelved'
}

/** Alarms of a kind, each kind in the order in which they come. */
function grouped<K>(alarms: readonly AlarmItem[], kindOf: (alarm: AlarmItem) => K): Map<K, AlarmItem[]> {
  const groups = new Map<K, AlarmItem[]>()
  for (const alarm of alarms) {
    const kind = kindOf(alarm)
    const group = groups.get(kind)
    if (group === undefined) groups.set(kind, [alarm])
    else group.push(alarm)
  }
  return groups
}

const newestFirst = (a: AlarmItem, b: AlarmItem) => Date.parse(b.raised_at) - Date.parse(a.raised_at)

/** Alarms that came back are one row, and so are those of one cause; the newest first. */
function rowsOf(group: string, alarms: readonly AlarmItem[], among: readonly AlarmItem[]): AlarmRow[] {
  const found = byCause([...alarms].sort(newestFirst), among)
  const alone = found.flatMap(({ members }) => (members.length === 1 ? members : []))
  const rows = [
    ...found
      .filter(({ members }) => members.length > 1)
      .map(({ head, members }) => ({ key: `${group}|cause|${alarmKey(head)}`, alarm: head, all: members })),
    ...[...grouped(alone, subjectOf)].map(([subject, all]) => ({ key: `${group}|${subject}`, alarm: all[0]!, all })),
  ]
  return rows.sort((a, b) => newestFirst(a.all[0]!, b.all[0]!))
}

/** A row whose alarms come from several sources stands for one cause. */
export const isOfCause = ({ all }: Pick<AlarmRow, 'all'>) => new Set(all.map(({ scope_id }) => scope_id)).size > 1

/** Open alarms: by group, then severity, then the newest first. History: the newest first. */
export function groupsOf(show: AlarmShow, alarms: readonly AlarmItem[], nowMs: number): readonly AlarmRows[] {
  if (show === 'history') return alarms.length === 0 ? [] : [{ group: null, rows: rowsOf('history', alarms, alarms) }]
  const byGroup = grouped(
    alarms.filter((alarm) => isShownIn(show, alarm, nowMs)),
    (alarm) => groupOf(alarm, nowMs),
  )
  return ALARM_GROUPS.flatMap((group) => {
    const rows = rowsOf(group, byGroup.get(group) ?? [], alarms)
    return rows.length === 0 ? [] : [{ group, rows: rows.sort((a, b) => bySeverity(a.alarm, b.alarm)) }]
  })
}

/** The alarms of a list from top to bottom. */
export function alarmsInOrder(groups: readonly AlarmRows[]): readonly AlarmItem[] {
  return groups.flatMap(({ rows }) => rows.flatMap(({ all }) => all))
}

/** Number of times that each rule and source was raised, by `subjectOf`, among alarms of which some may be named twice. */
export function raisedTimes(alarms: readonly AlarmItem[]): ReadonlyMap<string, number> {
  const distinct = [...new Map(alarms.map((alarm) => [alarmKey(alarm), alarm])).values()]
  return new Map([...grouped(distinct, subjectOf)].map(([subject, all]) => [subject, all.length]))
}

export const isUnacknowledged = ({ state }: AlarmItem) => state === 'active_unack' || state === 'cleared_unack'

/** Whoever acknowledges or puts aside what is major or worse says why. */
export function isNoteRequired(alarms: readonly AlarmItem[]): boolean {
  return alarms.some(({ severity }) => severity === 'critical' || severity === 'major')
}

/** One alarm by its `alarmKey`: as it stands among the open ones, else as it was found in the past. */
export function alarmAsIs(
  key: string,
  open: ReadonlyMap<string, AlarmItem>,
  found: Asked<AlarmItem | null>,
): Answer<AlarmItem | null> {
  const now = open.get(key)
  return now === undefined ? answerTo(key, found) : { kind: 'loaded', value: now }
}

export function isOverBefore({ cleared_at }: AlarmItem, ms: number): boolean {
  return cleared_at !== null && Date.parse(cleared_at) < ms
}

/** Alarms of a period with one of them as it is now; a new one comes in if it lies there. */
export function withChanged(items: readonly AlarmItem[], changed: AlarmItem, span: Span): readonly AlarmItem[] {
  const key = alarmKey(changed)
  if (items.some((item) => alarmKey(item) === key)) {
    return items.map((item) => (alarmKey(item) === key ? changed : item))
  }
  return isOverBefore(changed, span.fromMs) || Date.parse(changed.raised_at) >= span.toMs
    ? items
    : [changed, ...items].sort(newestFirst)
}
