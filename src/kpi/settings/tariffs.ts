import { Temporal } from 'temporal-polyfill'
import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import type { PeriodOptions, TariffOptions } from '../../base/options/tariffs.js'
import type { PlantOptions } from '../../base/plant.js'
import { WEEKDAYS, type Weekday } from '../../base/weekdays.js'
import type { Calendar } from '../series/calendar.js'

/** Days whose prices are kept. */
const DAYS_MAX = 500

/** Price of a kWh in a quarter of an hour: a period, and the tariff that has it. */
export interface Price {
  readonly tariff: TariffOptions
  readonly period: PeriodOptions
}

interface PricedDay {
  readonly startMs: number
  readonly tariff: TariffOptions | null
  /** By quarters since the start of the day: 92 or 100 of them on some days. */
  readonly prices: readonly (Price | null)[]
}

/**
 * The prices of one plant by its configuration. A quarter of an hour belongs to the period that holds the local time at
 * which it starts: the hour that a night has twice is priced twice alike, the one that it has not at all never.
 */
export class PlantTariffs {
  readonly #tariffs: readonly TariffOptions[]
  readonly #zone: string
  readonly #calendar: Calendar
  readonly #days = new Map<number, PricedDay>()

  constructor({ tariffs, timezone }: Pick<PlantOptions, 'tariffs' | 'timezone'>, calendar: Calendar) {
    this.#tariffs = tariffs
    this.#zone = timezone
    this.#calendar = calendar
  }

  /** The price of the quarter that holds an instant; null when no tariff, or no period of it, covers it. */
  at(ms: number): Price | null {
    const { startMs, prices } = this.#day(ms)
    return prices[Math.floor((ms - startMs) / QUARTER_HOUR_MS)] ?? null
  }

  /** The tariff in force on the day that holds an instant. */
  tariffAt(ms: number): TariffOptions | null {
    return this.#day(ms).tariff
  }

  #day(ms: number): PricedDay {
    const { startMs, endMs } = this.#calendar.day(ms)
    const known = this.#days.get(startMs)
    if (known !== undefined) return known
    const start = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(this.#zone)
    const date = start.toPlainDate().toString()
    const tariff = this.#tariffs.find((one) => one.valid_from <= date && date <= (one.valid_to ?? date)) ?? null
    const minuteAt = (quarter: number) => {
      if (endMs - startMs === DAY_MS) return quarter * 15
      const { hour, minute } = start.add({ minutes: quarter * 15 })
      return hour * 60 + minute
    }
    const weekday = WEEKDAYS[start.dayOfWeek - 1]!
    const prices = Array.from(
      { length: Math.ceil((endMs - startMs) / QUARTER_HOUR_MS) },
      (_, quarter): Price | null => {
        const time = { month: start.month, weekday, minute: minuteAt(quarter) }
        const period = tariff?.periods.find((one) => holdsAt(one, time))
        return tariff === null || period === undefined ? null : { tariff, period }
      },
    )
    const day = { startMs, tariff, prices }
    if (this.#days.size >= DAYS_MAX) this.#days.clear()
    this.#days.set(startMs, day)
    return day
  }
}

/** A time of the wall clock, as prices go by. */
export interface WallTime {
  readonly month: number
  readonly weekday: Weekday
  /** Since midnight. */
  readonly minute: number
}

export function holdsAt({ days, months, from, to }: PeriodOptions, { month, weekday, minute }: WallTime): boolean {
  if (!months.includes(month) || !days.includes(weekday)) return false
  const [a, b] = [minuteOf(from), minuteOf(to)]
  return a < b ? a <= minute && minute < b : a <= minute || minute < b
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
