import type { AlarmItem, AlarmsAnswer } from '../base/alarm.js'
import { cursorOf, positionIn } from './cursor.js'
import { faultOf, PARAMETERS, page } from './parameters.js'

/** What lists of alarms have in common, be they of one plant or of all. */

/** What a list may be narrowed by. */
export const alarmQuery = {
  state: PARAMETERS.state.optional(),
  from: PARAMETERS.from.optional().meta({ description: 'only alarms that were not over by then; all when absent' }),
  to: PARAMETERS.to.optional().meta({ description: 'only alarms that were raised before; all when absent' }),
  ...page,
}

/** A page of alarms, the newest first. Throws the 400 for a foreign cursor. */
export function pageOf(
  alarms: readonly AlarmItem[],
  query: {
    readonly state?: string | undefined
    readonly from?: number | undefined
    readonly to?: number | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
): AlarmsAnswer {
  const { state, from, to, cursor, limit } = query
  const after = cursor === undefined ? null : placeIn(cursor)
  const found = alarms
    .filter(
      (alarm) =>
        (state === undefined || alarm.state === state || (state === 'open' && alarm.state !== 'cleared_ack')) &&
        (to === undefined || Date.parse(alarm.raised_at) < to) &&
        (from === undefined || alarm.cleared_at === null || Date.parse(alarm.cleared_at) >= from),
    )
    .map((alarm) => ({ alarm, place: placeOf(alarm) }))
    .filter(({ place }) => after === null || newestFirst(after, place) < 0)
    .sort((a, b) => newestFirst(a.place, b.place))
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const isLast = last === undefined || found.length <= limit
  return { items: shown.map(({ alarm }) => alarm), next: isLast ? null : cursorAt(last.place) }
}

interface Place {
  readonly raisedMs: number
  /** Plant and id: an id is that of one alarm within its plant. */
  readonly key: string
}

function placeOf({ raised_at, plant, id }: AlarmItem): Place {
  return { raisedMs: Date.parse(raised_at), key: `${plant} ${id}` }
}

function newestFirst(a: Place, b: Place): number {
  return b.raisedMs - a.raisedMs || (a.key === b.key ? 0 : a.key < b.key ? 1 : -1)
}

function cursorAt({ raisedMs, key }: Place): string {
  return cursorOf(`${raisedMs} ${key}`)
}

function placeIn(cursor: string): Place {
  const [, raised, key] = /^(-?\d{1,16}) (.+)$/.exec(positionIn(cursor) ?? '') ?? []
  if (raised === undefined || key === undefined) throw faultOf('cursor', cursor)
  return { raisedMs: Number(raised), key }
}
