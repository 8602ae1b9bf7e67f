import type { WatchedMeter } from './watched-meter.js'

/** Hours of both meters that are compared, and the least of them that have to be there. */
const HOURS = 20
/** Each has to be so far from its own course, and both together so much nearer to each other's. */
const OWN_MISFIT_LEAST = 0.12
const CROSS_MISFIT_MOST = 0.35
/** A crossed misfit that is no better than this says that the two are not those of each other. */
const CROSS_RELATIVE_MOST = 0.15

/** Two meters whose values have changed places. */
export interface SwappedPair {
  readonly a: WatchedMeter
  readonly b: WatchedMeter
  readonly since: number
  /** 1 when the crossed course fits without rest, 0 when it is no better than the own. */
  readonly agreeing: number
}

/** Misfits of two meters over an interval, each against its own course and against that of the other. */
function misfits(a: WatchedMeter, b: WatchedMeter, i: number): readonly [own: number, cross: number] {
  const [x, y, ex, ey] = [a.series.values[i]!, b.series.values[i]!, a.series.expected[i]!, b.series.expected[i]!]
  return [Math.abs(x - ex) + Math.abs(y - ey), Math.abs(x - ey) + Math.abs(y - ex)]
}

/** Looks for the pair that has changed places in the last hours before `to`. */
export function swappedPair(meters: readonly WatchedMeter[], to: number): SwappedPair | null {
  for (const [place, a] of meters.entries()) {
    for (const b of meters.slice(place + 1)) {
      if (a.of.unit !== b.of.unit || a.of.part !== 'part' || b.of.part !== 'part') continue
      const found = pairOf(a, b, to)
      if (found !== null) return found
    }
  }
  return null
}

function pairOf(a: WatchedMeter, b: WatchedMeter, to: number): SwappedPair | null {
  const wanted = HOURS * a.perHour
  const sums = { ownA: 0, ownB: 0, sizeA: 0, sizeB: 0, cross: 0 }
  let count = 0
  let i = to - 1
  for (; i >= 0 && count < wanted && to - i < 4 * wanted; i--) {
    if (!a.series.isJudged(i) || !b.series.isJudged(i)) continue
    count++
    const [x, y, ex, ey] = [a.series.values[i]!, b.series.values[i]!, a.series.expected[i]!, b.series.expected[i]!]
    sums.ownA += Math.abs(x - ex)
    sums.ownB += Math.abs(y - ey)
    sums.sizeA += Math.abs(ex)
    sums.sizeB += Math.abs(ey)
    sums.cross += Math.abs(x - ey) + Math.abs(y - ex)
  }
  if (count < wanted) return null
  const own = sums.ownA + sums.ownB
  if (sums.ownA < OWN_MISFIT_LEAST * sums.sizeA || sums.ownB < OWN_MISFIT_LEAST * sums.sizeB) return null
  if (sums.cross > CROSS_MISFIT_MOST * own || sums.cross > CROSS_RELATIVE_MOST * (sums.sizeA + sums.sizeB)) return null
  return { a, b, since: beginOf(a, b, to), agreeing: 1 - sums.cross / own }
}

/** First interval of the time in which the crossed course is the nearer one, a quarter of an hour here and there left aside. */
function beginOf(a: WatchedMeter, b: WatchedMeter, to: number): number {
  let since = to - 1
  let against = 0
  for (let i = to - 1; i >= 0 && against < a.perHour; i--) {
    if (!a.series.isJudged(i) || !b.series.isJudged(i)) continue
    const [own, cross] = misfits(a, b, i)
    if (cross < own) {
      since = i
      against = 0
    } else against++
  }
  return since
}

/** True when the last hours fit each meter's own course again. */
export function isSwapOver(a: WatchedMeter, b: WatchedMeter, from: number, to: number): boolean {
  let [own, cross, count] = [0, 0, 0]
  for (let i = from; i < to; i++) {
    if (!a.series.isComparable(i) || !b.series.isComparable(i)) continue
    const [x, y] = misfits(a, b, i)
    own += x
    cross += y
    count++
  }
  return count >= 4 * a.perHour && own < 0.5 * cross
}
