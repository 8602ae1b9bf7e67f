import { HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { EXIT } from '../../base/exit-codes.js'
import type { Window } from '../../base/kpi.js'
import type { Observation } from '../../insight/series/known-series.js'
import type { GatewayApi } from '../client/call-gateway.js'
import { type StoredSeriesName, storedPages } from '../client/stored-points.js'
import { Unreachable } from '../client/unreachable.js'

/** Windows that a series can be forecast in: a day has a whole number of them. */
export const FORECAST_WINDOWS: ReadonlyMap<number, Window> = new Map([
  [MINUTE_MS, '1m'],
  [QUARTER_HOUR_MS, '15m'],
  [HOUR_MS, '1h'],
])

/** Final figures of a gateway, and how many there were of those that a backtest cannot take as they are. */
export interface StoredSeries extends StoredSeriesName {
  readonly unit: string
  readonly observations: readonly Observation[]
  /** Windows whose figure is null. */
  readonly unknown: number
  /** Windows that may still change; they are left out. */
  readonly provisional: number
  /** Windows that were written anew after they had been final; only the last value is on record. */
  readonly rewritten: number
}

/**
 * Reads all figures of a series that were final by `nowMs`. No store keeps the time at which a figure was known, so each is taken to be known
 * at the end of its window. Throws `Unreachable` with the gateway's words, or when there are none.
 */
export async function storedSeries(api: GatewayApi, name: StoredSeriesName, nowMs: number): Promise<StoredSeries> {
  const { plant, scope, id, kpi, window } = name
  const observations: Observation[] = []
  let unit = ''
  let [unknown, provisional, rewritten] = [0, 0, 0]
  for await (const points of storedPages(api, name, '1970-01-01T00:00:00Z', new Date(nowMs).toISOString())) {
    for (const point of points) {
      unit = point.unit
      if (point.provisional) {
        provisional++
        continue
      }
      if (point.rev > 0) rewritten++
      if (point.value === null) unknown++
      else
        observations.push({ startMs: Date.parse(point.start), value: point.value, arrivedAtMs: Date.parse(point.end) })
    }
  }
  if (observations.length === 0) {
    throw new Unreachable(`${kpi} of ${scope} ${id} of ${plant} has no final figure of ${window} yet`, EXIT.badData)
  }
  return { ...name, unit, observations, unknown, provisional, rewritten }
}

/** Sentences on what the figures are and what is not known of them. */
export function storedLines({
  kpi,
  scope,
  id,
  plant,
  window,
  unknown,
  provisional,
  rewritten,
}: StoredSeries): string[] {
  return [
    `${kpi} of ${scope} ${id}${scope === 'plant' ? '' : ` of ${plant}`} in windows of ${window}; not known: ${unknown}, still provisional and left out: ${provisional}`,
    `times of arrival are not on record: each figure counts as known at the end of its window; written anew later: ${rewritten}`,
  ]
}
