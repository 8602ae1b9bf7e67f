import { systemClock } from '../../src/base/clock.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { ForecastItem, ForecastsAnswer } from '../../src/views/wire/forecasts.js'
import type { DemandBlockItem, PeakAnswer } from '../../src/views/wire/peak.js'

/** Answers of a plant in Shanghai that a page is tried with. */

/** Start of its day, epoch ms. */
export function dayStartMs(): number {
  return Math.floor((systemClock.nowMs() + 8 * HOUR_MS) / DAY_MS) * DAY_MS - 8 * HOUR_MS
}

export function forecastsOf(reason: ForecastItem['reason']): ForecastsAnswer {
  const startMs = dayStartMs()
  const known = (value: number) => (reason === '' ? value : null)
  const values = Array.from({ length: 96 }, (_, i) => ({
    ...{ start: textOf(startMs + i * QUARTER_HOUR_MS), end: textOf(startMs + (i + 1) * QUARTER_HOUR_MS) },
    ...{ value: known(60), low_50: known(55), high_50: known(65), low_90: known(50), high_90: known(70) },
  }))
  const naive = [
    { model: 'last_week', rmse: 11, mae: 8 },
    { model: 'yesterday', rmse: 12, mae: 9 },
    { model: 'last_value', rmse: 15, mae: 12 },
  ]
  const score = {
    ...{ days: 28, rehearsed_days: 20, intervals: 2688, mae: 3, rmse: 4, mase: 0.4, bias: 0 },
    ...{ coverage_50: 0.52, coverage_90: 0.91, naive },
  }
  const issue = {
    model: 'trees 1.00',
    version: '1',
    seed: 1,
    chain: 1,
    model_file: null,
    reason,
    total: null,
    sum: known(5760),
  }
  const at = { issued_at: textOf(startMs + 60_000), known_until: textOf(startMs + 60_000), data_up_to: textOf(startMs) }
  const hourMs = Math.floor(systemClock.nowMs() / HOUR_MS) * HOUR_MS
  const hours = Array.from({ length: 32 }, (_, i) => ({
    ...{ start: textOf(hourMs + i * QUARTER_HOUR_MS), end: textOf(hourMs + (i + 1) * QUARTER_HOUR_MS) },
    ...{ value: known(64), low_50: known(61), high_50: known(67), low_90: known(56), high_90: known(72) },
  }))
  const itemOf = (horizon: ForecastItem['horizon']): ForecastItem => ({
    ...{
      plant: 'bound',
      scope: 'plant',
      id: 'bound',
      kpi: 'energy_elec_import',
      unit: 'kW',
      kpi_unit: 'kWh',
      window: '15m',
    },
    ...{ horizon, reason, known_days: 60, damaged_lines: 0, model_file: null },
    ...{ score, newest: { ...issue, ...at, values: horizon === 'next_hours' ? hours : values } },
  })
  return { forecasts: [itemOf('next_interval'), itemOf('day_ahead'), itemOf('next_hours')], left_out: 0 }
}

export function peakOf(): PeakAnswer {
  const startMs = Math.floor(systemClock.nowMs() / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
  const block = (quarter: number, kw: number, chance: number): DemandBlockItem => ({
    ...{ start: textOf(startMs + quarter * QUARTER_HOUR_MS), end: textOf(startMs + (quarter + 1) * QUARTER_HOUR_MS) },
    ...{ expected_kw: kw, low_50_kw: kw - 20, high_50_kw: kw + 20, low_90_kw: kw - 50, high_90_kw: kw + 50 },
    chance_over: chance,
  })
  const over = block(3, 320, 0.7)
  return {
    ...{
      limit_kw: 300,
      chance_reason: '',
      is_sliding: false,
      sliding_ratio: null,
      later: [over],
      later_reason: '',
      highest: over,
    },
    running: {
      ...{ start: block(0, 0, 0).start, end: block(0, 0, 0).end, measured_until: textOf(startMs + 5 * MINUTE_MS) },
      ...{
        measured_kwh: 24,
        measured_kw: 288,
        last_15_min_kw: null,
        is_over: false,
        expected: block(0, 285, 0.3),
        horizon: 'next_interval',
        reason: '',
      },
    },
    first_over: { ...over, lead_s: 2400 },
    month: { demand_kw: 290, reason: '', cost: 11_600, extra_cost: 1234 },
    could_wait: { start: null, end: null, meters: [] },
  }
}

export function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
