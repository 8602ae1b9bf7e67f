import { join } from 'node:path'
import { DAY_MS } from '../../base/durations.js'
import { type ForecastChange, HORIZONS, type HorizonName } from '../../base/forecast.js'
import type { HorizonScore } from '../../insight/horizon.js'
import { JUDGED_DAYS } from '../../insight/score/scoreboard.js'
import { FORECAST_WINDOW, type ForecastCandidate, forecastSeriesKey } from '../../insight/stage/forecast-series.js'
import type { SeriesOutlook } from '../../insight/stage/forecast-task.js'
import { type IssuedForecast, IssuedForecasts } from '../../insight/stage/issued-forecast.js'
import type { ForecastRecordsQuery, ForecastSources } from '../../views/routes/forecasts.js'
import type { News } from '../../views/sources/news.js'
import type { ForecastIssue, ForecastItem, ForecastModelFile, ForecastScoreItem } from '../../views/wire/forecasts.js'
import type { ForecastState, Forecasts } from './forecasts.js'

/** Answers to questions about forecasts. */
export function forecastSources(forecasts: Forecasts, nowMs: () => number): ForecastSources & Pick<News, 'onForecast'> {
  return {
    forecasts: ({ plant, scope, id, kpi }) => ({
      forecasts: forecasts.states
        .filter(({ series }) => series.plant === plant && series.scope === (scope ?? series.scope))
        .filter(({ series }) => series.id === (id ?? series.id) && series.kpi === (kpi ?? series.kpi))
        .flatMap((state) => HORIZONS.map((horizon) => itemOf(state, horizon, forecasts.modelFile, nowMs()))),
      left_out: forecasts.leftOut,
    }),
    onForecast: (listener) =>
      forecasts.listen(({ series, issued }) => {
        for (const one of issued) listener(changeOf(series, one))
      }),
    forecastRecords: async ({ horizon, fromMs, toMs, limit, ...series }: ForecastRecordsQuery) =>
      new IssuedForecasts(join(forecasts.dir, forecastSeriesKey(series)))
        .range(horizon, { fromMs, toMs, limit })
        .map((issued) => issueOf(issued)),
  }
}

function changeOf({ plant, scope, id, kpi, unit }: ForecastCandidate, issued: IssuedForecast): ForecastChange {
  const { issued_at, reason, values } = issueOf(issued)
  return { plant, scope, id, kpi, unit, horizon: issued.horizon, issued_at, reason, values }
}

function itemOf(
  { series, outlook }: ForecastState,
  horizon: HorizonName,
  file: string | null,
  nowMs: number,
): ForecastItem {
  const { plant, scope, id, kpi, unit } = series
  const issued = outlook?.newest.find((one) => one.horizon === horizon)
  const newest = issued === undefined ? null : issueOf(issued)
  const score = outlook?.scores.find((one) => one.horizon === horizon)
  return {
    plant,
    scope,
    id,
    kpi,
    unit,
    kpi_unit: unit,
    window: FORECAST_WINDOW,
    horizon,
    reason: newest?.reason ?? (outlook?.liveFromMs === null && !outlook.isBehind ? 'too_short' : 'pending'),
    known_days: outlook?.knownDays ?? null,
    damaged_lines: outlook?.damagedLines ?? 0,
    model_file: modelFileOf(file, outlook),
    newest,
    score: score === undefined ? null : scoreOf(score, score.liveFromMs, nowMs),
  }
}

/** The model file as a series found it last; null before it was looked at, and without one. */
function modelFileOf(file: string | null, outlook: SeriesOutlook | null): ForecastModelFile | null {
  const state = outlook?.modelFile ?? null
  if (file === null || state === null) return null
  return { file, sha256: state.sha256, reason: state.fault?.kind ?? '', detail: state.fault?.message ?? '' }
}

/** A forecast that steps aside has its intervals and no values. */
function issueOf({ hidden, values, ...issued }: IssuedForecast): ForecastIssue {
  const text = (ms: number) => new Date(ms).toISOString()
  return {
    issued_at: text(issued.issuedAtMs),
    known_until: text(issued.knownUntilMs),
    data_up_to: issued.dataUpToMs === null ? null : text(issued.dataUpToMs),
    model: issued.model,
    version: issued.version,
    seed: issued.seed,
    chain: issued.chain,
    model_file: issued.modelFile ?? null,
    reason: hidden ?? '',
    total: hidden === null ? totalOf(values) : null,
    sum: hidden === null ? totalOf(values) : null,
    values: values.map((value, i) => {
      const startMs = issued.startMs + i * issued.stepMs
      const [forecast, low50, high50, low90, high90] = hidden === null ? value : NOT_SHOWN
      return {
        start: text(startMs),
        end: text(startMs + issued.stepMs),
        value: forecast,
        low_50: low50,
        high_50: high50,
        low_90: low90,
        high_90: high90,
      }
    }),
  }
}

function totalOf(values: IssuedForecast['values']): number | null {
  return values.reduce<number | null>((sum, [value]) => (sum === null || value === null ? null : sum + value), 0)
}

const NOT_SHOWN = [null, null, null, null, null] as const

function scoreOf(score: HorizonScore, liveFromMs: number, nowMs: number): ForecastScoreItem {
  const liveDays = Math.floor((nowMs - liveFromMs) / DAY_MS)
  return {
    days: score.days,
    rehearsed_days: Math.max(0, Math.min(score.days, JUDGED_DAYS - liveDays)),
    intervals: score.intervals,
    mae: score.mae,
    rmse: score.rmse,
    mase: score.mase,
    bias: score.bias,
    coverage_50: score.coverage50,
    coverage_90: score.coverage90,
    naive: score.naive.map((model, i) => ({ model, rmse: score.naiveRmse[i] ?? null, mae: score.naiveMae[i] ?? null })),
  }
}
