import { MAGNITUDE_MAX } from '../metric.js'

/** A power of ten beyond it is none that a double holds exactly. */
const EXACT_POWER_MAX = 22
const POWERS = Float64Array.from({ length: EXACT_POWER_MAX + 1 }, (_, power) => Number(`1e${power}`))
/** Places behind the point that a number is looked at with: what has more was no decimal of a device. */
const DECIMALS_MAX = 9
/** A larger move of the point would leave what powers are exact for. */
const MOVE_MAX = EXACT_POWER_MAX - DECIMALS_MAX

/** Number of places by which a factor moves the point, below 0 to the left; null when it is no power of ten. */
export function pointMoveOf(factor: number): number | null {
  const places = Math.round(Math.log10(factor))
  return Math.abs(places) <= MOVE_MAX && Number(`1e${places}`) === factor ? places : null
}

/**
 * A number with its point moved, as the decimal that it was written as: 7915525.36 by three places to the left is
 * 7915.52536, where its product with 0.001 is 7915.525360000001. A whole number of at most 2^53 times or by an exact power of
 * ten is rounded once (Clinger 1990); which whole number of which power it was is looked for, and where there is none,
 * such as in a sum with noise of its own, the number is divided or multiplied as it is.
 */
export function movePoint(value: number, places: number): number {
  if (places === 0) return value
  // A number that could not be stored is told as it came.
  if (!(Math.abs(value) <= MAGNITUDE_MAX)) return value
  for (let decimals = 0; decimals <= DECIMALS_MAX; decimals++) {
    const whole = Math.round(value * POWERS[decimals]!)
    if (Math.abs(whole) > MAGNITUDE_MAX) break
    if (whole / POWERS[decimals]! === value) return timesTen(whole, places - decimals)
  }
  return timesTen(value, places)
}

function timesTen(value: number, power: number): number {
  return power < 0 ? value / POWERS[-power]! : value * POWERS[power]!
}
