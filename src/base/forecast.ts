export const HORIZONS = ['next_interval', 'day_ahead'] as const
/** The time ahead that a forecast is of. */
export type HorizonName = (typeof HORIZONS)[number]
