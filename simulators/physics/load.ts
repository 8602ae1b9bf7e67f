import { type LocalDay, wallMinute } from './local-days.js'
import { roughNoise, smoothNoise } from './noise.js'
import type { Mode, WorkWeek } from './work-week.js'

/** One consumer of electricity or water. */
export interface Load {
  readonly id: string
  /** kW; of water m³/h. */
  readonly level: Readonly<Record<Mode, number>>
  /** Time from one level to the next. */
  readonly rampMin: number
  /** Relative swing over hours, and from one minute to the next. */
  readonly slowSwing: number
  readonly fastSwing: number
}

/** A small crew takes what a night takes, unless the plant says otherwise. */
export function levels(
  closed: number,
  night: number,
  shift: number,
  pause: number,
  reduced = night,
): Record<Mode, number> {
  return { closed, night, reduced, shift, pause }
}

/**
 * The levels without noise at the full minutes of a day: each the mean over the ramp that ends there, so that steps
 * become straight ramps.
 */
export function levelsOfDay(load: Load, week: WorkWeek, day: LocalDay): Float64Array {
  const { rampMin } = load
  // Levels of each minute that a ramp looks back on, the first of them before midnight.
  const unramped = Float64Array.from({ length: rampMin + day.minutes }, (_, i) => {
    return load.level[week.modeAt(day.weekday, wallMinute(day, i - rampMin))]
  })
  return Float64Array.from({ length: day.minutes + 1 }, (_, minute) => {
    let sum = 0
    for (let back = 1; back <= rampMin; back++) sum += unramped[rampMin + minute - back]!
    return sum / rampMin
  })
}

/** Power at the full minutes of a day with these levels, in the unit of the levels. */
export function loadOfDay(load: Load, levels: Float64Array, day: LocalDay, seed: number): Float64Array {
  const slow = smoothNoise(day.minutes, 60, seed, load.id, 'slow', day.index)
  const fast = roughNoise(day.minutes, seed, load.id, 'fast', day.index)
  return levels.map((level, minute) => level * (1 + load.slowSwing * slow[minute]! + load.fastSwing * fast[minute]!))
}
