import { HOUR_MS, MINUTE_MS } from '../base/durations.js'
import type { KpiPoint } from '../base/kpi.js'
import type { PlantNode } from '../base/wire.js'
import type { ForecastIssue, ForecastItem, ForecastScoreItem } from './wire/forecasts.js'

/** A mean over less than that says nothing. */
const RUNNING_MIN_MS = MINUTE_MS

/** Instants that say how much of a window is over. */
export interface OverUntil {
  readonly nowMs: number
  /** Newest reading of what the point is of, epoch ms. */
  readonly newestMs: number
}

/** A point of energy in kWh as mean power of its window, kW; of one that goes on over what has come of it. Null with its reason, or while less than a minute has. */
export function pointInKw(point: KpiPoint, { nowMs, newestMs }: OverUntil): KpiPoint {
  const [startMs, endMs] = [Date.parse(point.start), Date.parse(point.end)]
  // Readings of its last minutes may be under way when the clock is past its end.
  const isBehind = point.provisional && newestMs > startMs && newestMs < endMs
  const overMs = nowMs < endMs || isBehind ? Math.min(nowMs, newestMs) - startMs : endMs - startMs
  const hours = overMs < RUNNING_MIN_MS ? null : overMs / HOUR_MS
  const isKnown = point.value !== null && hours !== null
  return {
    ...point,
    unit: 'kW',
    value: isKnown ? point.value / hours : null,
    reason: isKnown ? '' : point.reason || 'no_data',
    numerator: point.value,
    denominator: hours,
  }
}

/** Newest reading of the plant, of a line or of a device of it, epoch ms; of all that is not configured none is known. */
export function newestReadingMs(node: PlantNode | undefined, scope: KpiPoint['scope'], id: string): number {
  const lines = (node?.lines ?? []).filter((line) => scope !== 'line' || line.id === id)
  const devices = lines.flatMap((line) => line.devices).filter((device) => scope !== 'device' || device.id === id)
  return Math.max(-Infinity, ...devices.flatMap(({ newest }) => (newest === null ? [] : [Date.parse(newest)])))
}

/** A forecast of energy in kWh as mean power, kW; a sum of power says nothing. */
export function issueInKw(issue: ForecastIssue): ForecastIssue {
  const values = issue.values.map(({ start, end, ...amounts }) => {
    const hours = (Date.parse(end) - Date.parse(start)) / HOUR_MS
    const mean = (kwh: number | null) => (kwh === null ? null : kwh / hours)
    const { value, low_50, high_50, low_90, high_90 } = amounts
    const bounds = { low_50: mean(low_50), high_50: mean(high_50), low_90: mean(low_90), high_90: mean(high_90) }
    return { start, end, value: mean(value), ...bounds }
  })
  return { ...issue, total: null, values }
}

/** Forecasts of a series in kWh and their errors as mean power, kW; one of another unit as it is. */
export function itemInKw(item: ForecastItem, intervalMs: number): ForecastItem {
  if (item.unit !== 'kWh') return item
  const { newest, score } = item
  return {
    ...item,
    unit: 'kW',
    newest: newest === null ? null : issueInKw(newest),
    score: score === null ? null : scoreInKw(score, intervalMs / HOUR_MS),
  }
}

function scoreInKw(score: ForecastScoreItem, hours: number): ForecastScoreItem {
  const mean = (kwh: number | null) => (kwh === null ? null : kwh / hours)
  const { mae, rmse, bias, naive } = score
  return {
    ...score,
    ...{ mae: mean(mae), rmse: mean(rmse), bias: mean(bias) },
    naive: naive.map((one) => ({ ...one, rmse: mean(one.rmse), mae: mean(one.mae) })),
  }
}
