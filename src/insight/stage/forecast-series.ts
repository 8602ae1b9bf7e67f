import type { Scope } from '../../base/kpi.js'
import type { InsightOptions } from '../options.js'

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

/** Energy that adds up over time, the most asked for first; what is made on site last, which few plants have. */
export const FORECAST_KPIS = [
  'energy_elec_import',
  'energy_natural_gas',
  'energy_steam',
  'energy_heat',
  'energy_comp_air',
  'energy_water_fresh',
  'energy_elec_onsite',
] as const

/** Places of one kind of KPI: plant, main meters, lines. */
const PLACES = 3
/** Behind all places of all kinds. */
const OTHER_DEVICES = 3 * PLACES

/** One word for a series, the same as its folder below that of forecasts. */
export function forecastSeriesKey({ plant, scope, id, kpi }: ForecastSeries): string {
  return `${plant}/${scope}.${id}.${kpi}`
}

/**
 * Candidates in the order in which they are forecast: of each plant its electricity, then that of main meters and lines, then other energy in the same
 * order, other KPIs, and at last other devices, where `meters` asks for them. Plants take turns in the order in which they are configured.
 */
export function chosenSeries(
  candidates: readonly ForecastCandidate[],
  meters: InsightOptions['meters'],
): readonly ForecastCandidate[] {
  return candidates
    .filter(({ scope, isMain }) => meters === 'all' || scope !== 'device' || isMain)
    .map((candidate, place) => ({ candidate, place, rank: rankOf(candidate) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ candidate }) => candidate)
}

function rankOf({ scope, kpi, isMain }: ForecastCandidate): number {
  const carrier = (FORECAST_KPIS as readonly string[]).indexOf(kpi)
  const kind = carrier === -1 ? 2 : carrier === 0 ? 0 : 1
  if (scope === 'device' && !isMain) return OTHER_DEVICES + kind
  return PLACES * kind + (scope === 'plant' ? 0 : scope === 'device' ? 1 : 2)
}
