import { DAY_MS, HOUR_MS } from '../../base/durations.js'
import type { DaySlots } from './similar-days.js'

/** Below this irradiance, W/m2, an interval says nothing of the clouds. */
const BRIGHT = 100
/** Sunny time that the sky of now is made of, and how far back it is looked for. */
const NEWEST_MS = HOUR_MS
const BACK_MS = 1.5 * DAY_MS
/** Days, and time on either side, that the sky of a time of day is made of. */
const WEEK_DAYS = 7
const AROUND_MS = HOUR_MS

/** One interval to be forecast, by what is known now. */
interface SunTarget {
  readonly slots: DaySlots
  /** Start of the interval, epoch ms. */
  readonly startMs: number
  /** Number of the newest interval that may be known. */
  readonly newest: number
}

/**
 * Forecast by the share of a clear sky that the newest hour of sunshine had; NaN where the place is not known. Source: persistence
 * of the clear-sky index, the reference of solar forecasting (Yang et al., Verification of deterministic solar forecasts, 2020).
 */
export function clearSkyLast({ slots: { series, sunshine }, startMs, newest }: SunTarget): number {
  if (sunshine === null) return Number.NaN
  let [energy, sun, found] = [0, 0, 0]
  const wanted = Math.max(1, NEWEST_MS / series.stepMs)
  for (let number = newest; number > newest - BACK_MS / series.stepMs && found < wanted; number--) {
    const irradiance = sunshine.irradiance(number)
    const value = series.at(number)
    if (irradiance < BRIGHT || Number.isNaN(value)) continue
    energy += value
    sun += irradiance
    found++
  }
  return found === 0 ? Number.NaN : (energy / sun) * sunshine.irradiance(series.numberOf(startMs))
}

/** Forecast by the share of a clear sky that this time of day had over the last week: which way panels face is in it. */
export function clearSkyWeek({ slots: { series, sunshine }, startMs, newest }: SunTarget): number {
  if (sunshine === null) return Number.NaN
  let [energy, sun] = [0, 0]
  const width = Math.round(AROUND_MS / series.stepMs)
  for (let back = 1; back <= WEEK_DAYS; back++) {
    const place = series.numberOf(startMs - back * DAY_MS)
    for (let number = place - width; number <= Math.min(newest, place + width); number++) {
      const irradiance = sunshine.irradiance(number)
      const value = series.at(number)
      if (irradiance === 0 || Number.isNaN(value)) continue
      energy += value
      sun += irradiance
    }
  }
  const irradiance = sunshine.irradiance(series.numberOf(startMs))
  // A time of day without sun, and with none around it, has no share either.
  if (sun === 0) return irradiance === 0 ? 0 : Number.NaN
  return (energy / sun) * irradiance
}

/** Columns of `sunRow`. */
export const SUN_COLUMNS = 5

/** Height of the sun in an interval, which way it goes, and what it brings under the sky of now and of the week; none without a place. */
export function sunRow(target: SunTarget): readonly number[] {
  const { slots, startMs } = target
  const { series, sunshine } = slots
  if (sunshine === null) return []
  const middleMs = startMs + series.stepMs / 2
  const sine = sunshine.sineAt(middleMs)
  return [
    sine,
    sunshine.sineAt(middleMs + series.stepMs) - sine,
    sunshine.irradiance(series.numberOf(startMs)),
    clearSkyLast(target),
    clearSkyWeek(target),
  ]
}
