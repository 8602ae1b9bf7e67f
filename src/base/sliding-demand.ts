import { MINUTE_MS } from './durations.js'

/** KPI of blocks that end with each minute of a window: the first of them begin so long before it. */
export const SLIDING_DEMAND = { kpi: 'peak_demand_15_sliding', looksBackMs: 14 * MINUTE_MS } as const

/** Fifteen minutes that lie across two blocks hold at most what both hold. */
const RATIO_MAX = 2

/** The highest demand of minutes over that of blocks, 1 to 2; 1 while one of them is not known. */
export function slidingRatio(slidingKw: number, blocksKw: number): number {
  return slidingKw > 0 && blocksKw > 0 ? Math.min(RATIO_MAX, Math.max(1, slidingKw / blocksKw)) : 1
}
