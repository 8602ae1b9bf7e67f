import { MINUTES_A_DAY, roughNoise, smoothNoise } from './noise.js'

/** What the plant does: closed on Sundays, otherwise a day shift with a break, and nights at base load. */
export type Mode = 'closed' | 'night' | 'shift' | 'pause'

/** One consumer of electricity. */
export interface Load {
  readonly id: string
  readonly levelKw: Readonly<Record<Mode, number>>
  /** Time from one level to the next. */
  readonly rampMin: number
  /** Relative swing over hours, and from one minute to the next. */
  readonly slowSwing: number
  readonly fastSwing: number
}

const SUNDAY = 7
const SHIFT = [8 * 60, 20 * 60] as const
const BREAK = [12 * 60, 12 * 60 + 45] as const

/** The mode at a minute of local wall time, Monday = 1; a negative minute lies in the day before. */
export function modeAt(weekday: number, minute: number): Mode {
  if (minute < 0) return modeAt(weekday === 1 ? SUNDAY : weekday - 1, minute + MINUTES_A_DAY)
  if (weekday === SUNDAY) return 'closed'
  if (minute < SHIFT[0] || minute >= SHIFT[1]) return 'night'
  return minute >= BREAK[0] && minute < BREAK[1] ? 'pause' : 'shift'
}

/**
 * The levels without noise at the full minutes of a day: each the mean over the ramp that ends there, so that steps
 * become straight ramps.
 */
export function levelsOfDay(load: Load, weekday: number): Float64Array {
  const levels = new Float64Array(MINUTES_A_DAY + 1)
  for (let minute = 0; minute <= MINUTES_A_DAY; minute++) {
    let sum = 0
    for (let back = 1; back <= load.rampMin; back++) sum += load.levelKw[modeAt(weekday, minute - back)]
    levels[minute] = sum / load.rampMin
  }
  return levels
}

/** Power at the 1,441 full minutes of a day with these levels, kW. */
export function loadOfDay(load: Load, levels: Float64Array, day: number, seed: number): Float64Array {
  const slow = smoothNoise(60, seed, load.id, 'slow', day)
  const fast = roughNoise(seed, load.id, 'fast', day)
  const power = new Float64Array(levels.length)
  for (let minute = 0; minute < levels.length; minute++) {
    const noise = 1 + load.slowSwing * slow[minute]! + load.fastSwing * fast[minute]!
    power[minute] = levels[minute]! * noise
  }
  return power
}
