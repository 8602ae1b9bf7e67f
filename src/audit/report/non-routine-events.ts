import type { StoredEvent } from '../../archive/events.js'
import { EVENT_FIELDS } from '../../base/events.js'
import type { NonRoutineEvent } from '../../insight/savings/saving.js'
import { entryItemsOf, eventItem } from '../entries.js'

/** Types of events that say what is no saving, and whether that still counts. */
export const NON_ROUTINE_TYPES = ['non_routine_event', 'withdrawn'] as const

/** Events that people put on record about a claimed saving, as far as they count: approved where that is asked for, and not withdrawn. */
export function nonRoutineEvents(events: readonly StoredEvent[]): (claim: string) => readonly NonRoutineEvent[] {
  const told = entryItemsOf(events.map(eventItem)).flatMap(({ type, status, origin, author, fields }) => {
    if (type !== 'non_routine_event' || status !== 'counted' || origin?.kind !== 'person') return []
    const { data } = EVENT_FIELDS.non_routine_event.safeParse(fields)
    if (data === undefined) return []
    const { saving, from, to = null, kwh_per_day: kwhPerDay, reason } = data
    return [{ saving, event: { from, to, kwhPerDay, reason, author } }]
  })
  return (claim) => told.filter(({ saving }) => saving === claim).map(({ event }) => event)
}
