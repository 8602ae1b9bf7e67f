import { DAY_MS } from '../../../../src/base/durations.js'

/** Whole days of an iCalendar file (RFC 5545), as the calendar of a plant has them. */

export interface CalendarDay {
  readonly date: string
  /** Last day, itself included; absent for one day. */
  readonly to?: string
  readonly name?: string
  readonly planned_stop: true
}

/** Days of all events, in their order, each once. Events that repeat are taken as often as the file lists them. */
export function daysOfIcs(text: string): readonly CalendarDay[] {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
  const days = new Map<string, CalendarDay>()
  let event: Map<string, string> | null = null
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') event = new Map()
    else if (line === 'END:VEVENT') {
      const day = event === null ? null : dayOf(event)
      if (day !== null) days.set(`${day.date} ${day.to ?? ''}`, day)
      event = null
    } else {
      const [, name = '', value = ''] = /^([A-Z-]+)[^:]*:(.*)$/.exec(line) ?? []
      // An alarm inside the event may have a text of its own, behind that of the event.
      if (!event?.has(name)) event?.set(name, value)
    }
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1))
}

function dayOf(event: ReadonlyMap<string, string>): CalendarDay | null {
  const date = dateIn(event.get('DTSTART') ?? '')
  if (date === null) return null
  // The end of whole days is the day after the last (§3.6.1); a time ends on its own day.
  const end = event.get('DTEND') ?? ''
  const until = dateIn(end)
  const last = until === null ? date : /^\d{8}$/.test(end) ? dayBefore(until) : until
  const name = (event.get('SUMMARY') ?? '').replace(/\\([,;\\])/g, '$1').trim()
  return { date, ...(last > date ? { to: last } : {}), ...(name === '' ? {} : { name }), planned_stop: true }
}

function dateIn(value: string): string | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(value) ?? []
  if (year === undefined) return null
  const date = `${year}-${month}-${day}`
  return Number.isNaN(Date.parse(date)) ? null : date
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
}
