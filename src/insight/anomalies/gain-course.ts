import { type GainDay, rampOf, stepOf } from './gain-fit.js'
import type { WatchedMeter } from './watched-meter.js'

/** Days that a course of gains is fitted to. */
const DAYS_KEPT = 35
/** A step: so large a part of what the meter counts, so many times the noise of a day, so many days behind it. */
const STEP_LEAST = 0.1
const STEP_NOISE = 5
const STEP_DAYS = 3
/** A drift: so much in the end, and days that it has gone on. */
const DRIFT_LEAST = 0.06
const DRIFT_NOISE = 4
const DRIFT_DAYS = 8
/** The error of the better course, as a part of that of the other one; a course that is neither is waited for. */
const BETTER = 0.8
/** The meter's own course may differ by this part of what the balance says. */
const MISFIT_MOST = 0.5

/** A meter whose gain has changed, by what its balance says. */
export interface GainChange {
  readonly kind: 'conservation_broken' | 'drift'
  readonly sinceDay: number
  readonly factor: number
  readonly threshold: number
  /** Part of the variation of its gains that the course explains. */
  readonly agreeing: number
}

/** One meter of a balance as the one that is suspected: the gain it would have if all others were right. */
export class GainCourse {
  readonly meter: WatchedMeter
  readonly parent: WatchedMeter
  readonly #sign: 1 | -1
  #days: (GainDay & { readonly own: number; readonly left: number; readonly noise: number })[] = []

  /** @param sign 1 for the parent of the balance, −1 for a part */
  constructor(meter: WatchedMeter, parent: WatchedMeter, sign: 1 | -1) {
    this.meter = meter
    this.parent = parent
    this.#sign = sign
  }

  /**
   * Takes a day that is over.
   *
   * @param left what the balance leaves over above what is usual, and its noise, in the unit of the meter
   */
  endDay(day: number, judged: readonly number[], left: number, noise: number): void {
    const { values, expected, typical } = this.meter.series
    let [measured, own] = [0, 0]
    for (const i of judged) {
      if (Number.isNaN(expected[i]!)) return
      measured += values[i]!
      own += values[i]! - expected[i]!
    }
    const right = measured - this.#sign * left
    const usual = judged.length * typical
    if (right <= 0.05 * usual) return
    this.#days.push({ day, gain: measured / right - 1, weight: (right / usual) ** 2, own, left, noise: noise / right })
    this.#days = this.#days.slice(-DAYS_KEPT)
  }

  /** Difference of its own course from what the balance says, as a part of it: 0 for a perfect fit; null when they do not fit. */
  get misfit(): number | null {
    let [own, left] = [0, 0]
    for (const day of this.#days.slice(-STEP_DAYS)) {
      own += day.own
      left += day.left
    }
    const misfit = Math.abs(own - this.#sign * left) / Math.abs(left)
    return misfit <= MISFIT_MOST ? misfit : null
  }

  /** The change that its gains show by now. */
  change(): GainChange | null {
    const days = this.#days
    const [step, ramp] = [stepOf(days), rampOf(days)]
    if (step === null || ramp === null || days.length < STEP_DAYS) return null
    const noise = days.slice(-STEP_DAYS).reduce((sum, one) => sum + one.noise, 0) / STEP_DAYS
    const whole = days.reduce((sum, { gain, weight }) => sum + weight * gain * gain, 0)
    const last = days.at(-1)!.day
    const stepLeast = Math.max(STEP_LEAST, STEP_NOISE * noise)
    const isLasting = days.length - step.from >= STEP_DAYS && this.#isAt(step.size)
    if (isLasting && Math.abs(step.size) > stepLeast && step.error < BETTER * ramp.error) {
      return {
        kind: 'conservation_broken',
        sinceDay: days[step.from]!.day,
        factor: 1 + step.size,
        threshold: stepLeast,
        agreeing: 1 - step.error / whole,
      }
    }
    const grown = ramp.size * (last - days[ramp.from]!.day + 1)
    const driftLeast = Math.max(DRIFT_LEAST, DRIFT_NOISE * noise)
    const isLong = last - days[ramp.from]!.day >= DRIFT_DAYS && days.length - ramp.from >= DRIFT_DAYS / 2
    if (!isLong || Math.abs(grown) <= driftLeast || ramp.error >= BETTER * step.error || !this.#isAt(grown)) return null
    return {
      kind: 'drift',
      sinceDay: days[ramp.from]!.day,
      factor: 1 + grown,
      threshold: driftLeast,
      agreeing: 1 - ramp.error / whole,
    }
  }

  /** True when the last days are all nearer to this change than to none. */
  #isAt(size: number): boolean {
    return this.#days.slice(-STEP_DAYS).every(({ gain }) => gain / size > 0.5)
  }

  /** True when the last days show no change any more. */
  isOver(threshold: number): boolean {
    const last = this.#days.slice(-STEP_DAYS)
    return last.length === STEP_DAYS && last.every(({ gain }) => Math.abs(gain) < threshold / 2)
  }
}
