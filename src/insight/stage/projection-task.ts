import { DayFigures } from '../budget/day-figures.js'
import { DayLikenesses } from '../budget/day-models.js'
import { type PeriodProjection, projectionsOf } from '../budget/projection.js'
import { LocalDays } from '../series/local-days.js'
import type { ForecastPlan } from './chain.js'

/** Days of a KPI that are known, ascending: their starts, epoch ms, and their figures. */
export interface ReadDays {
  readonly kpi: string
  readonly unit: string
  readonly startsMs: Float64Array
  readonly values: Float64Array
}

/** A plant whose month and year are projected from the beginning of a day. */
export interface ProjectionTask {
  readonly plan: ForecastPlan
  /** An instant of the day that goes on, epoch ms. */
  readonly todayMs: number
  readonly series: readonly ReadDays[]
}

/** Month and year of one KPI of a plant. */
export interface KpiProjection {
  readonly kpi: string
  readonly unit: string
  /** End of the newest day that is known, epoch ms; null when none is. */
  readonly dataUpToMs: number | null
  readonly periods: readonly PeriodProjection[]
}

/** The ends of month and year of each series. They depend on nothing but the task. */
export function projectPlant({ plan, todayMs, series }: ProjectionTask): readonly KpiProjection[] {
  const days = new LocalDays(plan)
  const likenesses = new DayLikenesses(days)
  const today = days.dayAt(todayMs).number
  return series.map(({ kpi, unit, startsMs, values }) => {
    const numbers = Array.from(startsMs, (ms) => days.dayAt(ms).number)
    const first = Math.min(today, numbers[0] ?? today)
    const byDay = new Float64Array(today - first).fill(Number.NaN)
    for (const [i, number] of numbers.entries()) if (number < today) byDay[number - first] = values[i]!
    const figures = new DayFigures(first, byDay)
    const until = figures.knownUntil
    return {
      ...{ kpi, unit, dataUpToMs: until === null ? null : days.day(until).startMs },
      periods: projectionsOf(figures, days, likenesses),
    }
  })
}
