import type { HorizonName } from '../../base/forecast.js'

/** Horizons that are learnt together, with chains and a cache of their own: a group that is added leaves what others learnt as it was. */
export interface ForecastGroup {
  readonly horizons: readonly HorizonName[]
  /** Names of its files in the folder of a series. */
  readonly chains: string
  readonly learnt: string
}

/** The group that takes what became known into the log of the series, and has a model file. */
export const FIRST_GROUP: ForecastGroup = {
  horizons: ['next_interval', 'day_ahead'],
  chains: 'chains.jsonl',
  learnt: 'learnt.cache',
}

export const HOURS_GROUP: ForecastGroup = {
  horizons: ['next_hours'],
  chains: 'hours-chains.jsonl',
  learnt: 'hours-learnt.cache',
}

/** All of them, in the order in which they are worked on. */
export const FORECAST_GROUPS = [FIRST_GROUP, HOURS_GROUP] as const
