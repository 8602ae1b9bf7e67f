import { type AlarmBrief, type AlarmItem, type AlarmPlace, newestFirst } from '../base/alarm.js'
import { sharedCauses } from '../base/alarm-causes.js'
import type { AlarmsAnswer } from '../base/wire/alarms.js'
import { cursorOf, positionIn } from './cursor.js'
import { PARAMETERS, page, parameterFault } from './parameters.js'
import type { AlarmList } from './sources/alarms.js'

/** Parts that lists of alarms have in common, be they of one plant or of all. */

/** Parameters that narrow a list, and those of its page. */
export const alarmQuery = {
  state: PARAMETERS.state.optional(),
  from: PARAMETERS.from.optional().meta({ description: 'only alarms that were not over by then; all when absent' }),
  to: PARAMETERS.to.optional().meta({ description: 'only alarms that were raised before; all when absent' }),
  ...page,
}

/** A page of alarms of a plant, or of all of them (null), the newest first. Throws the 400 for a foreign cursor. */
export function pageOf(
  sources: Pick<AlarmList, 'alarms'>,
  plant: string | null,
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
  const isWanted = (alarm: AlarmBrief) =>
    (state === undefined || alarm.state === state || (state === 'open' && alarm.state !== 'cleared_ack')) &&
    (to === undefined || alarm.raisedMs < to) &&
    (from === undefined || alarm.clearedMs === null || alarm.clearedMs >= from) &&
    (after === null || newestFirst(after, alarm) < 0)
  const found = sources.alarms(plant, isWanted, limit + 1)
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    causes: sharedCauses(items),
    next: last === undefined || found.length <= limit ? null : cursorAt(last),
  }
}

function cursorAt({ raised_at, plant, id }: AlarmItem): string {
  return cursorOf(`${Date.parse(raised_at)} ${plant} ${id}`)
}

function placeIn(cursor: string): AlarmPlace {
  const [, raised, plant, id] = /^(-?\d{1,16}) (\S+) (.+)$/.exec(positionIn(cursor) ?? '') ?? []
  if (raised === undefined || plant === undefined || id === undefined) throw parameterFault('cursor', cursor)
  return { raisedMs: Number(raised), plant, id }
}
