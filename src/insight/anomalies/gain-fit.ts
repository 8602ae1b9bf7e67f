/** Gain of a meter on a day, less one, with the weight of the day. */
export interface GainDay {
  readonly day: number
  readonly gain: number
  readonly weight: number
}

/** A course of gains that is nil up to a day and then stands at a level, or grows from day to day. */
export interface GainFit {
  /** Place of the first day behind the change. */
  readonly from: number
  /** Level behind a step, or growth a day. */
  readonly size: number
  readonly error: number
}

type Shape = (daysAfter: number) => number

const STEP: Shape = () => 1
const RAMP: Shape = (daysAfter) => daysAfter + 1

/** Least squares of one shape, over all days at which it can begin; null of fewer than two days. */
function leastSquares(days: readonly GainDay[], shape: Shape): GainFit | null {
  let best: GainFit | null = null
  for (let from = 0; from < days.length; from++) {
    let [xy, xx, error] = [0, 0, 0]
    for (const { day, gain, weight } of days.slice(from)) {
      const x = shape(day - days[from]!.day)
      xy += weight * x * gain
      xx += weight * x * x
    }
    if (xx === 0) continue
    const size = xy / xx
    for (const [place, { day, gain, weight }] of days.entries()) {
      const rest = gain - (place < from ? 0 : size * shape(day - days[from]!.day))
      error += weight * rest * rest
    }
    if (best === null || error < best.error) best = { from, size, error }
  }
  return best
}

/** The best step. */
export function stepOf(days: readonly GainDay[]): GainFit | null {
  return leastSquares(days, STEP)
}

/** The best straight growth. */
export function rampOf(days: readonly GainDay[]): GainFit | null {
  return leastSquares(days, RAMP)
}
