import type { DayFigures } from './day-figures.js'
import type { DayModel } from './day-models.js'

/** Bounds need the errors of so many blocks of days that have no day in common. */
const BLOCKS_MIN = 8
/** The past is cut into so many blocks at most: where gaps cost too many of the longest, shorter ones are tried. */
const PARTS_MAX = 16
/** A block that was tried stands for a stretch so many times as long, at most. */
const STRETCH_MAX = 12
/** A block whose known days are fewer than this part of it is not tried. */
const KNOWN_MIN = 0.9
/** Models look at four weeks at least. */
export const MODEL_DAYS = 28

/** Sums of blocks of days as each model would have expected them, beside what came. */
export interface WalkForward {
  /** Length of each block, days. */
  readonly blockDays: number
  /** Blocks that could lie one after the other in the days that were gone through. */
  readonly blocks: number
  /** Errors of each model, expected less measured of a block; of the same blocks in the same order. */
  readonly errors: readonly (readonly number[])[]
}

/**
 * Goes through the past of a series, day by day, and lets each model expect the days that follow by those before alone. Null where the
 * past is too short to say anything of `leftDays` days.
 */
export function walkForward(
  figures: DayFigures,
  models: readonly DayModel[],
  { firstDay, leftDays }: { readonly firstDay: number; readonly leftDays: number },
): WalkForward | null {
  let triedDays = 0
  for (let parts = BLOCKS_MIN; parts <= PARTS_MAX; parts++) {
    const blockDays = Math.min(leftDays, Math.floor((figures.endDay - firstDay) / parts))
    if (blockDays < 1 || blockDays * STRETCH_MAX < leftDays) return null
    if (blockDays === triedDays) continue
    triedDays = blockDays
    const walk = walkOf(figures, models, firstDay, blockDays)
    if (walk.blocks >= BLOCKS_MIN) return walk
  }
  return null
}

function walkOf(figures: DayFigures, models: readonly DayModel[], firstDay: number, blockDays: number): WalkForward {
  const { endDay } = figures
  const errors: number[][] = models.map(() => [])
  for (let origin = firstDay; origin + blockDays <= endDay; origin++) {
    const known = figures.count(origin, origin + blockDays)
    if (known < KNOWN_MIN * blockDays) continue
    const ofModels = models.map((model) => blockError(figures, model, origin, blockDays) * (blockDays / known))
    if (ofModels.some(Number.isNaN)) continue
    for (const [i, error] of ofModels.entries()) errors[i]!.push(error)
  }
  const blocks = Math.floor((errors[0]!.length + blockDays - 1) / blockDays)
  return { blockDays, blocks, errors }
}

/** Expected less measured of the known days of a block. */
function blockError(figures: DayFigures, model: DayModel, origin: number, blockDays: number): number {
  let error = 0
  for (let day = origin; day < origin + blockDays; day++) {
    const measured = figures.at(day)
    if (!Number.isNaN(measured)) error += model(origin, day) - measured
  }
  return error
}

export function rootMeanSquare(errors: readonly number[]): number {
  return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
}

/**
 * Half the width of an interval that holds `share` of such errors. It is conformal: of few blocks a larger error is taken, for blocks
 * that overlap tell no more than those that do not.
 */
export function errorBound(errors: readonly number[], share: number, blocks: number): number {
  const sorted = errors.map(Math.abs).sort((a, b) => a - b)
  const rank = Math.ceil(Math.min(1, share * (1 + 1 / blocks)) * sorted.length)
  return sorted[Math.max(0, rank - 1)]!
}
