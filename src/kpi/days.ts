import type { Unit } from './units.js'

/** What one KPI comes to on one day of the plant, before it is made a figure: what a month is added up from. */
export interface DayTotal {
  readonly total: unknown
  /** The day is published. */
  readonly isDue: boolean
  /** It was over: it changes only by late data, which compute it again. */
  readonly isFinal: boolean
}

/** Days kept a unit: the month at hand and another one that late data are in; those made last stay. */
const DAYS_MAX = 64

/** The totals of the days of months that may still change, by unit and day, and in a day by KPI. */
export class DayTotals {
  readonly #units = new Map<string, Map<number, Map<string, DayTotal>>>()

  set(unit: { readonly key: string }, dayMs: number, kpi: string, total: DayTotal): void {
    const days = this.#units.get(unit.key) ?? new Map<number, Map<string, DayTotal>>()
    this.#units.set(unit.key, days)
    const totals = days.get(dayMs) ?? new Map<string, DayTotal>()
    totals.set(kpi, total)
    // Behind those that were used before.
    days.delete(dayMs)
    days.set(dayMs, totals)
  }

  get(unit: { readonly key: string }, dayMs: number): ReadonlyMap<string, DayTotal> | undefined {
    return this.#units.get(unit.key)?.get(dayMs)
  }

  /** A day of a unit is at hand for all of its KPIs that have months: as a whole one when it is over by now. */
  has(unit: Unit, dayMs: number, isOver: boolean): boolean {
    const totals = this.get(unit, dayMs)
    return unit.kpis.every(({ kpi }) => {
      if (!kpi.windows.includes('1mo')) return true
      const total = totals?.get(kpi.id)
      return total !== undefined && (total.isFinal || !isOver)
    })
  }

  /** Forgets the days that were made longest ago. Not while months are computed: each needs all of its days. */
  trim(): void {
    for (const days of this.#units.values()) {
      for (const dayMs of days.keys()) {
        if (days.size <= DAYS_MAX) break
        days.delete(dayMs)
      }
    }
  }

  clear(): void {
    this.#units.clear()
  }
}
