import { demandTargetOf } from '../../../src/base/demand-limit.js'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { KpiPoint } from '../../../src/base/kpi.js'
import type { Target } from '../../../src/base/wire.js'
import type { Span } from '../series/points.js'
import { localMs, sameClock } from '../time/time.js'

/** The 15-minute blocks of a day against the limit of demand. */

const BLOCK_H = 0.25
/** A mean of less than that says nothing. */
const RUNNING_MIN_MS = 60_000

/** `limit`: above it; `warn`: above the level that warns of it. */
export type BlockState = 'normal' | 'warn' | 'limit'

export interface Block extends Span {
  /** Mean power of the block, kW; null without a value. */
  readonly kw: number | null
  readonly state: BlockState
  /** Some of it is bridged over a longer silence, or unknown: it is not among those that the highest is taken from. */
  readonly counts: boolean
  readonly isRunning: boolean
  readonly point: KpiPoint
}

export interface DemandLimits {
  /** kW; null without a configured limit. */
  readonly limit: number | null
  /** kW from which on the limit is near; null without one. */
  readonly warn: number | null
}

export function demandLimits(targets: readonly Target[]): DemandLimits {
  const target = demandTargetOf(targets)
  const limit = target?.max ?? null
  return { limit, warn: limit === null || target?.warn === undefined ? null : limit * target.warn }
}

/**
 * Blocks of demand, made of points of imported energy in windows of 15 minutes. The running block is the mean of what
 * is over of it, as far as the data have come.
 */
export function demandBlocks(
  points: readonly KpiPoint[],
  { limit, warn }: DemandLimits,
  { nowMs, newestMs }: { readonly nowMs: number; readonly newestMs: number },
) {
  return points.map((point): Block => {
    const [fromMs, toMs] = [Date.parse(point.start), Date.parse(point.end)]
    const overMs = nowMs < toMs ? Math.min(nowMs, newestMs) - fromMs : toMs - fromMs
    const kw = point.value === null || overMs < RUNNING_MIN_MS ? null : point.value / (overMs / HOUR_MS)
    const state =
      kw === null ? 'normal' : limit !== null && kw > limit ? 'limit' : warn !== null && kw > warn ? 'warn' : 'normal'
    const counts = point.value !== null && point.estimated_share === 0
    return { fromMs, toMs, kw, state, counts, isRunning: nowMs < toMs, point }
  })
}

/** The highest of the blocks that count and are over; the first of equals. */
export function highestBlock(blocks: readonly Block[]): Block | null {
  return blocks
    .filter(({ counts, isRunning }) => counts && !isRunning)
    .reduce<Block | null>((best, block) => ((block.kw ?? 0) > (best?.kw ?? 0) ? block : best), null)
}

/**
 * Yesterday laid over today: its blocks at the same time of day, whatever the clocks did meanwhile. What they left out
 * of today is not there, and of an hour that yesterday had twice the first is.
 */
export function laidOver(points: readonly KpiPoint[], before: Span, day: Span, zone: string) {
  const shiftMs = localMs(day.fromMs, zone) - localMs(before.fromMs, zone)
  const taken = new Set<number>()
  return points.flatMap(({ start, end, value }) => {
    const [startMs, endMs] = [Date.parse(start), Date.parse(end)]
    const fromMs = sameClock(startMs, shiftMs, zone)
    if (value === null || fromMs === null || taken.has(fromMs)) return []
    taken.add(fromMs)
    return [{ fromMs, toMs: fromMs + endMs - startMs, kw: value / BLOCK_H }]
  })
}
