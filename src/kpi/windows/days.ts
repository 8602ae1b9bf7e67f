import { entryOf } from '../../base/entry-of.js'
import type { KpiSubject } from './subjects.js'

/** Readings of each series that were due in a month before the first one came, by the key of the series. */
export type DueBefore = ReadonlyMap<string, number>

/** Total of one KPI on one day of the plant, before it is made a figure: a month is added up from these. */
export interface DayTotal {
  readonly total: unknown
  /** The day is published. */
  readonly isDue: boolean
  /** It was over: it changes only by late data, which compute it again. */
  readonly isFinal: boolean
  /** Instant since which there were data, epoch ms; only for days whose readings are gone. */
  readonly sinceMs?: number
  /** Readings that were due in their month before the first ones came; only for the same days, for the completeness of data. */
  readonly dueBefore?: DueBefore
}

/** Totals of the first days of a month, added up in order of time. */
export interface FirstDays {
  /** Start of the days after them, epoch ms. */
  readonly toMs: number
  /** Keyed by KPI; one for each that has months. */
  readonly totals: ReadonlyMap<string, DayTotal>
}

/** Days kept a subject, one by one: two months that late data are in, and some of the one at hand; those made last stay. */
const DAYS_MAX = 72
/**
 * A sum in which a day has changed is made again from all its days. Devices that send their past weeks apart would have that
 * done in each cycle: from that day on days stay apart, for so many times that months are computed.
 */
const APART_FOR = 500
/** Months a subject of which the first days are kept together; those made last stay. */
const MONTHS_MAX = 3

interface UnitDays {
  readonly days: Map<number, Map<string, DayTotal>>
  readonly firstDays: Map<number, FirstDays>
  /** Days from which on those of a month stay apart, and up to which time; by month. */
  readonly apart: Map<number, { readonly fromMs: number; readonly until: number }>
}

/**
 * The totals of the days of months that may still change, by subject and day, and in a day by KPI. Days that nothing but late
 * data can change are kept as one sum: hundreds of machines with a hundred KPIs have millions of totals in a month.
 */
export class DayTotals {
  readonly #subjects = new Map<string, UnitDays>()
  /** Times that months were computed. */
  #times = 0

  set(subject: { readonly key: string }, dayMs: number, kpi: string, total: DayTotal): void {
    const { days, firstDays, apart } = this.#of(subject)
    const totals = days.get(dayMs) ?? new Map<string, DayTotal>()
    totals.set(kpi, total)
    // Behind those that were used before.
    days.delete(dayMs)
    days.set(dayMs, totals)
    // A sum with a day in it that has changed is made again, from all its days.
    for (const [monthMs, { toMs }] of firstDays) {
      if (dayMs < monthMs || dayMs >= toMs) continue
      firstDays.delete(monthMs)
      apart.delete(monthMs)
      apart.set(monthMs, { fromMs: dayMs, until: this.#times + APART_FOR })
      dropOldest(apart, MONTHS_MAX)
    }
  }

  get(subject: { readonly key: string }, dayMs: number): ReadonlyMap<string, DayTotal> | undefined {
    return this.#subjects.get(subject.key)?.days.get(dayMs)
  }

  /** A day of a subject is at hand for all of its KPIs that have months: as a whole one when it is over by now. */
  has(subject: KpiSubject, dayMs: number, isOver: boolean): boolean {
    const totals = this.get(subject, dayMs)
    return subject.kpis.every(({ kpi }) => {
      if (!kpi.windows.includes('1mo')) return true
      const total = totals?.get(kpi.id)
      return total !== undefined && (total.isFinal || !isOver)
    })
  }

  /** The first days of a month that are kept together; null when there are none for all KPIs of the subject. */
  firstDays(subject: KpiSubject, monthMs: number): FirstDays | null {
    const found = this.#subjects.get(subject.key)?.firstDays.get(monthMs)
    if (found === undefined) return null
    return subject.kpis.every(({ kpi }) => !kpi.windows.includes('1mo') || found.totals.has(kpi.id)) ? found : null
  }

  /** Start of the days of a month that are not to be added up for now, epoch ms; Infinity when there are none. */
  apartFromMs(subject: { readonly key: string }, monthMs: number): number {
    const apart = this.#subjects.get(subject.key)?.apart.get(monthMs)
    return apart === undefined || apart.until < this.#times ? Infinity : apart.fromMs
  }

  /** Keeps the first days of a month together, and no longer one by one. */
  addUp(subject: { readonly key: string }, monthMs: number, first: FirstDays): void {
    const { days, firstDays } = this.#of(subject)
    firstDays.delete(monthMs)
    firstDays.set(monthMs, first)
    dropOldest(firstDays, MONTHS_MAX)
    for (const dayMs of [...days.keys()]) if (monthMs <= dayMs && dayMs < first.toMs) days.delete(dayMs)
  }

  /** Forgets the days that were made longest ago. Not while months are computed: each needs all of its days. */
  trim(): void {
    this.#times++
    for (const { days } of this.#subjects.values()) dropOldest(days, DAYS_MAX)
  }

  clear(): void {
    this.#subjects.clear()
  }

  #of({ key }: { readonly key: string }): UnitDays {
    return entryOf(this.#subjects, key, () => ({ days: new Map(), firstDays: new Map(), apart: new Map() }))
  }
}

function dropOldest<V>(map: Map<number, V>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) break
    map.delete(key)
  }
}
