import { useRef } from 'preact/hooks'
import { usePageKeys } from '../page-keys.js'
import { areKeysOn } from '../settings.js'
import { askedAct, cursor, focusRow, isPicked, pick, picked, pickNone } from './desk.js'
import type { AlarmRow } from './groups.js'

interface AlarmKeys {
  readonly rows: readonly AlarmRow[]
  readonly isDetailOpen: boolean
  /** null closes the details. */
  readonly onOpen: (row: AlarmRow | null) => void
}

/** The keys of the list. Whoever types into a field types, and does not command. */
export function useAlarmKeys(keys: AlarmKeys): void {
  const now = useRef(keys)
  now.current = keys
  const isBehindG = useRef(false)
  usePageKeys((event) => {
    // `g a` leads to this page, and acknowledges nothing.
    const wasBehindG = isBehindG.current
    isBehindG.current = event.key === 'g'
    if (wasBehindG || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
    if (pressed(event, now.current)) event.preventDefault()
  })
}

const MOVES: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/** Does what a key asks for; true when the key was one of the list's. */
function pressed(event: KeyboardEvent, { rows, isDetailOpen, onOpen }: AlarmKeys): boolean {
  if (!areKeysOn.peek() && event.key.length === 1 && event.key !== ' ') return false
  const at = rows.findIndex(({ key }) => key === cursor.peek())
  const row = rows[at]
  const by = MOVES[event.key]
  if (by !== undefined && (event.key.length === 1 || isInList(event.target))) {
    const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]
    if (next === undefined) return false
    if (event.shiftKey && row !== undefined) pick([row, next], true)
    focusRow(next.key)
    if (isDetailOpen && next !== row) onOpen(next)
    return true
  }
  if (event.key === 'Escape') {
    if (isDetailOpen) onOpen(null)
    else if (picked.peek().size > 0) pickNone()
    else return false
    if (row !== undefined) focusRow(row.key)
    return true
  }
  if ((event.key === 'a' || event.key === 's') && (picked.peek().size > 0 || isAtAlarm(event.target))) {
    const isOfDetail = picked.peek().size === 0 && isDetailOpen
    if (picked.peek().size === 0 && !isDetailOpen) {
      if (row === undefined) return false
      pick([row], true)
    }
    askedAct.value = { what: event.key === 'a' ? 'ack' : 'shelve', form: isOfDetail ? 'detail' : 'bulk' }
    return true
  }
  if (row === undefined || !isRow(event.target)) return false
  if (event.key === ' ') pick([row], !isPicked(row))
  else if (event.key === 'Enter') onOpen(row)
  else return false
  return true
}

const within = (target: EventTarget | null, selector: string) =>
  target instanceof Element && target.closest(selector) !== null

const isElsewhere = (target: EventTarget | null) =>
  within(target, 'input:not([type="checkbox"]), textarea, select, dialog, .menu')

/** Arrows scroll, except in the list and where nothing has the focus. */
const isInList = (target: EventTarget | null) =>
  target === document.body || within(target, '.alarm-list') || (target instanceof Element && target.matches('main'))

/** Keys that act on alarms do so only where an alarm is seen to be meant. */
const isAtAlarm = (target: EventTarget | null) => within(target, '.alarm-list, .alarm-detail, .alarm-bulk')

const isRow = (target: EventTarget | null) => target instanceof Element && target.matches('.alarm-row')
