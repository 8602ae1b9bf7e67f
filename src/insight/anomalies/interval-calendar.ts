import { DAY_MS } from '../../base/durations.js'
import type { PlantHistory } from './plant-history.js'

/** A day of a history: its intervals are [from, to). */
export interface HistoryDay {
  readonly from: number
  readonly to: number
  readonly weekday: number
  /** False for days that say nothing of an ordinary week: holidays, stops, other shifts, changes of the clocks, and the day after a rest. */
  readonly isOrdinary: boolean
}

/** Days of a history and the place of each interval in its week. */
export class IntervalCalendar {
  readonly days: readonly HistoryDay[]
  /** Intervals of a day of 24 hours. */
  readonly slots: number
  readonly slotOf: Uint16Array
  readonly dayOf: Uint16Array
  readonly isPlanned: Uint8Array

  constructor({ days, startMs, stepMs, intervals }: Pick<PlantHistory, 'days' | 'startMs' | 'stepMs' | 'intervals'>) {
    this.slots = Math.round(DAY_MS / stepMs)
    this.slotOf = new Uint16Array(intervals)
    this.dayOf = new Uint16Array(intervals)
    this.isPlanned = new Uint8Array(intervals)
    const found: { from: number; to: number; weekday: number; planned: number; isPlain: boolean }[] = []
    for (let i = 0; i < intervals; ) {
      const ms = startMs + i * stepMs
      const day = days.dayAt(ms)
      const to = Math.min(intervals, Math.ceil((day.endMs - startMs) / stepMs))
      let planned = 0
      const from = i
      for (; i < to; i++) {
        const at = startMs + i * stepMs
        this.slotOf[i] = Math.floor(days.timeOfDayMs(day, at) / stepMs)
        this.dayOf[i] = found.length
        this.isPlanned[i] = days.planned(at)
        planned += this.isPlanned[i]!
      }
      const isPlain = !day.isHoliday && day.endMs - day.startMs === DAY_MS && to - from === this.slots
      found.push({ from, to, weekday: day.weekday, planned, isPlain })
    }
    const usual = usualPlans(found)
    this.days = found.map(({ from, to, weekday, planned, isPlain }, d) => ({
      from,
      to,
      weekday,
      isOrdinary: isPlain && (found[d - 1]?.isPlain ?? true) && planned === usual.get(weekday),
    }))
  }
}

/** Planned intervals of most days of a weekday. */
function usualPlans(
  days: readonly { readonly weekday: number; readonly planned: number; readonly isPlain: boolean }[],
) {
  const usual = new Map<number, number>()
  for (let weekday = 0; weekday < 7; weekday++) {
    const counts = new Map<number, number>()
    for (const day of days) {
      if (day.isPlain && day.weekday === weekday) counts.set(day.planned, (counts.get(day.planned) ?? 0) + 1)
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1])
    if (most !== undefined) usual.set(weekday, most[0])
  }
  return usual
}
