import { DAY_MS } from '../../src/base/durations.js'
import { randomStream } from '../random.js'
import type { LocalDay } from './local-days.js'

/** Outdoor temperature, °C. */
export interface Climate {
  readonly mean: number
  /** From the mean of the year to that of the warmest month, and from the mean of a day to its warmest hour. */
  readonly seasonSwing: number
  readonly daySwing: number
  /** Largest distance by which the weather leads away from the season. */
  readonly weatherSwing: number
}

const YEAR_MS = 365.25 * DAY_MS
/** The warmest day of the year, some weeks after the solstice, and the warmest hour of a day. */
const WARMEST_MS = Date.UTC(2026, 6, 22)
const WARMEST_MINUTE = 15 * 60

function weather(seed: number, day: number): number {
  return 2 * randomStream(seed, 'weather', day)() - 1
}

/** Temperature at the full minutes of a day, °C. One day's weather turns into the next day's by straight lines. */
export function temperatureOfDay(climate: Climate, day: LocalDay, seed: number): Float64Array {
  const today = weather(seed, day.index)
  const tomorrow = weather(seed, day.index + 1)
  return Float64Array.from({ length: day.minutes + 1 }, (_, minute) => {
    const inYear = (day.startMs + minute * 60_000 - WARMEST_MS) / YEAR_MS
    const inDay = (minute - WARMEST_MINUTE) / day.minutes
    return (
      climate.mean +
      climate.seasonSwing * Math.cos(2 * Math.PI * inYear) +
      climate.daySwing * Math.cos(2 * Math.PI * inDay) +
      climate.weatherSwing * (today + ((tomorrow - today) * minute) / day.minutes)
    )
  })
}
