import type { WatchedSeries } from './watched-series.js'

/** A spike is so many times the highest value that was learnt, and lasts so many intervals at most. */
const SPIKE_FACTOR = 1.8
const SPIKE_INTERVALS_MAX = 2
/** Intervals behind it that have to be as usual again. */
const AFTER = 2

/** Interval numbers [from, to). */
export interface IntervalRange {
  readonly from: number
  readonly to: number
}

/** A spike that ended `AFTER` intervals before one of the last `count` intervals up to `to`; null for none. */
export function spikeBefore(series: WatchedSeries, to: number, count: number): IntervalRange | null {
  for (let back = count - 1; back >= 0; back--) {
    const spike = spikeEndingBefore(series, to - back)
    if (spike !== null) return spike
  }
  return null
}

function spikeEndingBefore(series: WatchedSeries, to: number): IntervalRange | null {
  const isHigh = (i: number) => Math.abs(series.values[i]!) > SPIKE_FACTOR * series.highest
  const isUsual = (i: number) => series.isJudged(i) && Math.abs(series.values[i]!) < 1.2 * series.highest
  const end = to - AFTER
  for (let i = end; i < to; i++) if (!isUsual(i)) return null
  let from = end
  while (from > 0 && end - from <= SPIKE_INTERVALS_MAX && series.isJudged(from - 1) && isHigh(from - 1)) from--
  const length = end - from
  return length > 0 && length <= SPIKE_INTERVALS_MAX && from > 0 && isUsual(from - 1) ? { from, to: end } : null
}
