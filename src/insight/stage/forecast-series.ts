import type { Scope } from '../../base/kpi.js'

/** Forecasts are of quarters of an hour, the blocks that demand is billed by. */
export const FORECAST_WINDOW = '15m'

/** A KPI of a plant, a line or a device whose quarters of an hour are forecast. */
export interface ForecastSeries {
  readonly plant: string
  readonly scope: Scope
  readonly id: string
  readonly kpi: string
}

/** A series that could be forecast. */
export interface ForecastCandidate extends ForecastSeries {
  readonly unit: string
  /** True of a meter at the grid. */
  readonly isMain: boolean
}

/** Energy that adds up over time, the most asked for first. */
export const FORECAST_KPIS = [
  'energy_elec_import',
  'energy_natural_gas',
  'energy_steam',
  'energy_heat',
  'energy_comp_air',
  'energy_water_fresh',
] as const

/** One word for a series, the same as its folder below that of forecasts. */
export function forecastSeriesKey({ plant, scope, id, kpi }: ForecastSeries): string {
  return `${plant}/${scope}.${id}.${kpi}`
}

/**
 * Series that are forecast when there is room for `max`: of each plant its electricity, then that of main meters and lines, then
 * other energy in the same order. Plants take turns in the order in which they are configured.
 */
export function chosenSeries(candidates: readonly ForecastCandidate[], max: number): readonly ForecastCandidate[] {
  return candidates
    .map((candidate, place) => ({ candidate, place, rank: rankOf(candidate) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank! || a.place - b.place)
    .slice(0, max)
    .map(({ candidate }) => candidate)
}

function rankOf({ scope, kpi, isMain }: ForecastCandidate): number | null {
  const carrier = (FORECAST_KPIS as readonly string[]).indexOf(kpi)
  if (carrier === -1 || (scope === 'device' && !isMain)) return null
  const place = scope === 'plant' ? 0 : scope === 'device' ? 1 : 2
  return (carrier === 0 ? 0 : 3) + place
}
