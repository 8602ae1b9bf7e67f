import { randomStream } from '../../simulators/random.js'
import { DAY_MS, HOUR_MS } from '../../src/base/durations.js'
import { HORIZONS, type HorizonName } from '../../src/base/forecast.js'
import type { ForecastRecord } from '../../src/insight/forecast.js'
import { inOrderOfArrival, type Observation } from '../../src/insight/series/known-series.js'
import { LocalDays } from '../../src/insight/series/local-days.js'
import { type ForecasterOptions, SeriesForecaster, type StepResult } from '../../src/insight/series-forecaster.js'

/** Monday. */
export const FIRST_MS = Date.parse('2026-01-05T00:00:00Z')

/** Days of a plant in UTC without shifts. */
export function plainDays(): LocalDays {
  return new LocalDays({ timezone: 'UTC', shifts: [], calendar: [] })
}

/** Intervals of an hour whose values are given by their number and a stream of random numbers; each arrives at its end. */
export function hourly(days: number, value: (hour: number, random: () => number) => number, seed = 1): Observation[] {
  const random = randomStream('series', seed)
  return Array.from({ length: days * 24 }, (_, hour) => ({
    startMs: FIRST_MS + hour * HOUR_MS,
    value: value(hour, random),
    arrivedAtMs: FIRST_MS + (hour + 1) * HOUR_MS,
  }))
}

/** Forecasts of a series as it arrived: what each step brought. */
export function forecastAll(
  observations: readonly Observation[],
  days: number,
  options: Partial<ForecasterOptions> = {},
): readonly StepResult[] {
  const stepMs = options.stepMs ?? HOUR_MS
  const forecaster = new SeriesForecaster({
    horizons: HORIZONS,
    stepMs,
    days: plainDays(),
    coordinates: null,
    seed: 1,
    peakThreshold: null,
    fitsFromMs: Number.NEGATIVE_INFINITY,
    wholeFromMs: Number.NEGATIVE_INFINITY,
    outside: null,
    onFit: null,
    ...options,
  })
  const arrivals = inOrderOfArrival(observations)
  const results: StepResult[] = []
  let taken = 0
  for (let nowMs = FIRST_MS; nowMs <= FIRST_MS + days * DAY_MS; nowMs += stepMs) {
    while (taken < arrivals.length && arrivals[taken]!.arrivedAtMs <= nowMs) forecaster.take(arrivals[taken++]!)
    results.push(forecaster.step(nowMs))
  }
  return results
}

/** Noise about 0 that is nearly normal, with a standard deviation of 0.58: the sum of four numbers. */
export function bell(random: () => number): number {
  return random() + random() + random() + random() - 2
}

/** A plant that works from 6 to 22 on weekdays, with noise; `shifts` moves the end of its day. */
export function workday(hour: number, random: () => number, endsAt = 22): number {
  const [day, time] = [Math.floor(hour / 24), hour % 24]
  const works = day % 7 < 5 && time >= 6 && time < endsAt
  return (works ? 100 : 20) * (1 + 0.1 * bell(random))
}

/** White noise about a level. */
export function noise(_: number, random: () => number): number {
  return 50 + 10 * bell(random)
}

/** A level that goes up or down by chance; the next value is the last one, as far as anybody can know. */
export function randomWalk(): (hour: number, random: () => number) => number {
  let level = 1000
  return (_, random) => {
    level += bell(random)
    return level
  }
}

/** Forecasts of one horizon, in order. */
export function issuedBy(results: readonly StepResult[], horizon: HorizonName): readonly ForecastRecord[] {
  return results.flatMap(({ issued }) => issued.filter((record) => record.horizon === horizon))
}

/** Days that results are of: a day ahead is forecast once a day. */
function daysOf(results: readonly StepResult[]): number {
  return issuedBy(results, 'day_ahead').length - 1
}

/** Share of the forecasts of the last days that may be shown. */
export function shownShare(results: readonly StepResult[], horizon: HorizonName, days: number): number {
  const last = results.slice((-days * results.length) / daysOf(results))
  const records = issuedBy(last, horizon)
  return records.filter(({ hidden }) => hidden === null).length / records.length
}
