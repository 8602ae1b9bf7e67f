import { MINUTE_MS } from './durations.js'

/** KPI of blocks that end with each minute of a window: the first of them begin so long before it. */
export const SLIDING_DEMAND = { kpi: 'peak_demand_15_sliding', looksBackMs: 14 * MINUTE_MS } as const
