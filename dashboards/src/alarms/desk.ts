import { signal } from '@preact/signals'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { goTo } from '../nav.js'
import type { Place } from '../pages.js'
import type { AlarmRow } from './groups.js'
import { alarmKey } from './open.js'

/** State of the page of the alarms: which are selected, where the keys are, what is to be done. */

type AlarmsPlace = Extract<Place, { view: 'alarms' }>

/** Selected alarms, by `alarmKey`. One that comes back meanwhile is not among them: nobody has seen it. */
export const picked = signal<ReadonlySet<string>>(new Set())
/** The row that keys are about; null before the first. */
export const cursor = signal<string | null>(null)

export type ActForms = 'bulk' | 'detail'
/** Act that a key asks one of the two forms to do; null while none is asked for. */
export const askedAct = signal<{ readonly what: 'ack' | 'shelve'; readonly form: ActForms } | null>(null)

export const isPicked = ({ all }: AlarmRow) => all.every((alarm) => picked.value.has(alarmKey(alarm)))

export function pick(rows: readonly AlarmRow[], on: boolean): void {
  const next = new Set(picked.value)
  for (const key of rows.flatMap(({ all }) => all.map(alarmKey))) {
    if (on) next.add(key)
    else next.delete(key)
  }
  picked.value = next
}

export function pickNone(): void {
  picked.value = new Set()
}

export const rowId = (key: string) => `alarm-${key}`

/** The row under the keys has the focus, so that it is seen and read aloud. */
export function focusRow(key: string): void {
  cursor.value = key
  // It may have to be drawn first.
  requestAnimationFrame(() => document.getElementById(rowId(key))?.focus())
}

/** The alarm that an address names: its id in the plant of the page, or behind its plant. */
export function alarmNamed({ plant, alarm }: AlarmsPlace): Pick<AlarmItem, 'plant' | 'id'> | null {
  if (alarm === null) return null
  const [first = '', ...rest] = alarm.split('|')
  if (rest.length > 0) return { plant: first, id: rest.join('|') }
  return plant === null ? null : { plant, id: alarm }
}

/** The same list with the details of an alarm, or with none. */
export function placeWith(at: AlarmsPlace, alarm: AlarmItem | null): AlarmsPlace {
  const named = alarm === null ? null : at.plant === null ? alarmKey(alarm) : alarm.id
  return { view: 'alarms', plant: at.plant, show: at.show, alarm: named }
}

export const openAlarm = (at: AlarmsPlace, alarm: AlarmItem | null) => goTo(placeWith(at, alarm))
